/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * schedule.h - at which timesteps the network is called, and how much noise
 * there is at each.
 *
 * Training noised pictures in T timesteps: at timestep t a picture x becomes
 * sqrt(a) x + sqrt(1 - a) noise, a = alphas[t]; seen the other way, x + sigma
 * noise with sigma = sqrt((1 - a) / a). A run takes some of the timesteps, or
 * noise levels between them. Tables are made in double and kept in float where
 * diffusers has them so.
 */
#ifndef ENGINE_SAMPLERS_SCHEDULE_H
#define ENGINE_SAMPLERS_SCHEDULE_H

#include "samplers/config.h"

/* The noise of training: alphas[t], the cumulated product of 1 - beta, falling
 * with t. With zero_snr the last is 0 (Lin et al., arXiv:2305.08891). */
struct noise {
    const float *alphas; /* [train_steps] */
    int train_steps;
};

void schedule_alphas(float *alphas, const struct schedule_config *c);

/* sigma at timestep t, between two of them in a line, and the timestep at a
 * sigma, between two of them in a line over log sigma. */
double schedule_sigma(struct noise noise, double t);
double schedule_timestep(struct noise noise, double sigma);

/* `steps` timesteps, falling, spaced as the config says; Table 2 of Lin et al. */
void schedule_timesteps(double *t, const struct schedule_config *c, int steps);

/* The same for solvers of DPM's kind, which count the end of the last step as
 * a timestep and do not go beyond lambda_min. */
void schedule_solver_timesteps(double *t, const struct schedule_config *c, struct noise noise,
                               int steps);

/* `steps` sigmas from `max` down to `min`: even in sigma^(1/7), equation 5 of
 * Karras et al. (arXiv:2206.00364), or even in log sigma. */
void schedule_karras(double *sigma, double max, double min, int steps);
void schedule_exponential(double *sigma, double max, double min, int steps);

#endif
