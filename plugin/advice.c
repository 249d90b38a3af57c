/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "advice.h"

#include "message.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

enum {
    LONG = 600, /* s */
    THIN = 16   /* px: two of the latent at the model's own size */
};

static char *number(int n)
{
    return g_strdup_printf("%d", n);
}

/* --- each kind ---------------------------------------------------------------
 * NULL: it does not apply. *action is the usual one, and may be changed. */

/* A side that is smaller than what is asked for and suits the model; 0: there is none. */
static int smaller_side(const struct job *job)
{
    const gboolean free = job->mode == MODE_NEW_IMAGE || job->mode == MODE_NEW_LAYER;
    const int side = job->native.side;

    return free && side && MIN(job->plan.width, job->plan.height) > side ? side : 0;
}

static char *memory(const struct advice *a, enum banner_action *action)
{
    g_autoptr(GError) error = NULL;

    if (!a->cost->too_large)
        return NULL;
    if (a->small_copy)
        return message_memory_8bit(&a->cost->fault);
    *action = smaller_side(a->job) ? BANNER_USE_SIZE : BANNER_KNOWN;
    g_error_from_ebru(&error, &a->cost->fault);
    return g_strdup(error->message);
}

static char *outside(const struct advice *a, enum banner_action *action)
{
    (void)action;
    return a->job->mode == MODE_FILL && a->job->image && box_is_empty(a->job->look.selection)
               ? message_fill(MESSAGE_OUTSIDE, NULL)
               : NULL;
}

/* What is seen of a selection is grown by twice the reach of the blend's middle. */
static char *thin(const struct advice *a, enum banner_action *action)
{
    const struct box s = a->job->look.selection;
    const int side = MIN(s.w, s.h), grown = side + 2 * a->job->plan.border.blend;
    const gboolean part = a->job->mode == MODE_FILL || a->job->mode == MODE_REFINE;

    (void)action;
    if (!a->possible || !part || box_is_empty(s) || side >= THIN || grown == side)
        return NULL;
    g_autofree char *n = number(side), *m = number(grown);
    return message_fill(MESSAGE_THIN, "n", n, "m", m, NULL);
}

static gboolean is_far(const struct job *job)
{
    const double size = sqrt((double)job->plan.width * job->plan.height);
    const double ratio = size / job->native.side;

    return ratio > 1.6 || ratio < 0.6;
}

static char *size(const struct advice *a, enum banner_action *action)
{
    const struct job *const job = a->job;

    (void)action;
    if (!a->possible || (job->mode != MODE_NEW_IMAGE && job->mode != MODE_NEW_LAYER) ||
        !job->native.side || !is_far(job))
        return NULL;
    g_autofree char *w = number(job->plan.width), *h = number(job->plan.height);
    g_autofree char *n = number(job->native.side);
    return message_fill(MESSAGE_SIZE, "w", w, "h", h, "n", n, NULL);
}

static char *slow_processor(const struct advice *a, enum banner_action *action)
{
    ebru_machine machine;

    (void)action;
    ebru_machine_describe(&machine);
    if (strcmp(machine.isa, "c") || a->cost->seconds <= 0)
        return NULL;
    g_autofree char *time = message_duration(a->cost->seconds);
    return message_fill(MESSAGE_NO_AVX2, "t", time, NULL);
}

static char *long_time(const struct advice *a, enum banner_action *action)
{
    if (a->cost->seconds <= LONG)
        return NULL;
    return message_long_time(a->cost->seconds, smaller_side(a->job), a->may_draft, action);
}

static char *long_prompt(const struct advice *a, enum banner_action *action)
{
    (void)action;
    if (a->tokens <= MESSAGE_BLOCK)
        return NULL;
    g_autofree char *n = number(a->tokens);
    return message_fill(MESSAGE_LONG_PROMPT, "n", n, NULL);
}

static const struct kind {
    char *(*text)(const struct advice *a, enum banner_action *action);
    enum banner_action action; /* BANNER_KNOWN: not after it was answered */
} kinds[] = {
    { memory, BANNER_USE_8BIT }, { outside, BANNER_SELECT_ALL },   { thin, BANNER_KEEP_THIN },
    { size, BANNER_USE_SIZE },   { slow_processor, BANNER_KNOWN }, { long_time, BANNER_USE_DRAFT },
    { long_prompt, BANNER_SAY },
};

void advice_show(struct banner *banner, const struct advice *a)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const struct kind *const k = &kinds[i];
        enum banner_action action = k->action;
        g_autofree char *text = k->text(a, &action);
        const int side = a->job->native.side;
        g_autofree char *use = g_strdup_printf(_("Use %d×%d"), side, side);
        if (!text || (action == BANNER_KNOWN && banner->known & 1u << i))
            continue;
        banner->topic = 1u << i;
        banner_advise(banner, action, text,
                      action == BANNER_USE_SIZE ? use : message_action_label(action));
        return;
    }
    banner_advise(banner, BANNER_NONE, NULL, NULL);
}

void advice_follow(enum banner_action action, GimpImage *image, GimpProcedureConfig *config)
{
    if (action == BANNER_SELECT_ALL && image && gimp_image_is_valid(image)) {
        gimp_selection_all(image);
        gimp_displays_flush();
    } else if (action == BANNER_KEEP_THIN) {
        g_object_set(config, "grow", 0, "feather", 0.0, "blend", 0, NULL);
    }
}
