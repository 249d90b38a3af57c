/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe.h"

#include "path_text.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

enum { SHORT = 10 }; /* digits of a checksum */

/* What the engine did not write itself. */
static void add_arguments(yyjson_mut_doc *d, yyjson_mut_val *root, const char *arguments)
{
    yyjson_doc *const read = arguments ? yyjson_read(arguments, strlen(arguments), 0) : NULL;
    yyjson_val *key, *value;
    size_t i, n;

    yyjson_obj_foreach(read ? yyjson_doc_get_root(read) : NULL, i, n, key, value)
    {
        if (!yyjson_mut_obj_get(root, yyjson_get_str(key)))
            yyjson_mut_obj_add(root, yyjson_val_mut_copy(d, key), yyjson_val_mut_copy(d, value));
    }
    yyjson_doc_free(read);
}

static void put(yyjson_mut_doc *d, yyjson_mut_val *root, const char *name, yyjson_mut_val *value)
{
    yyjson_mut_obj_put(root, yyjson_mut_str(d, name), value);
}

static void add_place(yyjson_mut_doc *d, yyjson_mut_val *root, const struct recipe_place *p)
{
    const int box[] = { p->context.x, p->context.y, p->context.w, p->context.h };
    g_autofree char *file = path_last_part(p->model);

    put(d, root, "time", yyjson_mut_strcpy(d, p->time));
    put(d, root, "mode", yyjson_mut_strcpy(d, p->mode));
    put(d, root, "model-file", yyjson_mut_strcpy(d, file));
    if (p->sha256)
        put(d, root, "model-sha256", yyjson_mut_strncpy(d, p->sha256, SHORT));
    if (p->prompt)
        put(d, root, "prompt-template", yyjson_mut_strcpy(d, p->prompt));
    if (p->lineage)
        put(d, root, "again-of", yyjson_mut_strcpy(d, p->lineage));
    put(d, root, "threads", yyjson_mut_int(d, p->threads));
    put(d, root, "crop", yyjson_mut_arr_with_sint32(d, box, 4));
}

char *recipe_complete(const char *json, const struct recipe_place *place)
{
    yyjson_doc *const read = yyjson_read(json, strlen(json), 0);
    yyjson_mut_doc *const d = read ? yyjson_doc_mut_copy(read, NULL) : NULL;
    yyjson_mut_val *const root = d ? yyjson_mut_doc_get_root(d) : NULL;
    char *text = NULL;

    if (yyjson_mut_is_obj(root)) {
        add_arguments(d, root, place->arguments);
        add_place(d, root, place);
        text = yyjson_mut_write(d, YYJSON_WRITE_PRETTY, NULL);
    }
    yyjson_mut_doc_free(d);
    yyjson_doc_free(read);
    char *const copy = g_strdup(text ? text : json);
    free(text);
    return copy;
}

char *recipe_now(void)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();

    return g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%fZ");
}

/* To be freed; NULL: there is no such text. */
static char *text_of(const char *json, const char *name)
{
    yyjson_doc *const read = yyjson_read(json, strlen(json), 0);
    char *const text = g_strdup(yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(read), name)));

    yyjson_doc_free(read);
    return text;
}

char *recipe_time(const char *json)
{
    char *const time = text_of(json, "time");

    return time ? time : g_strdup("");
}

char *recipe_lineage(const char *json)
{
    char *const first = text_of(json, "again-of");

    return first ? first : text_of(json, "time");
}
