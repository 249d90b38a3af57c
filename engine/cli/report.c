/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <yyjson.h>

static int exit_code(ebru_status status)
{
    switch (status) {
    case EBRU_OK:
        return EXIT_OK;
    case EBRU_CANCELLED:
        return EXIT_STOPPED;
    case EBRU_BAD_REQUEST:
        return EXIT_USAGE;
    case EBRU_NO_FILE:
    case EBRU_BAD_FILE:
    case EBRU_BAD_MODEL:
    case EBRU_NO_VOCABULARY:
        return EXIT_FILE;
    case EBRU_NO_MEMORY:
        return EXIT_MEMORY;
    case EBRU_NOT_FINITE:
        break;
    }
    return EXIT_OTHER;
}

int report(const struct options *o, const ebru_error *err)
{
    fprintf(stderr, "ebru: %s\n", err->message);
    if (o->json) {
        yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
        yyjson_mut_val *const root = yyjson_mut_obj(d);
        yyjson_mut_doc_set_root(d, root);
        yyjson_mut_obj_add_str(d, root, "error", err->message);
        yyjson_mut_obj_add_int(d, root, "exit", exit_code(err->status));
        char *const text = yyjson_mut_write(d, 0, NULL);
        puts(text ? text : "{}");
        free(text);
        yyjson_mut_doc_free(d);
    }
    return exit_code(err->status);
}
