/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * message.h - what people are told: errors of the engine as GErrors, and times in
 * words. The engine's own words are English and exact, with file and number;
 * they follow a translated sentence that says what it means for the user.
 */
#ifndef PLUGIN_MESSAGE_H
#define PLUGIN_MESSAGE_H

#include <ebru/ebru.h>
#include <glib.h>

/* Codes are ebru_status. */
#define EBRU_PLUGIN_ERROR message_error_quark()
GQuark message_error_quark(void);

void g_error_from_ebru(GError **error, const ebru_error *err);

/* "about 2 min 10 s"; to be freed. */
char *message_about(double seconds);

/* "53 s left"; to be freed. */
char *message_left(double seconds);

#endif
