/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "advice.h"
#include "files.h"
#include "model_row.h"
#include "models_convert.h"
#include "models_window.h"
#include "quality.h"
#include "store.h"

#include <glib/gi18n.h>

void dialog_show_error(struct dialog *d, int code, const char *text, const char *file)
{
    g_free(d->meant);
    d->meant = file && *file ? g_strdup(file) : NULL;
    banner_show(&d->banner, message_action_for(code), text);
}

void dialog_show_fault(struct dialog *d, const ebru_error *err)
{
    GError *error = NULL;

    if (err->reason == EBRU_TOO_LARGE && dialog_has_8bit(d)) {
        g_autofree char *text = message_memory_8bit(err);
        banner_show(&d->banner, BANNER_USE_8BIT, text);
        return;
    }
    g_error_from_ebru(&error, err);
    dialog_show_error(d, error->code, error->message, err->file);
    g_clear_error(&error);
}

static void add_model_at(void *user, const char *path)
{
    struct dialog *const d = user;
    GError *error = NULL;
    g_autofree char *folder = g_path_get_dirname(path);
    const gboolean index = g_str_has_suffix(path, G_DIR_SEPARATOR_S "model_index.json");
    const struct checkpoint *const added =
        checkpoints_add(d->models, index ? folder : path, &error); /* the folder is the model */

    if (added) {
        g_object_set(d->config, "model", added->path, NULL); /* the window follows */
        gtk_widget_grab_focus(d->form.prompt);
    } else {
        dialog_show_error(d, error->code, error->message, path);
    }
    g_clear_error(&error);
}

/* A model that was chosen and then taken off the list is not found by its path again. */
static void forget_removed(struct dialog *d)
{
    g_auto(GStrv) removed = store_removed_models();
    g_autofree char *chosen = NULL;

    g_object_get(d->config, "model", &chosen, NULL);
    if (chosen && g_strv_contains((const char *const *)removed, chosen))
        g_object_set(d->config, "model", "", NULL);
}

/* The list has changed, and perhaps a model was chosen. */
static void on_models(void *user, const char *path)
{
    struct dialog *const d = user;
    GPtrArray *const before = d->models;
    const struct checkpoint *const old = dialog_model(d, NULL);

    dialog_find_models(d);
    forget_removed(d);
    const struct checkpoint *const new = dialog_model(d, NULL);
    if (new)
        model_row_fill(d->form.model, d->models, new);
    else
        model_row_wait(d->form.model); /* what it has is about to go */
    if (path)
        g_object_set(d->config, "model", path, NULL);
    else if (!new || g_strcmp0(old ? old->path : NULL, new->path))
        dialog_fill_models(d);
    g_ptr_array_unref(before);
}

void dialog_show_models(struct dialog *d)
{
    const struct checkpoint *const model = dialog_model(d, NULL);

    models_window_open(GTK_WINDOW(d->window), model ? model->path : NULL, on_models, d);
}

/* --- 8-bit copies ---------------------------------------------------------- */

gboolean dialog_has_8bit(struct dialog *d)
{
    const struct checkpoint *const model = dialog_model(d, NULL);

    return model && models_convert_possible(&model->info);
}

/* What is made is seen in the window of models, which can stop it. */
void dialog_use_8bit(struct dialog *d)
{
    const struct checkpoint *const model = dialog_model(d, NULL);
    g_autofree char *copy = model ? models_convert_find(model->path) : NULL;

    if (copy) {
        models_convert_list(copy);
        on_models(d, copy);
    } else if (model) {
        models_window_convert(GTK_WINDOW(d->window), model->path, on_models, d);
    }
}

static void set_vocabulary(void *user, const char *path)
{
    struct dialog *const d = user;

    g_object_set(d->config, "vocabulary", path, NULL);
    dialog_model_changed(d);
}

void dialog_banner_pressed(void *user, enum banner_action action)
{
    struct dialog *const d = user;
    const struct checkpoint *const model = dialog_model(d, NULL);

    if (action == BANNER_ADD_MODEL) {
        files_choose_model(GTK_WINDOW(d->window), add_model_at, d);
    } else if (action == BANNER_CHOOSE_FOLDER) {
        files_choose_vocabulary(GTK_WINDOW(d->window), set_vocabulary, d);
    } else if (action == BANNER_HOW) {
        files_explain_pickle(GTK_WINDOW(d->window));
    } else if (action == BANNER_SHOW_FOLDER && (d->meant || model)) {
        files_show_folder(GTK_WINDOW(d->window), d->meant ? d->meant : model->path);
    } else if (action == BANNER_USE_8BIT) {
        dialog_use_8bit(d);
    } else if (action == BANNER_LOAD_ANYWAY) {
        d->second_copy = TRUE;
        dialog_open_model(d);
    } else if (action == BANNER_USE_SIZE && model) {
        g_object_set(d->config, "width", model->info.width, "height", model->info.height, NULL);
    } else if (action == BANNER_USE_DRAFT) {
        g_object_set(d->config, "steps", quality_steps(d->form.quality, 0), NULL);
    }
    advice_follow(action, d->image, d->config);
    dialog_explain_soon(d);
    if (!d->models->len)
        dialog_fill_models(d);
}
