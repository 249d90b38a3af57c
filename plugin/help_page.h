/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * help_page.h - one page of the guide as widgets: a label for each paragraph, so that
 * text wraps, grows with the font, and its links are reached by Tab.
 */
#ifndef PLUGIN_HELP_PAGE_H
#define PLUGIN_HELP_PAGE_H

#include <gtk/gtk.h>

/* The pages by their file's name, "guide.md"; ends with NULL. */
extern const char *const help_pages[];

/* What its first heading says; to be freed. */
char *help_page_title(const char *page);

/* A box with all of it. `follow` is called for its links: to other pages, or to the web. */
GtkWidget *help_page_new(const char *page, gboolean (*follow)(void *user, const char *to),
                         void *user);

#endif
