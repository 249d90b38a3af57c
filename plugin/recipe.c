/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

static void add_place(yyjson_mut_doc *d, yyjson_mut_val *root, const struct recipe_place *p)
{
    const int box[] = { p->context.x, p->context.y, p->context.w, p->context.h };
    g_autofree char *file = g_path_get_basename(p->model);

    yyjson_mut_obj_add_strcpy(d, root, "mode", p->mode);
    yyjson_mut_obj_add_strcpy(d, root, "model-file", file);
    yyjson_mut_obj_add_int(d, root, "threads", p->threads);
    yyjson_mut_obj_add_val(d, root, "context", yyjson_mut_arr_with_sint32(d, box, 4));
}

char *recipe_complete(const char *json, const struct recipe_place *place)
{
    yyjson_doc *const read = yyjson_read(json, strlen(json), 0);
    yyjson_mut_doc *const d = read ? yyjson_doc_mut_copy(read, NULL) : NULL;
    yyjson_mut_val *const root = d ? yyjson_mut_doc_get_root(d) : NULL;
    char *text = NULL;

    if (yyjson_mut_is_obj(root)) {
        add_place(d, root, place);
        text = yyjson_mut_write(d, YYJSON_WRITE_PRETTY, NULL);
    }
    yyjson_mut_doc_free(d);
    yyjson_doc_free(read);
    char *const copy = g_strdup(text ? text : json);
    free(text);
    return copy;
}
