/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "album_keep.h"

#include "album.h"
#include "preview.h"
#include "store.h"

gboolean album_keeps(void)
{
    return store_window("remember", TRUE);
}

void album_set_keeps(gboolean keeps)
{
    store_keep_window("remember", keeps);
}

void album_keep(const char *recipe, const ebru_image *picture)
{
    enum { SIDE = 256 };
    g_autoptr(GdkPixbuf) small = album_keeps() ? preview_pixbuf(picture, SIDE) : NULL;
    g_autofree char *png = NULL;
    gsize size = 0;

    if (!small || !gdk_pixbuf_save_to_buffer(small, &png, &size, "png", NULL, NULL))
        return;
    if (!album_add(recipe, png, size))
        g_debug("the history cannot be written");
}
