/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * preferences_window.h - what holds for all pictures made on this computer, and so
 * is no part of the settings of one: threads, another VAE, the preview, what exported
 * files tell. Each choice is kept at once; there is nothing to confirm.
 */
#ifndef PLUGIN_PREFERENCES_WINDOW_H
#define PLUGIN_PREFERENCES_WINDOW_H

#include <libgimp/gimpui.h>

/* changed() is called when the window is closed and a model would have to be opened in another
 * way: with other threads or another VAE. */
void preferences_window_open(GtkWindow *parent, void (*changed)(void *user), void *user);

/* Settings of a window begin with what the preferences say; a script's are its own. */
void preferences_apply(GimpProcedureConfig *config);

#endif
