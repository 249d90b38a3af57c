/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_window.h"

#include "catalogue.h"
#include "checkpoints.h"
#include "checksum.h"
#include "convert_row.h"
#include "downloads_window.h"
#include "fields.h"
#include "files.h"
#include "message.h"
#include "models.h"
#include "models_convert.h"
#include "models_index.h"
#include "models_list.h"
#include "models_places.h"
#include "models_sums.h"
#include "models_trash.h"
#include "store.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>
#include <string.h>

enum { USE = 1 };

struct window {
    GtkWidget *dialog, *details, *bar, *status;
    struct models_list list;
    GtkWidget *for_one[5]; /* buttons that need a selected row; NULL at the end */
    GtkWidget *convert;    /* the one of them that not every row can have */
    GtkWidget *making;     /* of an 8-bit copy: convert_row */
    gboolean use_copy;     /* it is what the window was opened for */
    GPtrArray *catalogue;  /* NULL: there is none */
    struct sum *sum;       /* NULL: none is being made */
    gboolean verifying;    /* the sum was asked for; else it is made for the details */
    guint timer, rest;     /* sources; 0: none */
    gboolean closed;       /* waits for its threads */
    int threads;
    void (*changed)(void *user, const char *path);
    void *user;
};

static void say(struct window *w, const char *text)
{
    gtk_label_set_text(GTK_LABEL(w->status), text);
    gtk_widget_set_visible(w->status, *text != 0);
}

static void free_when_done(struct window *w)
{
    if (!w->closed || w->threads)
        return;
    models_list_clear(&w->list);
    g_clear_pointer(&w->catalogue, g_ptr_array_unref);
    g_free(w);
}

/* --- the list ------------------------------------------------------------- */

static const char *licence_for(struct window *w, struct models_index *index,
                               const struct checkpoint *c, const char *sha256)
{
    g_autofree char *file = g_path_get_basename(c->path);
    const struct catalogue_item *const item =
        catalogue_find(w->catalogue, sha256, file, c->info.bytes);

    return item ? item->licence : c->starter ? "CC0 1.0" : models_index_licence(index, c->path);
}

static void show_models(struct window *w, GPtrArray *models, const char *selected)
{
    struct models_index *const index = models_index_open();
    g_autoptr(GHashTable) used = store_used();

    models_list_begin(&w->list);
    for (guint i = 0; i < models->len; i++) {
        const struct checkpoint *const c = models->pdata[i];
        const gint64 *const time = g_hash_table_lookup(used, c->path);
        const char *const sha256 = models_index_sha256(index, c->path);
        const struct models_row row = { .path = c->path,
                                        .name = c->info.name,
                                        .family = c->info.family,
                                        .precision = c->info.precision,
                                        .licence = licence_for(w, index, c, sha256),
                                        .sha256 = sha256,
                                        .size = c->info.bytes,
                                        .memory = (gint64)models_memory(&c->info),
                                        .used = time ? *time : 0,
                                        .width = c->info.width,
                                        .height = c->info.height };
        models_list_add(&w->list, &row);
    }
    models_list_end(&w->list, selected);
    models_index_close(index);
    g_autofree char *none = models->len ? NULL : message_fill(MESSAGE_NO_MODEL, NULL);
    if (none)
        say(w, none);
}

static void find_all(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    (void)source;
    (void)data;
    (void)cancel;
    g_task_return_pointer(task, checkpoints_find_all(), (GDestroyNotify)g_ptr_array_unref);
}

static void on_found_all(GObject *source, GAsyncResult *result, gpointer data)
{
    struct window *const w = data;
    g_autoptr(GPtrArray) models = g_task_propagate_pointer(G_TASK(result), NULL);

    (void)source;
    w->threads--;
    if (!w->closed && models) {
        g_autofree char *selected = models_list_selected(&w->list);
        say(w, "");
        show_models(w, models, selected);
    }
    free_when_done(w);
}

/* What is known at once, and the rest when it has been looked at. */
static void fill(struct window *w, const char *selected)
{
    gboolean complete;
    g_autoptr(GPtrArray) models = checkpoints_find_soon(&complete);

    say(w, "");
    show_models(w, models, selected);
    if (complete)
        return;
    say(w, _("Looking at further files…"));
    w->threads++;
    g_autoptr(GTask) task = g_task_new(NULL, NULL, on_found_all, w);
    g_task_run_in_thread(task, find_all);
}

static void list_changed(struct window *w, const char *selected)
{
    fill(w, selected);
    if (w->changed)
        w->changed(w->user, NULL);
}

/* --- checksums ------------------------------------------------------------ */

static void show_details(struct window *w, const char *path, const char *sha256)
{
    struct models_index *const index = models_index_open();
    const char *const known = sha256 ? sha256 : models_index_sha256(index, path);
    g_autofree char *text =
        g_strdup_printf(_("%s\nSHA-256: %s"), path, known ? known : _("is being computed…"));

    gtk_label_set_text(GTK_LABEL(w->details), text);
    models_index_close(index);
}

static void say_verified(struct window *w, const char *path, const char *sha256, const char *before)
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

    say(w, text);
}

static void keep_sum(struct window *w, const char *path, const char *sha256)
{
    struct models_index *const index = models_index_open();
    g_autofree char *before = g_strdup(models_index_sha256(index, path));
    g_autofree char *selected = models_list_selected(&w->list);

    models_index_keep_sha256(index, path, sha256);
    models_index_close(index);
    models_list_set_sha256(&w->list, path, sha256);
    if (!g_strcmp0(selected, path))
        show_details(w, path, sha256);
    if (w->verifying)
        say_verified(w, path, sha256, before);
}

static void on_sum(void *user, const char *path, const char *sha256, const GError *error)
{
    struct window *const w = user;

    w->sum = NULL;
    w->threads--;
    if (!w->closed) {
        gtk_widget_hide(w->bar);
        if (sha256)
            keep_sum(w, path, sha256);
        else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            say(w, error->message);
        w->verifying = FALSE;
    }
    free_when_done(w);
}

static gboolean on_tick(gpointer data)
{
    struct window *const w = data;

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

static void begin_sum(struct window *w, const char *path)
{
    if (w->sum)
        return;
    w->sum = sum_begin(path, on_sum, w);
    w->threads++;
    gtk_progress_bar_set_text(GTK_PROGRESS_BAR(w->bar), "");
    gtk_widget_show(w->bar);
    if (!w->timer)
        w->timer = g_timeout_add(200, on_tick, w);
}

/* A row that stays selected for a while gets its sum. */
static gboolean on_rest(gpointer data)
{
    struct window *const w = data;
    g_autofree char *path = models_list_selected(&w->list);
    struct models_index *const index = models_index_open();
    const gboolean known = path && models_index_sha256(index, path);

    models_index_close(index);
    w->rest = 0;
    if (path && !known)
        begin_sum(w, path);
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

static void on_selected(struct window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    for (GtkWidget **b = w->for_one; *b; b++)
        gtk_widget_set_sensitive(*b, path != NULL);
    gtk_widget_set_sensitive(w->convert,
                             path && can_convert(path) && !gtk_widget_get_visible(w->making));
    gtk_dialog_set_response_sensitive(GTK_DIALOG(w->dialog), USE, path != NULL);
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

static void verify(struct window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    if (!path)
        return;
    w->verifying = TRUE;
    begin_sum(w, path);
}

/* --- adding --------------------------------------------------------------- */

static void add_path(void *user, const char *path)
{
    struct window *const w = user;
    GError *error = NULL;
    g_autofree char *folder = g_path_get_dirname(path);
    const char *const real =
        g_str_has_suffix(path, G_DIR_SEPARATOR_S "model_index.json") ? folder : path;
    g_autofree char *report = models_do("add", real, &error);

    list_changed(w, real);
    if (error)
        say(w, error->message);
    g_clear_error(&error);
}

static void add_file(struct window *w)
{
    files_choose_model(GTK_WINDOW(w->dialog), add_path, w);
}

static void add_folder(struct window *w)
{
    files_choose_folder(GTK_WINDOW(w->dialog), _("Add a Folder with Models"), add_path, w);
}

static void use_others(struct window *w)
{
    models_places_offer(GTK_WINDOW(w->dialog), add_path, w);
}

static void download(struct window *w)
{
    downloads_open(GTK_WINDOW(w->dialog), add_path, w);
}

/* --- removing ------------------------------------------------------------- */

static void remove_model(struct window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    if (!path)
        return;
    store_remove_model(path);
    list_changed(w, NULL);
}

static void on_trashed(void *user, const GError *error)
{
    struct window *const w = user;

    list_changed(w, NULL);
    if (error)
        say(w, error->message);
}

static void trash(struct window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    if (path)
        models_trash_ask(GTK_WINDOW(w->dialog), path, on_trashed, w);
}

/* --- 8-bit copies --------------------------------------------------------- */

static void on_converted(void *user, const char *copy, const GError *error)
{
    struct window *const w = user;
    g_autofree char *text = copy ? g_strdup_printf(_("The 8-bit copy is there: %s"), copy) : NULL;

    on_selected(w);
    if (copy) {
        models_convert_list(copy);
        list_changed(w, copy);
    }
    say(w, text ? text : error ? error->message : _("Stopped"));
    if (copy && w->use_copy)
        w->changed(w->user, copy);
    if (copy && w->use_copy)
        gtk_widget_destroy(w->dialog);
}

static void begin_conversion(struct window *w, const char *path)
{
    if (!convert_row_begin(w->making, path))
        return;
    gtk_widget_set_sensitive(w->convert, FALSE);
    say(w, "");
}

static void convert(struct window *w)
{
    g_autofree char *path = models_list_selected(&w->list);

    if (path)
        begin_conversion(w, path);
}

/* --- the window ----------------------------------------------------------- */

static GtkWidget *buttons_new(struct window *w)
{
    static const struct {
        const char *label;
        void (*press)(struct window *w);
        gboolean for_one;
    } buttons[] = {
        { N_("_Add File…"), add_file, FALSE },
        { N_("Add _Folder…"), add_folder, FALSE },
        { N_("_Other Programs…"), use_others, FALSE },
        { N_("_Download…"), download, FALSE },
        { N_("_Verify"), verify, TRUE },
        { N_("Convert to _8-bit"), convert, TRUE },
        { N_("_Remove from List"), remove_model, TRUE },
        { N_("Move to _Trash…"), trash, TRUE },
    };
    GtkWidget *const column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    int n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(buttons); i++) {
        GtkWidget *const b = gtk_button_new_with_mnemonic(_(buttons[i].label));
        g_signal_connect_swapped(b, "clicked", G_CALLBACK(buttons[i].press), w);
        gtk_box_pack_start(GTK_BOX(column), b, FALSE, FALSE, 0);
        if (!buttons[i].for_one)
            continue;
        if (n == 0)
            gtk_widget_set_margin_top(b, 12);
        if (buttons[i].press == convert)
            w->convert = b;
        w->for_one[n++] = b;
    }
    return column;
}

static GtkWidget *text_new(gboolean selectable)
{
    GtkWidget *const label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_line_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_selectable(GTK_LABEL(label), selectable);
    return label;
}

static void fill_window(struct window *w, GtkBox *box)
{
    GtkWidget *const row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

    gtk_box_set_spacing(box, 6);
    gtk_container_set_border_width(GTK_CONTAINER(box), 12);
    models_list_build(&w->list);
    gtk_box_pack_start(GTK_BOX(row), w->list.root, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(row), buttons_new(w), FALSE, FALSE, 0);
    gtk_box_pack_start(box, row, TRUE, TRUE, 0);
    w->details = text_new(TRUE);
    w->status = text_new(FALSE);
    w->bar = gtk_progress_bar_new();
    gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(w->bar), TRUE);
    atk_object_set_name(gtk_widget_get_accessible(w->bar), _("Progress"));
    gtk_box_pack_start(box, w->details, FALSE, FALSE, 0);
    w->making = convert_row_new(on_converted, w);
    gtk_box_pack_start(box, w->bar, FALSE, FALSE, 0);
    gtk_box_pack_start(box, w->making, FALSE, FALSE, 0);
    gtk_box_pack_start(box, w->status, FALSE, FALSE, 0);
    gtk_widget_show_all(GTK_WIDGET(box));
    gtk_widget_hide(w->bar);
    gtk_widget_hide(w->status);
}

static void on_response(GtkDialog *dialog, int response, struct window *w)
{
    g_autofree char *path = response == USE ? models_list_selected(&w->list) : NULL;

    if (path && w->changed)
        w->changed(w->user, path);
    gtk_widget_destroy(GTK_WIDGET(dialog));
}

static void on_row_activated(struct window *w)
{
    if (w->changed)
        gtk_dialog_response(GTK_DIALOG(w->dialog), USE);
}

static void on_destroy(struct window *w)
{
    while (g_source_remove_by_user_data(w))
        continue;
    if (w->sum)
        sum_stop(w->sum);
    w->closed = TRUE;
    free_when_done(w);
}

/* Wide enough for all columns, if the screen is. */
static void set_size(GtkWindow *window)
{
    enum { WIDE = 1180, HIGH = 440, MARGIN = 40 };

    gtk_window_set_default_size(window, MIN(WIDE, fields_screen().width - MARGIN), HIGH);
}

static struct window *open_window(GtkWindow *parent, const char *current,
                                  void (*changed)(void *user, const char *path), void *user)
{
    struct window *const w = g_new0(struct window, 1);

    w->changed = changed;
    w->user = user;
    w->catalogue = downloads_catalogue(NULL);
    w->dialog = gimp_dialog_new(_("Models"), "ebru-models", parent ? GTK_WIDGET(parent) : NULL,
                                GTK_DIALOG_DESTROY_WITH_PARENT, NULL, NULL, _("_Close"),
                                GTK_RESPONSE_CLOSE, NULL);
    if (changed)
        gtk_dialog_add_button(GTK_DIALOG(w->dialog), _("_Use This Model"), USE);
    fill_window(w, GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(w->dialog))));
    set_size(GTK_WINDOW(w->dialog));
    g_signal_connect(w->dialog, "response", G_CALLBACK(on_response), w);
    g_signal_connect_swapped(w->dialog, "destroy", G_CALLBACK(on_destroy), w);
    g_signal_connect_swapped(w->list.view, "row-activated", G_CALLBACK(on_row_activated), w);
    g_signal_connect_swapped(w->list.view, "cursor-changed", G_CALLBACK(on_selected), w);
    fill(w, current);
    on_selected(w);
    gtk_widget_show(w->dialog);
    gtk_widget_grab_focus(w->list.view);
    return w;
}

void models_window_open(GtkWindow *parent, const char *current,
                        void (*changed)(void *user, const char *path), void *user)
{
    open_window(parent, current, changed, user);
}

void models_window_convert(GtkWindow *parent, const char *path,
                           void (*changed)(void *user, const char *path), void *user)
{
    struct window *const w = open_window(parent, path, changed, user);

    w->use_copy = TRUE;
    begin_conversion(w, path);
}

void models_window_run(void)
{
    gimp_ui_init("ebru");
    g_signal_connect(open_window(NULL, NULL, NULL, NULL)->dialog, "destroy",
                     G_CALLBACK(gtk_main_quit), NULL);
    gtk_main();
}
