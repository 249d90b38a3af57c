/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form_fit.h"

#include "fields.h"

enum { GAP = 6, BESIDE = 12, TITLE_BAR = 50, LEAST = 200 };

/* --- what there is room for ----------------------------------------------- */

static int natural_height(GtkWidget *widget, int width)
{
    int height = 0;

    if (gtk_widget_get_visible(widget))
        gtk_widget_get_preferred_height_for_width(widget, width, NULL, &height);
    return height;
}

int form_wish(const struct form *f)
{
    return natural_height(f->fields, gtk_widget_get_allocated_width(f->fields));
}

/* The fields with all expanders closed: that much is to be seen without scrolling. */
static int enough_for_fields(const struct form *f)
{
    g_autoptr(GList) children = gtk_container_get_children(GTK_CONTAINER(f->fields));
    const int width = gtk_widget_get_allocated_width(f->fields);
    int height = 0;

    for (GList *l = children; l; l = l->next) {
        GtkWidget *const child = l->data;
        GtkWidget *const label =
            GTK_IS_EXPANDER(child) ? gtk_expander_get_label_widget(GTK_EXPANDER(child)) : NULL;
        const int own = natural_height(label ? label : child, width);
        height += gtk_widget_get_visible(child) ? own + GAP : 0;
    }
    return height;
}

static int borders(const struct form *f)
{
    return 2 * (int)gtk_container_get_border_width(GTK_CONTAINER(f->root));
}

/* Of the screen, for all that is in the form: what is around it is there in any case. */
static int room_for_form(const struct form *f, GtkWidget *window, int width)
{
    int all, own;

    gtk_widget_get_preferred_height_for_width(window, width, &all, NULL);
    gtk_widget_get_preferred_height_for_width(f->root, width, &own, NULL);
    return fields_screen().height - TITLE_BAR - (all - own) - borders(f);
}

static gboolean has_below(const struct form *f)
{
    g_autoptr(GList) children = gtk_container_get_children(GTK_CONTAINER(f->below));

    for (GList *l = children; l; l = l->next)
        if (gtk_widget_get_visible(l->data))
            return TRUE;
    return FALSE;
}

/* --- where the results are ------------------------------------------------ */

static void set_small(struct form *f, gboolean small)
{
    if (f->small == small)
        return;
    f->small = small;
    f->shrink(f->user, small);
}

/* Of the fields and the results, side by side. */
static int width_beside(const struct form *f)
{
    int fields, below;

    gtk_widget_get_preferred_width(f->scrolled, &fields, NULL);
    gtk_widget_get_preferred_width(f->below, &below, NULL);
    return fields + BESIDE + below;
}

static gboolean fits_beside(const struct form *f)
{
    return width_beside(f) + borders(f) <= fields_screen().width;
}

static void set_beside(struct form *f, gboolean beside)
{
    f->beside = beside;
    gtk_orientable_set_orientation(GTK_ORIENTABLE(f->root),
                                   beside ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(f->root), beside ? BESIDE : GAP);
    gtk_container_child_set(GTK_CONTAINER(f->root), f->below, "expand", beside, NULL);
}

/* What comes at the right must not be off the screen. */
static void keep_on_screen(GtkWindow *window, int width)
{
    enum { FRAME = 4 };
    const GdkRectangle screen = fields_screen();
    int x, y;

    gtk_window_get_position(window, &x, &y);
    const int right = screen.x + screen.width - width - FRAME;
    if (x > right)
        gtk_window_move(window, MAX(screen.x, right), y);
}

static gboolean fits_below(const struct form *f, GtkWidget *window, int width)
{
    const int wanted = MIN(form_wish(f), enough_for_fields(f)) + GAP;

    return wanted + natural_height(f->below, width) <= room_for_form(f, window, width);
}

static int move_beside(struct form *f, GtkWindow *window, int width)
{
    const int both = MIN(fields_screen().width, width_beside(f) + width / 4);

    f->narrow = width;
    set_beside(f, TRUE);
    keep_on_screen(window, MAX(width, both));
    return MAX(width, both);
}

static int move_below(struct form *f, int width)
{
    const int before = f->beside ? f->narrow : width;

    set_beside(f, FALSE);
    return before;
}

/* Decides where the results are, and returns the width that the window gets. */
static int place(struct form *f, GtkWindow *window, int width)
{
    if (!has_below(f))
        return move_below(f, width);
    if (!f->beside) {
        set_small(f, FALSE);
        if (fits_below(f, GTK_WIDGET(window), width))
            return width;
    }
    if (!fits_beside(f))
        set_small(f, TRUE);
    if (!fits_beside(f))
        return move_below(f, width);
    return f->beside ? width : move_beside(f, window, width);
}

/* --- the size ------------------------------------------------------------- */

static int least_height(GtkWidget *window, int width)
{
    int height;

    gtk_widget_get_preferred_height_for_width(window, width, &height, NULL);
    return height;
}

/* The window as high as what is in it now, or as the user wants it; the fields scroll when that is
 * too much. */
static gboolean fit_window(gpointer data)
{
    struct form *const f = data;
    GtkWidget *const window = gtk_widget_get_toplevel(f->root);
    int width, old;

    f->fitting = FALSE;
    if (!GTK_IS_WINDOW(window) || !gtk_widget_get_realized(window))
        return G_SOURCE_REMOVE;
    gtk_window_get_size(GTK_WINDOW(window), &width, &old);
    width = place(f, GTK_WINDOW(window), width);
    f->wish = form_wish(f);
    const int below = natural_height(f->below, width);
    const int room = room_for_form(f, window, width) - (f->beside ? 0 : below + GAP);
    const int height = MIN(f->beside ? MAX(f->wish, below) : f->wish, MAX(LEAST, room));
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(f->scrolled), height);
    const int given = MIN(f->given, fields_screen().height - TITLE_BAR);
    f->fitted = MAX(given, least_height(window, width));
    f->arrived = old == f->fitted;
    gtk_window_resize(GTK_WINDOW(window), width, f->fitted);
    return G_SOURCE_REMOVE;
}

/* A height is the user's if the window has it neither because it was asked for nor because what is
 * in it needs that much, and it was not had before: a window does not shrink by itself. */
static void on_size(GtkWidget *window, GdkRectangle *size, struct form *f)
{
    int width, height;

    (void)size;
    gtk_window_get_size(GTK_WINDOW(window), &width, &height);
    if (height == f->seen)
        return;
    f->seen = height;
    if (height == f->fitted)
        f->arrived = TRUE;
    else if (f->arrived && height > least_height(window, width))
        f->given = height;
    else if (f->arrived && height < f->given)
        f->given = 0;
}

int form_height(const struct form *f)
{
    return f->given;
}

void form_set_height(struct form *f, int height)
{
    f->given = height;
    g_signal_connect_after(gtk_widget_get_toplevel(f->root), "size-allocate", G_CALLBACK(on_size),
                           f);
}

void form_fit(struct form *f)
{
    if (!f->fitting)
        g_idle_add_full(GDK_PRIORITY_REDRAW - 1, fit_window, f, NULL);
    f->fitting = TRUE;
}

int form_width(const struct form *f)
{
    int width, height;

    gtk_window_get_size(GTK_WINDOW(gtk_widget_get_toplevel(f->root)), &width, &height);
    return f->beside ? f->narrow : width;
}
