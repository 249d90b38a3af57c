/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - what a person sends to those who are to find a fault: versions, the machine, the
 * model. No prompt. */
#ifndef PLUGIN_REPORT_H
#define PLUGIN_REPORT_H

/* model: path; to be freed with g_free(). */
char *report_of(const char *model, const char *error);

#endif
