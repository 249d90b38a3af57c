/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "infotext.h"

#include <ebru/ebru.h>

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

static void set_field(ebru_request *r, const char *name, yyjson_val *value)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    if (yyjson_is_str(value))
        ebru_request_set(r, name, yyjson_get_str(value), NULL);
    else if (!strcmp(name, "seed") && yyjson_is_uint(value)) /* as it is recalled */
        g_snprintf(number, sizeof(number), "%" G_GUINT32_FORMAT,
                   infotext_seed(yyjson_get_uint(value)));
    else if (yyjson_is_int(value))
        g_snprintf(number, sizeof(number), "%" G_GINT64_FORMAT, yyjson_get_sint(value));
    else if (yyjson_is_real(value))
        g_ascii_dtostr(number, sizeof(number), yyjson_get_real(value));
    if (yyjson_is_num(value))
        ebru_request_set(r, name, number, NULL);
}

static const char *text_in(yyjson_val *root, const char *name, const char *otherwise)
{
    const char *const text = yyjson_get_str(yyjson_obj_get(root, name));

    return text ? text : otherwise;
}

/* With the first digits of the model's checksum, where A1111 has them. */
static char *with_hash(const char *text, const char *sha256)
{
    const char *const at = sha256 ? g_strrstr(text, ", Model: ") : NULL;

    return at ? g_strdup_printf("%.*s, Model hash: %s%s", (int)(at - text), text, sha256, at)
              : g_strdup(text);
}

/* Of our own recipe. */
static char *print_recipe(yyjson_val *root)
{
    const char *const task = text_in(root, "task", "text-to-image");
    yyjson_val *key, *value;
    size_t i, n;
    ebru_request r;

    ebru_request_init(&r, NULL);
    yyjson_obj_foreach(root, i, n, key, value) set_field(&r, yyjson_get_str(key), value);
    r.sampler = text_in(root, "sampler-used", r.sampler);
    r.schedule = text_in(root, "schedule-used", r.schedule);
    const ebru_image image = { .height = r.height, .width = r.width, .channels = 3 };
    if (strcmp(task, "text-to-image"))
        r.image = &image;
    char *const text = ebru_recipe_text_of(text_in(root, "model", ""), &r, r.seed);
    char *const copy = text ? with_hash(text, text_in(root, "model-sha256", NULL)) : NULL;
    free(text);
    return copy;
}

char *infotext_write(const char *recipe)
{
    yyjson_doc *const read = yyjson_read(recipe, strlen(recipe), 0);
    yyjson_val *const root = yyjson_doc_get_root(read);
    const char *const original = yyjson_get_str(yyjson_obj_get(root, "original"));
    char *const text = original              ? g_strdup(original)
                       : yyjson_is_obj(root) ? print_recipe(root)
                                             : NULL;

    yyjson_doc_free(read);
    return text ? text : g_strdup("");
}
