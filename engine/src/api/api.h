/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * api.h - what the files of api/ share. ebru_model is the families' struct
 * model under its public name; nothing else stands between the public header
 * and the pipeline.
 */
#ifndef ENGINE_API_API_H
#define ENGINE_API_API_H

#include "base/error.h"
#include "families/family.h"

struct ebru_model {
    struct model model;
};

/* Every field within the range of its parameter. */
bool params_check(const ebru_request *req, ebru_error *err);

#endif
