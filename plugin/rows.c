/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rows.h"

#include "details.h"
#include "fields.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

enum { GAP = 6, HEIGHT = 140 };

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
    (void)r;
    details_copy(button, entry_of(button));
}

static void show_details(GtkWidget *button, struct rows *r)
{
    (void)r;
    details_show(GTK_WINDOW(gtk_widget_get_toplevel(button)), entry_of(button));
}

/* The name says which job it is about: a list of buttons with the same name helps nobody. */
static void add_button(struct rows *r, GtkWidget *box, GtkWidget *button, const char *name,
                       void (*clicked)(GtkWidget *button, struct rows *r))
{
    struct entry *const e = entry_of(box);
    g_autofree char *full = g_strdup_printf("%s: %d", name, e->number);

    gtk_widget_set_tooltip_text(button, name);
    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    gtk_widget_set_name(button, full);
    atk_object_set_name(gtk_widget_get_accessible(button), full);
    g_object_set_data(G_OBJECT(button), "entry", e);
    g_signal_connect(button, "clicked", G_CALLBACK(clicked), r);
    gtk_box_pack_end(GTK_BOX(box), button, FALSE, FALSE, 0);
}

static void add_icon_button(struct rows *r, GtkWidget *box, const char *icon, const char *name,
                            void (*clicked)(GtkWidget *button, struct rows *r))
{
    GtkWidget *const button = gtk_button_new_from_icon_name(icon, GTK_ICON_SIZE_BUTTON);

    gtk_button_set_relief(GTK_BUTTON(button), GTK_RELIEF_NONE);
    add_button(r, box, button, name, clicked);
}

static void add_buttons(struct rows *r, GtkWidget *box)
{
    const struct entry *const e = entry_of(box);

    add_icon_button(r, box, "window-close-symbolic",
                    e->state == ENTRY_RUNNING ? _("Stop this job") : _("Remove from the list"),
                    remove_entry);
    if (e->state == ENTRY_WAITING)
        add_icon_button(r, box, "go-up-symbolic", _("Make it earlier"), raise_entry);
}

/* Below the text of a job that failed: there is room for words. */
static GtkWidget *fault_buttons_new(struct rows *r, struct entry *e)
{
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, GAP);

    g_object_set_data(G_OBJECT(box), "entry", e);
    add_button(r, box, gtk_button_new_with_label(_("Copy Report")), _("Copy Report"), copy_report);
    add_button(r, box, gtk_button_new_with_label(_("Details")), _("Details"), show_details);
    return box;
}

/* --- dragging ------------------------------------------------------------- */

static const GtkTargetEntry target = { (char *)"application/x-ebru-job", GTK_TARGET_SAME_APP, 0 };

static void on_drag_begin(GtkWidget *handle, GdkDragContext *context, struct rows *r)
{
    GtkWidget *const row = gtk_widget_get_ancestor(handle, GTK_TYPE_LIST_BOX_ROW);
    GtkAllocation at;

    r->dragged = entry_of(handle);
    gtk_widget_get_allocation(row, &at);
    cairo_surface_t *const picture =
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, at.width, at.height);
    cairo_t *const cr = cairo_create(picture);
    gtk_widget_draw(row, cr);
    gtk_drag_set_icon_surface(context, picture);
    cairo_destroy(cr);
    cairo_surface_destroy(picture);
}

static void on_drag_data_get(GtkWidget *handle, GdkDragContext *context, GtkSelectionData *data)
{
    (void)handle;
    (void)context;
    gtk_selection_data_set(data, gtk_selection_data_get_target(data), 8, (const guchar *)"", 0);
}

static void on_drag_data_received(GtkWidget *row, GdkDragContext *context, int x, int y,
                                  GtkSelectionData *data, guint info, guint time, struct rows *r)
{
    (void)context;
    (void)x;
    (void)y;
    (void)data;
    (void)info;
    (void)time;
    if (r->dragged)
        queue_move_to(r->queue, r->dragged, entry_of(row));
}

/* The list was left alone meanwhile: the row under the pointer must not go. */
static void on_drag_end(GtkWidget *handle, GdkDragContext *context, struct rows *r)
{
    (void)handle;
    (void)context;
    r->dragged = NULL;
    rows_fill(r);
}

static void add_handle(struct rows *r, GtkWidget *row, GtkWidget *box, struct entry *e)
{
    GtkWidget *const handle = gtk_event_box_new();

    gtk_container_add(GTK_CONTAINER(handle),
                      gtk_image_new_from_icon_name("open-menu-symbolic", GTK_ICON_SIZE_MENU));
    gtk_widget_set_tooltip_text(handle, _("Drag it to another place"));
    g_object_set_data(G_OBJECT(handle), "entry", e);
    gtk_drag_source_set(handle, GDK_BUTTON1_MASK, &target, 1, GDK_ACTION_MOVE);
    g_signal_connect(handle, "drag-begin", G_CALLBACK(on_drag_begin), r);
    g_signal_connect(handle, "drag-data-get", G_CALLBACK(on_drag_data_get), NULL);
    g_signal_connect(handle, "drag-end", G_CALLBACK(on_drag_end), r);
    gtk_drag_dest_set(row, GTK_DEST_DEFAULT_ALL, &target, 1, GDK_ACTION_MOVE);
    g_signal_connect(row, "drag-data-received", G_CALLBACK(on_drag_data_received), r);
    gtk_box_pack_start(GTK_BOX(box), handle, FALSE, FALSE, 0);
}

/* --- rows ----------------------------------------------------------------- */

static char *describe(const struct entry *e)
{
    const char *const state = _(states[e->state].text);

    if (e->state == ENTRY_FAILED)
        return g_strdup_printf(_("%s: %s"), state, e->error);
    if (e->state == ENTRY_DONE)
        return g_strdup_printf(_("%s in %.1f s: %s"), state, e->seconds, e->job.name);
    return g_strdup_printf(_("%s: %s"), state, e->job.name);
}

static GtkWidget *line_new(struct rows *r, GtkWidget *row, struct entry *e, const char *text)
{
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, GAP);
    GtkWidget *const label = gtk_label_new(text);

    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_widget_set_tooltip_text(label, text);
    g_object_set_data(G_OBJECT(box), "entry", e);
    g_object_set_data(G_OBJECT(row), "label", label);
    if (e->state == ENTRY_WAITING)
        add_handle(r, row, box, e);
    gtk_box_pack_start(GTK_BOX(box),
                       gtk_image_new_from_icon_name(states[e->state].icon, GTK_ICON_SIZE_MENU),
                       FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(box), label, TRUE, TRUE, 0);
    add_buttons(r, box);
    return box;
}

static GtkWidget *row_new(struct rows *r, struct entry *e)
{
    GtkWidget *const row = gtk_list_box_row_new();
    GtkWidget *const lines = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    g_autofree char *text = describe(e);

    gtk_box_pack_start(GTK_BOX(lines), line_new(r, row, e, text), FALSE, FALSE, 0);
    if (e->state == ENTRY_FAILED)
        gtk_box_pack_start(GTK_BOX(lines), fault_buttons_new(r, e), FALSE, FALSE, 0);
    gtk_container_add(GTK_CONTAINER(row), lines);
    g_object_set_data(G_OBJECT(row), "entry", e);
    atk_object_set_name(gtk_widget_get_accessible(row), text);
    gtk_widget_show_all(row);
    return row;
}

void rows_show_progress(struct rows *r, const struct entry *e, const char *text)
{
    /* the name at the end, where it may be cut off */
    g_autofree char *full = g_strdup_printf(_("%s: %s"), text, e->job.name);
    g_autoptr(GList) rows = gtk_container_get_children(GTK_CONTAINER(r->list));

    for (GList *row = rows; row; row = row->next)
        if (entry_of(row->data) == e) {
            gtk_label_set_text(g_object_get_data(row->data, "label"), full);
            atk_object_set_description(gtk_widget_get_accessible(row->data), text);
        }
}

/* --- the focus ------------------------------------------------------------ */

/* Where the keyboard is in the list, which is about to be made anew. */
struct place {
    const struct entry *entry; /* NULL: it is elsewhere */
    char *button;              /* its name; NULL: on the row itself */
};

static struct place find_focus(const struct rows *r)
{
    GtkWidget *const window = gtk_widget_get_toplevel(r->root);
    GtkWidget *const focus =
        GTK_IS_WINDOW(window) ? gtk_window_get_focus(GTK_WINDOW(window)) : NULL;

    if (!focus || !gtk_widget_is_ancestor(focus, r->list))
        return (struct place){ 0 };
    return (struct place){ entry_of(focus),
                           GTK_IS_BUTTON(focus) ? g_strdup(gtk_widget_get_name(focus)) : NULL };
}

static GtkWidget *find_named(GtkWidget *widget, const char *name)
{
    GtkWidget *found = !g_strcmp0(gtk_widget_get_name(widget), name) ? widget : NULL;
    g_autoptr(GList) children =
        GTK_IS_CONTAINER(widget) ? gtk_container_get_children(GTK_CONTAINER(widget)) : NULL;

    for (GList *child = children; child && !found; child = child->next)
        found = find_named(child->data, name);
    return found;
}

static void restore_focus(struct rows *r, GtkWidget *row, const struct place *place)
{
    GtkWidget *const button = place->button ? find_named(row, place->button) : NULL;

    gtk_list_box_select_row(GTK_LIST_BOX(r->list), GTK_LIST_BOX_ROW(row));
    gtk_widget_grab_focus(button ? button : row);
}

/* --- all of them ---------------------------------------------------------- */

/* Whether there is something to be done with it that the rest of the window does not offer. */
static gboolean needs_row(const struct rows *r, const struct entry *e)
{
    const gboolean pictures = e->state == ENTRY_DONE || e->state == ENTRY_DRAFTS;

    return e->state == ENTRY_FAILED || (pictures && e != r->seen);
}

static int count(const struct rows *r, gboolean *needed)
{
    const struct entry *e;
    int n = 0;

    *needed = FALSE;
    for (; (e = queue_at(r->queue, n)); n++)
        *needed |= needs_row(r, e);
    return n;
}

void rows_fill(struct rows *r)
{
    int height;
    gboolean needed;
    const int n = count(r, &needed);

    if (r->dragged)
        return;
    const struct place place = find_focus(r);
    fields_empty(GTK_WIDGET(r->list));
    for (int i = 0; i < n; i++) {
        struct entry *const e = queue_at(r->queue, i);
        GtkWidget *const row = row_new(r, e);
        gtk_container_add(GTK_CONTAINER(r->list), row);
        if (e == place.entry)
            restore_focus(r, row, &place);
    }
    g_free(place.button);
    gtk_widget_get_preferred_height(r->list, NULL, &height);
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(r->scrolled),
                                               MIN(height, HEIGHT));
    gtk_widget_set_visible(r->scrolled, n > 1 || needed || (n && queue_is_paused(r->queue)));
    gtk_widget_set_visible(r->root, n || queue_is_paused(r->queue));
}

/* --- the list ------------------------------------------------------------- */

static void on_activated(GtkListBox *list, GtkWidget *row, struct rows *r)
{
    (void)list;
    r->chosen(r->user, entry_of(row));
}

/* That of the keyboard; which one is selected may be another. */
static GtkWidget *focused_row(GtkWidget *list)
{
    GtkWidget *const window = gtk_widget_get_toplevel(list);
    GtkWidget *const focus =
        GTK_IS_WINDOW(window) ? gtk_window_get_focus(GTK_WINDOW(window)) : NULL;

    return focus ? gtk_widget_get_ancestor(focus, GTK_TYPE_LIST_BOX_ROW) : NULL;
}

static gboolean on_key(GtkWidget *list, GdkEventKey *event, struct rows *r)
{
    GtkWidget *const row = focused_row(list);

    if (!row)
        return FALSE;
    if (event->keyval == GDK_KEY_Delete)
        queue_remove(r->queue, entry_of(row));
    else if (event->state & GDK_MOD1_MASK && event->keyval == GDK_KEY_Up)
        queue_move(r->queue, entry_of(row), -1);
    else if (event->state & GDK_MOD1_MASK && event->keyval == GDK_KEY_Down)
        queue_move(r->queue, entry_of(row), 1);
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
