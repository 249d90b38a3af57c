/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "guide.h"

#include "mask.h"

#include <glib/gi18n.h>
#include <string.h>

enum { LINE = 2, DASH = 8 }; /* px: the frame */

static const float RED[] = { 0.9f, 0.1f, 0.1f };
static const float COVER = 0.5f; /* of the red where all may change */
static const char MARK[] = "ebru-guide";

/* The one that is shown. */
static struct {
    GimpImage *image;
    GimpLayer *layer;
    struct plan plan;
} guide;

/* --- the picture ---------------------------------------------------------- */

/* A frame of dashes, black and white in turn, to be seen on any picture. */
static gboolean in_frame(int x, int y, int w, int h, float *grey)
{
    *grey = (x + y) / DASH % 2 ? 1 : 0;
    return x < LINE || y < LINE || x >= w - LINE || y >= h - LINE;
}

static void paint(const ebru_image *change, ebru_image *colour, ebru_image *alpha)
{
    const int w = change->width, h = change->height;

    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const size_t i = (size_t)y * w + x;
            float grey;
            const gboolean frame = in_frame(x, y, w, h, &grey);
            for (int k = 0; k < 3; k++)
                colour->data[3 * i + k] = frame ? grey : RED[k];
            alpha->data[i] = frame ? 1 : COVER * change->data[i];
        }
}

static gboolean make_pictures(const struct job *job, ebru_image *colour, ebru_image *alpha)
{
    const struct box *const c = &job->plan.context;
    ebru_image selection = { 0 }, change = { 0 }, shown = { 0 };

    *colour = *alpha = (ebru_image){ 0 };
    const gboolean ok = canvas_read_selection(job->image, *c, &selection) &&
                        mask_of_selection(&selection, &job->plan.border, &change, &shown, NULL) &&
                        ebru_image_alloc(colour, c->h, c->w, 3, NULL) &&
                        ebru_image_alloc(alpha, c->h, c->w, 1, NULL);
    if (ok)
        paint(&change, colour, alpha);
    ebru_image_clear(&selection);
    ebru_image_clear(&change);
    ebru_image_clear(&shown);
    return ok;
}

/* --- the layer ------------------------------------------------------------ */

/* Neither a step in the history nor a change that would have to be saved. */
static void change_unseen(GimpImage *image, void (*change)(void *data), void *data)
{
    const gboolean dirty = gimp_image_is_dirty(image);

    gimp_image_undo_freeze(image);
    change(data);
    gimp_image_undo_thaw(image);
    if (!dirty)
        gimp_image_clean_all(image);
    gimp_displays_flush();
}

struct insertion {
    const struct job *job;
    const struct leaf *leaf;
};

static void insert(void *data)
{
    const struct insertion *const in = data;
    GimpImage *const image = in->job->image;
    g_autofree GimpLayer **selected = gimp_image_get_selected_layers(image);
    GimpParasite *const mark = gimp_parasite_new(MARK, 0, 1, "");

    guide.layer = canvas_new_layer(image, in->leaf);
    guide.image = image;
    gimp_item_attach_parasite(GIMP_ITEM(guide.layer), mark);
    gimp_parasite_free(mark);
    gimp_layer_set_offsets(guide.layer, in->job->plan.context.x, in->job->plan.context.y);
    gimp_image_insert_layer(image, guide.layer, NULL, 0);
    gimp_image_set_selected_layers(image, (const GimpLayer **)selected);
}

/* As it was shown: the selection cannot have changed, or it would have been taken away. */
static gboolean is_same(const struct plan *a, const struct plan *b)
{
    return !memcmp(&a->context, &b->context, sizeof(a->context)) &&
           !memcmp(&a->border, &b->border, sizeof(a->border));
}

void guide_show(const struct job *job)
{
    ebru_image colour, alpha;

    if (guide.layer && guide.image == job->image && is_same(&guide.plan, &job->plan))
        return;
    guide_hide();
    if (!job->image || job->whole || (job->mode != MODE_FILL && job->mode != MODE_REFINE) ||
        gimp_image_get_floating_sel(job->image))
        return;
    if (make_pictures(job, &colour, &alpha)) {
        const struct leaf leaf = { .colour = &colour,
                                   .alpha = &alpha,
                                   .name = _("What may change") };
        struct insertion in = { job, &leaf };
        change_unseen(job->image, insert, &in);
        guide.plan = job->plan;
    }
    ebru_image_clear(&colour);
    ebru_image_clear(&alpha);
}

/* The layers stay selected that were. */
static void take_away(void *data)
{
    GimpLayer *const layer = data;
    GimpImage *const image = gimp_item_get_image(GIMP_ITEM(layer));
    g_autofree GimpLayer **selected = gimp_image_get_selected_layers(image);

    gimp_image_remove_layer(image, layer);
    if (selected && selected[0] && selected[0] != layer)
        gimp_image_set_selected_layers(image, (const GimpLayer **)selected);
}

void guide_hide(void)
{
    GimpLayer *const layer = guide.layer;

    guide.layer = NULL;
    if (layer && gimp_image_is_valid(guide.image) && gimp_item_is_valid(GIMP_ITEM(layer)))
        change_unseen(guide.image, take_away, layer);
}

void guide_clean(GimpImage *image)
{
    g_autofree GimpLayer **layers = image ? gimp_image_get_layers(image) : NULL;

    for (GimpLayer **layer = layers; layer && *layer; layer++) {
        GimpParasite *const mark = gimp_item_get_parasite(GIMP_ITEM(*layer), MARK);
        if (!mark)
            continue;
        gimp_parasite_free(mark);
        change_unseen(image, take_away, *layer);
    }
}
