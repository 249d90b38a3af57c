/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * config.h - what a model says about its own noise: scheduler_config.json.
 *
 * A model states some of the facts; each class of scheduler has its own
 * defaults for the rest. So a config remembers which facts were given, and
 * sampling_init() fills in the others for the sampler that is used, as
 * diffusers' from_config() does: another sampler keeps the model's betas,
 * spacing and offset, but never inherits a default of the model's own class.
 */
#ifndef ENGINE_SAMPLERS_CONFIG_H
#define ENGINE_SAMPLERS_CONFIG_H

#include "base/error.h"

enum beta_schedule { BETAS_LINEAR, BETAS_SCALED_LINEAR, BETAS_SQUARED_COSINE };
enum prediction { PREDICTION_EPSILON, PREDICTION_V, PREDICTION_SAMPLE };
enum spacing { SPACING_LEADING, SPACING_TRAILING, SPACING_LINSPACE };
enum final_sigma { FINAL_SIGMA_ZERO, FINAL_SIGMA_MIN };
enum algorithm { ALGORITHM_DPMPP, ALGORITHM_DPMPP_SDE, ALGORITHM_OTHER };
enum solver { SOLVER_MIDPOINT, SOLVER_HEUN, SOLVER_BH1, SOLVER_BH2, SOLVER_LOGRHO };
enum variance { VARIANCE_FIXED_SMALL, VARIANCE_FIXED_LARGE, VARIANCE_OTHER };

/* Facts go by the names they have in the file, or by those beside them. */
struct schedule_config {
    char class_name[64];  /* _class_name; "" when not given */
    char unsupported[32]; /* a key that asks for what we lack; "": none */
    bool own_karras; /* Karras' schedule goes with that class, and no other sampler inherits it */
    unsigned given;  /* bit i: fact i of the table in config.c */

    int train_steps; /* num_train_timesteps */
    double beta_start;
    double beta_end;
    int beta_schedule; /* enum beta_schedule */
    int prediction;    /* prediction_type: enum prediction */
    int spacing;       /* timestep_spacing: enum spacing */
    int steps_offset;
    bool zero_snr; /* rescale_betas_zero_snr */
    bool set_alpha_to_one;
    bool clip_sample;
    double clip_range; /* clip_sample_range */
    bool karras;       /* use_karras_sigmas */
    bool exponential;  /* use_exponential_sigmas */
    double sigma_min;  /* ends of these two; 0: the model's */
    double sigma_max;
    int final_sigma; /* final_sigmas_type: enum final_sigma */
    int solver_order;
    int algorithm; /* algorithm_type: enum algorithm */
    int solver;    /* solver_type: enum solver */
    bool lower_order_final;
    bool euler_at_final;
    double lambda_min;       /* lambda_min_clipped */
    bool skip_prk;           /* skip_prk_steps, PNDM alone */
    int variance;            /* variance_type, DDPM alone: enum variance */
    int original_steps;      /* original_inference_steps, LCM alone */
    double timestep_scaling; /* LCM alone */
    double eta;              /* DDIM alone; no key of the file but an argument of its step */
};

enum config_kind { CONFIG_NULL, CONFIG_BOOL, CONFIG_NUMBER, CONFIG_STRING, CONFIG_OTHER };

struct config_value {
    enum config_kind kind;
    double number;      /* of CONFIG_NUMBER; 0 or 1 of CONFIG_BOOL */
    const char *string; /* of CONFIG_STRING */
};

/* Nothing given but the class, which may be NULL: "DDIMScheduler". */
void schedule_config_init(struct schedule_config *c, const char *class_name);

/* One key of scheduler_config.json: the reader of JSON loops over all of them.
 * Null, and keys that say nothing about sampling, are passed over. False when a
 * value is not one the key can have; the message names the key, not the file. */
bool schedule_config_set(struct schedule_config *c, const char *key, struct config_value value,
                         ebru_error *err);

/* Give every fact that was not given, and every one that `class_name` does not
 * know, its default there. */
void schedule_config_complete(struct schedule_config *c, const char *class_name);

/* The name of the sampler that is the model's own; NULL, with a message, when
 * it is none of ours. */
const char *schedule_config_sampler(const struct schedule_config *c, ebru_error *err);

#endif
