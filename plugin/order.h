/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.h - all that the engine's thread is told of a piece of work.
 */
#ifndef PLUGIN_ORDER_H
#define PLUGIN_ORDER_H

#include "passes.h"

#include <glib.h>

/* What is to be done. Everything in it is owned by it. */
struct order {
    char *model;            /* path */
    char *vae, *vocabulary; /* paths; NULL: the model's own */
    int threads;
    bool load_only; /* open the model and measure the speed, no picture */
    bool previews;  /* rough pictures on the way */
    bool say_steps; /* a line on stderr for every step */
    ebru_request request;
    GPtrArray *strings; /* those that the request points to */
    ebru_image image, mask;
    struct passes *passes; /* NULL: one call of the engine */
    ebru_draft *drafts;    /* [request.count] to be gone on with; NULL: from the start */
};

void order_clear(struct order *order);

/* Without drafts and passes; false without memory. */
bool order_copy(struct order *to, const struct order *from);

/* Whether one open model serves both. */
bool order_same_model(const struct order *a, const struct order *b);

/* A picture without data is copied as such; false without memory. */
bool order_image_copy(ebru_image *to, const ebru_image *from);

#endif
