/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backend.h - who computes a picture.
 *
 * A backend is a table of functions with the meaning that ebru.h gives them; its
 * model is its own affair. All but speed() and open() return at once or may be
 * followed and stopped by the watch. They run on the engine's thread, but for
 * estimate() and count_tokens(), which the dialog calls while no picture is made.
 */
#ifndef PLUGIN_BACKEND_H
#define PLUGIN_BACKEND_H

#include <ebru/ebru.h>

struct backend_model;

struct backend {
    const char *name;
    struct backend_model *(*open)(const char *path, const ebru_options *options, ebru_error *err);
    void (*close)(struct backend_model *model);
    double (*speed)(const ebru_options *options); /* FLOP/s, measured for 0.2 s */
    bool (*estimate)(const struct backend_model *model, const ebru_request *req, ebru_cost *cost,
                     ebru_error *err);
    int (*count_tokens)(const struct backend_model *model, const char *prompt, int *blocks);
    bool (*generate)(const struct backend_model *model, const ebru_request *req,
                     const ebru_watch *watch, ebru_result *out, ebru_error *err);
    char *(*recipe)(const struct backend_model *model, const ebru_request *req, int64_t seed);
};

/* The engine in this process. */
extern const struct backend backend_local;

#endif
