/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plug-in as GIMP sees it: which procedures there are, and what calling one does. */
#include "album_window.h"
#include "check.h"
#include "dialog.h"
#include "handover.h"
#include "menu.h"
#include "message.h"
#include "models.h"
#include "models_window.h"
#include "place.h"
#include "recall.h"
#include "recipe_view.h"
#include "run.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    GimpPlugIn parent;
} EbruPlugIn;
typedef struct {
    GimpPlugInClass parent;
} EbruPlugInClass;
GType ebru_plug_in_get_type(void);
G_DEFINE_TYPE(EbruPlugIn, ebru_plug_in, GIMP_TYPE_PLUG_IN)

/* What GIMP_MAIN makes, with a line before it: GIMP and other programs want the cores as well. */
int main(int argc, char **argv)
{
    ebru_wait_briefly(argv);
    return gimp_main(ebru_plug_in_get_type(), argc, argv);
}

/* --- a call --------------------------------------------------------------- */

static GimpPDBStatusType status_of(const GError *error)
{
    return error->domain == EBRU_PLUGIN_ERROR && message_is_bad_request(error->code)
               ? GIMP_PDB_CALLING_ERROR
               : GIMP_PDB_EXECUTION_ERROR;
}

static GimpValueArray *values_of(GimpProcedure *procedure, const struct job_result *r)
{
    GimpValueArray *const v = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, NULL);

    GIMP_VALUES_SET_IMAGE(v, 1, r->image);
    GIMP_VALUES_SET_CORE_OBJECT_ARRAY(v, 2, r->layers);
    GIMP_VALUES_SET_DOUBLE_ARRAY(v, 3, r->seeds, r->count);
    g_value_set_double(gimp_value_array_index(v, 4), r->seconds);
    return v;
}

/* On success libgimp writes the last values to the image too, and when the user has closed it
 * meanwhile GIMP complains in a window of its own. */
static GimpValueArray *values_of_closed(GimpProcedure *procedure, GimpProcedureConfig *config)
{
    recall_keep_last_values(gimp_procedure_get_name(procedure), config);
    return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, NULL);
}

/* A strength of another mode than the one that the entry is called after: full for Refine, or any
 * for Expand, which does not show it. */
static gboolean is_of_another_mode(const char *mode, double strength)
{
    return !strcmp(mode, "expand") || (!strcmp(mode, "refine") && strength >= 1);
}

/* What is called “Fill Selection…” fills, whatever was chosen in its window the last time. */
static void set_mode(const struct menu_item *item, GimpProcedureConfig *config)
{
    const double initial = item->initial[0].number;
    const char *const mode = item->initial[1].choice;
    double strength;

    if (!mode)
        return;
    g_object_set(config, "mode", mode, NULL);
    g_object_get(config, "strength", &strength, NULL);
    if (is_of_another_mode(mode, strength))
        g_object_set(config, "strength", initial, NULL);
}

/* A person gets a window for it, with its progress, Stop and queue; or the one that is open gets
 * the job. */
static gboolean again(const struct menu_item *item, GimpProcedure *procedure, GimpRunMode mode,
                      GimpImage *image, GimpDrawable *drawable, GimpProcedureConfig *config,
                      struct job_result *result, GError **error)
{
    const char *const title = _(item->title);
    struct first first;

    if (mode == GIMP_RUN_NONINTERACTIVE)
        return run_again(procedure, config, title, image, drawable, result, error);
    if (handover_ask(gimp_getpid(), image ? gimp_image_get_id(image) : 0,
                     drawable ? gimp_item_get_id(GIMP_ITEM(drawable)) : 0))
        return TRUE;
    return run_again_prepare(config, title, image, drawable, &first.job, &first.order, error) &&
           dialog_run(procedure, config, title, image, drawable, &first, result);
}

static gboolean paint(const struct menu_item *item, GimpProcedure *procedure, GimpRunMode mode,
                      GimpImage *image, GimpDrawable *drawable, GimpProcedureConfig *config,
                      struct job_result *result, GError **error)
{
    if (item->task == TASK_AGAIN)
        return again(item, procedure, mode, image, drawable, config, result, error);
    if (mode != GIMP_RUN_INTERACTIVE)
        return run_silently(config, mode, _(item->title), image, drawable, result, error);
    set_mode(item, config);
    /* SUCCESS even if every run was stopped: only then does libgimp keep the last values */
    return dialog_run(procedure, config, _(item->title), image, drawable, NULL, result);
}

/* What a script gives may belong together or not. */
static gboolean check_drawable(GimpImage *image, GimpDrawable *drawable, GError **error)
{
    if (!image || !drawable || !gimp_item_is_valid(GIMP_ITEM(drawable)) ||
        gimp_item_get_image(GIMP_ITEM(drawable)) == image)
        return TRUE;
    g_autofree char *name = gimp_item_get_name(GIMP_ITEM(drawable));
    g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                _("The layer “%s” is of another image than the one that is to be worked on"), name);
    return FALSE;
}

static GimpValueArray *run(GimpProcedure *procedure, GimpRunMode mode, GimpImage *image,
                           GimpDrawable **drawables, GimpProcedureConfig *config, gpointer data)
{
    const struct menu_item *const item = data;
    GimpDrawable *const drawable = place_chosen(image, drawables);
    struct job_result result = { 0 };
    GError *error = NULL;
    GimpValueArray *values;

    if (!check_drawable(image, drawable, &error) ||
        !paint(item, procedure, mode, image, drawable, config, &result, &error))
        return gimp_procedure_new_return_values(procedure,
                                                error ? status_of(error) : GIMP_PDB_CANCEL, error);
    values = mode == GIMP_RUN_INTERACTIVE && image && !gimp_image_is_valid(image)
                 ? values_of_closed(procedure, config)
                 : values_of(procedure, &result);
    job_result_clear(&result);
    return values;
}

/* In a window of its own, which nothing waits for. */
static char **missing_here(void *config, const char *recipe)
{
    g_autoptr(GPtrArray) models = checkpoints_find();

    return recall_missing(recipe, config, models);
}

static GimpValueArray *run_with(const char *recipe, GimpProcedure *procedure, GimpImage *image,
                                GimpDrawable **drawables, GimpProcedureConfig *config,
                                gpointer data)
{
    g_autoptr(GPtrArray) models = checkpoints_find();

    gimp_config_reset(GIMP_CONFIG(config));
    recall_apply(recipe, config, models);
    return run(procedure, GIMP_RUN_INTERACTIVE, image, drawables, config, data);
}

static GimpValueArray *history(GimpProcedure *procedure, GimpRunMode mode, GimpImage *image,
                               GimpDrawable **drawables, GimpProcedureConfig *config, gpointer data)
{
    if (mode != GIMP_RUN_INTERACTIVE)
        return gimp_procedure_new_return_values(
            procedure, GIMP_PDB_CALLING_ERROR,
            g_error_new_literal(EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                                _("The history is a window: call it interactively")));
    g_autofree char *recipe = album_window_run(missing_here, config);
    if (!recipe)
        return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, NULL);
    return run_with(recipe, procedure, image, drawables, config, data);
}

static char *find_in_file(const char *file, GError **error)
{
    char *const recipe = recall_find_in_file(file);
    ebru_error err = { .status = EBRU_NO_FILE, .reason = EBRU_UNREADABLE };

    if (recipe)
        return recipe;
    if (g_access(file, R_OK)) {
        err.found = errno;
        g_strlcpy(err.file, file, sizeof(err.file));
        g_error_from_ebru(error, &err);
    } else {
        g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_FILE,
                    _("“%s” does not say how it was generated"), file);
    }
    return NULL;
}

static char *find_recipe(GimpProcedureConfig *config, GimpImage *image, GimpDrawable *drawable,
                         GimpLayer **layer, GError **error)
{
    g_autofree char *file = NULL;

    g_object_get(config, "file", &file, NULL);
    if (file && *file)
        return find_in_file(file, error);
    if (!check_drawable(image, drawable, error))
        return NULL;
    char *const recipe = recall_find(image, drawable, layer);
    if (!recipe)
        g_set_error_literal(
            error, EBRU_PLUGIN_ERROR, EBRU_BAD_FILE,
            _("Neither the layer nor the file of the image says how it was generated"));
    return recipe;
}

static GimpValueArray *recall(GimpProcedure *procedure, GimpRunMode mode, GimpImage *image,
                              GimpDrawable **drawables, GimpProcedureConfig *config, gpointer data)
{
    struct job_result result = { .image = image };
    GimpLayer *layer = NULL;
    GError *error = NULL;
    g_autofree char *recipe =
        find_recipe(config, image, place_chosen(image, drawables), &layer, &error);

    if (!recipe)
        return gimp_procedure_new_return_values(procedure, status_of(error), error);
    if (mode == GIMP_RUN_INTERACTIVE) {
        g_auto(GStrv) missing = missing_here(config, recipe);
        if (!recipe_view_ask(_("Recall Settings"), recipe, missing))
            return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, NULL);
        return run_with(recipe, procedure, image, drawables, config, data);
    }
    GimpLayer *const layers[] = { layer, NULL };
    result.layers = (GimpLayer **)layers;
    GimpValueArray *const values = values_of(procedure, &result);
    g_value_set_string(gimp_value_array_index(values, 5), recipe);
    return values;
}

static GimpValueArray *check(GimpProcedure *procedure, GimpProcedureConfig *config, gpointer data)
{
    GimpValueArray *const values =
        gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, NULL);
    g_autofree char *report = NULL;
    gboolean ok;
    GimpRunMode mode;

    (void)data;
    g_object_get(config, "run-mode", &mode, NULL);
    if (mode == GIMP_RUN_INTERACTIVE) {
        report = check_window_run(&ok);
    } else {
        g_autofree char *facts = check_facts(), *engine = check_engine(&ok);
        report = g_strconcat(facts, engine, NULL);
    }
    g_value_set_string(gimp_value_array_index(values, 1), report);
    g_value_set_boolean(gimp_value_array_index(values, 2), ok);
    return values;
}

static GimpValueArray *models(GimpProcedure *procedure, GimpProcedureConfig *config, gpointer data)
{
    g_autofree char *action = NULL, *path = NULL, *report = NULL;
    GError *error = NULL;
    GimpRunMode mode;
    gboolean accepts;

    (void)data;
    g_object_get(config, "run-mode", &mode, "action", &action, "path", &path, "accept-licence",
                 &accepts, NULL);
    if (mode == GIMP_RUN_INTERACTIVE)
        models_window_run();
    else if (!(report = models_do(action, path, accepts, &error)))
        return gimp_procedure_new_return_values(procedure, status_of(error), error);
    GimpValueArray *const values =
        gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, NULL);
    g_value_set_string(gimp_value_array_index(values, 1), report ? report : "");
    return values;
}

/* --- the class ------------------------------------------------------------ */

static GList *query(GimpPlugIn *plug_in)
{
    GList *names = NULL;

    (void)plug_in;
    for (int i = 0; menu_at(i); i++)
        names = g_list_append(names, g_strdup(menu_at(i)->name));
    return names;
}

static GimpProcedure *new_without_image(GimpPlugIn *plug_in, const char *name, GimpRunFunc function)
{
    GimpProcedure *const p =
        gimp_procedure_new(plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN, function, NULL, NULL);

    gimp_procedure_add_enum_argument(p, "run-mode", _("Run mode"), _("The run mode"),
                                     GIMP_TYPE_RUN_MODE, GIMP_RUN_INTERACTIVE, G_PARAM_READWRITE);
    return p;
}

static GimpProcedure *new_check(GimpPlugIn *plug_in, const char *name)
{
    const GParamFlags rw = G_PARAM_READWRITE;
    GimpProcedure *const p = new_without_image(plug_in, name, check);

    gimp_procedure_add_string_return_value(p, "report", _("Report"), _("What was found"), "", rw);
    gimp_procedure_add_boolean_return_value(p, "works", _("Works"),
                                            _("Whether the engine passed its test"), FALSE, rw);
    return p;
}

static GimpProcedure *new_models(GimpPlugIn *plug_in, const char *name)
{
    const GParamFlags rw = G_PARAM_READWRITE;
    GimpProcedure *const p = new_without_image(plug_in, name, models);

    gimp_procedure_add_choice_argument(
        p, "action", _("Action"), _("What to do"),
        gimp_choice_new_with_values(
            "list", 0, _("List all"), NULL, "add", 1, _("Add"), NULL, "remove", 2,
            _("Remove from the list"), NULL, "verify", 3, _("Verify"), NULL, "places", 4,
            _("Other programs"), NULL, "convert", 5, _("Convert to 8-bit"), NULL, "download", 6,
            _("Download from the catalogue"), NULL, "trash", 7, _("Move to the trash"), NULL, NULL),
        "list", rw);
    gimp_procedure_add_string_argument(
        p, "path", _("Path"),
        _("The file or folder to add, remove, verify, convert or move to the trash; for a download "
          "the name of the model in the catalogue"),
        "", rw);
    gimp_procedure_add_boolean_argument(p, "accept-licence", _("Accept the licence"),
                                        _("A yes to the licence of what is downloaded"), FALSE, rw);
    gimp_procedure_add_string_return_value(p, "report", _("Report"),
                                           _("A list of objects, as JSON"), "", rw);
    return p;
}

static GimpProcedure *new_painter(GimpPlugIn *plug_in, const struct menu_item *item)
{
    const GimpRunImageFunc function = item->task == TASK_RECALL    ? recall
                                      : item->task == TASK_HISTORY ? history
                                                                   : run;
    GimpProcedure *const p = gimp_image_procedure_new(
        plug_in, item->name, GIMP_PDB_PROC_TYPE_PLUGIN, function, (gpointer)item, NULL);

    gimp_procedure_set_image_types(p, "*");
    gimp_procedure_set_sensitivity_mask(p, item->sensitivity);
    procedure_add_arguments(p, item->initial);
    procedure_add_return_values(p);
    if (item->task != TASK_RECALL)
        return p;
    gimp_procedure_add_string_argument(p, "file", _("File"),
                                       _("Path of a picture or text to take the settings from; "
                                         "empty: from the layer or the image"),
                                       "", G_PARAM_READWRITE);
    gimp_procedure_add_string_return_value(p, "recipe", _("Recipe"), _("The settings as JSON"), "",
                                           G_PARAM_READWRITE);
    return p;
}

static GimpProcedure *create(GimpPlugIn *plug_in, const char *name)
{
    const struct menu_item *const item = menu_find(name);
    GimpProcedure *const p = item->task == TASK_CHECK    ? new_check(plug_in, name)
                             : item->task == TASK_MODELS ? new_models(plug_in, name)
                                                         : new_painter(plug_in, item);

    gimp_procedure_set_menu_label(p, _(item->label));
    gimp_procedure_add_menu_path(p, item->path);
    gimp_procedure_set_documentation(
        p, _(item->blurb),
        _("Stable Diffusion on this computer's processor. The result is a new layer, or a new "
          "image; nothing that was there is changed."),
        name);
    gimp_procedure_set_attribution(p, "The Ebru authors", "The Ebru authors", "2026");
    return p;
}

static gboolean set_i18n(GimpPlugIn *plug_in, const char *name, char **domain, char **catalog)
{
    (void)plug_in;
    (void)name;
    (void)catalog; /* locale/ beside the binary */
    *domain = g_strdup(GETTEXT_PACKAGE);
    return TRUE;
}

static void ebru_plug_in_class_init(EbruPlugInClass *class)
{
    GIMP_PLUG_IN_CLASS(class)->query_procedures = query;
    GIMP_PLUG_IN_CLASS(class)->create_procedure = create;
    GIMP_PLUG_IN_CLASS(class)->set_i18n = set_i18n;
}

static void ebru_plug_in_init(EbruPlugIn *plug_in)
{
    (void)plug_in;
}
