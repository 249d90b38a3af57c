/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/error.h"

#include <stdlib.h>

enum { MAX_SIDE = 65536 };

bool ebru_image_alloc(ebru_image *image, int height, int width, int channels, ebru_error *err)
{
    *image = (ebru_image){ 0 };
    if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE || channels < 1 ||
        channels > 4)
        return fail(err, EBRU_BAD_REQUEST,
                    "a picture of %dx%d pixels and %d channels, expected sides of 1 to %d", width,
                    height, channels, MAX_SIDE);
    image->data = calloc((size_t)height * (size_t)width, (size_t)channels * sizeof(float));
    if (!image->data)
        return fail(err, EBRU_NO_MEMORY, "no memory for a picture of %dx%d", width, height);
    image->height = height;
    image->width = width;
    image->channels = channels;
    return true;
}

void ebru_image_clear(ebru_image *image)
{
    if (!image)
        return;
    free(image->data);
    *image = (ebru_image){ 0 };
}

void ebru_latents_clear(ebru_latents *latents)
{
    if (!latents)
        return;
    free(latents->data);
    *latents = (ebru_latents){ 0 };
}

void ebru_draft_clear(ebru_draft *draft)
{
    if (!draft)
        return;
    free(draft->data);
    *draft = (ebru_draft){ 0 };
}

void ebru_result_clear(ebru_result *result)
{
    if (!result)
        return;
    for (int i = 0; result->drafts && i < result->count; i++)
        ebru_draft_clear(&result->drafts[i]);
    free(result->drafts);
    for (int i = 0; result->images && i < result->count; i++)
        ebru_image_clear(&result->images[i]);
    free(result->images);
    free(result->seeds);
    ebru_latents_clear(&result->latents);
    *result = (ebru_result){ 0 };
}
