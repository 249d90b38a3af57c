/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "canvas.h"

#include "mask.h"
#include "message.h"
#include "metadata.h"
#include "place.h"
#include "recipe.h"

#include <gegl.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* --- looking -------------------------------------------------------------- */

GimpDrawable *canvas_drawable(GimpImage *image, GimpDrawable *drawable)
{
    if (drawable && gimp_item_is_valid(GIMP_ITEM(drawable))) {
        if (!gimp_item_is_layer_mask(GIMP_ITEM(drawable)))
            return drawable;
        return GIMP_DRAWABLE(gimp_layer_from_mask(GIMP_LAYER_MASK(drawable)));
    }
    g_autofree GimpLayer **selected = gimp_image_get_selected_layers(image);
    if (selected && selected[0])
        return GIMP_DRAWABLE(selected[0]);
    g_autofree GimpLayer **all = gimp_image_get_layers(image);
    return all && all[0] ? GIMP_DRAWABLE(all[0]) : NULL;
}

static struct box box_of_item(GimpDrawable *drawable)
{
    struct box b = { 0 };

    gimp_drawable_get_offsets(drawable, &b.x, &b.y);
    b.w = gimp_drawable_get_width(drawable);
    b.h = gimp_drawable_get_height(drawable);
    return b;
}

gboolean canvas_has_recipe(GimpItem *layer)
{
    GimpParasite *const p = gimp_item_get_parasite(layer, RECIPE_PARASITE);

    if (p)
        gimp_parasite_free(p);
    return p != NULL;
}

/* As much of it as there is room for, in whole characters. */
static void take_name(struct look *look, const char *name)
{
    const char *end;

    g_strlcpy(look->name, name, sizeof(look->name));
    g_utf8_validate(look->name, -1, &end);
    look->name[end - look->name] = 0;
}

void canvas_look(struct look *look, GimpImage *image, GimpDrawable *drawable)
{
    gboolean some = FALSE;
    int x0, y0, x1, y1;

    *look = (struct look){ .canvas = { 0, 0, gimp_image_get_width(image),
                                       gimp_image_get_height(image) } };
    look->indexed = gimp_image_get_base_type(image) == GIMP_INDEXED;
    if (gimp_selection_bounds(image, &some, &x0, &y0, &x1, &y1) && some)
        look->selection = box_intersect((struct box){ x0, y0, x1 - x0, y1 - y0 }, look->canvas);
    look->layer = look->canvas;
    drawable = canvas_drawable(image, drawable);
    if (drawable) {
        g_autofree char *name = gimp_item_get_name(GIMP_ITEM(drawable));
        look->drawable = box_of_item(drawable);
        look->layer = box_intersect(look->drawable, look->canvas);
        take_name(look, name ? name : "");
    }
}

/* --- reading -------------------------------------------------------------- */

/* Not before the first pixel: it takes longer than the window to open. */
static void start_gegl(void)
{
    gegl_init(NULL, NULL); /* does nothing the second time */
}

static void read_pixels(GimpDrawable *from, struct box box, struct box at, const char *format,
                        float *to)
{
    GeglBuffer *const buffer = gimp_drawable_get_buffer(from);

    gegl_buffer_get(buffer, GEGL_RECTANGLE(box.x - at.x, box.y - at.y, box.w, box.h), 1.0,
                    babl_format(format), to, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    g_object_unref(buffer);
}

static float in_range(float v)
{
    return v >= 0 ? (v <= 1 ? v : 1) : 0; /* NaN: 0 */
}

enum { BAND = 64 }; /* rows that are converted at once: they stay in the cache of the processor */

/* [n][4] -> colour over white, alpha; whether all is opaque */
static gboolean split(const float *rgba, size_t n, float *colour, float *alpha)
{
    gboolean opaque = TRUE;

    for (size_t i = 0; i < n; i++) {
        const float a = in_range(rgba[4 * i + 3]);
        for (int k = 0; k < 3; k++)
            colour[3 * i + k] = a * in_range(rgba[4 * i + k]) + (1 - a);
        alpha[i] = a;
        opaque = opaque && a == 1;
    }
    return opaque;
}

/* box: in the image; whether all is opaque */
static gboolean read_colours(struct sample *s, GimpDrawable *from, struct box box)
{
    const struct box at = box_of_item(from);
    GeglBuffer *const buffer = gimp_drawable_get_buffer(from);
    g_autofree float *rgba = g_new(float, (size_t)4 * box.w * BAND);
    gboolean opaque = TRUE;

    for (int y = 0; y < box.h; y += BAND) {
        const int rows = MIN(BAND, box.h - y);
        const size_t first = (size_t)y * box.w, n = (size_t)rows * box.w;
        gegl_buffer_get(buffer, GEGL_RECTANGLE(box.x - at.x, box.y - at.y + y, box.w, rows), 1.0,
                        babl_format("R'G'B'A float"), rgba, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
        opaque &= split(rgba, n, s->colour.data + 3 * first, s->alpha.data + first);
    }
    g_object_unref(buffer);
    return opaque;
}

static gboolean has_own_pixels(GimpDrawable *drawable)
{
    GimpItem *const item = GIMP_ITEM(drawable);

    /* vector and link layers, which the headers of 3.0 do not know, are subclasses too */
    return drawable && gimp_item_is_layer(item) && G_OBJECT_TYPE(item) == GIMP_TYPE_LAYER;
}

gboolean canvas_read_selection(GimpImage *image, struct box box, ebru_image *values)
{
    gboolean some = FALSE;
    int x0, y0, x1, y1;

    start_gegl();
    if (!gimp_selection_bounds(image, &some, &x0, &y0, &x1, &y1) || !some ||
        !ebru_image_alloc(values, box.h, box.w, 1, NULL))
        return FALSE;
    /* the selection is linear: Y, not Y', is the value that is stored */
    read_pixels(GIMP_DRAWABLE(gimp_image_get_selection(image)), box, (struct box){ 0 }, "Y float",
                values->data);
    return TRUE;
}

gboolean canvas_read(struct sample *sample, GimpImage *image, GimpDrawable *drawable,
                     gboolean merged, struct box box, GError **error)
{
    GimpDrawable *source = drawable = canvas_drawable(image, drawable);
    ebru_error err = { .status = EBRU_NO_MEMORY, .message = "no memory for a picture" };

    start_gegl();
    *sample = (struct sample){ 0 };
    if (!ebru_image_alloc(&sample->colour, box.h, box.w, 3, &err) ||
        !ebru_image_alloc(&sample->alpha, box.h, box.w, 1, &err)) {
        sample_clear(sample);
        g_error_from_ebru(error, &err);
        return FALSE;
    }
    if (merged || !has_own_pixels(drawable))
        source = GIMP_DRAWABLE(gimp_layer_new_from_visible(image, image, "ebru"));
    const gboolean opaque = read_colours(sample, source, box);
    if (source != drawable)
        gimp_item_delete(GIMP_ITEM(source));
    if (opaque)
        ebru_image_clear(&sample->alpha);
    canvas_read_selection(image, box, &sample->selection);
    return TRUE;
}

void sample_clear(struct sample *sample)
{
    ebru_image_clear(&sample->colour);
    ebru_image_clear(&sample->alpha);
    ebru_image_clear(&sample->selection);
}

gboolean canvas_channel_extent(GimpImage *image, const char *name, struct box *extent)
{
    GimpChannel *const channel = gimp_image_get_channel_by_name(image, name);
    const int w = gimp_image_get_width(image), h = gimp_image_get_height(image);
    ebru_image values = { 0 };

    *extent = (struct box){ 0 };
    if (!channel || !ebru_image_alloc(&values, MIN(h, BAND), w, 1, NULL))
        return FALSE;
    start_gegl();
    for (int y = 0; y < h; y += BAND) {
        values.height = MIN(BAND, h - y);
        read_pixels(GIMP_DRAWABLE(channel), (struct box){ 0, y, w, values.height },
                    (struct box){ 0 }, "Y float", values.data);
        struct box part = mask_bounds(&values);
        part.y += y;
        *extent = box_union(*extent, part);
    }
    ebru_image_clear(&values);
    return TRUE;
}

/* --- writing -------------------------------------------------------------- */

/* n pixels from number `first` on -> [n][4] */
static void join(const struct leaf *leaf, size_t first, size_t n, float *rgba)
{
    const float *const colour = leaf->colour->data + 3 * first;
    const float *const alpha = leaf->alpha && leaf->alpha->data ? leaf->alpha->data + first : NULL;

    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < 3; k++)
            rgba[4 * i + k] = in_range(colour[3 * i + k]);
        rgba[4 * i + 3] = alpha ? alpha[i] : 1;
    }
}

static void write_colours(GimpDrawable *to, const struct leaf *leaf)
{
    const int w = leaf->colour->width, h = leaf->colour->height;
    GeglBuffer *const buffer = gimp_drawable_get_buffer(to);
    g_autofree float *rgba = g_new(float, (size_t)4 * w * BAND);

    for (int y = 0; y < h; y += BAND) {
        const int rows = MIN(BAND, h - y);
        join(leaf, (size_t)y * w, (size_t)rows * w, rgba);
        gegl_buffer_set(buffer, GEGL_RECTANGLE(0, y, w, rows), 0, babl_format("R'G'B'A float"),
                        rgba, GEGL_AUTO_ROWSTRIDE);
    }
    g_object_unref(buffer); /* sends the tiles to GIMP */
}

GimpLayer *canvas_new_layer(GimpImage *image, const struct leaf *leaf)
{
    const int w = leaf->colour->width, h = leaf->colour->height;
    const gboolean grey = gimp_image_get_base_type(image) == GIMP_GRAY;
    GimpLayer *const layer =
        gimp_layer_new(image, leaf->name, w, h, grey ? GIMP_GRAYA_IMAGE : GIMP_RGBA_IMAGE, 100,
                       gimp_image_get_default_new_layer_mode(image));

    start_gegl();
    write_colours(GIMP_DRAWABLE(layer), leaf);
    return layer;
}

static void add_mask(GimpLayer *layer, const ebru_image *values)
{
    GimpLayerMask *const mask = gimp_layer_create_mask(layer, GIMP_ADD_MASK_WHITE);

    gimp_layer_add_mask(layer, mask);
    GeglBuffer *const buffer = gimp_drawable_get_buffer(GIMP_DRAWABLE(mask));
    gegl_buffer_set(buffer, NULL, 0, babl_format("Y float"), values->data, GEGL_AUTO_ROWSTRIDE);
    g_object_unref(buffer);
    gimp_layer_set_edit_mask(layer, FALSE);
}

GimpChannel *canvas_new_channel(GimpImage *image, const ebru_image *values, struct box box)
{
    const int w = gimp_image_get_width(image), h = gimp_image_get_height(image);
    GeglColor *const colour = gegl_color_new("black");
    GimpChannel *const channel = gimp_channel_new(image, "ebru", w, h, 50, colour);

    start_gegl();
    gimp_image_insert_channel(image, channel, NULL, 0);
    GeglBuffer *const buffer = gimp_drawable_get_buffer(GIMP_DRAWABLE(channel));
    gegl_buffer_clear(buffer, NULL); /* GIMP's fill would take the background colour for it */
    /* a selection takes the stored values of a channel, which are linear or not as the image is */
    const gboolean linear =
        strstr(babl_format_get_encoding(gegl_buffer_get_format(buffer)), "Y'") == NULL;
    gegl_buffer_set(buffer, GEGL_RECTANGLE(box.x, box.y, box.w, box.h), 0,
                    babl_format(linear ? "Y float" : "Y' float"), values->data,
                    GEGL_AUTO_ROWSTRIDE);
    g_object_unref(buffer);
    g_object_unref(colour);
    return channel;
}

static void attach(GimpLayer *layer, const char *name, gconstpointer data, gsize size)
{
    GimpParasite *const p = gimp_parasite_new(
        name, GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE, (guint32)size, data);

    gimp_item_attach_parasite(GIMP_ITEM(layer), p);
    gimp_parasite_free(p);
}

static void attach_recipe(GimpLayer *layer, const struct leaf *leaf)
{
    gsize size;

    attach(layer, RECIPE_PARASITE, leaf->recipe, strlen(leaf->recipe) + 1);
    if (leaf->selection) {
        const void *const data = g_bytes_get_data(leaf->selection, &size);
        attach(layer, "ebru-selection", data, size);
    }
}

/* Where the layers go: above the one they were made from, several in a group of their own. */
static struct place place_for(const struct site *site, int count)
{
    const struct place place = place_above(site->image, site->above);

    if (count == 1)
        return place;
    GimpLayer *const group = GIMP_LAYER(gimp_group_layer_new(site->image, site->name));
    gimp_image_insert_layer(site->image, group, place.parent, place.position);
    return (struct place){ group, 0 };
}

static GimpImage *new_image(const struct box *box)
{
    GimpImage *const image = gimp_image_new(box->w, box->h, GIMP_RGB);

    gimp_image_undo_disable(image);
    return image;
}

/* What became of the point 0, 0 since: who crops or enlarges a canvas moves all that is on it. A
 * layer that moved on a canvas of the same size was moved by hand. */
static struct box origin_of_then(const struct site *site, const struct box *now)
{
    GimpItem *const item = site->above ? GIMP_ITEM(site->above) : NULL;
    struct box origin = { 0 };

    if (!item || !gimp_item_is_valid(item) ||
        (now->w == site->canvas.w && now->h == site->canvas.h))
        return origin;
    origin = box_of_item(site->above);
    origin.x -= site->drawable.x;
    origin.y -= site->drawable.y;
    return origin;
}

/* Makes the canvas as large as it was to become, unless that happened meanwhile, and moves the box
 * to where its place is now. */
static void expand_canvas(struct site *site)
{
    const struct margins *const m = &site->margins;
    const struct box now = { 0, 0, gimp_image_get_width(site->image),
                             gimp_image_get_height(site->image) };
    const struct box origin = origin_of_then(site, &now);
    struct box wanted = box_expand(site->canvas, m);

    wanted.x += origin.x;
    wanted.y += origin.y;
    if (!m->left && !m->right && !m->top && !m->bottom)
        wanted = now;
    const struct box all = box_union(now, wanted);
    if (all.w != now.w || all.h != now.h)
        gimp_image_resize(site->image, all.w, all.h, -all.x, -all.y);
    site->box.x += origin.x - all.x;
    site->box.y += origin.y - all.y;
}

GimpLayer **canvas_insert(struct site *site, const struct leaf *leaves, int count)
{
    GimpLayer **const layers = g_new0(GimpLayer *, count + 1);
    const gboolean made = !site->image;

    start_gegl();
    if (made)
        site->image = new_image(&site->box);
    else
        gimp_image_undo_group_start(site->image);
    if (!made)
        expand_canvas(site);
    const struct place place = place_for(site, count);
    for (int i = count - 1; i >= 0; i--) {
        layers[i] = canvas_new_layer(site->image, &leaves[i]);
        gimp_layer_set_offsets(layers[i], site->box.x, site->box.y);
        if (leaves[i].mask)
            add_mask(layers[i], leaves[i].mask);
        attach_recipe(layers[i], &leaves[i]);
        gimp_item_set_visible(GIMP_ITEM(layers[i]), i == 0);
        /* at last, when it is complete: who kills us before leaves no trace in the image */
        gimp_image_insert_layer(site->image, layers[i], place.parent, place.position);
    }
    if (site->settings)
        metadata_update_text(site->image);
    if (site->source_type)
        metadata_write_source(site->image, made);
    gimp_image_set_selected_layers(site->image, (const GimpLayer *[]){ layers[0], NULL });
    if (made)
        gimp_image_undo_enable(site->image);
    else
        gimp_image_undo_group_end(site->image);
    gimp_displays_flush();
    return layers;
}
