/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt_search.h"

#include "fields.h"
#include "prompt.h"
#include "prompt_history.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>
#include <string.h>

enum { LETTERS = 36, HEIGHT = 220 };

struct search {
    GtkWidget *popover, *entry, *list, *prompt;
    char **words;   /* folded: all of them are in what is shown */
    char *searched; /* the text of these */
};

static const char *text_of(GtkListBoxRow *row)
{
    return g_object_get_data(G_OBJECT(row), "text");
}

/* --- the list ------------------------------------------------------------- */

static void add_row(struct search *s, const char *text)
{
    GtkWidget *const row = gtk_list_box_row_new(), *label = gtk_label_new(text);

    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_single_line_mode(GTK_LABEL(label), TRUE);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_widget_set_tooltip_text(label, text);
    gtk_container_add(GTK_CONTAINER(row), label);
    g_object_set_data_full(G_OBJECT(row), "text", g_strdup(text), g_free);
    g_object_set_data_full(G_OBJECT(row), "folded", g_utf8_casefold(text, -1), g_free);
    atk_object_set_name(gtk_widget_get_accessible(row), text);
    gtk_container_add(GTK_CONTAINER(s->list), row);
}

static void add_rows(struct search *s)
{
    g_auto(GStrv) starred = prompt_history_starred();
    g_auto(GStrv) recent = prompt_history_recent();

    for (char **text = starred; *text; text++)
        add_row(s, *text);
    for (char **text = recent; *text; text++)
        if (!g_strv_contains((const char *const *)starred, *text))
            add_row(s, *text);
}

static gboolean is_shown(GtkListBoxRow *row, gpointer data)
{
    const struct search *const s = data;
    const char *const folded = g_object_get_data(G_OBJECT(row), "folded");

    for (char **word = s->words; word && *word; word++)
        if (!strstr(folded, *word))
            return FALSE;
    return TRUE;
}

/* The first that is shown, from the i-th on, in steps of `by`. */
static GtkListBoxRow *shown_from(struct search *s, int i, int by)
{
    GtkListBoxRow *row;

    while (i >= 0 && (row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(s->list), i))) {
        if (is_shown(row, s))
            return row;
        i += by;
    }
    return NULL;
}

static void on_search(struct search *s)
{
    g_autofree char *folded = g_utf8_casefold(gtk_entry_get_text(GTK_ENTRY(s->entry)), -1);

    g_strfreev(s->words);
    s->words = g_strsplit(folded, " ", -1);
    g_free(s->searched);
    s->searched = g_strdup(gtk_entry_get_text(GTK_ENTRY(s->entry)));
    gtk_list_box_invalidate_filter(GTK_LIST_BOX(s->list));
    gtk_list_box_select_row(GTK_LIST_BOX(s->list), shown_from(s, 0, 1));
}

/* --- choosing ------------------------------------------------------------- */

static void take(struct search *s, GtkListBoxRow *row)
{
    if (!row)
        return;
    prompt_set_text(s->prompt, text_of(row));
    gtk_popover_popdown(GTK_POPOVER(s->popover));
    gtk_widget_grab_focus(s->prompt);
}

static void on_activated(GtkListBox *list, GtkListBoxRow *row, struct search *s)
{
    (void)list;
    take(s, row);
}

static void on_return(struct search *s)
{
    /* the list follows the field a moment later; a row that was chosen since stays chosen */
    if (g_strcmp0(s->searched, gtk_entry_get_text(GTK_ENTRY(s->entry))))
        on_search(s);
    take(s, gtk_list_box_get_selected_row(GTK_LIST_BOX(s->list)));
}

static gboolean on_key(GtkWidget *entry, GdkEventKey *event, struct search *s)
{
    GtkListBoxRow *const row = gtk_list_box_get_selected_row(GTK_LIST_BOX(s->list));
    const int by = event->keyval == GDK_KEY_Down ? 1 : event->keyval == GDK_KEY_Up ? -1 : 0;

    (void)entry;
    if (!by || !row)
        return FALSE;
    GtkListBoxRow *const next = shown_from(s, gtk_list_box_row_get_index(row) + by, by);
    if (next)
        gtk_list_box_select_row(GTK_LIST_BOX(s->list), next);
    return TRUE;
}

/* --- all of it ------------------------------------------------------------ */

static void free_search(struct search *s)
{
    g_strfreev(s->words);
    g_free(s->searched);
    g_free(s);
}

static struct search *search_new(GtkWidget *prompt)
{
    struct search *const s = g_new0(struct search, 1);
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);

    s->prompt = prompt;
    s->popover = gtk_popover_new(prompt);
    s->entry = gtk_search_entry_new();
    s->list = gtk_list_box_new();
    gtk_entry_set_width_chars(GTK_ENTRY(s->entry), LETTERS);
    gtk_entry_set_placeholder_text(GTK_ENTRY(s->entry), _("Find a prompt of before"));
    atk_object_set_name(gtk_widget_get_accessible(s->entry), _("Find a prompt of before"));
    atk_object_set_name(gtk_widget_get_accessible(s->list), _("Prompts of before"));
    gtk_list_box_set_filter_func(GTK_LIST_BOX(s->list), is_shown, s, NULL);
    gtk_container_set_border_width(GTK_CONTAINER(box), 6);
    gtk_box_pack_start(GTK_BOX(box), s->entry, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(box), fields_scrolled_new(s->list, HEIGHT), TRUE, TRUE, 0);
    gtk_container_add(GTK_CONTAINER(s->popover), box);
    gtk_widget_show_all(box);
    g_object_set_data_full(G_OBJECT(s->popover), "search", s, (GDestroyNotify)free_search);
    return s;
}

static gboolean destroy(gpointer popover)
{
    gtk_widget_destroy(popover);
    return G_SOURCE_REMOVE;
}

/* The key that closed it is still on its way. */
static void on_closed(GtkWidget *popover)
{
    g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, destroy, g_object_ref(popover), g_object_unref);
}

void prompt_search_open(GtkWidget *prompt)
{
    struct search *const s = search_new(prompt);

    add_rows(s);
    gtk_widget_show_all(s->list);
    g_signal_connect_swapped(s->entry, "search-changed", G_CALLBACK(on_search), s);
    g_signal_connect_swapped(s->entry, "activate", G_CALLBACK(on_return), s);
    g_signal_connect(s->entry, "key-press-event", G_CALLBACK(on_key), s);
    g_signal_connect(s->list, "row-activated", G_CALLBACK(on_activated), s);
    g_signal_connect(s->popover, "closed", G_CALLBACK(on_closed), NULL);
    on_search(s);
    gtk_popover_popup(GTK_POPOVER(s->popover));
    gtk_widget_grab_focus(s->entry);
}
