/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preview.h"

#include <glib/gi18n.h>

enum { SIDE = 256 };

static GdkPixbuf *pixbuf_of(const ebru_image *picture)
{
    GdkPixbuf *const p =
        gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, picture->width, picture->height);
    guchar *const pixels = gdk_pixbuf_get_pixels(p);
    const int stride = gdk_pixbuf_get_rowstride(p);

    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < 3 * picture->width; x++) {
            const float v = picture->data[(size_t)y * picture->width * 3 + x];
            pixels[y * stride + x] = v >= 1 ? 255 : v > 0 ? (guchar)(v * 255 + 0.5f) : 0;
        }
    return p;
}

GdkPixbuf *preview_scaled(GdkPixbuf *picture, int side)
{
    const int w = gdk_pixbuf_get_width(picture), h = gdk_pixbuf_get_height(picture);
    const int longest = MAX(w, h);

    return gdk_pixbuf_scale_simple(picture, MAX(1, side * w / longest), MAX(1, side * h / longest),
                                   GDK_INTERP_BILINEAR);
}

GdkPixbuf *preview_pixbuf(const ebru_image *picture, int side)
{
    GdkPixbuf *const p = pixbuf_of(picture);

    if (!p || !side)
        return p;
    GdkPixbuf *const scaled = preview_scaled(p, side);
    g_object_unref(p);
    return scaled;
}

static gboolean draw(GtkWidget *preview, cairo_t *cr, gpointer data)
{
    GdkPixbuf *const p = g_object_get_data(G_OBJECT(preview), "picture");
    const double w = gtk_widget_get_allocated_width(preview);
    const double h = gtk_widget_get_allocated_height(preview);

    (void)data;
    if (!p) {
        gtk_render_background(gtk_widget_get_style_context(preview), cr, 0, 0, w, h);
        return FALSE;
    }
    const double pw = gdk_pixbuf_get_width(p), ph = gdk_pixbuf_get_height(p);
    const double scale = MIN(w / pw, h / ph);
    cairo_translate(cr, (w - pw * scale) / 2, (h - ph * scale) / 2);
    cairo_scale(cr, scale, scale);
    gdk_cairo_set_source_pixbuf(cr, p, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
    cairo_paint(cr);
    return FALSE;
}

/* As large as its picture, of which the longer side is that long. */
static void set_size(GtkWidget *preview)
{
    const gboolean small = g_object_get_data(G_OBJECT(preview), "small") != NULL;
    GdkPixbuf *const p = g_object_get_data(G_OBJECT(preview), "picture");
    const int side = small ? SIDE / 2 : SIDE;
    const int w = p ? gdk_pixbuf_get_width(p) : 1, h = p ? gdk_pixbuf_get_height(p) : 1;

    gtk_widget_set_size_request(preview, side * w / MAX(w, h), side * h / MAX(w, h));
}

GtkWidget *preview_new(void)
{
    GtkWidget *const area = gtk_drawing_area_new();
    GtkStyleContext *const style = gtk_widget_get_style_context(area);

    gtk_style_context_add_class(style, GTK_STYLE_CLASS_VIEW);
    set_size(area);
    gtk_widget_set_halign(area, GTK_ALIGN_CENTER);
    atk_object_set_name(gtk_widget_get_accessible(area), _("Preview"));
    g_signal_connect(area, "draw", G_CALLBACK(draw), NULL);
    return area;
}

void preview_set_small(GtkWidget *preview, gboolean small)
{
    g_object_set_data(G_OBJECT(preview), "small", GINT_TO_POINTER(small));
    set_size(preview);
}

void preview_show_pixbuf(GtkWidget *preview, GdkPixbuf *picture)
{
    g_object_set_data_full(G_OBJECT(preview), "picture", picture ? g_object_ref(picture) : NULL,
                           g_object_unref);
    if (picture)
        set_size(preview);
    gtk_widget_queue_draw(preview);
}
