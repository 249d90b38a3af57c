/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * methods.h - what the files of samplers share; of no use outside.
 *
 * Each file exports its rows of the table. A step function is a transcript of
 * its paper in the form and precision of diffusers: coefficients in float from
 * the float tables, then one pass over the n floats. It may keep tensors in
 * s->history but no numbers: how far a run has come follows from call - first.
 */
#ifndef ENGINE_SAMPLERS_METHODS_H
#define ENGINE_SAMPLERS_METHODS_H

#include "samplers/samplers.h"
#include "samplers/schedule.h"

#define N_(text) text /* a label with words in it: marked for translation by the caller */

/* Ended by a row without a name. */
extern const struct sampler first_order_samplers[];
extern const struct sampler second_order_samplers[];
extern const struct sampler dpmpp_samplers[];
extern const struct sampler multistep_samplers[];
extern const struct sampler unipc_samplers[];

/* ---- Tables: of every step timestep and noise (see struct sampler) ------- */

/* k-diffusion's: any timestep, sigma 0 (or the smallest of training) at the end. */
bool tables_sigma(const struct sampling *s, double *t, double *sigma, ebru_error *err);
/* DPM-Solver's: whole timesteps. */
bool tables_solver(const struct sampling *s, double *t, double *sigma, ebru_error *err);
/* DDIM's: whole timesteps and the noise of training at them. */
bool tables_steps(const struct sampling *s, double *t, double *sigma, ebru_error *err);

struct noise sampling_noise(const struct sampling *s);

/* ---- When a sampler takes noise ------------------------------------------ */

bool noise_always(const struct sampling *s, int call);
bool noise_but_last(const struct sampling *s, int call);

/* ---- Parts of a step ----------------------------------------------------- */

/* Noise as the last two spaces count it. */
struct level {
    float alpha, sigma; /* of picture and noise; the squares sum to 1 */
    float lambda;       /* log(alpha / sigma) */
};

struct level level_of(float sigma);                          /* sigma: noise over picture */
struct level level_at_step(const struct sampling *s, int t); /* lambda is not filled in */

/* s->denoised = the picture that the network's output means for x, where the
 * noise is `sigma` (SPACE_SIGMA), or `level` (the other two). */
void denoise_at_sigma(struct sampling *s, const float *x, const float *output, float sigma);
void denoise_at_level(struct sampling *s, const float *x, const float *output, struct level level);
/* s->denoised within the range of training, where the config says so. */
void clip_denoised(struct sampling *s);

/* Tensor i of the history. */
float *history_row(const struct sampling *s, int i);
/* Move tensors 0 to count - 2 up by one and put a copy of `newest` at 0. */
void history_push(struct sampling *s, const float *newest, int count);

#endif
