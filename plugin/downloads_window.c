/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "downloads_window.h"

#include "banner.h"
#include "checkpoints.h"
#include "download.h"
#include "downloads_catalogue.h"
#include "downloads_fetch.h"
#include "fields.h"
#include "files.h"
#include "message.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

enum { NAME, FAMILY, SIZE, LICENCE, NOTE, INDEX, COLUMNS };

struct window {
    GtkWidget *dialog, *view, *place, *start;
    GtkWidget *asking, *asking_text; /* the licence: Read, I Accept */
    struct banner banner;
    GtkWidget *bar, *cancel;
    GtkListStore *store;
    GPtrArray *items;
    const struct catalogue_item *asked; /* whose licence was shown last: no other is fetched */
    char *folder;
    gboolean on_catalogue;     /* it is about the catalogue */
    GFileMonitor *monitor;     /* of the user's catalogue; NULL: none */
    guint rereading;           /* timer: it is changing; 0: it is not */
    struct fetching *fetching; /* NULL: none */
    gboolean closed;           /* waits for the thread */
    void (*got)(void *user, const char *path);
    void *user;
};

/* --- the catalogue -------------------------------------------------------- */

static const struct catalogue_item *selected(struct window *w)
{
    GtkTreeSelection *const s = gtk_tree_view_get_selection(GTK_TREE_VIEW(w->view));
    GtkTreeIter iter;
    guint i;

    if (!w->items || !gtk_tree_selection_get_selected(s, NULL, &iter))
        return NULL;
    gtk_tree_model_get(GTK_TREE_MODEL(w->store), &iter, INDEX, &i, -1);
    return w->items->pdata[i];
}

static void tell(struct window *w, enum banner_action help, const char *text)
{
    w->on_catalogue = FALSE;
    banner_show(&w->banner, *text ? help : BANNER_NONE, text);
}

static void tell_catalogue(struct window *w, const GError *error)
{
    g_autofree char *own = downloads_catalogue_own();
    g_autofree char *text =
        error           ? g_strdup(error->message)
        : w->items->len ? g_strdup("")
                        : g_strdup_printf(_("The catalogue is empty: Ebru names no model whose "
                                            "address, size, checksum and licence are not certain. "
                                            "“Edit Catalogue” opens %s, where you can add one; its "
                                            "first lines say how."),
                                          own);

    if (!*text && !w->on_catalogue)
        return; /* what is told is about something else */
    tell(w, BANNER_SAY, text);
    w->on_catalogue = TRUE;
}

static void set_busy(struct window *w, gboolean busy)
{
    gtk_widget_set_visible(w->bar, busy);
    gtk_widget_set_visible(w->cancel, busy);
    gtk_widget_set_sensitive(w->start, !busy && w->items && w->items->len);
    gtk_widget_set_sensitive(w->view, !busy);
    gtk_widget_hide(w->asking);
    if (gtk_widget_get_visible(w->dialog) &&
        !gtk_window_get_focus(GTK_WINDOW(w->dialog))) /* it was in what has gone */
        gtk_widget_grab_focus(busy ? w->cancel : w->view);
}

/* name: of the model to be selected; may be NULL. */
static void fill(struct window *w, const char *name)
{
    GError *error = NULL;

    w->items = downloads_catalogue(&error);
    gtk_list_store_clear(w->store);
    for (guint i = 0; w->items && i < w->items->len; i++) {
        const struct catalogue_item *const item = w->items->pdata[i];
        g_autofree char *size = g_format_size((guint64)item->size);
        GtkTreeIter iter;
        gtk_list_store_insert_with_values(w->store, &iter, -1, NAME, item->name, FAMILY,
                                          item->family, SIZE, size, LICENCE, item->licence, NOTE,
                                          item->note, INDEX, i, -1);
        if (!g_strcmp0(name, item->name))
            gtk_tree_selection_select_iter(gtk_tree_view_get_selection(GTK_TREE_VIEW(w->view)),
                                           &iter);
    }
    tell_catalogue(w, error);
    set_busy(w, w->fetching != NULL);
    g_clear_error(&error);
}

/* The user has written into it. A question about an entry that was there before is taken back. */
static gboolean reread(gpointer data)
{
    struct window *const w = data;
    const struct catalogue_item *const item = selected(w);
    g_autofree char *name = item ? g_strdup(item->name) : NULL;

    w->rereading = 0;
    w->asked = NULL;
    if (w->banner.action == BANNER_RETRY)
        tell(w, BANNER_SAY, "");
    g_clear_pointer(&w->items, g_ptr_array_unref);
    fill(w, name);
    return G_SOURCE_REMOVE;
}

/* Editors write in several steps. */
static void on_file_changed(struct window *w)
{
    enum { REST = 300 }; /* ms */

    if (w->rereading)
        g_source_remove(w->rereading);
    w->rereading = g_timeout_add(REST, reread, w);
}

/* The user's own file, in an editor. */
static void edit_catalogue(struct window *w)
{
    g_autofree char *own = downloads_catalogue_own();
    g_autofree char *uri = g_filename_to_uri(own, NULL, NULL);
    GError *error = NULL;

    if (!downloads_catalogue_make(&error) ||
        !gtk_show_uri_on_window(GTK_WINDOW(w->dialog), uri, GDK_CURRENT_TIME, &error))
        tell(w, BANNER_SAY, error->message);
    g_clear_error(&error);
}

/* --- a download ----------------------------------------------------------- */

static void free_when_done(struct window *w)
{
    if (!w->closed || w->fetching)
        return;
    g_clear_pointer(&w->items, g_ptr_array_unref);
    g_object_unref(w->store);
    g_free(w->folder);
    g_free(w);
}

static void say_error(struct window *w, const GError *error)
{
    const gboolean disk = g_error_matches(error, DOWNLOAD_ERROR, DOWNLOAD_DISK);

    if (g_error_matches(error, DOWNLOAD_ERROR, DOWNLOAD_STOPPED) ||
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        tell(w, BANNER_SAY,
             _("Stopped. What has arrived is kept; the next download goes on "
               "from there."));
    else
        tell(w,
             disk ? BANNER_CHOOSE_FOLDER
             : w->asked
                 ? BANNER_RETRY
                 : BANNER_SAY, /* the catalogue has changed since: it is to be chosen again */
             error->message);
}

static void on_fetched(void *user, const char *path, const GError *error)
{
    struct window *const w = user;

    w->fetching = NULL;
    if (path && w->got)
        w->got(w->user, path);
    if (!w->closed) {
        set_busy(w, FALSE);
        if (path) {
            g_autofree char *text = g_strdup_printf(_("“%s” is there and as published."), path);
            tell(w, BANNER_SAY, text);
        } else {
            say_error(w, error);
        }
    }
    free_when_done(w);
}

static gboolean on_tick(gpointer data)
{
    struct window *const w = data;

    if (!w->fetching)
        return G_SOURCE_REMOVE;
    g_autofree char *text = fetching_describe(w->fetching);
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(w->bar), fetching_fraction(w->fetching));
    gtk_progress_bar_set_text(GTK_PROGRESS_BAR(w->bar), text);
    return G_SOURCE_CONTINUE;
}

static void begin(struct window *w)
{
    if (!w->asked || w->fetching)
        return;
    w->fetching = fetching_begin(w->items, w->asked, w->folder, on_fetched, w);
    tell(w, BANNER_SAY, "");
    set_busy(w, TRUE);
    g_timeout_add(200, on_tick, w);
    on_tick(w);
}

/* --- the buttons ---------------------------------------------------------- */

static void ask(struct window *w)
{
    const struct catalogue_item *const item = selected(w);

    if (!item)
        return;
    w->asked = item;
    g_autofree char *text =
        message_fill(MESSAGE_LICENCE, "m", item->name, "licence", item->licence, NULL);
    gtk_label_set_text(GTK_LABEL(w->asking_text), text);
    tell(w, BANNER_SAY, "");
    gtk_widget_show(w->asking);
}

static void read_licence(struct window *w)
{
    g_autoptr(GError) error = NULL;

    if (!w->asked || gtk_show_uri_on_window(GTK_WINDOW(w->dialog), w->asked->licence_url,
                                            GDK_CURRENT_TIME, &error))
        return;
    /* no program shows pages: then its address has to do */
    g_autofree char *text = g_strdup_printf("%s: %s", w->asked->licence_url, error->message);
    tell(w, BANNER_SAY, text);
}

static void stop(struct window *w)
{
    if (w->fetching)
        fetching_stop(w->fetching);
}

static void set_folder(void *user, const char *path)
{
    struct window *const w = user;
    g_autofree char *text = g_strdup_printf(_("Saved in: %s"), path);
    char *const copy = g_strdup(path);

    g_free(w->folder);
    w->folder = copy;
    gtk_label_set_text(GTK_LABEL(w->place), text);
    tell(w, BANNER_SAY, "");
}

static void choose_folder(struct window *w)
{
    files_choose_folder(GTK_WINDOW(w->dialog), _("Folder for Downloads"), set_folder, w);
}

static void help(void *user, enum banner_action action)
{
    if (action == BANNER_CHOOSE_FOLDER)
        choose_folder(user);
    else if (action == BANNER_RETRY)
        begin(user);
}

/* --- the window ----------------------------------------------------------- */

static GtkWidget *wrapped_label_new(void)
{
    GtkWidget *const label = gtk_label_new(NULL);

    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_line_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 60);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    return label;
}

static GtkWidget *button_new(const char *label, void (*press)(struct window *w), struct window *w)
{
    GtkWidget *const button = gtk_button_new_with_mnemonic(label);

    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    g_signal_connect_swapped(button, "clicked", G_CALLBACK(press), w);
    return button;
}

static GtkWidget *list_new(struct window *w)
{
    static const char *const titles[] = { N_("Model"), N_("Family"), N_("Size"), N_("Licence"),
                                          N_("Note") };
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);

    w->store = gtk_list_store_new(COLUMNS, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING,
                                  G_TYPE_STRING, G_TYPE_STRING, G_TYPE_UINT);
    w->view = gtk_tree_view_new_with_model(GTK_TREE_MODEL(w->store));
    fields_mark_chosen(w->view);
    for (int i = 0; i < INDEX; i++)
        gtk_tree_view_insert_column_with_attributes(GTK_TREE_VIEW(w->view), -1, _(titles[i]),
                                                    gtk_cell_renderer_text_new(), "text", i, NULL);
    atk_object_set_name(gtk_widget_get_accessible(w->view), _("Models in the catalogue"));
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_container_add(GTK_CONTAINER(scrolled), w->view);
    gtk_widget_set_size_request(scrolled, 560, 160);
    return scrolled;
}

static GtkWidget *buttons_new(struct window *w)
{
    GtkWidget *const row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

    w->start = button_new(_("_Download"), ask, w);
    gtk_box_pack_start(GTK_BOX(row), w->start, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(row), button_new(_("Choose _Folder…"), choose_folder, w), FALSE,
                       FALSE, 0);
    gtk_box_pack_start(GTK_BOX(row), button_new(_("_Edit Catalogue"), edit_catalogue, w), FALSE,
                       FALSE, 0);
    return row;
}

static GtkWidget *progress_new(struct window *w)
{
    GtkWidget *const row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

    w->bar = gtk_progress_bar_new();
    gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(w->bar), TRUE);
    gtk_widget_set_valign(w->bar, GTK_ALIGN_CENTER);
    atk_object_set_name(gtk_widget_get_accessible(w->bar), _("Progress"));
    w->cancel = button_new(_("_Stop"), stop, w);
    gtk_box_pack_start(GTK_BOX(row), w->bar, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(row), w->cancel, FALSE, FALSE, 0);
    return row;
}

static GtkWidget *asking_new(struct window *w)
{
    GtkWidget *const bar = gtk_info_bar_new();
    GtkInfoBar *const info = GTK_INFO_BAR(bar);
    GtkWidget *const answers = gtk_info_bar_get_action_area(info);

    gtk_info_bar_set_message_type(info, GTK_MESSAGE_QUESTION);
    w->asking_text = wrapped_label_new();
    gtk_box_pack_start(GTK_BOX(gtk_info_bar_get_content_area(info)), w->asking_text, TRUE, TRUE, 0);
    gtk_container_add(GTK_CONTAINER(answers), button_new(_("_Read"), read_licence, w));
    gtk_container_add(GTK_CONTAINER(answers), button_new(_("I _Accept"), begin, w));
    return bar;
}

static void build(struct window *w, GtkBox *box)
{
    gtk_box_set_spacing(box, 6);
    gtk_container_set_border_width(GTK_CONTAINER(box), 12);
    w->asking = asking_new(w);
    banner_build(&w->banner, help, w);
    w->place = wrapped_label_new();
    gtk_box_pack_start(box, w->banner.root, FALSE, FALSE, 0);
    gtk_box_pack_start(box, list_new(w), TRUE, TRUE, 0);
    gtk_box_pack_start(box, w->place, FALSE, FALSE, 0);
    gtk_box_pack_start(box, buttons_new(w), FALSE, FALSE, 0);
    gtk_box_pack_start(box, w->asking, FALSE, FALSE, 0);
    gtk_box_pack_start(box, progress_new(w), FALSE, FALSE, 0);
    gtk_widget_show_all(GTK_WIDGET(box));
    set_busy(w, FALSE);
}

static void on_destroy(struct window *w)
{
    while (g_source_remove_by_user_data(w))
        continue;
    stop(w);
    g_clear_object(&w->monitor);
    w->closed = TRUE;
    w->got = NULL; /* who asked is gone too */
    free_when_done(w);
}

void downloads_open(GtkWindow *parent, void (*got)(void *user, const char *path), void *user)
{
    struct window *const w = g_new0(struct window, 1);
    g_autofree char *folder = checkpoints_own_folder();

    w->got = got;
    w->user = user;
    w->dialog = gimp_dialog_new(_("Download Models"), "ebru-downloads", GTK_WIDGET(parent),
                                GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_MODAL, NULL, NULL,
                                _("_Close"), GTK_RESPONSE_CLOSE, NULL);
    build(w, GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(w->dialog))));
    set_folder(w, folder);
    fill(w, NULL);
    w->monitor = downloads_catalogue_watch();
    if (w->monitor)
        g_signal_connect_swapped(w->monitor, "changed", G_CALLBACK(on_file_changed), w);
    g_signal_connect(w->dialog, "response", G_CALLBACK(gtk_widget_destroy), NULL);
    g_signal_connect_swapped(w->dialog, "destroy", G_CALLBACK(on_destroy), w);
    gtk_widget_show(w->dialog);
}
