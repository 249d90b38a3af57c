/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "api/api.h"
#include "base/number.h"
#include "samplers/samplers.h"
#include "text/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

/* What is not UTF-8, as a name of a file need not be, cannot be in JSON. */
static void add_text(yyjson_mut_doc *d, yyjson_mut_val *root, const char *key, const char *text)
{
    char *const valid = unicode_mend(text);

    yyjson_mut_obj_add_strcpy(d, root, key, valid);
    free(valid);
}

static void add_param(yyjson_mut_doc *d, yyjson_mut_val *root, const ebru_param *p,
                      const ebru_request *req)
{
    const void *const field = (const char *)req + p->offset;
    const char *text;

    switch (p->type) {
    case EBRU_TEXT:
    case EBRU_CHOICE:
        text = *(const char *const *)field;
        add_text(d, root, p->name, text ? text : "");
        break;
    case EBRU_INT:
        yyjson_mut_obj_add_int(d, root, p->name, *(const int *)field);
        break;
    case EBRU_REAL:
        yyjson_mut_obj_add_real(d, root, p->name, *(const double *)field);
        break;
    case EBRU_SEED:
        yyjson_mut_obj_add_int(d, root, p->name, *(const int64_t *)field);
        break;
    }
}

/* The request as one picture of it was made. */
static ebru_request resolved(const ebru_request *req, int64_t seed)
{
    ebru_request r = *req;

    r.seed = seed;
    r.count = 1;
    if (req->image) {
        r.width = req->image->width;
        r.height = req->image->height;
    }
    return r;
}

/* The names that "auto" stood for; as they are, where no run could have had them. */
static void resolve_names(const ebru_model *model, const ebru_request *r, const char **sampler,
                          const char **schedule)
{
    *sampler = r->sampler ? r->sampler : "auto";
    *schedule = r->schedule ? r->schedule : "auto";
    sampling_names(r->sampler, r->schedule, &model->model.schedule, sampler, schedule);
}

char *ebru_recipe_json(const ebru_model *model, const ebru_request *req, int64_t seed)
{
    const ebru_request r = resolved(req, seed);
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const root = d ? yyjson_mut_obj(d) : NULL;
    int n;
    const ebru_param *const params = ebru_params(&n);
    const char *sampler, *schedule;

    if (!root)
        return NULL;
    resolve_names(model, &r, &sampler, &schedule);
    yyjson_mut_doc_set_root(d, root);
    yyjson_mut_obj_add_int(d, root, "recipe", 1);
    for (int i = 0; i < n; i++)
        add_param(d, root, &params[i], &r);
    add_text(d, root, "model", model->model.info.name);
    yyjson_mut_obj_add_str(d, root, "precision", ebru_model_precision(model));
    yyjson_mut_obj_add_str(d, root, "sampler-used", sampler);
    yyjson_mut_obj_add_str(d, root, "schedule-used", schedule);
    yyjson_mut_obj_add_str(d, root, "task",
                           req->mask    ? "inpaint"
                           : req->image ? "image-to-image"
                                        : "text-to-image");
    yyjson_mut_obj_add_str(d, root, "version", ebru_version());
    char *const text = yyjson_mut_write(d, YYJSON_WRITE_PRETTY, NULL);
    yyjson_mut_doc_free(d);
    return text;
}

/* A1111's names for ours, or what it would say. */
static const char *const sampler_names[][2] = {
    { "euler", "Euler" },
    { "euler-ancestral", "Euler a" },
    { "heun", "Heun" },
    { "dpm2", "DPM2" },
    { "dpm2-ancestral", "DPM2 a" },
    { "dpmpp-2m", "DPM++ 2M" },
    { "dpmpp-2m-sde", "DPM++ 2M SDE" },
    { "dpmpp-sde", "DPM++ SDE" },
    { "dpmpp-3m", "DPM++ 3M" },
    { "dpmpp-3m-sde", "DPM++ 3M SDE" },
    { "dpmpp-2s", "DPM++ 2S a" },
    { "lms", "LMS" },
    { "ddim", "DDIM" },
    { "ddpm", "DDPM" },
    { "deis", "DEIS" },
    { "pndm", "PLMS" },
    { "unipc", "UniPC" },
    { "lcm", "LCM" },
};

static const char *const schedule_names[][2] = {
    { "auto", "Automatic" },       { "karras", "Karras" }, { "exponential", "Exponential" },
    { "trailing", "SGM Uniform" }, { "leading", "DDIM" },  { "linspace", "Uniform" },
};

static const char *a1111_name(const char *const (*table)[2], size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(table[i][0], name))
            return table[i][1];
    return name;
}

static const char *a1111_sampler(const char *name)
{
    return a1111_name(sampler_names, sizeof(sampler_names) / sizeof(*sampler_names), name);
}

/* DDIM and PLMS have no other than the leading one there, and call it automatic. */
static const char *a1111_schedule(const char *name, const char *sampler)
{
    const bool own = !strcmp(sampler, "ddim") || !strcmp(sampler, "pndm");

    if (own && !strcmp(name, "leading"))
        name = "auto";
    return a1111_name(schedule_names, sizeof(schedule_names) / sizeof(*schedule_names), name);
}

static int print_text(char *text, size_t size, const char *model, const ebru_request *r)
{
    const bool avoid = r->negative && r->negative[0];
    const char *const sampler = r->sampler ? r->sampler : "auto";
    char extra[96] = "", skip[32] = "", number[NUMBER_MAX];

    if (r->image)
        snprintf(extra, sizeof(extra), ", Denoising strength: %s",
                 number_print(number, r->strength));
    if (r->clip_skip > 1)
        snprintf(skip, sizeof(skip), ", Clip skip: %d", r->clip_skip);
    return snprintf(text, size,
                    "%s\n%s%s%sSteps: %d, Sampler: %s, Schedule type: %s, CFG scale: %s, "
                    "Seed: %lld, Size: %dx%d, Model: %s%s%s, Version: Ebru %s",
                    r->prompt ? r->prompt : "", avoid ? "Negative prompt: " : "",
                    avoid ? r->negative : "", avoid ? "\n" : "", r->steps, a1111_sampler(sampler),
                    a1111_schedule(r->schedule ? r->schedule : "auto", sampler),
                    number_print(number, r->guidance), (long long)r->seed, r->width, r->height,
                    model, extra, skip, ebru_version());
}

char *ebru_recipe_text_of(const char *model, const ebru_request *req, int64_t seed)
{
    const ebru_request r = resolved(req, seed);
    const size_t size = (size_t)print_text(NULL, 0, model, &r) + 1;
    char *const text = malloc(size);

    if (text)
        print_text(text, size, model, &r);
    char *const valid = text ? unicode_mend(text) : NULL;
    free(text);
    return valid;
}

char *ebru_recipe_text(const ebru_model *model, const ebru_request *req, int64_t seed)
{
    ebru_request r = *req;

    resolve_names(model, req, &r.sampler, &r.schedule);
    return ebru_recipe_text_of(model->model.info.name, &r, seed);
}
