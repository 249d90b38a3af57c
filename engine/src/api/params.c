/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/error.h"
#include "base/number.h"
#include "samplers/samplers.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_(text) text /* marked for translation, translated by the caller */

enum {
    ALL = EBRU_TEXT_TO_IMAGE | EBRU_IMAGE_TO_IMAGE | EBRU_INPAINT,
    EDIT = EBRU_IMAGE_TO_IMAGE | EBRU_INPAINT
};

static const char *decoder_choice(int i, const char **label)
{
    static const char *const choices[][2] = { { "model", N_("The model's own") },
                                              { "taesd", N_("TAESD, where there is one") } };

    if (i < 0 || i > 1)
        return NULL;
    if (label)
        *label = choices[i][1];
    return choices[i][0];
}

static const char *tile_choice(int i, const char **label)
{
    static const char *const choices[][2] = { { "none", N_("No") },
                                              { "x", N_("Left and right") },
                                              { "y", N_("Top and bottom") },
                                              { "xy", N_("All sides") } };

    if (i < 0 || i > 3)
        return NULL;
    if (label)
        *label = choices[i][1];
    return choices[i][0];
}

#define FIELD(f) offsetof(ebru_request, f)

static const ebru_param params[] = {
    { "prompt", N_("_Prompt"), N_("What the picture shows"), EBRU_TEXT, 0, 0, 0, FIELD(prompt), ALL,
      NULL },
    { "negative", N_("_Avoid"), N_("What the picture must not show"), EBRU_TEXT, 0, 0, 0,
      FIELD(negative), ALL, NULL },
    { "width", N_("_Width"), N_("Width of the picture in pixels"), EBRU_INT, 64, 8192, 512,
      FIELD(width), EBRU_TEXT_TO_IMAGE, NULL },
    { "height", N_("_Height"), N_("Height of the picture in pixels"), EBRU_INT, 64, 8192, 512,
      FIELD(height), EBRU_TEXT_TO_IMAGE, NULL },
    { "count", N_("_Variants"), N_("How many pictures; each has the next seed"), EBRU_INT, 1, 16, 1,
      FIELD(count), ALL, NULL },
    { "steps", N_("N_umber of steps"), N_("More steps take longer and add detail"), EBRU_INT, 1,
      150, 20, FIELD(steps), ALL, NULL },
    { "guidance", N_("Guidance _weight"), N_("How closely to follow the prompt; 1 is off"),
      EBRU_REAL, 1, 30, 7.5, FIELD(guidance), ALL, NULL },
    { "guidance-rescale", N_("Guidance _rescale"),
      N_("Takes back the contrast that strong guidance adds"), EBRU_REAL, 0, 1, 0,
      FIELD(guidance_rescale), ALL, NULL },
    { "guidance-start", N_("Guidance _from"), N_("Part of the steps after which guidance begins"),
      EBRU_REAL, 0, 1, 0, FIELD(guidance_start), ALL, NULL },
    { "guidance-stop", N_("Guidance _until"), N_("Part of the steps after which guidance ends"),
      EBRU_REAL, 0, 1, 1, FIELD(guidance_stop), ALL, NULL },
    { "strength", N_("S_trength"), N_("How far to depart from what is there; 1 ignores it"),
      EBRU_REAL, 0, 1, 0.75, FIELD(strength), EDIT, NULL },
    { "seed", N_("Seed num_ber"), N_("The same seed gives the same picture; -1 takes a new one"),
      EBRU_SEED, -1, 4294967295.0, -1, FIELD(seed), ALL, NULL },
    { "clip-skip", N_("Cl_ip skip"), N_("Layers of the text encoder to leave out, and one more"),
      EBRU_INT, 1, 12, 1, FIELD(clip_skip), ALL, NULL },
    { "sampler", N_("Sampler _kind"),
      N_("The way from noise to picture; automatic is the model's own, or DPM++ 2M Karras where it "
         "names none"),
      EBRU_CHOICE, 0, 0, 0, FIELD(sampler), ALL, sampler_choice },
    { "schedule", N_("Sc_hedule"), N_("How the steps are spread over the noise"), EBRU_CHOICE, 0, 0,
      0, FIELD(schedule), ALL, schedule_choice },
    { "reuse", N_("Re_use"),
      N_("Steps that share one pass through the inner layers: faster, less exact; 1 is off"),
      EBRU_INT, 1, 10, 1, FIELD(reuse), ALL, NULL },
    { "decoder", N_("_Decoder"), N_("From latents to pixels: TAESD is rough and fast"), EBRU_CHOICE,
      0, 0, 0, FIELD(decoder), ALL, decoder_choice },
    { "tile", N_("Seam_less"),
      N_("For a whole picture: sides that fit together when copies lie side by side"), EBRU_CHOICE,
      0, 0, 0, FIELD(tile), ALL, tile_choice },
};

enum { N_PARAMS = sizeof(params) / sizeof(*params) };

const ebru_param *ebru_params(int *count)
{
    *count = N_PARAMS;
    return params;
}

static const ebru_param *find(const char *name)
{
    for (int i = 0; i < N_PARAMS; i++)
        if (!strcmp(params[i].name, name))
            return &params[i];
    return NULL;
}

static void set_initial(ebru_request *req, const ebru_param *p)
{
    void *const field = (char *)req + p->offset;
    const char *label;

    switch (p->type) {
    case EBRU_TEXT:
        *(const char **)field = "";
        break;
    case EBRU_INT:
        *(int *)field = (int)p->initial;
        break;
    case EBRU_REAL:
        *(double *)field = p->initial;
        break;
    case EBRU_CHOICE:
        *(const char **)field = p->choice(0, &label);
        break;
    case EBRU_SEED:
        *(int64_t *)field = (int64_t)p->initial;
        break;
    }
}

void ebru_request_init(ebru_request *req, const ebru_model *model)
{
    *req = (ebru_request){ 0 };
    for (int i = 0; i < N_PARAMS; i++)
        set_initial(req, &params[i]);
    if (model) {
        req->width = ebru_model_describe(model)->width;
        req->height = ebru_model_describe(model)->height;
    }
}

static bool set_number(void *field, const ebru_param *p, const char *value, ebru_error *err)
{
    const char *end;
    const double v = number_read(value, &end);
    const bool whole = p->type != EBRU_REAL;

    if (end == value || *end || !(v >= p->min && v <= p->max) || (whole && v != floor(v)))
        return fail(err, EBRU_BAD_REQUEST, "%s is \"%s\", expected a%s number from %.10g to %.10g",
                    p->name, value, whole ? " whole" : "", p->min, p->max);
    if (p->type == EBRU_INT)
        *(int *)field = (int)v;
    else if (p->type == EBRU_SEED)
        *(int64_t *)field = (int64_t)v;
    else
        *(double *)field = v;
    return true;
}

/* A schedule may go by another program's name for it. */
static const char *own_name(const ebru_param *p, const char *value)
{
    const char *const found = p->choice == schedule_choice ? schedule_find(value) : NULL;

    return found ? found : value;
}

static bool set_choice(const char **field, const ebru_param *p, const char *value, ebru_error *err)
{
    const char *name, *label;
    char known[512] = "";
    size_t len = 0;

    for (int i = 0; (name = p->choice(i, &label)); i++) {
        if (!strcmp(name, own_name(p, value))) {
            *field = name;
            return true;
        }
        if (len + strlen(name) + 3 < sizeof(known)) {
            strcpy(known + len, i ? ", " : "");
            strcat(known + len, name);
            len += strlen(known + len);
        }
    }
    return fail(err, EBRU_BAD_REQUEST, "there is no %s \"%s\", expected one of %s", p->name, value,
                known);
}

bool ebru_request_set(ebru_request *req, const char *name, const char *value, ebru_error *err)
{
    const ebru_param *const p = find(name);

    if (!p)
        return fail(err, EBRU_BAD_REQUEST, "there is no parameter \"%s\"", name);

    void *const field = (char *)req + p->offset;
    switch (p->type) {
    case EBRU_INT:
    case EBRU_REAL:
    case EBRU_SEED:
        return set_number(field, p, value, err);
    case EBRU_CHOICE:
        return set_choice(field, p, value, err);
    case EBRU_TEXT:
        *(const char **)field = value;
        return true;
    }
    return false;
}

static bool check_one(const ebru_request *req, const ebru_param *p, ebru_error *err)
{
    const void *const field = (const char *)req + p->offset;
    const char *value, *name, *label;
    double v;

    switch (p->type) {
    case EBRU_TEXT:
        return true;
    case EBRU_CHOICE:
        value = *(const char *const *)field;
        for (int i = 0; value && (name = p->choice(i, &label)); i++)
            if (!strcmp(name, own_name(p, value)))
                return true;
        return value ? set_choice(&(const char *){ NULL }, p, value, err) : true;
    case EBRU_INT:
        v = *(const int *)field;
        break;
    case EBRU_SEED:
        v = (double)*(const int64_t *)field;
        break;
    default:
        v = *(const double *)field;
        break;
    }
    if (v >= p->min && v <= p->max)
        return true;
    return fail(err, EBRU_BAD_REQUEST, "%s is %.10g, expected %.10g to %.10g", p->name, v, p->min,
                p->max);
}

bool params_check(const ebru_request *req, ebru_error *err)
{
    for (int i = 0; i < N_PARAMS; i++)
        if (!check_one(req, &params[i], err))
            return false;
    return true;
}
