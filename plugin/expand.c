/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "expand.h"

#include "message.h"

#include <glib/gi18n.h>
#include <stdlib.h>

enum { STRIPS = 256 };

static gboolean refuse(GError **error, const char *text)
{
    g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST, text);
    return FALSE;
}

gboolean expand_plan(struct job *job, const struct settings *s, const struct native *native,
                     GError **error)
{
    const struct box canvas = job->look.canvas, all = box_expand(canvas, &s->margins);
    struct strip list[STRIPS];
    struct box context = { 0 };
    double largest = 0;

    if (all.w == canvas.w && all.h == canvas.h)
        return refuse(error, _("The canvas is to grow by nothing: say by how many pixels, and on "
                               "which side"));
    const int n = plan_expansion(canvas, &s->margins, native->side / 2, list, STRIPS);
    if (n > STRIPS)
        return refuse(error, _("The canvas is to grow by too much at once: do it in steps"));
    for (int i = 0; i < n; i++) {
        const struct plan p = plan_strip(&list[i], s->padding, native);
        context = box_union(context, p.context);
        if ((double)p.width * p.height <= largest)
            continue;
        largest = (double)p.width * p.height;
        job->plan = p;
    }
    job->plan.context = context;
    job->margins = s->margins;
    job->strips = g_memdup2(list, sizeof(*list) * (gsize)n);
    job->n_strips = n;
    job->whole = TRUE;
    return TRUE;
}

/* --- masks ---------------------------------------------------------------- */

/* 1 at the edge, 0 beyond the overlap */
static float fade(int distance)
{
    return distance >= EXPAND_OVERLAP ? 0 : 1 - (float)distance / EXPAND_OVERLAP;
}

static int outside(int at, int from, int size)
{
    return at < from ? from - at : at >= from + size ? at - (from + size) + 1 : 0;
}

/* How much of a strip's result counts: all in what is added, less and less around it. */
static bool strip_mask(const struct strip *strip, struct box context, ebru_image *mask)
{
    const struct box add = strip->add;

    if (!ebru_image_alloc(mask, context.h, context.w, 1, NULL))
        return false;
    for (int y = 0; y < context.h; y++)
        for (int x = 0; x < context.w; x++)
            mask->data[(size_t)y * context.w + x] = fade(
                MAX(outside(context.x + x, add.x, add.w), outside(context.y + y, add.y, add.h)));
    return true;
}

/* How far a pixel of the old canvas is from the nearest side that grows. */
static int depth(int x, int y, struct box canvas, const struct margins *m)
{
    int d = EXPAND_OVERLAP;

    d = m->left ? MIN(d, x - canvas.x + 1) : d;
    d = m->right ? MIN(d, canvas.x + canvas.w - x) : d;
    d = m->top ? MIN(d, y - canvas.y + 1) : d;
    d = m->bottom ? MIN(d, canvas.y + canvas.h - y) : d;
    return d;
}

static bool show_mask(struct job *job)
{
    const struct box c = job->plan.context, canvas = job->look.canvas;

    if (!ebru_image_alloc(&job->show, c.h, c.w, 1, NULL))
        return false;
    for (int y = 0; y < c.h; y++)
        for (int x = 0; x < c.w; x++) {
            const struct box pixel = { c.x + x, c.y + y, 1, 1 };
            job->show.data[(size_t)y * c.w + x] =
                box_is_empty(box_intersect(pixel, canvas))
                    ? 1
                    : fade(depth(pixel.x, pixel.y, canvas, &job->margins));
        }
    return true;
}

/* --- the order ------------------------------------------------------------ */

static struct pass pass_of(const struct job *job, const struct settings *s, int i)
{
    const struct strip *const strip = &job->strips[i];
    const struct plan plan = plan_strip(strip, s->padding, &job->native);
    const struct box origin = job->plan.context;
    struct pass pass = { .at = plan.context,
                         .width = plan.width,
                         .height = plan.height,
                         .strength = s->request.strength,
                         .hole = strip->add,
                         .prefill = s->prefill == PREFILL_AUTOMATIC ? PREFILL_BORDER
                                                                    : (enum prefill)s->prefill,
                         .match_colours = s->match_colours };

    pass.at.x -= origin.x;
    pass.at.y -= origin.y;
    pass.hole.x -= origin.x;
    pass.hole.y -= origin.y;
    return pass;
}

struct passes *expand_sketch(const struct job *job, const struct settings *s)
{
    struct passes *const p = calloc(1, sizeof(*p));

    if (p)
        p->list = calloc((size_t)job->n_strips, sizeof(*p->list));
    if (!p || !p->list) {
        free(p);
        return NULL;
    }
    for (; p->count < job->n_strips; p->count++)
        p->list[p->count] = pass_of(job, s, p->count);
    return p;
}

static struct passes *passes_of(const struct job *job, const struct settings *s)
{
    struct passes *const p = expand_sketch(job, s);
    bool ok = p && pixels_resize(&job->sample.colour, job->plan.context.h, job->plan.context.w,
                                 &p->picture, NULL);

    for (int i = 0; ok && i < p->count; i++) {
        struct box at = p->list[i].at;
        at.x += job->plan.context.x;
        at.y += job->plan.context.y;
        ok = strip_mask(&job->strips[i], at, &p->list[i].mask);
    }
    if (ok)
        return p;
    passes_free(p);
    return NULL;
}

gboolean expand_order(struct job *job, const struct settings *s, struct order *order,
                      GError **error)
{
    const ebru_error err = { .status = EBRU_NO_MEMORY,
                             .message = "no memory for the larger canvas" };

    if (!job->sample.colour.data &&
        !canvas_read(&job->sample, job->image, job->drawable, TRUE, job->plan.context, error))
        return FALSE;
    ebru_image_clear(&job->sample.alpha); /* beyond the canvas all is transparent */
    order->passes = passes_of(job, s);
    if (order->passes && show_mask(job))
        return TRUE;
    g_error_from_ebru(error, &err);
    return FALSE;
}
