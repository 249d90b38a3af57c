/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "fields.h"
#include "place.h"

static gboolean made(const struct entry *e, GimpDrawable *layer)
{
    for (int i = 0; i < (int)e->variants->len; i++) {
        GimpLayer *const own = entry_variant(e, i)->layer;
        if (own && gimp_item_get_id(GIMP_ITEM(own)) == gimp_item_get_id(GIMP_ITEM(layer)))
            return TRUE;
    }
    return FALSE;
}

/* The job of this window that made the layer from a selection; NULL: none. */
static const struct job *patch_of(const struct dialog *d, GimpDrawable *layer)
{
    const struct entry *e;

    for (int i = 0; (e = queue_at(d->queue, i)); i++)
        if (!e->job.whole && (e->job.mode == MODE_FILL || e->job.mode == MODE_REFINE) &&
            made(e, layer))
            return &e->job;
    return NULL;
}

/* What was filled is active then, but what is around it is still to be read from the layer that it
 * was filled in: so the same button does the same again. */
static GimpDrawable *below_patch(const struct dialog *d, GimpDrawable *layer)
{
    const struct job *const job = gimp_selection_is_empty(d->image) ? NULL : patch_of(d, layer);
    GimpDrawable *const below = job ? job->drawable : NULL;

    return below && gimp_item_is_valid(GIMP_ITEM(below)) ? below : layer;
}

void dialog_look(struct dialog *d)
{
    if (!d->image || !gimp_image_is_valid(d->image))
        return;
    g_autofree GimpDrawable **active = gimp_image_get_selected_drawables(d->image);
    GimpDrawable *const chosen = place_chosen(d->image, active);
    d->drawable = chosen ? below_patch(d, chosen) : NULL;
}

void dialog_take_image(struct dialog *d, GimpImage *image)
{
    if (d->image && gimp_image_is_valid(d->image))
        return;
    d->image = image;
    fields_channel_set_image(d->form.channel, image);
}
