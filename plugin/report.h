/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - what a person sends to those who are to find a fault: versions, the machine, the
 * model, and the prompt only when that is wished. */
#ifndef PLUGIN_REPORT_H
#define PLUGIN_REPORT_H

/* model: path; sha256: of it; error: as the user was told; exact: the engine's words for it;
 * prompt. What is not to be told is NULL. To be freed with g_free(). */
char *report_of(const char *model, const char *sha256, const char *error, const char *exact,
                const char *prompt);

#endif
