/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backend.h"

/* The model of this backend is an ebru_model under another name. */
static struct backend_model *local_open(const char *path, const ebru_options *options,
                                        ebru_error *err)
{
    return (struct backend_model *)ebru_model_open(path, options, err);
}

static void local_close(struct backend_model *model)
{
    ebru_model_close((ebru_model *)model);
}

static bool local_estimate(const struct backend_model *model, const ebru_request *req,
                           ebru_cost *cost, ebru_error *err)
{
    return ebru_estimate((const ebru_model *)model, req, cost, err);
}

static int local_count_tokens(const struct backend_model *model, const char *prompt, int *blocks)
{
    return ebru_model_count_tokens((const ebru_model *)model, prompt, blocks);
}

static bool local_generate(const struct backend_model *model, const ebru_request *req,
                           const ebru_watch *watch, ebru_result *out, ebru_error *err)
{
    return ebru_generate((const ebru_model *)model, req, watch, out, err);
}

static char *local_recipe(const struct backend_model *model, const ebru_request *req, int64_t seed)
{
    return ebru_recipe_json((const ebru_model *)model, req, seed);
}

const struct backend backend_local = {
    "local",        local_open,         local_close,    ebru_machine_speed,
    local_estimate, local_count_tokens, local_generate, local_recipe,
};
