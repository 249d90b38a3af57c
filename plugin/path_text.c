/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "path_text.h"

#include <glib.h>

char *path_text(const char *path)
{
    char *const uri = g_utf8_validate(path, -1, NULL) ? NULL : g_filename_to_uri(path, NULL, NULL);

    return uri ? uri : g_utf8_make_valid(path, -1);
}

char *path_of_text(const char *text)
{
    char *const path =
        g_str_has_prefix(text, "file://") ? g_filename_from_uri(text, NULL, NULL) : NULL;

    return path ? path : g_strdup(text);
}

char *path_last_part(const char *path)
{
    g_autofree char *name = g_path_get_basename(path);

    return g_utf8_make_valid(name, -1);
}
