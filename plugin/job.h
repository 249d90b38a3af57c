/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job.h - one press of the button, from an image to its new layers.
 *
 * A job decides what the settings mean for this image, takes what the engine
 * needs, and puts the results where they belong. It does not wait: between
 * job_order() and job_commit() a worker works.
 */
#ifndef PLUGIN_JOB_H
#define PLUGIN_JOB_H

#include "canvas.h"
#include "checkpoints.h"
#include "procedure.h"
#include "worker.h"

struct job {
    enum mode mode;   /* never automatic */
    GimpImage *image; /* NULL: none */
    GimpDrawable *drawable;
    struct look look;
    struct box frame; /* of the channel that the context is taken from */
    struct plan plan;
    struct native native;
    gboolean whole;  /* no selection counts */
    char *name;      /* of the layer */
    char *arguments; /* JSON, for the recipe */
    char *typed;     /* the prompt, where the engine gets another; else NULL */
    char *lineage;   /* of the layer it is made again of, see recipe.h; NULL: none */
    char *model;     /* path */
    char *sha256;    /* of the model; NULL: not known */
    char *settings;  /* all of them, see settings_text(); NULL: not known */
    char *print;  /* a hash of settings and pixels, where the seed is fixed: the same makes the same
                     picture; NULL: nothing can be said */
    char *ticket; /* under which it is kept, see unfinished.h; NULL: it is not */
    int threads;
    gboolean match_colours;
    gboolean layer_mask;                     /* else the mask is part of the layer's alpha */
    gboolean writes_settings, writes_source; /* into the metadata */
    struct sample sample;   /* of plan.context; with data: job_order() reads no image */
    ebru_image show;        /* mask of the result in plan.context; no data: all of it */
    ebru_image change;      /* where the engine may change it */
    struct margins margins; /* that the canvas gets */
    struct strip *strips;   /* in which it is painted then */
    int n_strips;
    GimpImage *made; /* that it made for pictures of before; NULL: none */
};

struct job_result {
    GimpImage *image;
    GimpLayer **layers; /* ends with NULL */
    double *seeds;
    char **recipes; /* ends with NULL */
    int count;
    double seconds;
    gboolean made_image;
};

/* Mode, context and sizes, without reading a pixel: also what the dialog explains. FALSE and an
 * error of status EBRU_BAD_REQUEST when it cannot be done. image may be NULL. */
gboolean job_plan(struct job *job, const struct settings *s, GimpImage *image,
                  GimpDrawable *drawable, const struct checkpoint *model, GError **error);

/* Whether it was refused for the indexed colours of its image, rather than for anything else. */
gboolean job_needs_rgb(const struct job *job);

/* The same for a job whose mode, look and frame are known from before; its image may be gone. */
gboolean job_plan_again(struct job *job, const struct settings *s, const struct checkpoint *model,
                        GError **error);

/* Processor threads for these settings. */
int job_threads(const struct settings *s);

/* The part of an order that says which model is to be opened, and how. */
void job_order_model(const char *model, const struct settings *s, struct order *order);

/* Whether the sides of the picture are those of a pattern, if that is wanted: only what is painted
 * whole, in one go, has sides of its own. */
gboolean job_has_sides(const struct job *job, const struct passes *passes);

/* Read the image and write the order for the engine. */
gboolean job_order(struct job *job, const struct settings *s, struct order *order, GError **error);

/* Put the pictures into layers. The image may have been closed meanwhile: then a new one is made,
 * which later pictures of the same job go into, too. FALSE and an error, and no layer, when there
 * is no memory for it. */
gboolean job_commit(struct job *job, const struct work_outcome *outcome, struct job_result *result,
                    ebru_error *err);

/* Remember what work_outcome says of the speed, which is what later jobs are promised by; 0 is
 * fine. */
void job_keep_speed(const struct job *job, double speed);

/* Nothing more comes of it: it keeps what describes it, and no pixel. */
void job_drop_pixels(struct job *job);

void job_clear(struct job *job);
void job_result_clear(struct job_result *result);

#endif
