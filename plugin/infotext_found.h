/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * infotext_found.h - a recipe while it is being put together from what another program wrote.
 *
 * Names of samplers and schedules are theirs, and become ours; what has no counterpart is left, to
 * be told. Values are those of our parameters, see ebru_params().
 */
#ifndef PLUGIN_INFOTEXT_FOUND_H
#define PLUGIN_INFOTEXT_FOUND_H

#include <glib.h>
#include <yyjson.h>

struct found {
    yyjson_mut_doc *doc;
    yyjson_mut_val *root, *left;
};

struct found found_new(void);

/* The recipe as JSON, to be freed with g_free(); NULL unless it is one. original: what was read. */
char *found_end(struct found *f, gboolean is_one, const char *original);

/* What was put before under the same name is replaced. */
void found_put_text(struct found *f, const char *name, const char *value);
void found_put_number(struct found *f, const char *name, const char *value); /* none: nothing */
void found_put_value(struct found *f, const char *name, yyjson_val *value);  /* likewise */
void found_put_sampler(struct found *f, const char *name);
void found_put_schedule(struct found *f, const char *name);
void found_put_model(struct found *f, const char *file);

/* It would change the picture, and is not understood. */
void found_leave(struct found *f, const char *name, const char *value);

/* To be called when all is put. */
void found_settle_schedule(struct found *f);

#endif
