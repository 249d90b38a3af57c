/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * samplers.h - from noise to a picture, one call of the network at a time.
 *
 * A run is a list of calls of the network, each with its timestep, as
 * diffusers' schedulers have it: a step of Heun's method is two calls, PNDM
 * makes one call more than steps. A sampler does not own the loop; it is a row
 * of a table whose function takes the run over one call. So guidance, masks,
 * previews and cancelling are written once, outside:
 *
 *     for (int call = s.first; call < s.calls; call++) {
 *         sampling_input(&s, y, x, call);
 *         output = predict(y, s.timestep[call]);
 *         noise = sampling_takes_noise(&s, call) ? draw(n) : NULL;
 *         sampling_step(&s, x, output, noise, call);
 *     }
 *
 * Everything is elementwise on flat arrays of n floats. Whatever a run carries
 * from one call to the next is x and s.history: who saves both (and s.first)
 * continues later bit for bit. diffusers is the definition, also in what
 * rounds to float and where.
 */
#ifndef ENGINE_SAMPLERS_SAMPLERS_H
#define ENGINE_SAMPLERS_SAMPLERS_H

#include "samplers/config.h"

#include <stddef.h>

struct sampling;

struct sampler {
    const char *name;       /* "dpmpp-2m", as users write it */
    const char *label;      /* English */
    const char *class_name; /* the scheduler of diffusers it is */
    int order;              /* solver_order, of the classes that have one; else 0 */
    enum algorithm algorithm;
    int calls_per_step;
    int history;   /* tensors kept between calls */
    bool noisy;    /* draws noise on the way */
    bool sigmas;   /* x is picture + sigma noise, else alpha picture + beta noise */
    bool curves;   /* may take the schedules karras and exponential */
    bool spacings; /* may take the schedules leading, trailing and linspace */
    bool (*tables)(struct sampling *s, ebru_error *err); /* fill timestep and sigma */
    bool (*takes_noise)(const struct sampling *s, int call);
    void (*step)(struct sampling *s, float *x, const float *output, const float *noise, int call);
};

struct sampling {
    const struct sampler *sampler;
    struct schedule_config config; /* complete for the sampler */
    int steps;                     /* as asked for */
    int calls;                     /* of the network, for the whole schedule */
    int first;                     /* call to start with: 0 from noise */
    size_t n;                      /* floats of x */

    float *timestep; /* [calls] */
    float *sigma;    /* [calls + 1] noise over picture when call i starts (samplers with sigmas) */
    float *between;  /* [calls + 1] two calls a step: the level of the second; else NULL */
    float *alphas;   /* [train_steps] cumulated product of 1 - beta */
    float *denoised; /* [n] the clean x foreseen by the last call, for previews */
    float *history;  /* [sampler->history][n] */
    size_t bytes;    /* of all these */
};

/* ---- What there is ----------------------------------------------------- */

/* Row i, NULL after the last. */
const struct sampler *sampler_at(int i);

/* By name; NULL when there is none. */
const struct sampler *sampler_find(const char *name);

/* The sampler that a model's own scheduler_config.json asks for. */
const struct sampler *sampler_of_config(const struct schedule_config *c, ebru_error *err);

/* Names for the parameter table: "auto" first, NULL after the last. */
const char *sampler_choice(int i, const char **label);
const char *schedule_choice(int i, const char **label);

/* ---- A run ------------------------------------------------------------- */

/* A run of `steps` (>= 1) over n floats. sampler: a name or "auto", the model's
 * own; schedule: "auto" (the model's own), "karras", "exponential", "leading",
 * "trailing" (also "sgm-uniform") or "linspace". On failure *s is empty. */
bool sampling_init(struct sampling *s, const char *sampler, const char *schedule,
                   const struct schedule_config *config, int steps, size_t n, ebru_error *err);
void sampling_clear(struct sampling *s);

/* Change a picture instead of starting from noise: skip the first part, 1 -
 * strength, of the steps. Strength 0 leaves no call, 1 skips none. */
void sampling_start_at(struct sampling *s, double strength);

/* What unit normal noise is multiplied by to start from noise. */
float sampling_start_scale(const struct sampling *s);

/* x = the picture with the noise it has when `call` starts; call == s->calls:
 * none. Any of the arrays may be the same. */
void sampling_add_noise(const struct sampling *s, float *x, const float *picture,
                        const float *noise, int call);

/* y = what the network is shown of x. May be the same array. */
void sampling_input(const struct sampling *s, float *y, const float *x, int call);

/* Whether sampling_step() wants n unit normal floats at this call. */
bool sampling_takes_noise(const struct sampling *s, int call);

/* x from before `call` to after it. output: of the network; noise may be NULL
 * where none is taken. Calls come in order, from s->first. */
void sampling_step(struct sampling *s, float *x, const float *output, const float *noise, int call);

#endif
