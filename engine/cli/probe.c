/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The commands probe, check and make-random. */
#include "base/error.h"
#include "base/machine.h"
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
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

/* --- check -------------------------------------------------------------- */

static void remove_folder(const char *folder)
{
    char command[4200];

    snprintf(command, sizeof(command), "rm -rf -- '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "ebru: %s is left behind\n", folder);
}

/* The whole way with a random model: seconds it took. */
static bool self_test(const struct options *o, double *seconds, ebru_error *err)
{
    const char *const tmp = getenv("TMPDIR");
    char folder[2048], model[2100];
    ebru_result result = { 0 };
    ebru_request req;
    ebru_model *m = NULL;

    snprintf(folder, sizeof(folder), "%s/ebru-check-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return fail(err, EBRU_NO_FILE, "no folder can be made in %s", tmp ? tmp : "/tmp");
    snprintf(model, sizeof(model), "%s/model", folder);
    bool ok = ebru_make_random(model, 1, err) && (m = ebru_model_open(model, &o->machine, err));
    if (ok) {
        ebru_request_init(&req, m);
        req.width = req.height = 64;
        req.steps = 4;
        req.seed = 1;
        req.prompt = "a test";
        const double start = machine_seconds();
        ok = ebru_generate(m, &req, NULL, &result, err);
        *seconds = machine_seconds() - start;
    }
    ebru_result_clear(&result);
    ebru_model_close(m);
    remove_folder(folder);
    return ok;
}

static void print_sets(bool json)
{
    const char *name;

    for (int i = 0; (name = ebru_isa_name(i)); i++)
        printf(json ? "%s\"%s\"" : "%s%s", i ? (json ? ", " : " ") : "", name);
}

int command_check(struct options *o)
{
    ebru_machine m;
    ebru_error err;
    double seconds = 0;

    ebru_machine_describe(&m);
    const double speed = ebru_machine_speed(&o->machine);
    const bool ok = self_test(o, &seconds, &err);
    if (o->json) {
        printf("{ \"version\": \"%s\", \"isa\": \"%s\", \"sets\": [ ", ebru_version(), m.isa);
        print_sets(true);
        printf(
            " ], \"cores\": %d, \"memory_total\": %zu, \"memory_free\": %zu, \"flops_per_second\": "
            "%.3g, \"self_test_seconds\": %.3f, \"ok\": %s }\n",
            m.cores, m.memory_total, m.memory_free, speed, seconds, ok ? "true" : "false");
    } else {
        printf("ebru %s\ninstruction sets: ", ebru_version());
        print_sets(false);
        printf("\nused: %s, %d threads, %.0f GFLOP/s\nmemory: %.1f GB, %.1f GB free\n", m.isa,
               o->machine.threads ? o->machine.threads : m.cores, speed / 1e9,
               (double)m.memory_total / 1e9, (double)m.memory_free / 1e9);
        if (ok)
            printf("self-test: a picture of 64x64 from a random model in %.2f s\n", seconds);
    }
    return ok ? EXIT_OK : report(&(struct options){ 0 }, &err);
}

int command_make_random(struct options *o)
{
    ebru_error err;

    if (o->n_files != 1)
        return report(o,
                      &(ebru_error){ .status = EBRU_BAD_REQUEST,
                                     .message = "make-random needs the path of one new folder" });
    if (!ebru_make_random(o->files[0], o->seeded ? o->request.seed : 1, &err))
        return report(o, &err);
    if (!o->json)
        printf("%s: a random model; its pictures are noise\n", o->files[0]);
    return EXIT_OK;
}
