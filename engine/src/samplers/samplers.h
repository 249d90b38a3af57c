/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * samplers.h - from noise to a picture, one call of the network at a time.
 *
 * A run is a list of calls of the network, each with its timestep, as
 * diffusers' schedulers have it: a step of Heun's method is two calls, PNDM
 * makes one call more than steps. A sampler does not own the loop; it is a row
 * of a table whose function takes x over one call. So guidance, masks, previews
 * and cancelling are written once, outside:
 *
 *     for (int call = s.first; call < s.calls; call++) {
 *         sampling_input(&s, y, x, call);
 *         output = predict(y, s.timestep[call]);
 *         noise = sampling_takes_noise(&s, call) ? draw(s.n) : NULL;
 *         sampling_step(&s, x, output, noise, call);
 *     }
 *
 * Everything is elementwise on flat arrays of n floats. All that a run carries
 * from one call to the next is x and s.history: who saves both (and s.first)
 * continues later bit for bit. diffusers is the definition, also of what is
 * rounded to float and where.
 */
#ifndef ENGINE_SAMPLERS_SAMPLERS_H
#define ENGINE_SAMPLERS_SAMPLERS_H

#include "samplers/config.h"

#include <stddef.h>

struct sampling;

/* What x is, for a picture with unit variance and unit normal noise. */
enum space {
    SPACE_SIGMA, /* picture + sigma noise; the network is shown x / sqrt(sigma^2 + 1) */
    SPACE_ALPHA, /* that, divided by sqrt(sigma^2 + 1) */
    SPACE_STEPS  /* sqrt(a) picture + sqrt(1 - a) noise, a of whole timesteps of training */
};

struct sampler {
    const char *name;       /* "dpmpp-2m", as users write it */
    const char *label;      /* English, for gettext */
    const char *class_name; /* the scheduler of diffusers that it is */
    enum space space;
    int calls_per_step;
    bool second_twice; /* the second timestep is called twice (PNDM) */
    int history;       /* tensors kept between calls */
    int order;         /* solver_order that the name stands for; 0: as the model says */
    int algorithm;     /* enum algorithm, where there is an order */
    bool curves;       /* the schedules karras and exponential make sense */
    bool spacings;     /* the schedules leading, trailing and linspace make sense */

    /* Of every step the timestep, t[steps], and the noise, sigma[steps + 1]. */
    bool (*tables)(const struct sampling *s, double *t, double *sigma, ebru_error *err);
    /* Timestep and level of the second call of each step; NULL: the next step's. */
    void (*between)(struct sampling *s);
    /* NULL: never. */
    bool (*takes_noise)(const struct sampling *s, int call);
    void (*step)(struct sampling *s, float *x, const float *output, const float *noise, int call);
};

struct sampling {
    const struct sampler *sampler;
    struct schedule_config config; /* complete for the sampler */
    int steps;                     /* as asked for */
    int calls;                     /* of the network, for the whole schedule */
    int first;                     /* call to start with; 0 from noise */
    size_t n;                      /* floats of x */

    float *timestep; /* [calls] */
    float *sigma;    /* [calls + 1] noise over picture at the start of call i; then at the end */
    float *level;    /* [calls + 1] the noise in x at call i: sigma, but for second calls between */
    float *alphas;   /* [train_steps] of the noise of training, see schedule.h */
    float *denoised; /* [n] the picture foreseen at the last call, for previews */
    float *history;  /* [sampler->history][n] */
    size_t bytes;    /* of all these arrays */
};

/* ---- What there is ------------------------------------------------------- */

/* Row i, NULL after the last. */
const struct sampler *sampler_at(int i);

/* By name; NULL when there is none. */
const struct sampler *sampler_find(const char *name);

/* The name of a schedule as the table has it ("sgm-uniform" is "trailing");
 * NULL when there is none. */
const char *schedule_find(const char *name);

/* For the table of parameters: "auto", the model's own, first; NULL after the last. */
const char *sampler_choice(int i, const char **label);
const char *schedule_choice(int i, const char **label);

/* What a run with these two choices has: names of the two tables. A schedule that has no name is
 * "auto". False where sampling_init() would refuse them. */
bool sampling_names(const char *sampler, const char *schedule, const struct schedule_config *config,
                    const char **sampler_used, const char **schedule_used);

/* ---- A run --------------------------------------------------------------- */

/* A run of `steps` (from 1) over n floats. `sampler` and `schedule` are names
 * from the two choices, NULL as "auto". On failure *s is empty. */
bool sampling_init(struct sampling *s, const char *sampler, const char *schedule,
                   const struct schedule_config *config, int steps, size_t n, ebru_error *err);
void sampling_clear(struct sampling *s);

/* Change a picture instead of starting from noise: skip the first part, 1 -
 * strength, of the steps. Strength 0 leaves no call, 1 skips none. */
void sampling_start_at(struct sampling *s, double strength);

/* What unit normal noise is multiplied by to start from noise alone. */
float sampling_start_scale(const struct sampling *s);

/* x = the picture with the noise it has when `call` starts; call == s->calls:
 * without. Any of the arrays may be the same. */
void sampling_add_noise(const struct sampling *s, float *x, const float *picture,
                        const float *noise, int call);

/* y = what the network is shown of x. May be the same array. */
void sampling_input(const struct sampling *s, float *y, const float *x, int call);

/* Whether sampling_step() takes n unit normal floats at this call. */
bool sampling_takes_noise(const struct sampling *s, int call);

/* x from the start of `call` to its end. output: of the network; noise may be
 * NULL where none is taken. Calls come in order, from s->first. */
void sampling_step(struct sampling *s, float *x, const float *output, const float *noise, int call);

#endif
