/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models_convert.h - 8-bit copies of models: half the memory of 16 bits.
 *
 * A copy of NAME.safetensors is NAME-8bit.safetensors beside it, that of a folder NAME is
 * a folder NAME-8bit; where the folder they are in cannot be written to, it is in
 * ebru/models below the user's data folder. It is there complete or not at all, and the
 * model itself is only read.
 */
#ifndef PLUGIN_MODELS_CONVERT_H
#define PLUGIN_MODELS_CONVERT_H

#include <ebru/ebru.h>
#include <glib.h>

/* Whether a copy can be made: of all that are not 8-bit themselves. */
gboolean models_convert_possible(const ebru_model_info *info);

/* The path of the copy that is there already, to be freed; NULL: none. */
char *models_convert_find(const char *path);

/* Have it in the list of models, wherever it is. */
void models_convert_list(const char *copy);

/* Make the copy if there is none, and return its path, to be freed; NULL and an error
 * (EBRU_PLUGIN_ERROR; EBRU_CANCELLED: go_on() said FALSE). go_on(), which may be NULL, is called on
 * the same thread with the fraction done. For any thread. */
char *models_convert(const char *path, bool (*go_on)(void *user, double fraction), void *user,
                     GError **error);

/* The same in a thread of its own; all below is called on the main thread. */
struct conversion;

struct conversion *conversion_begin(const char *path);
const char *conversion_path(const struct conversion *c);
double conversion_fraction(struct conversion *c);

/* Whether conversion_end() would not wait. */
gboolean conversion_is_done(struct conversion *c);

/* It ends without a copy, unless there is one already. */
void conversion_stop(struct conversion *c);

/* Wait for it and free it; the result is that of models_convert(). */
char *conversion_end(struct conversion *c, GError **error);

#endif
