/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order.h"

#include <string.h>

void order_clear(struct order *order)
{
    g_free(order->model);
    g_free(order->vae);
    g_free(order->vocabulary);
    g_clear_pointer(&order->strings, g_ptr_array_unref);
    ebru_image_clear(&order->image);
    ebru_image_clear(&order->mask);
    passes_free(order->passes);
    for (int i = 0; order->drafts && i < order->request.count; i++)
        ebru_draft_clear(&order->drafts[i]);
    g_free(order->drafts);
    *order = (struct order){ 0 };
}

bool order_image_copy(ebru_image *to, const ebru_image *from)
{
    *to = (ebru_image){ 0 };
    if (!from->data)
        return true;
    if (!ebru_image_alloc(to, from->height, from->width, from->channels, NULL))
        return false;
    memcpy(to->data, from->data,
           (size_t)from->height * from->width * from->channels * sizeof(float));
    return true;
}

bool order_copy(struct order *to, const struct order *from)
{
    *to = *from;
    to->model = g_strdup(from->model);
    to->vae = g_strdup(from->vae);
    to->vocabulary = g_strdup(from->vocabulary);
    to->strings = from->strings ? g_ptr_array_ref(from->strings) : NULL;
    to->drafts = NULL;
    to->passes = NULL;
    to->request.drafts = NULL;
    to->mask = (ebru_image){ 0 };
    if (order_image_copy(&to->image, &from->image) && order_image_copy(&to->mask, &from->mask))
        return true;
    order_clear(to);
    return false;
}

bool order_same_model(const struct order *a, const struct order *b)
{
    return !g_strcmp0(a->model, b->model) && !g_strcmp0(a->vae, b->vae) &&
           !g_strcmp0(a->vocabulary, b->vocabulary) && a->threads == b->threads;
}
