/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recall.h"

#include "canvas.h"
#include "infotext.h"
#include "metadata.h"
#include "parasite.h"
#include "png_text.h"
#include "recipe.h"

#include <glib/gi18n.h>
#include <string.h>
#include <yyjson.h>

/* --- looking for it ------------------------------------------------------- */

static char *parasite_text(GimpParasite *parasite)
{
    char *const text = parasite_take_text(parasite);

    if (text && g_utf8_validate(text, -1, NULL))
        return text;
    g_free(text);
    return NULL;
}

char *recall_own(GimpItem *layer)
{
    return parasite_text(gimp_item_get_parasite(layer, RECIPE_PARASITE));
}

/* The names under which plug-ins keep what made a layer. */
static const char *const layer_names[] = { RECIPE_PARASITE, "gimp-stable-boy", "stable-gimpfusion",
                                           "comfy-tools", "parameters" };

static char *find_on_layer(GimpItem *item)
{
    for (size_t i = 0; i < G_N_ELEMENTS(layer_names); i++) {
        g_autofree char *text = parasite_text(gimp_item_get_parasite(item, layer_names[i]));
        char *const recipe = text ? infotext_read(text) : NULL;
        if (recipe)
            return recipe;
    }
    return NULL;
}

/* The layer, or the first in the group that is visible, or that has one at all. */
static char *find_in_group(GimpItem *item, GimpLayer **layer)
{
    char *recipe = find_on_layer(item);

    if (recipe) {
        *layer = GIMP_LAYER(item);
        return recipe;
    }
    if (!gimp_item_is_group(item))
        return NULL;
    g_autofree GimpItem **children = gimp_item_get_children(item);
    for (int hidden = 0; hidden < 2; hidden++)
        for (GimpItem **child = children; child && *child; child++)
            if (gimp_item_get_visible(*child) == !hidden && (recipe = find_in_group(*child, layer)))
                return recipe;
    return NULL;
}

static char *find_in_png(const char *path)
{
    static const char *const keys[] = { RECIPE_PARASITE, "parameters", "prompt" };

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *text = png_text(path, keys[i]);
        char *const recipe = text ? infotext_read(text) : NULL;
        if (recipe)
            return recipe;
    }
    return NULL;
}

static char *find_in_text(const char *path)
{
    const gboolean is_text = g_str_has_suffix(path, ".txt") || g_str_has_suffix(path, ".json");

    return is_text ? infotext_read_file(path) : NULL;
}

static char *find_in_exif(const char *path)
{
    g_autofree char *said = metadata_text_in_file(path);

    return said ? infotext_read(said) : NULL;
}

char *recall_find_in_file(const char *path)
{
    char *recipe = find_in_png(path);

    if (!recipe)
        recipe = find_in_text(path);
    return recipe ? recipe : find_in_exif(path);
}

/* Not EXIF: that came into the image, and what is there by now is newer. */
static char *find_in_imported(GimpImage *image)
{
    GFile *const file = gimp_image_get_imported_file(image);
    g_autofree char *path = file ? g_file_get_path(file) : NULL;

    return path ? find_in_png(path) : NULL;
}

char *recall_find(GimpImage *image, GimpDrawable *drawable, GimpLayer **layer)
{
    GimpDrawable *const d = canvas_drawable(image, drawable);
    char *recipe =
        d && gimp_item_is_layer(GIMP_ITEM(d)) ? find_in_group(GIMP_ITEM(d), layer) : NULL;

    if (recipe)
        return recipe;
    *layer = NULL;
    if ((recipe = find_in_imported(image)))
        return recipe;
    /* the settings of Stable Gimpfusion, as they were last in this image */
    g_autofree char *kept = parasite_text(gimp_image_get_parasite(image, "stable_gimpfusion"));
    if (kept && (recipe = infotext_read(kept)))
        return recipe;
    g_autofree char *said = metadata_text(image);
    if (said && (recipe = infotext_read(said)))
        return recipe;
    g_autofree char *comment = parasite_text(gimp_image_get_parasite(image, "gimp-comment"));
    return comment ? infotext_read(comment) : NULL;
}

/* --- taking it up --------------------------------------------------------- */

static void set_number(GObject *config, GParamSpec *spec, double v)
{
    GValue value = G_VALUE_INIT;

    g_value_init(&value, G_TYPE_DOUBLE);
    g_value_set_double(&value, v);
    if (G_IS_PARAM_SPEC_INT(spec)) {
        const GParamSpecInt *const s = G_PARAM_SPEC_INT(spec);
        g_object_set(config, spec->name, (int)CLAMP(v, s->minimum, s->maximum), NULL);
    } else if (G_IS_PARAM_SPEC_DOUBLE(spec)) {
        const GParamSpecDouble *const s = G_PARAM_SPEC_DOUBLE(spec);
        g_object_set(config, spec->name, CLAMP(v, s->minimum, s->maximum), NULL);
    }
    g_value_unset(&value);
}

static void set_text(GObject *config, GParamSpec *spec, const char *text)
{
    if (GIMP_IS_PARAM_SPEC_CHOICE(spec) &&
        !gimp_choice_is_valid(gimp_param_spec_choice_get_choice(spec), text))
        return;
    if (G_IS_PARAM_SPEC_STRING(spec))
        g_object_set(config, spec->name, text, NULL);
}

static void set_property(GObject *config, const char *name, yyjson_val *value)
{
    GParamSpec *const spec = g_object_class_find_property(G_OBJECT_GET_CLASS(config), name);

    if (!spec || !strcmp(name, "run-mode"))
        return;
    if (!strcmp(name, "seed") && yyjson_is_uint(value))
        set_number(config, spec, infotext_seed(yyjson_get_uint(value)));
    else if (yyjson_is_num(value))
        set_number(config, spec, yyjson_get_num(value));
    else if (yyjson_is_str(value))
        set_text(config, spec, yyjson_get_str(value));
    else if (yyjson_is_bool(value) && G_IS_PARAM_SPEC_BOOLEAN(spec))
        g_object_set(config, name, (gboolean)yyjson_get_bool(value), NULL);
}

static const char *text_in(yyjson_val *root, const char *name)
{
    const char *const text = yyjson_get_str(yyjson_obj_get(root, name));

    return text ? text : "";
}

/* Of several of the same name the one that it was made with. */
static void choose_model(GObject *config, yyjson_val *root, GPtrArray *models)
{
    const struct checkpoint *const c =
        checkpoints_by_sum(models, text_in(root, "model"), text_in(root, "model-sha256"));

    if (c)
        g_object_set(config, "model", c->path, NULL);
}

void recall_apply(const char *recipe, GimpProcedureConfig *config, GPtrArray *models)
{
    /* files by their last part alone are of no use, threads are this computer's affair, and the
     * prompt has its style already */
    static const char *const not_taken[] = { "vae", "vocabulary", "threads", "style" };
    yyjson_doc *const doc = yyjson_read(recipe, strlen(recipe), 0);
    yyjson_val *key, *value;
    size_t i, n;

    yyjson_obj_foreach(doc ? yyjson_doc_get_root(doc) : NULL, i, n, key, value)
    {
        gboolean take = TRUE;
        for (size_t k = 0; k < G_N_ELEMENTS(not_taken); k++)
            take = take && strcmp(not_taken[k], yyjson_get_str(key));
        if (take)
            set_property(G_OBJECT(config), yyjson_get_str(key), value);
    }
    choose_model(G_OBJECT(config), yyjson_doc_get_root(doc), models);
    yyjson_doc_free(doc);
}

/* --- what cannot be taken up ----------------------------------------------- */

static void add_sentence(GPtrArray *sentences, char *text)
{
    if (!g_ptr_array_find_with_equal_func(sentences, text, g_str_equal, NULL))
        g_ptr_array_add(sentences, text);
    else
        g_free(text);
}

/* What a person calls it: the label of the argument without its mnemonic. */
static char *name_of_setting(GObject *config, const char *name)
{
    GParamSpec *const spec = g_object_class_find_property(G_OBJECT_GET_CLASS(config), name);
    g_auto(GStrv) parts = g_strsplit(spec ? g_param_spec_get_nick(spec) : name, "_", -1);

    return g_strjoinv("", parts);
}

static void add_unknown(GPtrArray *sentences, GObject *config, const char *name, const char *value)
{
    g_autofree char *label = name_of_setting(config, name);

    add_sentence(sentences, g_strdup_printf(_("%s: “%s” is not known here."), label, value));
}

/* Choices that this version does not have, and files. */
static void miss_value(GPtrArray *sentences, GObject *config, const char *name, const char *text)
{
    GParamSpec *const spec = g_object_class_find_property(G_OBJECT_GET_CLASS(config), name);

    if (!spec || !text || !*text)
        return;
    if (GIMP_IS_PARAM_SPEC_CHOICE(spec) &&
        !gimp_choice_is_valid(gimp_param_spec_choice_get_choice(spec), text))
        add_unknown(sentences, config, name, text);
    if (!strcmp(name, "vae"))
        add_sentence(sentences,
                     g_strdup_printf(_("The autoencoder “%s” has to be chosen again."), text));
}

/* The prompt asks for a network that is laid over the model. */
static void miss_networks(GPtrArray *sentences, const char *prompt)
{
    static const char *const starts[] = { "<lora:", "<lyco:", "<hypernet:" };

    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        for (const char *at = prompt; at && (at = strstr(at, starts[i])); at++) {
            g_autofree char *tag = g_strndup(at, strcspn(at, ">") + 1);
            add_sentence(
                sentences,
                g_strdup_printf(_("%s: Ebru has no LoRAs; take it out of the prompt."), tag));
        }
}

/* Which of several it was cannot be told without its checksum. */
static void miss_model(GPtrArray *sentences, yyjson_val *root, GPtrArray *models)
{
    const char *const name = text_in(root, "model");

    if (*name && !checkpoints_choose(models, name, NULL))
        add_sentence(
            sentences,
            g_strdup_printf(_("The model “%s” is not here; another has to be used."), name));
    else if (checkpoints_called(models, name) > 1 &&
             !checkpoints_by_sum(models, name, text_in(root, "model-sha256")))
        add_sentence(sentences, g_strdup_printf(_("There are several models “%s” here; the first "
                                                  "of them is used."),
                                                name));
}

char **recall_missing(const char *recipe, GimpProcedureConfig *config, GPtrArray *models)
{
    GPtrArray *const sentences = g_ptr_array_new();
    yyjson_doc *const doc = yyjson_read(recipe, strlen(recipe), 0);
    yyjson_val *const root = yyjson_doc_get_root(doc);
    yyjson_val *key, *value;
    size_t i, n;

    miss_model(sentences, root, models);
    yyjson_obj_foreach(root, i, n, key, value)
        miss_value(sentences, G_OBJECT(config), yyjson_get_str(key), yyjson_get_str(value));
    yyjson_obj_foreach(yyjson_obj_get(root, "not-taken"), i, n, key, value)
        add_unknown(sentences, G_OBJECT(config), yyjson_get_str(key), yyjson_get_str(value));
    miss_networks(sentences, text_in(root, "prompt"));
    yyjson_doc_free(doc);
    g_ptr_array_add(sentences, NULL);
    return (char **)g_ptr_array_free(sentences, FALSE);
}

/* --- the last values -------------------------------------------------------- */

static GFile *last_values_file(const char *procedure)
{
    g_autofree char *name = g_strdup_printf("GimpProcedureConfigRun-%s.last", procedure);

    return gimp_directory_file("plug-in-settings", name, NULL);
}

void recall_keep_last_values(const char *procedure, GimpProcedureConfig *config)
{
    g_autoptr(GFile) file = last_values_file(procedure);

    gimp_config_serialize_to_file(GIMP_CONFIG(config), file, "settings", "end of settings", NULL,
                                  NULL);
}

void recall_last_values(const char *procedure, GimpProcedureConfig *config)
{
    g_autoptr(GFile) file = last_values_file(procedure);
    GimpProcedure *const other = gimp_pdb_lookup_procedure(gimp_get_pdb(), procedure);
    g_autoptr(GimpProcedureConfig) last = other ? gimp_procedure_create_config(other) : NULL;
    guint n;

    if (!last || !g_file_query_exists(file, NULL) ||
        !gimp_config_deserialize_file(GIMP_CONFIG(last), file, NULL, NULL))
        return;
    g_autofree GParamSpec **specs = g_object_class_list_properties(G_OBJECT_GET_CLASS(last), &n);
    for (guint i = 0; i < n; i++) {
        GValue value = G_VALUE_INIT;
        const char *const name_of = specs[i]->name;
        if (specs[i]->owner_type == GIMP_TYPE_PROCEDURE_CONFIG || !strcmp(name_of, "run-mode") ||
            !(specs[i]->flags & G_PARAM_WRITABLE) || (specs[i]->flags & G_PARAM_CONSTRUCT_ONLY) ||
            !g_object_class_find_property(G_OBJECT_GET_CLASS(config), name_of))
            continue;
        g_value_init(&value, specs[i]->value_type);
        g_object_get_property(G_OBJECT(last), name_of, &value);
        if (!G_VALUE_HOLDS_OBJECT(&value))
            g_object_set_property(G_OBJECT(config), name_of, &value);
        g_value_unset(&value);
    }
}
