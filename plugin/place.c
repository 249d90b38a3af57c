/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "place.h"

#include "canvas.h"

static gboolean is_one_of(GimpItem *item, gconstpointer data)
{
    for (GimpDrawable *const *d = data; *d; d++)
        if (gimp_item_get_id(GIMP_ITEM(*d)) == gimp_item_get_id(item))
            return TRUE;
    return FALSE;
}

static GimpItem *first_of(GimpItem **items, place_fits *fits, gconstpointer data)
{
    for (; items && *items; items++) {
        if (fits(*items, data))
            return *items;
        g_autofree GimpItem **children =
            gimp_item_is_group(*items) ? gimp_item_get_children(*items) : NULL;
        GimpItem *const found = first_of(children, fits, data);
        if (found)
            return found;
    }
    return NULL;
}

GimpItem *place_find(GimpImage *image, place_fits *fits, gconstpointer data)
{
    g_autofree GimpItem **all = (GimpItem **)gimp_image_get_layers(image);

    return first_of(all, fits, data);
}

GimpDrawable *place_chosen(GimpImage *image, GimpDrawable **drawables)
{
    if (!drawables || !drawables[0] || !drawables[1])
        return drawables ? drawables[0] : NULL;
    GimpItem *const item = place_find(image, is_one_of, drawables);
    return item ? GIMP_DRAWABLE(item) : drawables[0];
}

/* The outermost hidden group that the item is in, else the item. */
static GimpItem *seen_of(GimpItem *item)
{
    GimpItem *seen = item;

    for (GimpItem *i = gimp_item_get_parent(item); i; i = gimp_item_get_parent(i))
        if (!gimp_item_get_visible(i))
            seen = i;
    return seen;
}

static gboolean is_result(GimpItem *item)
{
    g_autofree GimpItem **children = gimp_item_is_group(item) ? gimp_item_get_children(item) : NULL;

    return canvas_has_recipe(children && children[0] ? children[0] : item);
}

GimpItem *place_result(GimpItem *layer)
{
    GimpItem *const parent = gimp_item_get_parent(layer);
    g_autofree GimpItem **all = parent ? gimp_item_get_children(parent) : NULL;

    for (int i = 0; all && all[i]; i++)
        if (!canvas_has_recipe(all[i]))
            return layer;
    return parent ? parent : layer;
}

/* Not so in an image that was made for the result. */
static gboolean is_layer_in(GimpImage *image, GimpDrawable *layer)
{
    GimpItem *const item = layer ? GIMP_ITEM(layer) : NULL;

    return item && gimp_item_is_valid(item) && gimp_item_is_layer(item) &&
           gimp_image_get_id(gimp_item_get_image(item)) == gimp_image_get_id(image);
}

struct place place_above(GimpImage *image, GimpDrawable *layer)
{
    if (!is_layer_in(image, layer))
        return (struct place){ NULL, 0 };
    GimpItem *const item = seen_of(place_result(GIMP_ITEM(layer)));
    GimpItem *const parent = gimp_item_get_parent(item);
    g_autofree GimpItem **all =
        parent ? gimp_item_get_children(parent) : (GimpItem **)gimp_image_get_layers(image);
    int position = gimp_image_get_item_position(image, item);

    while (position > 0 && is_result(all[position - 1]))
        position--;
    return (struct place){ parent ? GIMP_LAYER(parent) : NULL, position };
}
