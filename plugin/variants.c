/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "variants.h"

#include "guide.h"
#include "metadata.h"

gboolean variant_is_there(const struct entry *e, int i)
{
    const struct variant *const v = entry_variant(e, i);

    return v && v->layer && gimp_item_is_valid(GIMP_ITEM(v->layer)) &&
           gimp_image_is_valid(e->image);
}

/* Whether of the variants none but this one is visible. */
static gboolean is_shown(const struct entry *e, int shown)
{
    for (int i = 0; i < (int)e->variants->len; i++)
        if (variant_is_there(e, i) &&
            gimp_item_get_visible(GIMP_ITEM(entry_variant(e, i)->layer)) != (i == shown))
            return FALSE;
    return TRUE;
}

static void set_visible(const struct entry *e, int shown)
{
    for (int i = 0; i < (int)e->variants->len; i++)
        if (variant_is_there(e, i))
            gimp_item_set_visible(GIMP_ITEM(entry_variant(e, i)->layer), i == shown);
}

int variants_there(const struct entry *e)
{
    int n = 0;

    for (int i = 0; i < (int)e->variants->len; i++)
        n += variant_is_there(e, i);
    return n;
}

/* What an exported file would say is true of what is seen. */
static void tell(const struct entry *e)
{
    if (e->job.writes_settings)
        metadata_update_text(e->image);
}

static void tell_unseen(const struct entry *e)
{
    gimp_image_undo_freeze(e->image);
    tell(e);
    gimp_image_undo_thaw(e->image);
}

/* A look leaves no trace in the history. */
static void look_at(struct entry *e, int shown)
{
    if (!variants_there(e))
        return;
    guide_hide();
    gimp_image_undo_freeze(e->image);
    set_visible(e, shown);
    if (shown >= 0)
        tell(e);
    gimp_image_undo_thaw(e->image);
    gimp_displays_flush();
}

void variants_show(struct entry *e, int i)
{
    if (!variant_is_there(e, i))
        return;
    if (is_shown(e, i))
        tell_unseen(e);
    else
        look_at(e, i);
}

void variants_compare(struct entry *e, int i, gboolean before)
{
    look_at(e, before ? -1 : i);
}

static void delete_layer(struct entry *e, int i)
{
    if (variant_is_there(e, i))
        gimp_image_remove_layer(e->image, entry_variant(e, i)->layer);
}

/* The group that the layers of this job are in; NULL: they are in none of their own. */
static GimpItem *group_of(const struct entry *e, int i)
{
    const struct variant *const v = entry_variant(e, i);
    GimpItem *const parent = gimp_item_get_parent(GIMP_ITEM(v->layer));
    const gboolean ours = parent && v->group && gimp_item_is_valid(v->group) &&
                          gimp_item_get_id(parent) == gimp_item_get_id(v->group);

    return ours ? parent : NULL;
}

static gboolean is_empty(GimpItem *group)
{
    int n = 0;
    g_autofree GimpItem **children = gimp_item_get_children(group);

    while (children && children[n])
        n++;
    return n == 0;
}

static void leave_group(struct entry *e, int i, GimpItem *group)
{
    GimpLayer *const layer = entry_variant(e, i)->layer;
    g_autofree char *name = gimp_item_get_name(group);

    gimp_image_reorder_item(e->image, GIMP_ITEM(layer), gimp_item_get_parent(group),
                            gimp_image_get_item_position(e->image, group));
    if (is_empty(group)) {
        gimp_image_remove_layer(e->image, GIMP_LAYER(group));
        gimp_item_set_name(GIMP_ITEM(layer), name);
    }
}

void variants_keep(struct entry *e, int i)
{
    if (!variant_is_there(e, i))
        return;
    guide_hide();
    gimp_image_undo_group_start(e->image);
    GimpItem *const group = group_of(e, i);
    gimp_item_set_visible(GIMP_ITEM(entry_variant(e, i)->layer), TRUE);
    for (int k = 0; k < (int)e->variants->len; k++)
        if (k != i)
            delete_layer(e, k);
    if (group)
        leave_group(e, i, group);
    tell(e);
    gimp_image_set_selected_layers(e->image,
                                   (const GimpLayer *[]){ entry_variant(e, i)->layer, NULL });
    gimp_image_undo_group_end(e->image);
    gimp_displays_flush();
}

void variants_discard(struct entry *e, int i)
{
    if (!variant_is_there(e, i))
        return;
    guide_hide();
    gimp_image_undo_group_start(e->image);
    GimpItem *const group = group_of(e, i);
    delete_layer(e, i);
    if (group && is_empty(group))
        gimp_image_remove_layer(e->image, GIMP_LAYER(group));
    tell(e);
    gimp_image_undo_group_end(e->image);
    gimp_displays_flush();
}
