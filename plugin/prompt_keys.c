/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt_keys.h"

#include "keys.h"
#include "prompt.h"
#include "prompt_undo.h"

#include <gdk/gdkkeysyms.h>
#include <string.h>

struct keys {
    GtkWidget *view;
    struct undo *undo;
    guint recording; /* a change is about to be recorded */
};

/* --- undo ----------------------------------------------------------------- */

static void record(struct keys *k)
{
    g_autofree char *text = prompt_text(k->view);
    const struct span cursor = prompt_chosen(k->view);

    undo_record(k->undo, text, (int)g_utf8_pointer_to_offset(text, text + cursor.to));
}

static gboolean record_now(gpointer data)
{
    struct keys *const k = data;

    k->recording = 0;
    record(k);
    return G_SOURCE_REMOVE;
}

/* Of a key, at once: the next may follow before this one is through. */
static void on_user_action(GtkWidget *view)
{
    record(g_object_get_data(G_OBJECT(view), "keys"));
}

/* Later: a text that is set anew changes twice. */
static void on_changed(GtkWidget *view)
{
    struct keys *const k = g_object_get_data(G_OBJECT(view), "keys");

    if (!k->recording)
        k->recording = g_idle_add_full(G_PRIORITY_HIGH_IDLE, record_now, k, NULL);
}

static void go(struct keys *k, const struct moment *(*where)(struct undo *undo))
{
    record(k);
    const struct moment *const m = where(k->undo);
    if (!m)
        return;
    const gsize cursor = (gsize)(g_utf8_offset_to_pointer(m->text, m->cursor) - m->text);
    g_autofree char *old = prompt_text(k->view);
    const struct edit all = { { 0, strlen(old) }, m->text, { cursor, cursor } };
    prompt_change(k->view, &all);
}

/* --- keys ----------------------------------------------------------------- */

static void change(struct keys *k, int by,
                   gboolean (*with)(const char *text, struct span chosen, int by,
                                    struct edit *edit))
{
    g_autofree char *text = prompt_text(k->view);
    struct edit edit;

    if (!with(text, prompt_chosen(k->view), by, &edit))
        return;
    prompt_change(k->view, &edit);
    edit_clear(&edit);
}

static gboolean on_control_key(struct keys *k, const GdkEventKey *event)
{
    switch (keys_value(event)) {
    case GDK_KEY_z:
        go(k, undo_back);
        return TRUE;
    case GDK_KEY_Z:
    case GDK_KEY_y:
        go(k, undo_forth);
        return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
        change(k, 1, edit_weight);
        return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
        change(k, -1, edit_weight);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean on_key(GtkWidget *view, GdkEventKey *event, struct keys *k)
{
    const GdkModifierType held = event->state & gtk_accelerator_get_default_mod_mask();

    (void)view;
    if (held == GDK_CONTROL_MASK || held == (GDK_CONTROL_MASK | GDK_SHIFT_MASK))
        return on_control_key(k, event);
    if (held != GDK_MOD1_MASK)
        return FALSE;
    if (event->keyval == GDK_KEY_Left)
        change(k, -1, edit_move);
    else if (event->keyval == GDK_KEY_Right)
        change(k, 1, edit_move);
    else
        return FALSE;
    return TRUE;
}

static void free_keys(struct keys *k)
{
    if (k->recording)
        g_source_remove(k->recording);
    undo_free(k->undo);
    g_free(k);
}

void prompt_keys_add(GtkWidget *view)
{
    struct keys *const k = g_new0(struct keys, 1);
    g_autofree char *text = prompt_text(view);

    *k = (struct keys){ .view = view, .undo = undo_new(text, (int)g_utf8_strlen(text, -1)) };
    g_object_set_data_full(G_OBJECT(view), "keys", k, (GDestroyNotify)free_keys);
    g_signal_connect_object(gtk_text_view_get_buffer(GTK_TEXT_VIEW(view)), "changed",
                            G_CALLBACK(on_changed), view, G_CONNECT_SWAPPED);
    g_signal_connect_object(gtk_text_view_get_buffer(GTK_TEXT_VIEW(view)), "end-user-action",
                            G_CALLBACK(on_user_action), view, G_CONNECT_SWAPPED);
    g_signal_connect(view, "key-press-event", G_CALLBACK(on_key), k);
}
