/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt_popup.h"

#include "fields.h"
#include "prompt.h"
#include "words.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>
#include <string.h>

enum { MOST = 8, LETTERS = 2, WIDTH = 36 };

struct popup {
    GtkWidget *view, *popover, *list;
    GObject *config;
    GPtrArray *words;    /* all there are; NULL: not read yet */
    GPtrArray *found;    /* those in the list */
    gsize from[MOST];    /* where their letters begin */
    gsize cursor;        /* and end */
    int length;          /* of the text before the last change */
    gboolean putting_in; /* the change is our own */
};

static gboolean is_open(const struct popup *p)
{
    return gtk_widget_get_visible(p->popover);
}

static void close_list(struct popup *p)
{
    gtk_widget_hide(p->popover); /* without the transition, which keys would overtake */
}

/* --- what is in the list -------------------------------------------------- */

static GtkWidget *label_new(const char *text, gboolean dim)
{
    GtkWidget *const label = gtk_label_new(text);

    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars(GTK_LABEL(label), WIDTH);
    gtk_label_set_xalign(GTK_LABEL(label), dim ? 1 : 0);
    if (dim)
        gtk_style_context_add_class(gtk_widget_get_style_context(label), GTK_STYLE_CLASS_DIM_LABEL);
    return label;
}

static void add_row(struct popup *p, const struct word *w)
{
    GtkWidget *const row = gtk_list_box_row_new();
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    const char *const shown = w->shown ? w->shown : w->text;

    gtk_box_pack_start(GTK_BOX(box), label_new(shown, FALSE), TRUE, TRUE, 0);
    if (w->note)
        gtk_box_pack_end(GTK_BOX(box), label_new(w->note, TRUE), FALSE, FALSE, 0);
    gtk_container_add(GTK_CONTAINER(row), box);
    gtk_widget_set_can_focus(row, FALSE); /* the keys stay with the text */
    atk_object_set_name(gtk_widget_get_accessible(row), shown);
    gtk_container_add(GTK_CONTAINER(p->list), row);
}

/* Whether there is something to show. */
static gboolean fill(struct popup *p)
{
    g_autofree char *text = prompt_text(p->view);

    p->cursor = prompt_chosen(p->view).to;
    if (!p->words)
        p->words = words_known();
    g_clear_pointer(&p->found, g_ptr_array_unref);
    p->found = fragment_words(text, fragment_at(text, p->cursor), p->words, MOST, p->from);
    fields_empty(p->list);
    for (guint i = 0; i < p->found->len; i++)
        add_row(p, p->found->pdata[i]);
    gtk_widget_show_all(p->list);
    return p->found->len > 0;
}

static void point_at_cursor(struct popup *p)
{
    GtkTextView *const view = GTK_TEXT_VIEW(p->view);
    GdkRectangle at;

    gtk_text_view_get_cursor_locations(view, NULL, &at, NULL);
    gtk_text_view_buffer_to_window_coords(view, GTK_TEXT_WINDOW_WIDGET, at.x, at.y, &at.x, &at.y);
    gtk_popover_set_pointing_to(GTK_POPOVER(p->popover), &at);
}

static void open_list(struct popup *p)
{
    if (!fill(p)) {
        close_list(p);
        return;
    }
    gtk_list_box_unselect_all(GTK_LIST_BOX(p->list));
    point_at_cursor(p);
    gtk_widget_show(p->popover);
}

/* --- taking one ----------------------------------------------------------- */

static int chosen(const struct popup *p)
{
    GtkListBoxRow *const row = gtk_list_box_get_selected_row(GTK_LIST_BOX(p->list));

    return row ? gtk_list_box_row_get_index(row) : -1;
}

static void take(struct popup *p, int i)
{
    const struct word *const w = p->found->pdata[i];
    g_autofree char *style = w->style ? g_strdup(w->text) : NULL;
    g_autofree char *text = g_strdup(style ? "" : w->text);
    const gsize end = p->from[i] + strlen(text);
    const struct edit edit = { { p->from[i], p->cursor }, text, { end, end } };

    p->putting_in = TRUE;
    prompt_change(p->view, &edit);
    p->putting_in = FALSE;
    if (style)
        g_object_set(p->config, "style", style, NULL);
    close_list(p);
}

static void on_activated(GtkListBox *list, GtkListBoxRow *row, struct popup *p)
{
    (void)list;
    take(p, gtk_list_box_row_get_index(row));
}

/* --- keys ----------------------------------------------------------------- */

static void choose(struct popup *p, int by)
{
    const int n = (int)p->found->len, i = chosen(p);
    const int next = i < 0 ? (by > 0 ? 0 : n - 1) : (i + by + n) % n;

    gtk_list_box_select_row(GTK_LIST_BOX(p->list),
                            gtk_list_box_get_row_at_index(GTK_LIST_BOX(p->list), next));
}

static gboolean on_open_key(struct popup *p, guint key)
{
    switch (key) {
    case GDK_KEY_Escape:
        close_list(p);
        return TRUE;
    case GDK_KEY_Down:
        choose(p, 1);
        return TRUE;
    case GDK_KEY_Up:
        choose(p, -1);
        return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_Tab:
        if (chosen(p) < 0) {
            close_list(p);
            return FALSE;
        }
        take(p, chosen(p));
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean on_key(GtkWidget *view, GdkEventKey *event, struct popup *p)
{
    const GdkModifierType held = event->state & gtk_accelerator_get_default_mod_mask();

    (void)view;
    if (held == GDK_CONTROL_MASK && event->keyval == GDK_KEY_space) {
        open_list(p);
        if (is_open(p))
            choose(p, 1);
        return TRUE;
    }
    return !held && is_open(p) && on_open_key(p, event->keyval);
}

/* After two letters of a word, as they are typed. */
static void on_changed(GtkTextBuffer *buffer, struct popup *p)
{
    const int length = gtk_text_buffer_get_char_count(buffer);
    const gboolean typed = length == p->length + 1 && gtk_widget_has_focus(p->view);

    p->length = length;
    if (p->putting_in || !(typed || is_open(p)))
        return;
    g_autofree char *text = prompt_text(p->view);
    const struct fragment f = fragment_at(text, prompt_chosen(p->view).to);
    if (g_utf8_strlen(text + f.word, (gssize)(f.cursor - f.word)) >= LETTERS)
        open_list(p);
    else
        close_list(p);
}

static void free_popup(struct popup *p)
{
    g_clear_pointer(&p->words, g_ptr_array_unref);
    g_clear_pointer(&p->found, g_ptr_array_unref);
    g_free(p);
}

/* Lists and files may change while the field has no focus. */
static gboolean on_left(GtkWidget *view, GdkEvent *event, struct popup *p)
{
    (void)view;
    (void)event;
    close_list(p);
    g_clear_pointer(&p->found, g_ptr_array_unref);
    g_clear_pointer(&p->words, g_ptr_array_unref);
    return FALSE;
}

void prompt_popup_add(GtkWidget *view, GimpProcedureConfig *config)
{
    struct popup *const p = g_new0(struct popup, 1);
    GtkTextBuffer *const buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));

    *p = (struct popup){ .view = view, .config = G_OBJECT(config) };
    p->popover = gtk_popover_new(view);
    p->list = gtk_list_box_new();
    p->length = gtk_text_buffer_get_char_count(buffer);
    gtk_popover_set_modal(GTK_POPOVER(p->popover), FALSE);
    gtk_popover_set_position(GTK_POPOVER(p->popover), GTK_POS_BOTTOM);
    gtk_list_box_set_activate_on_single_click(GTK_LIST_BOX(p->list), TRUE);
    gtk_widget_set_can_focus(p->list, FALSE);
    atk_object_set_name(gtk_widget_get_accessible(p->list), _("Completions"));
    gtk_container_set_border_width(GTK_CONTAINER(p->popover), 4);
    gtk_container_add(GTK_CONTAINER(p->popover), p->list);
    g_object_set_data_full(G_OBJECT(view), "popup", p, (GDestroyNotify)free_popup);
    g_signal_connect(p->list, "row-activated", G_CALLBACK(on_activated), p);
    g_signal_connect(view, "key-press-event", G_CALLBACK(on_key), p);
    g_signal_connect(view, "focus-out-event", G_CALLBACK(on_left), p);
    g_signal_connect_data(buffer, "changed", G_CALLBACK(on_changed), p, NULL, G_CONNECT_AFTER);
}
