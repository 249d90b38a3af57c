/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "api/api.h"
#include "families/eight_bit.h"
#include "families/random_model.h"
#include "text/choices.h"

#include <stdlib.h>

bool ebru_model_probe(const char *path, ebru_model_info *info, ebru_error *err)
{
    return model_probe(path, info, err);
}

ebru_model *ebru_model_open(const char *path, const ebru_options *options, ebru_error *err)
{
    const ebru_options none = { 0 };
    ebru_model *const m = calloc(1, sizeof(*m));

    if (!m) {
        fail(err, EBRU_NO_MEMORY, "no memory for a model");
        return NULL;
    }
    if (!model_open(&m->model, path, options ? options : &none, err)) {
        free(m);
        return NULL;
    }
    return m;
}

void ebru_model_close(ebru_model *model)
{
    if (!model)
        return;
    model_close(&model->model);
    free(model);
}

const ebru_model_info *ebru_model_describe(const ebru_model *model)
{
    return &model->model.info;
}

const char *ebru_model_precision(const ebru_model *model)
{
    return kernel_precision_name(model->model.kernels.precision);
}

int ebru_model_count_tokens(const ebru_model *model, const char *prompt, int *blocks)
{
    struct prompt p;

    if (blocks)
        *blocks = 0;
    if (!prompt_parse(&p, model->model.bpe, prompt, NULL))
        return 0;
    const int tokens = p.tokens;
    if (blocks)
        *blocks = p.chunks;
    prompt_clear(&p);
    return tokens;
}

bool ebru_make_random(const char *path, int64_t seed, ebru_error *err)
{
    return random_model_write(path, seed, err);
}

bool ebru_convert_int8(const char *from, const char *to, bool (*go_on)(void *user, double fraction),
                       void *user, ebru_error *err)
{
    return eight_bit_write(from, to, go_on, user, err);
}

char *ebru_prompt_resolve(const char *prompt, int64_t seed, const char *wildcards, ebru_error *err)
{
    return choices_resolve(prompt, seed, wildcards, err);
}

char *ebru_prompt_style(const char *style, const char *prompt)
{
    return choices_style(style, prompt);
}
