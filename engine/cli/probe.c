/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The command probe. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <yyjson.h>

static const struct {
    unsigned flag;
    const char *name;
} parts[] = { { EBRU_PART_TEXT, "text encoder" },
              { EBRU_PART_UNET, "unet" },
              { EBRU_PART_VAE, "vae" },
              { EBRU_PART_TAESD, "taesd" },
              { EBRU_PART_VOCABULARY, "vocabulary" } },
  tasks[] = { { EBRU_TEXT_TO_IMAGE, "text to image" },
              { EBRU_IMAGE_TO_IMAGE, "image to image" },
              { EBRU_INPAINT, "inpaint" } };

enum { N_PARTS = sizeof(parts) / sizeof(*parts), N_TASKS = sizeof(tasks) / sizeof(*tasks) };

static void print_model(const char *path, const ebru_model_info *i)
{
    printf("%s\n  %s, %s, %s weights, predicts %s\n  trained at %dx%d, sizes are multiples of %d\n"
           "  %.2f GB on disk, %" PRId64 " parameters\n  holds:",
           path, i->family, i->format, i->precision, i->prediction, i->width, i->height,
           i->multiple, (double)i->bytes / 1e9, i->parameters);
    for (int p = 0; p < N_PARTS; p++)
        if (i->parts & parts[p].flag)
            printf(" %s;", parts[p].name);
    printf("\n  can do:");
    for (int t = 0; t < N_TASKS; t++)
        if (i->tasks & tasks[t].flag)
            printf(" %s;", tasks[t].name);
    printf("\n");
}

static void add_model(yyjson_mut_doc *d, yyjson_mut_val *v, const ebru_model_info *i)
{
    yyjson_mut_obj_add_str(d, v, "family", i->family);
    yyjson_mut_obj_add_str(d, v, "format", i->format);
    yyjson_mut_obj_add_str(d, v, "precision", i->precision);
    yyjson_mut_obj_add_str(d, v, "prediction", i->prediction);
    yyjson_mut_obj_add_int(d, v, "parameters", i->parameters);
    yyjson_mut_obj_add_int(d, v, "bytes", i->bytes);
    yyjson_mut_obj_add_int(d, v, "width", i->width);
    yyjson_mut_obj_add_int(d, v, "height", i->height);
    yyjson_mut_obj_add_int(d, v, "multiple", i->multiple);
    if (i->guidance > 0)
        yyjson_mut_obj_add_real(d, v, "guidance", i->guidance);
    yyjson_mut_val *const p = yyjson_mut_obj_add_arr(d, v, "parts");
    for (int k = 0; k < N_PARTS; k++)
        if (i->parts & parts[k].flag)
            yyjson_mut_arr_add_str(d, p, parts[k].name);
    yyjson_mut_val *const t = yyjson_mut_obj_add_arr(d, v, "tasks");
    for (int k = 0; k < N_TASKS; k++)
        if (i->tasks & tasks[k].flag)
            yyjson_mut_arr_add_str(d, t, tasks[k].name);
}

int command_probe(struct options *o)
{
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const list = yyjson_mut_arr(d);
    int code = EXIT_OK;

    yyjson_mut_doc_set_root(d, list);
    for (int i = 0; i < o->n_files; i++) {
        ebru_model_info info;
        ebru_error err;
        yyjson_mut_val *const v = yyjson_mut_arr_add_obj(d, list);
        yyjson_mut_obj_add_str(d, v, "file", o->files[i]);
        if (ebru_model_probe(o->files[i], &info, &err)) {
            add_model(d, v, &info);
            if (!o->json)
                print_model(o->files[i], &info);
        } else {
            yyjson_mut_obj_add_strcpy(d, v, "error", err.message);
            code = report(&(struct options){ 0 }, &err);
        }
    }
    if (o->json) {
        char *const text = yyjson_mut_write(d, YYJSON_WRITE_PRETTY, NULL);
        puts(text ? text : "[]");
        free(text);
    }
    yyjson_mut_doc_free(d);
    if (!o->n_files)
        return report(o, &(ebru_error){ .status = EBRU_BAD_REQUEST,
                                        .message = "probe needs the path of a model" });
    return code;
}
