/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * files.h - asking for a file or a folder. The answer comes later: a loop inside
 * the handler of a button would leave a screen reader that pressed it waiting.
 */
#ifndef PLUGIN_FILES_H
#define PLUGIN_FILES_H

#include <gtk/gtk.h>

/* chosen() is not called when nothing was chosen. */
void files_choose_model(GtkWindow *parent, void (*chosen)(void *user, const char *path),
                        void *user);
void files_choose_vae(GtkWindow *parent, void (*chosen)(void *user, const char *path), void *user);
void files_choose_folder(GtkWindow *parent, const char *title,
                         void (*chosen)(void *user, const char *path), void *user);
void files_choose_vocabulary(GtkWindow *parent, void (*chosen)(void *user, const char *path),
                             void *user);

/* What to do with a pickle file. */
void files_explain_pickle(GtkWindow *parent);

/* The folder of the file in the desktop's file manager. */
void files_show_folder(GtkWindow *parent, const char *path);

#endif
