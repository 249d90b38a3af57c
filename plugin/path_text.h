/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * path_text.h - paths in files and answers that are UTF-8, which a path need not be.
 */
#ifndef PLUGIN_PATH_TEXT_H
#define PLUGIN_PATH_TEXT_H

/* The path itself, or its URI where it is no UTF-8; and back. To be freed with g_free(). */
char *path_text(const char *path);
char *path_of_text(const char *text);

/* Its last part, to be shown: bytes that are no UTF-8 are replaced. To be freed. */
char *path_last_part(const char *path);

#endif
