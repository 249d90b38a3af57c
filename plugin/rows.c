/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rows.h"

#include "fields.h"
#include "message.h"
#include "report.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

enum { GAP = 6, HEIGHT = 110 };

static const struct {
    const char *icon, *text;
} states[] = {
    [ENTRY_WAITING] = { "document-open-recent-symbolic", N_("Waiting") },
    [ENTRY_RUNNING] = { "media-playback-start-symbolic", N_("Working") },
    [ENTRY_DRAFTS] = { "view-grid-symbolic", N_("Drafts") },
    [ENTRY_DONE] = { "object-select-symbolic", N_("Done") },
    [ENTRY_FAILED] = { "dialog-error-symbolic", N_("Failed") },
};

static struct entry *entry_of(GtkWidget *row)
{
    return g_object_get_data(G_OBJECT(row), "entry");
}

/* --- buttons of a row ----------------------------------------------------- */

static void remove_entry(GtkWidget *button, struct rows *r)
{
    queue_remove(r->queue, entry_of(button));
}

static void raise_entry(GtkWidget *button, struct rows *r)
{
    queue_move(r->queue, entry_of(button), -1);
}

static void copy_report(GtkWidget *button, struct rows *r)
{
    const struct entry *const e = entry_of(button);
    g_autofree char *text = report_of(e->job.model, e->error);

    (void)r;
    gtk_clipboard_set_text(gtk_widget_get_clipboard(button, GDK_SELECTION_CLIPBOARD), text, -1);
}

static void add_button(struct rows *r, GtkWidget *box, struct entry *e, const char *icon,
                       const char *name, void (*clicked)(GtkWidget *button, struct rows *r))
{
    GtkWidget *const button = gtk_button_new_from_icon_name(icon, GTK_ICON_SIZE_BUTTON);
    g_autofree char *full = g_strdup_printf("%s: %d", name, e->number);

    gtk_button_set_relief(GTK_BUTTON(button), GTK_RELIEF_NONE);
    gtk_widget_set_tooltip_text(button, name);
    atk_object_set_name(gtk_widget_get_accessible(button), full);
    g_object_set_data(G_OBJECT(button), "entry", e);
    g_signal_connect(button, "clicked", G_CALLBACK(clicked), r);
    gtk_box_pack_end(GTK_BOX(box), button, FALSE, FALSE, 0);
}

static void add_buttons(struct rows *r, GtkWidget *box, struct entry *e)
{
    add_button(r, box, e, "window-close-symbolic",
               e->state == ENTRY_RUNNING ? _("Stop this job") : _("Remove from the list"),
               remove_entry);
    if (e->state == ENTRY_WAITING)
        add_button(r, box, e, "go-up-symbolic", _("Make it earlier"), raise_entry);
    if (e->state == ENTRY_FAILED)
        add_button(r, box, e, "edit-copy-symbolic", _("Copy Report"), copy_report);
}

/* --- rows ----------------------------------------------------------------- */

static char *describe(const struct entry *e)
{
    const char *const state = _(states[e->state].text);

    if (e->state == ENTRY_FAILED)
        return g_strdup_printf("%s: %s", state, e->error);
    if (e->state == ENTRY_DONE)
        return g_strdup_printf(_("%s in %.1f s: %s"), state, e->seconds, e->job.name);
    return g_strdup_printf("%s: %s", state, e->job.name);
}

static GtkWidget *row_new(struct rows *r, struct entry *e)
{
    GtkWidget *const row = gtk_list_box_row_new();
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, GAP);
    g_autofree char *text = describe(e);
    GtkWidget *const label = gtk_label_new(text);

    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_widget_set_tooltip_text(label, text);
    gtk_box_pack_start(GTK_BOX(box),
                       gtk_image_new_from_icon_name(states[e->state].icon, GTK_ICON_SIZE_MENU),
                       FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(box), label, TRUE, TRUE, 0);
    add_buttons(r, box, e);
    gtk_container_add(GTK_CONTAINER(row), box);
    g_object_set_data(G_OBJECT(row), "entry", e);
    atk_object_set_name(gtk_widget_get_accessible(row), text);
    gtk_widget_show_all(row);
    return row;
}

static int count(const struct rows *r, gboolean *failed)
{
    const struct entry *e;
    int n = 0;

    *failed = FALSE;
    for (; (e = queue_at(r->queue, n)); n++)
        *failed |= e->state == ENTRY_FAILED;
    return n;
}

void rows_fill(struct rows *r)
{
    int height;
    gboolean failed;
    const int n = count(r, &failed);
    GtkListBoxRow *const old = gtk_list_box_get_selected_row(GTK_LIST_BOX(r->list));
    const struct entry *const focused =
        old && gtk_widget_has_focus(GTK_WIDGET(old)) ? entry_of(GTK_WIDGET(old)) : NULL;

    fields_empty(GTK_WIDGET(r->list));
    for (int i = 0; i < n; i++) {
        struct entry *const e = queue_at(r->queue, i);
        GtkWidget *const row = row_new(r, e);
        gtk_container_add(GTK_CONTAINER(r->list), row);
        if (e == focused) {
            gtk_list_box_select_row(GTK_LIST_BOX(r->list), GTK_LIST_BOX_ROW(row));
            gtk_widget_grab_focus(row);
        }
    }
    gtk_widget_get_preferred_height(r->list, NULL, &height);
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(r->scrolled),
                                               MIN(height, HEIGHT));
    gtk_widget_set_visible(r->root, n > 1 || failed || queue_is_paused(r->queue));
}

/* --- the list ------------------------------------------------------------- */

static void on_activated(GtkListBox *list, GtkWidget *row, struct rows *r)
{
    (void)list;
    r->chosen(r->user, entry_of(row));
}

static gboolean on_key(GtkWidget *list, GdkEventKey *event, struct rows *r)
{
    GtkListBoxRow *const row = gtk_list_box_get_selected_row(GTK_LIST_BOX(list));

    if (!row)
        return FALSE;
    if (event->keyval == GDK_KEY_Delete)
        queue_remove(r->queue, entry_of(GTK_WIDGET(row)));
    else if (event->state & GDK_MOD1_MASK && event->keyval == GDK_KEY_Up)
        queue_move(r->queue, entry_of(GTK_WIDGET(row)), -1);
    else if (event->state & GDK_MOD1_MASK && event->keyval == GDK_KEY_Down)
        queue_move(r->queue, entry_of(GTK_WIDGET(row)), 1);
    else
        return FALSE;
    return TRUE;
}

static void on_paused(GtkToggleButton *button, struct rows *r)
{
    queue_set_paused(r->queue, gtk_toggle_button_get_active(button));
}

void rows_build(struct rows *r, struct queue *queue,
                void (*chosen)(void *user, struct entry *entry), void *user)
{
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);

    *r = (struct rows){ .scrolled = scrolled, .queue = queue, .chosen = chosen, .user = user };
    r->root = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);
    r->list = gtk_list_box_new();
    r->pause = gtk_check_button_new_with_label(_("Pause the queue"));
    gtk_widget_set_tooltip_text(r->pause, _("What is being made goes on; nothing new begins"));
    atk_object_set_name(gtk_widget_get_accessible(r->list), _("Queue"));
    gtk_widget_set_tooltip_text(r->list, _("Alt+Up and Alt+Down move a job, Delete removes it"));
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_container_add(GTK_CONTAINER(scrolled), r->list);
    g_signal_connect(r->list, "row-activated", G_CALLBACK(on_activated), r);
    g_signal_connect(r->list, "key-press-event", G_CALLBACK(on_key), r);
    g_signal_connect(r->pause, "toggled", G_CALLBACK(on_paused), r);
    gtk_box_pack_start(GTK_BOX(r->root), scrolled, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(r->root), r->pause, FALSE, FALSE, 0);
    gtk_widget_show_all(r->root);
    gtk_widget_set_visible(r->root, FALSE);
    gtk_widget_set_no_show_all(r->root, TRUE);
}
