/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The command convert. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <yyjson.h>

/* What the bar shows: per cent; -1: there is no terminal. */
static bool show(void *user, double fraction)
{
    int *const shown = user;
    const int now = (int)(100 * fraction);

    if (*shown >= 0 && now > *shown) {
        fprintf(stderr, "\r%3d %%", now);
        *shown = now;
    }
    return !interrupted;
}

static void print_json(const char *file)
{
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const root = yyjson_mut_obj(d);

    yyjson_mut_doc_set_root(d, root);
    yyjson_mut_obj_add_str(d, root, "file", file);
    char *const text = yyjson_mut_write(d, YYJSON_WRITE_ALLOW_INVALID_UNICODE, NULL);
    puts(text ? text : "{}");
    free(text);
    yyjson_mut_doc_free(d);
}

int command_convert(struct options *o)
{
    const bool bar = !o->quiet && !o->json && isatty(STDERR_FILENO);
    int shown = bar ? 0 : -1;
    ebru_error err;

    if (o->n_files != 2)
        return report(o, &(ebru_error){
                             .status = EBRU_BAD_REQUEST,
                             .message = "convert needs the path of a model and that of its copy" });
    const bool ok = ebru_convert_int8(o->files[0], o->files[1], show, &shown, &err);
    if (bar)
        fputs("\r     \r", stderr);
    if (!ok)
        return report(o, &err);
    if (o->json)
        print_json(o->files[1]);
    else if (!o->quiet)
        printf("%s: an 8-bit copy\n", o->files[1]);
    return EXIT_OK;
}
