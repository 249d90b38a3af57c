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

/* The names in the file are beside the fields where they differ. */
struct schedule_config {
    char class_name[64];     /* _class_name; "": none */
    unsigned given;          /* bit i: field i of config.c's table was set */
    const char *unsupported; /* a key that asks for what we lack; NULL: none */

    int train_steps;                  /* num_train_timesteps */
    double beta_start, beta_end;      /* */
    enum beta_schedule beta_schedule; /* */
    enum prediction prediction;       /* prediction_type */
    enum spacing spacing;             /* timestep_spacing */
    int steps_offset;                 /* */
    bool zero_snr;                    /* rescale_betas_zero_snr */
    bool set_alpha_to_one;            /* */
    bool clip_sample;                 /* */
    double clip_range;                /* clip_sample_range */
    bool karras, exponential;         /* use_karras_sigmas, use_exponential_sigmas */
    bool log_linear;                  /* interpolation_type, of Euler alone */
    double sigma_min, sigma_max;      /* of karras and exponential; 0: the model's */
    enum final_sigma final_sigma;     /* final_sigmas_type */
    int solver_order;                 /* */
    enum algorithm algorithm;         /* algorithm_type */
    enum solver solver;               /* solver_type */
    bool lower_order_final;           /* */
    bool euler_at_final;              /* */
    double lambda_min;                /* lambda_min_clipped */
    bool predict_x0;                  /* of UniPC */
    enum variance variance;           /* variance_type, of DDPM */
    int original_steps;               /* original_inference_steps, of LCM */
    double timestep_scaling;          /* of LCM */
    double eta;                       /* of DDIM: not in the file, an argument of its step */
};

enum config_kind { CONFIG_NULL, CONFIG_BOOL, CONFIG_NUMBER, CONFIG_STRING, CONFIG_OTHER };

struct config_value {
    enum config_kind kind;
    double number;      /* CONFIG_BOOL: 0 or 1 */
    const char *string; /* CONFIG_STRING */
};

/* Nothing given. With `class_name`, of that class of diffusers: "DDIMScheduler". */
void schedule_config_init(struct schedule_config *c, const char *class_name);

/* One key of scheduler_config.json: the reader of JSON loops over all of them.
 * Keys that say nothing about sampling, and null, are passed over. False when
 * a value has the wrong type or is out of range; the message names the key. */
bool schedule_config_set(struct schedule_config *c, const char *key, struct config_value value,
                         ebru_error *err);

/* Fill every field that was not given with the default of `class_name`, and set
 * those its constructor does not know to neutral values. */
void schedule_config_complete(struct schedule_config *c, const char *class_name);

#endif
