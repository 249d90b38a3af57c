/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dialog_parts.h - what the files of the dialog share: its state, and the calls
 * from one part to another. Nobody else includes it.
 *
 * dialog.c builds the window, dialog_job.c is its one button and what it asks,
 * dialog_image.c says what is worked on, dialog_model.c chooses and opens the model,
 * dialog_search.c looks for models, dialog_banner.c answers the banner, dialog_explain.c says what
 * the settings will do, dialog_queue.c shows the work, dialog_history.c what was made before,
 * dialog_keys.c has the keys, dialog_preferences.c goes to the preferences, dialog_sum.c makes the
 * model's checksum while nothing else is done, and dialog_leave.c closes. All of it belongs to the
 * main thread.
 */
#ifndef PLUGIN_DIALOG_PARTS_H
#define PLUGIN_DIALOG_PARTS_H

#include "banner.h"
#include "form.h"
#include "question.h"
#include "queue.h"
#include "results.h"
#include "rows.h"

struct dialog {
    GimpProcedureDialog *window;
    GimpProcedure *procedure;
    GimpProcedureConfig *config;
    const char *title;
    GimpImage *image;
    GimpDrawable *drawable;

    struct form form;
    struct banner banner;
    struct question question;
    struct results results;
    struct rows rows;
    GtkWidget *generate, *close, *stop;

    GPtrArray *models;
    struct search *search; /* for those that are not in `models` yet; NULL: all are */
    struct worker *worker;
    struct work *loading; /* opens the model while the prompt is typed */
    struct queue *queue;
    char *unsummed;          /* path of a model that made a picture; NULL: its checksum is known */
    struct sum *sum;         /* that is being made; NULL: none */
    guint rest;              /* timer: nothing is being made for a while; 0: none */
    struct job_result *last; /* what the procedure returns */
    double guidance, width, height; /* what suits the model; 0: none was chosen yet; NAN: they are
                                       those of a recipe, whatever the model */
    guint ticks;
    int quarter;          /* of the work that was announced last */
    gboolean pressed;     /* the button, while a question is open: go on after the answer */
    gboolean same_again;  /* the user wants the same picture once more */
    gboolean second_copy; /* the user wants a model although another window has one */
    gboolean put_off;     /* what another window left cannot be made now: the next one offers it */
    gboolean explaining;  /* a new explanation is on its way */
    gboolean hidden;      /* goes on in the background */
    gboolean recalling;   /* a recipe is being taken up, as it is */
    int mode;             /* enum mode, as it was chosen last */
    char *meant;          /* path of the file that the banner speaks of; NULL: the model's */
};

/* --- the model ------------------------------------------------------------ */

/* The chosen one, else the first there is; NULL and an error: none. As long as not all were looked
 * at, the first is not known, so then only one that was chosen. */
const struct checkpoint *dialog_model(struct dialog *d, GError **error);

/* FALSE, and the banner says why, when another window has a model in memory. */
gboolean dialog_may_open_model(struct dialog *d);

/* Begin to open it, so that it is there when the prompt is typed. */
void dialog_open_model(struct dialog *d);
void dialog_model_changed(struct dialog *d);

/* The list of models as it is now. */
void dialog_fill_models(struct dialog *d);

/* Those that are known at once become `models`; the rest is looked at in a thread and comes to the
 * window by itself. */
void dialog_find_models(struct dialog *d);

/* Nothing comes any more. */
void dialog_forget_search(struct dialog *d);

/* --- the banner ----------------------------------------------------------- */

/* code: of a GError of EBRU_PLUGIN_ERROR; the button is the one that helps. file: path of the one
 * that is meant; NULL or empty: the model's. */
void dialog_show_error(struct dialog *d, int code, const char *text, const char *file);
void dialog_show_fault(struct dialog *d, const ebru_error *err);
void dialog_show_models(struct dialog *d);

/* Whether the chosen model has an 8-bit copy, or can have one; and take that, made first if need
 * be. */
gboolean dialog_has_8bit(struct dialog *d);
void dialog_use_8bit(struct dialog *d);

void dialog_banner_pressed(void *user, enum banner_action action);

/* --- what is said about the settings -------------------------------------- */

/* Which rows there are, what the button is called and what it will do. */
void dialog_explain(struct dialog *d);

/* Once for all changes of a moment. */
void dialog_explain_soon(struct dialog *d);
void dialog_mode_changed(struct dialog *d);

/* --- the button ----------------------------------------------------------- */

void dialog_generate(struct dialog *d);

/* Make what this layer's recipe says, beside what the window is set to: Generate Again was chosen
 * in the menu. Numbers of GIMP. */
void dialog_generate_again(void *user, int image, int drawable);

/* Job and order, which are moved, into the queue, the ledger and the list of prompts. */
void dialog_add(struct dialog *d, struct job *job, struct order *order);

/* Of the steps, before the variants are shown for a choice; 0: they are not. */
double dialog_draft_part(struct dialog *d, const struct settings *s);
void dialog_answered(void *user, enum question_kind kind, gboolean yes);

/* What another window left, if it left something. */
void dialog_offer(struct dialog *d);

/* Whether the image has to be made RGB before anything can be done. */
void dialog_ask_indexed(struct dialog *d, gboolean indexed);

/* --- the image -------------------------------------------------------------- */

/* What is active in it now is what is worked on: people choose another layer beside the window. */
void dialog_look(struct dialog *d);

/* A picture of the window's own is what it works on from then on, unless it has an image. */
void dialog_take_image(struct dialog *d, GimpImage *image);

/* --- the queue ------------------------------------------------------------ */

void dialog_entry_changed(void *user, struct entry *e);
void dialog_entry_leaving(void *user, struct entry *e);
void dialog_tick(void *user, struct entry *e, const struct work_view *view);
void dialog_measured(void *user);
void dialog_row_pressed(void *user, struct entry *e);

/* The checksum of a model that made a picture is made while the engine rests, so that later recipes
 * have it. To be called with every change of the queue. (dialog_sum.c) */
void dialog_follow_sum(struct dialog *d, const struct entry *e);
void dialog_forget_sum(struct dialog *d);

/* Stop what runs, or finish it early. */
void dialog_stop(struct dialog *d, ebru_answer answer);
void dialog_stop_clicked(struct dialog *d);

/* --- pictures of before ---------------------------------------------------- */

void dialog_show_history(struct dialog *d);

/* --- keys ----------------------------------------------------------------- */

gboolean dialog_on_key(GtkWidget *window, GdkEventKey *event, struct dialog *d);
void dialog_on_escape(GtkDialog *window, struct dialog *d);

/* --- preferences ---------------------------------------------------------- */

/* The button; before anything else is put into the window. */
void dialog_add_preferences(struct dialog *d);
void dialog_show_preferences(struct dialog *d);

/* --- leaving -------------------------------------------------------------- */

/* Whether the window may go. */
gboolean dialog_leave(struct dialog *d);
void dialog_keep_size(struct dialog *d);

#endif
