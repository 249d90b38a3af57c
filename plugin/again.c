/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run.h"

#include "place.h"
#include "preferences_window.h"
#include "recall.h"
#include "recipe.h"
#include "selection.h"

#include <string.h>

/* --- settings ------------------------------------------------------------- */

/* What a script said, over what is recalled. */
static void take_explicit(GimpProcedureConfig *from, GimpProcedureConfig *to)
{
    guint n;
    g_autofree GParamSpec **specs = g_object_class_list_properties(G_OBJECT_GET_CLASS(from), &n);

    for (guint i = 0; i < n; i++) {
        GValue value = G_VALUE_INIT;
        const GParamFlags flags = specs[i]->flags;

        if (!(flags & G_PARAM_READABLE) || !(flags & G_PARAM_WRITABLE) ||
            (flags & G_PARAM_CONSTRUCT_ONLY) || G_TYPE_IS_OBJECT(specs[i]->value_type) ||
            !strcmp(specs[i]->name, "run-mode"))
            continue;
        g_value_init(&value, specs[i]->value_type);
        g_object_get_property(G_OBJECT(from), specs[i]->name, &value);
        if (!g_param_value_defaults(specs[i], &value))
            g_object_set_property(G_OBJECT(to), specs[i]->name, &value);
        g_value_unset(&value);
    }
}

/* What is made again. */
struct original {
    GimpImage *image;
    GimpDrawable *drawable;
    GimpLayer *layer; /* that carries the recipe; NULL: it is the image's, or there is none */
    char *recipe;     /* NULL: none, so it is the last settings */
    GPtrArray *models;
};

static struct original original_of(GimpImage *image, GimpDrawable *drawable)
{
    struct original o = { .image = image, .drawable = drawable, .models = checkpoints_find_all() };

    o.recipe = recall_find(image, drawable, &o.layer);
    return o;
}

static void original_clear(struct original *o)
{
    g_free(o->recipe);
    g_ptr_array_unref(o->models);
}

static void take_up(const struct original *o, GimpProcedureConfig *c)
{
    if (o->recipe)
        recall_apply(o->recipe, c, o->models);
    else
        recall_last_values("plug-in-ebru-generate", c);
    g_object_set(c, "seed", -1.0, NULL);
}

static GimpProcedureConfig *settings_of(GimpProcedure *procedure, GimpProcedureConfig *config,
                                        const struct original *o)
{
    GimpProcedureConfig *const c = gimp_procedure_create_config(procedure);

    take_up(o, c);
    take_explicit(config, c);
    return c;
}

/* --- the image as it was -------------------------------------------------- */

/* The item at the same place in a copy of the image. */
static GimpItem *in_copy(GimpItem *item, GimpImage *image, GimpImage *copy)
{
    GimpItem *const parent = gimp_item_get_parent(item);
    const int position = gimp_image_get_item_position(image, item);
    g_autofree GimpItem **items = NULL;

    if (parent)
        items = gimp_item_get_children(in_copy(parent, image, copy));
    else
        items = (GimpItem **)gimp_image_get_layers(copy);
    return items[position];
}

static void select_values(GimpImage *image, const ebru_image *values, int x, int y)
{
    GimpChannel *const channel =
        canvas_new_channel(image, values, (struct box){ x, y, values->width, values->height });

    gimp_image_select_item(image, GIMP_CHANNEL_OP_REPLACE, GIMP_ITEM(channel));
    gimp_image_remove_channel(image, channel);
}

static void restore_selection(GimpImage *copy, GimpItem *layer)
{
    GimpParasite *const p = gimp_item_get_parasite(layer, "ebru-selection");
    ebru_image values;
    guint32 size = 0;
    int x, y, left, top;

    gimp_selection_none(copy);
    if (!p)
        return;
    const void *const data = gimp_parasite_get_data(p, &size);
    gimp_drawable_get_offsets(GIMP_DRAWABLE(layer), &left, &top);
    if (selection_unpack(data, size, &values, &x, &y)) {
        select_values(copy, &values, left + x, top + y);
        ebru_image_clear(&values);
    }
    gimp_parasite_free(p);
}

static gboolean is_of_lineage(GimpItem *layer, gconstpointer lineage)
{
    g_autofree char *recipe = recall_own(layer);
    g_autofree char *its = recipe ? recipe_lineage(recipe) : NULL;

    return its && !strcmp(its, lineage);
}

/* All are made of the same: none is to be read for the next. */
static void remove_lineage(GimpImage *image, const char *lineage)
{
    GimpItem *layer;

    while (lineage && (layer = place_find(image, is_of_lineage, lineage)))
        if (!gimp_image_remove_layer(image, GIMP_LAYER(place_result(layer))))
            break;
}

/* A copy of the image from before the layer and those of its lineage, with the selection of
 * then. */
static GimpImage *image_before(GimpImage *image, GimpItem *layer, const char *lineage,
                               const struct settings *s)
{
    GimpImage *const copy = gimp_image_duplicate(image);
    const struct margins *const m = &s->margins;

    gimp_image_undo_disable(copy);
    restore_selection(copy, layer);
    gimp_image_remove_layer(copy, GIMP_LAYER(in_copy(place_result(layer), image, copy)));
    remove_lineage(copy, lineage);
    if ((enum mode)s->mode == MODE_EXPAND)
        gimp_image_resize(copy, MAX(1, gimp_image_get_width(image) - m->left - m->right),
                          MAX(1, gimp_image_get_height(image) - m->top - m->bottom), -m->left,
                          -m->top);
    return copy;
}

/* --- all of it ------------------------------------------------------------ */

/* The canvas is as large as then: what was beyond its border is inside now. */
static void keep_canvas(struct job *job)
{
    struct look now;

    canvas_look(&now, job->image, job->drawable);
    job->look.canvas = now.canvas;
    job->look.drawable = now.drawable;
    job->plan.context.x += job->margins.left;
    job->plan.context.y += job->margins.top;
    job->margins = (struct margins){ 0 };
}

static gboolean prepare(struct job *job, const struct settings *s, struct order *order,
                        const struct original *o, GError **error)
{
    g_autofree char *lineage = o->layer ? recipe_lineage(o->recipe) : NULL;
    const struct checkpoint *const model = checkpoints_choose(o->models, s->model, error);
    GimpImage *const source = o->layer && s->mode != MODE_NEW_IMAGE
                                  ? image_before(o->image, GIMP_ITEM(o->layer), lineage, s)
                                  : o->image;
    const gboolean ok =
        model && job_plan(job, s, source, source == o->image ? o->drawable : NULL, model, error) &&
        job_order(job, s, order, error);

    if (source == o->image)
        return ok;
    gimp_image_delete(source);
    job->image = o->image;
    job->drawable = GIMP_DRAWABLE(o->layer);
    job->lineage = g_steal_pointer(&lineage);
    if (ok)
        keep_canvas(job);
    return ok;
}

gboolean run_again(GimpProcedure *procedure, GimpProcedureConfig *config, const char *title,
                   GimpImage *image, GimpDrawable *drawable, struct job_result *result,
                   GError **error)
{
    struct original original = original_of(image, drawable);
    g_autoptr(GimpProcedureConfig) own = settings_of(procedure, config, &original);
    struct settings settings;
    struct job job = { 0 };
    struct order order;

    settings_read(&settings, own);
    const gboolean ok = prepare(&job, &settings, &order, &original, error) &&
                        run_order(&job, &order, GIMP_RUN_NONINTERACTIVE, title, result, error);
    job_clear(&job);
    settings_clear(&settings);
    original_clear(&original);
    return ok;
}

gboolean run_again_prepare(GimpProcedureConfig *config, const char *title, GimpImage *image,
                           GimpDrawable *drawable, struct job *job, struct order *order,
                           GError **error)
{
    struct settings settings;

    if (!run_may_load(GIMP_RUN_INTERACTIVE, title, error))
        return FALSE;
    struct original original = original_of(image, drawable);
    gimp_config_reset(GIMP_CONFIG(config));
    take_up(&original, config);
    preferences_apply(config);
    settings_read(&settings, config);
    const gboolean ok = prepare(job, &settings, order, &original, error);
    if (ok &&
        job->mode != MODE_EXPAND) /* whose canvas has grown already: it is not planned twice */
        job->settings = settings_text(config);
    else if (!ok)
        job_clear(job);
    settings_clear(&settings);
    original_clear(&original);
    return ok;
}
