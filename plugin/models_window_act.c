/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_window_parts.h"

#include "convert_row.h"
#include "downloads_window.h"
#include "files.h"
#include "models.h"
#include "models_convert.h"
#include "models_places.h"
#include "models_trash.h"
#include "store.h"

#include <glib/gi18n.h>

/* --- what went wrong ------------------------------------------------------ */

void models_window_warn(struct models_window *w, enum banner_action action, const char *path,
                        const char *text)
{
    g_free(w->meant);
    w->meant = g_strdup(path);
    banner_show(&w->banner, action, text);
}

/* Errors that are not ours are the system's, about this file. */
void models_window_fail(struct models_window *w, const char *path, const GError *error)
{
    models_window_warn(w,
                       error->domain != EBRU_PLUGIN_ERROR ? BANNER_SHOW_FOLDER
                                                          : message_action_for(error->code),
                       path, error->message);
}

void models_window_banner_pressed(void *user, enum banner_action action)
{
    struct models_window *const w = user;

    if (action == BANNER_ADD_MODEL)
        models_window_add_file(w);
    else if (action == BANNER_CHOOSE_FOLDER)
        models_window_add_folder(w);
    else if (action == BANNER_HOW)
        files_explain_pickle(GTK_WINDOW(w->dialog));
    else if (action == BANNER_SHOW_FOLDER && w->meant)
        files_show_folder(GTK_WINDOW(w->dialog), w->meant);
}

/* --- adding --------------------------------------------------------------- */

static void add_path(void *user, const char *path)
{
    struct models_window *const w = user;
    GError *error = NULL;
    g_autofree char *folder = g_path_get_dirname(path);
    const char *const real =
        g_str_has_suffix(path, G_DIR_SEPARATOR_S "model_index.json") ? folder : path;
    g_autofree char *report = models_do("add", real, FALSE, &error);

    if (error)
        models_window_fail(w, path, error);
    else
        models_window_list_changed(w, real);
    g_clear_error(&error);
}

void models_window_add_file(struct models_window *w)
{
    files_choose_model(GTK_WINDOW(w->dialog), add_path, w);
}

void models_window_add_folder(struct models_window *w)
{
    files_choose_folder(GTK_WINDOW(w->dialog), _("Add a Folder with Models"), add_path, w);
}

void models_window_use_others(struct models_window *w)
{
    models_places_offer(GTK_WINDOW(w->dialog), add_path, w);
}

void models_window_download(struct models_window *w)
{
    downloads_open(GTK_WINDOW(w->dialog), add_path, w);
}

/* --- removing ------------------------------------------------------------- */

void models_window_remove(struct models_window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    if (!path)
        return;
    g_autofree char *next = models_list_beside(&w->list);
    store_remove_model(path);
    models_window_list_changed(w, next);
}

static void on_trashed(void *user, const GError *error)
{
    struct models_window *const w = user;

    if (error)
        models_window_fail(w, w->trashed, error); /* what was chosen still is */
    else
        models_window_list_changed(w, NULL);
}

void models_window_trash(struct models_window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    if (!path)
        return;
    g_free(w->trashed);
    w->trashed = g_strdup(path);
    models_trash_ask(GTK_WINDOW(w->dialog), path, on_trashed, w);
}

/* --- 8-bit copies --------------------------------------------------------- */

void models_window_converted(void *user, const char *copy, const GError *error)
{
    struct models_window *const w = user;
    g_autofree char *text = copy ? g_strdup_printf(_("The 8-bit copy is there: %s"), copy) : NULL;

    models_window_selected(w);
    if (copy) {
        models_convert_list(copy);
        models_window_list_changed(w, copy);
    }
    models_window_say(w, text ? text : error ? "" : _("Stopped"));
    if (error)
        models_window_fail(w, w->source, error);
    if (copy && w->use_copy)
        w->changed(w->user, copy);
    if (copy && w->use_copy)
        gtk_widget_destroy(w->dialog);
}

void models_window_begin_conversion(struct models_window *w, const char *path)
{
    if (!convert_row_begin(w->making, path))
        return;
    g_free(w->source);
    w->source = g_strdup(path);
    banner_hide(&w->banner);
    gtk_widget_set_sensitive(w->convert, FALSE);
    models_window_say(w, "");
}

void models_window_convert_selected(struct models_window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    if (path)
        models_window_begin_conversion(w, path);
}
