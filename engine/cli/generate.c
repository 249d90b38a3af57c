/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The commands generate and estimate. */
#include "base/error.h"
#include "base/machine.h"
#include "commands.h"
#include "load/checkpoint.h"
#include "load/safetensors.h"
#include "picture.h"
#include "progress.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

struct inputs {
    ebru_image image, mask;
    ebru_latents noise;
};

static void inputs_clear(struct inputs *in)
{
    ebru_image_clear(&in->image);
    ebru_image_clear(&in->mask);
    ebru_latents_clear(&in->noise);
}

static bool read_noise(ebru_latents *l, const char *path, ebru_error *err)
{
    struct checkpoint *const c = checkpoint_open(path, err);
    const struct checkpoint_tensor *t;

    if (!c)
        return false;
    t = checkpoint_find(c, "noise");
    if (!t)
        t = checkpoint_find(c, "latents");
    bool ok = t && t->rank == 4;
    if (!ok)
        fail(err, EBRU_BAD_FILE, "%s: no tensor \"noise\" or \"latents\" of 4 dimensions", path);
    if (ok) {
        *l = (ebru_latents){ (int)t->shape[0], (int)t->shape[1], (int)t->shape[2], (int)t->shape[3],
                             malloc((size_t)checkpoint_elements(t) * sizeof(float) + 1) };
        ok = l->data && checkpoint_read_floats(c, t, l->data, err);
    }
    checkpoint_close(c);
    return ok;
}

static bool write_latents(const char *path, const ebru_latents *l, ebru_error *err)
{
    const struct safetensors_item item = {
        "latents", TYPE_F32, 4, { l->count, l->channels, l->height, l->width }, l->data
    };

    return safetensors_write(path, &item, 1, NULL, err);
}

static bool inputs_read(struct inputs *in, struct options *o, ebru_error *err)
{
    *in = (struct inputs){ 0 };
    if (o->image && !picture_read(o->image, 3, &in->image, err))
        return false;
    if (o->mask && !picture_read(o->mask, 1, &in->mask, err))
        return false;
    if (o->noise && !read_noise(&in->noise, o->noise, err))
        return false;
    o->request.image = o->image ? &in->image : NULL;
    o->request.mask = o->mask ? &in->mask : NULL;
    o->request.noise = o->noise ? &in->noise : NULL;
    if (o->mask && !o->strengthened)
        o->request.strength = 1; /* fill what is masked */
    return true;
}

static ebru_model *open_model(struct options *o, ebru_error *err)
{
    if (!o->model) {
        fail(err, EBRU_BAD_REQUEST, "--model is missing");
        return NULL;
    }
    ebru_model *const m = ebru_model_open(o->model, &o->machine, err);
    if (m && !o->sized) {
        o->request.width = ebru_model_describe(m)->width;
        o->request.height = ebru_model_describe(m)->height;
    }
    return m;
}

/* --- output ------------------------------------------------------------- */

/* "out.png" -> "out-2.png" for the second of several pictures */
static void numbered(char *path, size_t size, const char *output, int i)
{
    const char *const dot = strrchr(output, '.'), *const slash = strrchr(output, '/');
    const int stem = (int)(dot && (!slash || dot > slash) ? dot - output : (long)strlen(output));

    if (i == 0)
        snprintf(path, size, "%s", output);
    else
        snprintf(path, size, "%.*s-%d%s", stem, output, i + 1, output + stem);
}

static bool write_pictures(const struct options *o, const ebru_model *m, const ebru_result *r,
                           ebru_error *err)
{
    for (int i = 0; i < r->count; i++) {
        char path[4096];
        char *const a1111 = ebru_recipe_text(m, &o->request, r->seeds[i]);
        char *const json = ebru_recipe_json(m, &o->request, r->seeds[i]);
        const struct picture_text texts[] = { { "parameters", a1111 },
                                              { "ebru-recipe", json },
                                              { 0 } };

        numbered(path, sizeof(path), o->output, o->first + i);
        const bool ok = a1111 && json ? picture_write(path, &r->images[i], texts, err)
                                      : fail(err, EBRU_NO_MEMORY, "no memory for a recipe");
        free(a1111);
        free(json);
        if (!ok)
            return false;
    }
    return !o->latents || write_latents(o->latents, &r->latents, err);
}

struct times {
    double load, run, step, decode;
};

static void print_json(const struct options *o, const ebru_result *r, const ebru_cost *cost,
                       const struct times *t)
{
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const root = yyjson_mut_obj(d), *const pictures = yyjson_mut_arr(d);

    yyjson_mut_doc_set_root(d, root);
    yyjson_mut_obj_add_val(d, root, "pictures", pictures);
    for (int i = 0; i < r->count; i++) {
        char path[4096];
        yyjson_mut_val *const p = yyjson_mut_arr_add_obj(d, pictures);
        numbered(path, sizeof(path), o->output, o->first + i);
        yyjson_mut_obj_add_strcpy(d, p, "file", path);
        yyjson_mut_obj_add_int(d, p, "seed", r->seeds[i]);
        yyjson_mut_obj_add_int(d, p, "width", r->images[i].width);
        yyjson_mut_obj_add_int(d, p, "height", r->images[i].height);
    }
    yyjson_mut_obj_add_int(d, root, "steps", r->steps_done);
    yyjson_mut_obj_add_real(d, root, "load_seconds", t->load);
    yyjson_mut_obj_add_real(d, root, "run_seconds", t->run);
    yyjson_mut_obj_add_real(d, root, "step_seconds", t->step);
    yyjson_mut_obj_add_real(d, root, "decode_seconds", t->decode);
    yyjson_mut_obj_add_real(d, root, "flops", cost->flops);
    yyjson_mut_obj_add_uint(d, root, "estimated_bytes", cost->bytes);
    yyjson_mut_obj_add_uint(d, root, "peak_bytes", machine_memory_peak());
    char *const text = yyjson_mut_write(d, YYJSON_WRITE_PRETTY, NULL);
    puts(text ? text : "{}");
    free(text);
    yyjson_mut_doc_free(d);
}

/* --- the commands ------------------------------------------------------- */

static bool generate(struct options *o, const ebru_model *m, double loaded, ebru_error *err)
{
    struct progress progress;
    ebru_result result;
    ebru_cost cost;
    const ebru_watch watch = { progress_show, NULL, &progress };

    if (!ebru_estimate(m, &o->request, &cost, err))
        return false;
    progress_start(&progress, o->quiet);
    const double start = machine_seconds();
    bool ok = ebru_generate(m, &o->request, &watch, &result, err);
    const double end = machine_seconds();
    progress_end(&progress);
    ok = ok && write_pictures(o, m, &result, err);
    if (ok && o->json) {
        const int last = progress.last_index;
        print_json(o, &result, &cost,
                   &(struct times){ loaded, end - start,
                                    last ? (progress.last_step - progress.first_step) / last : 0,
                                    end - progress.decode_began });
    }
    ebru_result_clear(&result);
    return ok;
}

int command_generate(struct options *o)
{
    struct inputs in = { 0 };
    ebru_error err = { 0 };
    ebru_model *m = NULL;
    const double start = machine_seconds();

    bool ok = o->n_files == 0 || fail(&err, EBRU_BAD_REQUEST, "\"%s\" is no option", o->files[0]);
    if (ok && !o->output)
        ok = fail(&err, EBRU_BAD_REQUEST, "--output is missing");
    ok = ok && inputs_read(&in, o, &err) && (m = open_model(o, &err)) &&
         words_each(o, m, machine_seconds() - start, generate, &err);
    ebru_model_close(m);
    inputs_clear(&in);
    return ok ? EXIT_OK : report(o, &err);
}

int command_estimate(struct options *o)
{
    struct inputs in = { 0 };
    ebru_error err = { 0 };
    ebru_model *m = NULL;
    ebru_cost cost;

    const bool ok = inputs_read(&in, o, &err) && (m = open_model(o, &err)) &&
                    ebru_estimate(m, &o->request, &cost, &err);
    if (ok) {
        const double seconds = cost.flops / ebru_machine_speed(&o->machine);
        printf(o->json ? "{ \"bytes\": %zu, \"flops\": %.0f, \"seconds\": %.3g }\n"
                       : "memory %zu bytes, work %.0f FLOP, time about %.3g s\n",
               cost.bytes, cost.flops, seconds);
    }
    ebru_model_close(m);
    inputs_clear(&in);
    return ok ? EXIT_OK : report(o, &err);
}
