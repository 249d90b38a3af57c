/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results.h"

#include "fields.h"
#include "preview.h"
#include "strip.h"
#include "variants.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

enum { THUMB = 96, TWO_ROWS = 220, GAP = 6 };

/* --- which are chosen ----------------------------------------------------- */

static int index_of(GtkFlowBoxChild *child)
{
    return child ? gtk_flow_box_child_get_index(child) : -1;
}

/* The first that is chosen; -1: none. */
static int chosen(const struct results *r)
{
    g_autoptr(GList) list = gtk_flow_box_get_selected_children(GTK_FLOW_BOX(r->strip));

    return list ? index_of(list->data) : -1;
}

/* Those of the chosen that are drafts; *n: their number; to be freed. */
static int *chosen_drafts(const struct results *r, int *n)
{
    g_autoptr(GList) list = gtk_flow_box_get_selected_children(GTK_FLOW_BOX(r->strip));
    int *const indices = g_new(int, g_list_length(list) + 1);

    *n = 0;
    for (GList *l = list; r->entry && l; l = l->next)
        if (entry_variant(r->entry, index_of(l->data))->draft.data)
            indices[(*n)++] = index_of(l->data);
    return indices;
}

/* What can be done with drafts is there beside what can be done with those that are finished. */
static void set_buttons(struct results *r)
{
    const int i = chosen(r), finished = r->entry ? variants_there(r->entry) : 0;
    const gboolean drafts = r->entry && r->entry->state == ENTRY_DRAFTS;
    const gboolean there = r->entry && variant_is_there(r->entry, i);
    int n;
    g_autofree int *indices = chosen_drafts(r, &n);

    gtk_widget_set_visible(r->finish, drafts);
    gtk_widget_set_sensitive(r->finish, drafts && n);
    gtk_widget_set_visible(r->keep,
                           drafts ? finished > 1 : r->entry && r->entry->variants->len > 1);
    gtk_widget_set_visible(r->compare, !drafts || finished);
    gtk_widget_set_sensitive(r->keep, there);
    gtk_widget_set_sensitive(r->discard, there || (drafts && n));
    gtk_widget_set_sensitive(r->compare, there);
    gtk_button_set_label(GTK_BUTTON(r->compare), r->before ? _("After") : _("Before"));
}

/* What a screen reader says of a picture, and its tooltip. */
static char *describe(const struct results *r, GtkFlowBoxChild *child)
{
    const int i = index_of(child);
    const struct variant *const v = entry_variant(r->entry, i);
    const char *const state =
        v->draft.data ? gtk_flow_box_child_is_selected(child) ? _("draft, chosen") : _("draft")
        : variant_is_there(r->entry, i) ? _("finished")
                                        : _("not in the image");

    return g_strdup_printf(_("Variant %d of %d, seed %lld, %s"), i + 1,
                           (int)r->entry->variants->len, (long long)v->seed, state);
}

static void name_thumb(GtkWidget *child, gpointer results)
{
    g_autofree char *text = describe(results, GTK_FLOW_BOX_CHILD(child));

    gtk_widget_set_tooltip_text(child, text);
    atk_object_set_name(gtk_widget_get_accessible(child), text);
}

/* A new reference; NULL: there is none. */
static GdkPixbuf *picture_of(const struct variant *v)
{
    if (v->small)
        return g_object_ref(v->small);
    return v->picture.data ? preview_pixbuf(&v->picture, 0) : NULL;
}

static void show_picture(struct results *r, const struct variant *v)
{
    g_autoptr(GdkPixbuf) picture = picture_of(v);

    preview_show_pixbuf(r->preview, picture);
}

static void choose(struct results *r)
{
    const int i = chosen(r);
    const struct variant *const v = r->entry ? entry_variant(r->entry, i) : NULL;

    if (r->filling)
        return;
    if (r->before && r->entry) /* the one that was compared is not to stay hidden */
        variants_compare(r->entry, r->entry->shown, FALSE);
    r->before = FALSE;
    if (v)
        r->entry->shown = i;
    if (v)
        show_picture(r, v);
    if (v)
        variants_show(r->entry, i);
    if (r->entry)
        gtk_container_foreach(GTK_CONTAINER(r->strip), name_thumb, r);
    set_buttons(r);
}

/* --- what is done with them ----------------------------------------------- */

static void compare(struct results *r)
{
    const int i = chosen(r);

    if (!r->entry || !variant_is_there(r->entry, i))
        return;
    r->before = !r->before;
    variants_compare(r->entry, i, r->before);
    set_buttons(r);
}

void results_end_compare(struct results *r)
{
    if (r->before)
        compare(r);
}

static void keep(struct results *r)
{
    if (!r->entry)
        return;
    variants_keep(r->entry, chosen(r));
    results_show(r, r->entry);
}

static void discard(struct results *r)
{
    g_autoptr(GList) list = gtk_flow_box_get_selected_children(GTK_FLOW_BOX(r->strip));
    int n;
    g_autofree int *drafts = chosen_drafts(r, &n);

    if (!r->entry)
        return;
    for (GList *l = list; l; l = l->next)
        variants_discard(r->entry, index_of(l->data));
    if (n && r->entry->state == ENTRY_DRAFTS)
        queue_give_up(r->queue, r->entry, drafts, n); /* which shows what is left */
    else
        results_show(r, r->entry);
}

static void finish(struct results *r)
{
    int n;
    g_autofree int *indices = chosen_drafts(r, &n);

    if (queue_finish(r->queue, r->entry, indices, n))
        set_buttons(r);
}

static void activate(struct results *r)
{
    int n;
    g_autofree int *indices = chosen_drafts(r, &n);

    if (n)
        finish(r);
    else
        keep(r);
}

/* The draft that has the focus; NULL: none has. */
static GtkFlowBoxChild *focused_draft(const struct results *r)
{
    GtkWidget *const child = gtk_container_get_focus_child(GTK_CONTAINER(r->strip));
    GtkFlowBoxChild *const c = child ? GTK_FLOW_BOX_CHILD(child) : NULL;

    return c && r->entry && r->entry->state == ENTRY_DRAFTS &&
                   entry_variant(r->entry, index_of(c))->draft.data
               ? c
               : NULL;
}

static void toggle(struct results *r, GtkFlowBoxChild *c)
{
    if (gtk_flow_box_child_is_selected(c))
        gtk_flow_box_unselect_child(GTK_FLOW_BOX(r->strip), c);
    else
        gtk_flow_box_select_child(GTK_FLOW_BOX(r->strip), c);
}

static gboolean on_key(GtkWidget *strip, GdkEventKey *event, struct results *r)
{
    GtkFlowBoxChild *const draft = focused_draft(r);

    (void)strip;
    if (strip_on_arrow(GTK_FLOW_BOX(r->strip), event))
        return TRUE;
    if (event->state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_MOD1_MASK))
        return FALSE;
    if (event->keyval == GDK_KEY_space) {
        if (draft)
            toggle(r, draft);
        else
            compare(r);
    } else if (event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter) {
        activate(r); /* before the window presses its default button */
    } else if (event->keyval == GDK_KEY_Delete) {
        discard(r);
    } else {
        return FALSE;
    }
    return TRUE;
}

/* --- showing them --------------------------------------------------------- */

/* choose() names it. */
static GtkWidget *thumb_new(const struct results *r, int i)
{
    const struct variant *const v = entry_variant(r->entry, i);
    GtkWidget *const child = gtk_flow_box_child_new();
    g_autoptr(GdkPixbuf) whole = picture_of(v);
    g_autoptr(GdkPixbuf) thumb = whole ? preview_scaled(whole, THUMB) : NULL;
    GtkWidget *const picture = gtk_image_new_from_pixbuf(thumb);

    gtk_widget_set_size_request(picture, THUMB, THUMB);
    gtk_container_add(GTK_CONTAINER(child), picture);
    gtk_widget_set_opacity(picture, v->draft.data || variant_is_there(r->entry, i) ? 1 : 0.3);
    gtk_widget_show_all(child);
    return child;
}

static void set_title(struct results *r)
{
    const struct entry *const e = r->entry;
    g_autofree char *text = NULL;

    if (e->state == ENTRY_DRAFTS)
        text = g_strdup(_("Drafts: choose those to be finished"));
    else if (e->variants->len == 1)
        text = g_strdup_printf(_("Seed %lld, %d steps"), (long long)entry_variant(e, 0)->seed,
                               e->steps);
    else
        text = g_strdup_printf(ngettext("%d variant", "%d variants", e->variants->len),
                               (int)e->variants->len);
    gtk_label_set_text(GTK_LABEL(r->title), text);
}

/* The one that was looked at last, else the first that is in the image; 0: none. */
static int seen_last(const struct entry *e)
{
    const struct variant *const last = entry_variant(e, e->shown);

    if (last->draft.data || variant_is_there(e, e->shown))
        return e->shown;
    for (int i = 0; i < (int)e->variants->len; i++)
        if (variant_is_there(e, i))
            return i;
    return 0;
}

static gboolean has_focus(const struct results *r)
{
    GtkWidget *const window = gtk_widget_get_toplevel(r->strip);
    GtkWidget *const focus =
        GTK_IS_WINDOW(window) ? gtk_window_get_focus(GTK_WINDOW(window)) : NULL;

    return focus && gtk_widget_is_ancestor(focus, r->strip);
}

static void set_rows(struct results *r)
{
    const gboolean two = r->entry && r->entry->variants->len > 2 && !r->small;

    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(r->scrolled),
                                               two ? TWO_ROWS : THUMB);
}

void results_set_small(struct results *r, gboolean small)
{
    r->small = small;
    preview_set_small(r->preview, small);
    set_rows(r);
}

void results_show(struct results *r, struct entry *e)
{
    const gboolean drafts = e && e->state == ENTRY_DRAFTS;
    const gboolean focused = has_focus(r); /* its thumbnails are about to go */
    GtkFlowBox *const strip = GTK_FLOW_BOX(r->strip);

    if (e != r->entry)
        results_end_compare(r);
    r->filling = TRUE;
    r->entry = e && e->variants->len ? e : NULL;
    fields_empty(GTK_WIDGET(strip));
    gtk_flow_box_set_selection_mode(strip, drafts ? GTK_SELECTION_MULTIPLE : GTK_SELECTION_BROWSE);
    for (int i = 0; r->entry && i < (int)e->variants->len; i++)
        gtk_container_add(GTK_CONTAINER(strip), thumb_new(r, i));
    set_rows(r);
    gtk_widget_set_visible(r->side, r->entry != NULL);
    if (r->entry) {
        set_title(r);
        GtkFlowBoxChild *const last = gtk_flow_box_get_child_at_index(strip, seen_last(e));
        gtk_flow_box_select_child(strip, last);
        gtk_widget_show(r->root);
        if (focused)
            gtk_widget_grab_focus(GTK_WIDGET(last));
    }
    r->filling = FALSE;
    choose(r);
}

void results_show_chosen(struct results *r)
{
    if (r->entry)
        show_picture(r, entry_variant(r->entry, r->entry->shown));
}

void results_show_rough(struct results *r, const ebru_image *rough)
{
    g_autoptr(GdkPixbuf) picture = preview_pixbuf(rough, 0);

    preview_show_pixbuf(r->preview, picture);
    gtk_widget_show(r->root);
}

/* --- making it ------------------------------------------------------------ */

static GtkWidget *button_new(struct results *r, GtkWidget *row, const char *label, const char *tip,
                             void (*clicked)(struct results *r))
{
    GtkWidget *const button = gtk_button_new_with_label(label);

    gtk_widget_set_tooltip_text(button, tip);
    g_signal_connect_swapped(button, "clicked", G_CALLBACK(clicked), r);
    gtk_box_pack_start(GTK_BOX(row), button, TRUE, TRUE, 0);
    gtk_widget_show(button);
    return button;
}

static GtkWidget *buttons_new(struct results *r)
{
    GtkWidget *const row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, GAP);

    r->keep =
        button_new(r, row, _("Keep"), _("Keep this variant and delete the others (Return)"), keep);
    r->discard = button_new(r, row, _("Discard"), _("Delete this variant (Delete)"), discard);
    r->compare = button_new(r, row, _("Before"),
                            _("Show the image without it, and with it again (space bar)"), compare);
    r->finish =
        button_new(r, row, _("Finish"),
                   _("Make the rest of the chosen drafts (Return); the space bar chooses"), finish);
    return row;
}

static GtkWidget *strip_new(struct results *r)
{
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);

    r->scrolled = scrolled;
    r->strip = gtk_flow_box_new();
    gtk_flow_box_set_activate_on_single_click(GTK_FLOW_BOX(r->strip), FALSE);
    gtk_flow_box_set_homogeneous(GTK_FLOW_BOX(r->strip), TRUE);
    gtk_flow_box_set_min_children_per_line(GTK_FLOW_BOX(r->strip), 2); /* also beside the fields */
    gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(r->strip), 16);
    gtk_widget_set_valign(r->strip, GTK_ALIGN_START);
    atk_object_set_name(gtk_widget_get_accessible(r->strip), _("Variants"));
    g_signal_connect_swapped(r->strip, "selected-children-changed", G_CALLBACK(choose), r);
    g_signal_connect_swapped(r->strip, "child-activated", G_CALLBACK(activate), r);
    g_signal_connect(r->strip, "key-press-event", G_CALLBACK(on_key), r);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_container_add(GTK_CONTAINER(scrolled), r->strip);
    return scrolled;
}

void results_build(struct results *r, struct queue *queue)
{
    *r = (struct results){ .queue = queue };
    r->root = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2 * GAP);
    r->side = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);
    r->preview = preview_new();
    r->title = gtk_label_new(NULL);
    gtk_label_set_xalign(GTK_LABEL(r->title), 0);
    gtk_label_set_line_wrap(GTK_LABEL(r->title), TRUE); /* beside the fields there is little room */
    gtk_label_set_max_width_chars(GTK_LABEL(r->title), 44);
    gtk_box_pack_start(GTK_BOX(r->side), r->title, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(r->side), strip_new(r), TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(r->side), buttons_new(r), FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(r->root), r->preview, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(r->root), r->side, TRUE, TRUE, 0);
    gtk_widget_show_all(r->root);
    gtk_widget_set_visible(r->side, FALSE);
    gtk_widget_set_visible(r->root, FALSE);
    gtk_widget_set_no_show_all(r->root, TRUE);
    set_buttons(r);
}
