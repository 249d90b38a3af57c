/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_window_parts.h"

#include "catalogue.h"
#include "checksum.h"
#include "models_convert.h"
#include "models_index.h"
#include "models_sums.h"

#include <glib/gi18n.h>
#include <string.h>

/* --- checksums ------------------------------------------------------------ */

static void show_details(struct models_window *w, const char *path, const char *sha256)
{
    struct models_index *const index = models_index_open();
    const char *const known = sha256 ? sha256 : models_index_sha256(index, path);
    g_autofree char *text =
        g_strdup_printf(_("%s\nSHA-256: %s"), path, known ? known : _("is being computed…"));

    gtk_label_set_text(GTK_LABEL(w->details), text);
    models_index_close(index);
}

static void say_verified(struct models_window *w, const char *path, const char *sha256,
                         const char *before)
{
    g_autofree char *file = g_path_get_basename(path);
    const struct catalogue_item *const item =
        catalogue_find(w->catalogue, NULL, file, checksum_size(path));
    const char *const want = item ? item->sha256 : before;
    g_autofree char *text =
        !want ? g_strdup_printf(_("“%s”: compare the SHA-256 above with the one that is published "
                                  "where the model comes from."),
                                file)
        : strcmp(want, sha256)
            ? g_strdup_printf(_("“%s” is DAMAGED: its SHA-256 is not the one it should be. "
                                "Download it again."),
                              file)
        : item ? g_strdup_printf(_("“%s” is as it was published."), file)
               : g_strdup_printf(_("“%s” is as it was when it was first looked at."), file);

    if (want && strcmp(want, sha256))
        models_window_warn(w, BANNER_SHOW_FOLDER, path, text);
    else
        models_window_say(w, text);
}

static void keep_sum(struct models_window *w, const char *path, const char *sha256)
{
    struct models_index *const index = models_index_open();
    g_autofree char *before = g_strdup(models_index_sha256(index, path));
    g_autofree char *selected = models_list_selected(&w->list);

    if (!before) /* else one of a damaged file would be what the next is compared with */
        models_index_keep_sha256(index, path, sha256);
    models_index_close(index);
    models_list_set_sha256(&w->list, path, sha256);
    if (!g_strcmp0(selected, path))
        show_details(w, path, sha256);
    if (w->verifying)
        say_verified(w, path, sha256, before);
}

static void begin_next(struct models_window *w, const char *before);

static void on_sum(void *user, const char *path, const char *sha256, const GError *error)
{
    struct models_window *const w = user;

    w->sum = NULL;
    w->threads--;
    if (!w->closed) {
        gtk_widget_hide(w->bar);
        if (sha256)
            keep_sum(w, path, sha256);
        else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            models_window_fail(w, path, error);
        else if (w->verifying) /* it was asked for after it was stopped */
            g_queue_push_head(&w->verifies, g_strdup(path));
        w->verifying = FALSE;
        begin_next(w, path);
    }
    models_window_free_when_done(w);
}

static gboolean on_tick(gpointer data)
{
    struct models_window *const w = data;

    if (!w->sum) {
        w->timer = 0;
        return G_SOURCE_REMOVE;
    }
    g_autofree char *file = g_path_get_basename(sum_path(w->sum));
    g_autofree char *text =
        g_strdup_printf(_("SHA-256 of “%s”: %.0f %%"), file, 100 * sum_fraction(w->sum));
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(w->bar), sum_fraction(w->sum));
    gtk_progress_bar_set_text(GTK_PROGRESS_BAR(w->bar), text);
    return G_SOURCE_CONTINUE;
}

static void begin_sum(struct models_window *w, const char *path, gboolean verify)
{
    w->verifying = verify;
    w->sum = sum_begin(path, on_sum, w);
    w->threads++;
    gtk_progress_bar_set_text(GTK_PROGRESS_BAR(w->bar), "");
    gtk_widget_show(w->bar);
    if (!w->timer)
        w->timer = g_timeout_add(200, on_tick, w);
}

/* For the details. `before`: path of a model that has had its turn; may be NULL. */
static void sum_selected(struct models_window *w, const char *before)
{
    g_autofree char *path = models_list_selected(&w->list);
    struct models_index *const index = models_index_open();
    const gboolean known = path && models_index_sha256(index, path);

    models_index_close(index);
    if (path && !known && g_strcmp0(path, before))
        begin_sum(w, path, FALSE);
}

/* What was asked for comes before what nobody waits for. */
static void begin_next(struct models_window *w, const char *before)
{
    while (!w->sum && !g_queue_is_empty(&w->verifies)) {
        g_autofree char *path = g_queue_pop_head(&w->verifies);
        if (g_file_test(path, G_FILE_TEST_EXISTS)) /* it may be in the trash by now */
            begin_sum(w, path, TRUE);
    }
    if (!w->sum && !w->rest)
        sum_selected(w, before);
}

/* A row that stays selected for a while gets its sum. */
static gboolean on_rest(gpointer data)
{
    struct models_window *const w = data;

    w->rest = 0;
    if (!w->sum)
        sum_selected(w, NULL);
    return G_SOURCE_REMOVE;
}

static gboolean can_convert(const char *path)
{
    struct models_index *const index = models_index_open();
    ebru_model_info info;
    const gboolean can =
        models_index_probe(index, path, &info, NULL, NULL) && models_convert_possible(&info);

    models_index_close(index);
    return can;
}

void models_window_selected(struct models_window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    for (GtkWidget **b = w->for_one; *b; b++)
        gtk_widget_set_sensitive(*b, path != NULL);
    gtk_widget_set_sensitive(w->convert,
                             path && can_convert(path) && !gtk_widget_get_visible(w->making));
    gtk_dialog_set_response_sensitive(GTK_DIALOG(w->dialog), MODELS_WINDOW_USE, path != NULL);
    if (w->rest)
        g_source_remove(w->rest);
    w->rest = 0;
    if (!path) {
        gtk_label_set_text(GTK_LABEL(w->details), "");
        return;
    }
    if (w->sum && !w->verifying && strcmp(sum_path(w->sum), path))
        sum_stop(w->sum);
    show_details(w, path, NULL);
    w->rest = g_timeout_add(1000, on_rest, w);
}

void models_window_verify(struct models_window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    if (!path)
        return;
    banner_hide(&w->banner);
    if (w->sum && !strcmp(sum_path(w->sum), path)) {
        w->verifying = TRUE;
        return;
    }
    if (!g_queue_find_custom(&w->verifies, path, (GCompareFunc)strcmp))
        g_queue_push_tail(&w->verifies, g_strdup(path));
    if (!w->sum) {
        begin_next(w, NULL);
    } else if (!w->verifying) {
        sum_stop(w->sum); /* nobody waits for it */
    } else {
        g_autofree char *file = g_path_get_basename(path);
        g_autofree char *text = g_strdup_printf(_("“%s” is verified next."), file);
        models_window_say(w, text);
    }
}
