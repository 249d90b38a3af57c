/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keys.h - keys as they are compared: Caps Lock is for the text that is typed,
 * not for what a key does.
 */
#ifndef PLUGIN_KEYS_H
#define PLUGIN_KEYS_H

#include <gdk/gdk.h>

/* The key as it is without Caps Lock: a letter is upper case only with Shift. */
static inline guint keys_value(const GdkEventKey *event)
{
    return event->state & GDK_SHIFT_MASK ? gdk_keyval_to_upper(event->keyval)
                                         : gdk_keyval_to_lower(event->keyval);
}

#endif
