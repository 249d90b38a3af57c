/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "choosers.h"
#include "files.h"

#include <glib/gi18n.h>

void dialog_show_error(struct dialog *d, ebru_status status, const char *text)
{
    banner_show(&d->banner,
                status == EBRU_NO_VOCABULARY ? BANNER_CHOOSE_FOLDER
                : status == EBRU_BAD_FILE    ? BANNER_SHOW_FOLDER
                                             : BANNER_OK,
                text);
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
        g_object_set(d->config, "model", added->path, NULL);
        dialog_fill_models(d);
    } else {
        dialog_show_error(d, (ebru_status)error->code, error->message);
    }
    g_clear_error(&error);
}

void dialog_add_model(struct dialog *d)
{
    files_choose_model(GTK_WINDOW(d->window), add_model_at, d);
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
        dialog_add_model(d);
    } else if (action == BANNER_CHOOSE_FOLDER) {
        files_choose_vocabulary(GTK_WINDOW(d->window), set_vocabulary, d);
    } else if (action == BANNER_SHOW_FOLDER && model) {
        files_show_folder(GTK_WINDOW(d->window), model->path);
    } else if (action == BANNER_LOAD_ANYWAY) {
        d->second_copy = TRUE;
        dialog_open_model(d);
    } else if (action == BANNER_USE_SIZE && model) {
        g_object_set(d->config, "width", model->info.width, "height", model->info.height, NULL);
    } else if (action == BANNER_USE_DRAFT) {
        g_object_set(d->config, "steps", quality_steps(d->form.quality, 0), NULL);
    }
    if (!d->models->len)
        dialog_fill_models(d);
}
