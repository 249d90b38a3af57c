/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * infotext.h - what other programs write into their pictures, as our recipe.
 *
 * Three ways are read: the "parameters" of AUTOMATIC1111's web UI and those who
 * write the same, what its API is sent, which plug-ins keep, and the "prompt" of
 * ComfyUI, a graph of nodes, of which the first sampler and what leads to it are
 * looked at. All are read as well as can be. The answer is a JSON object with the names of our
 * parameters, and "model", the name of its file; "original", what was read; and "not-taken", an
 * object of what would change the picture and is not understood.
 */
#ifndef PLUGIN_INFOTEXT_H
#define PLUGIN_INFOTEXT_H

#include <stdint.h>

/* Of a seed, which may have 64 bits, torch's generator for the processor takes 32, and so does
 * ours. */
static inline uint32_t infotext_seed(uint64_t seed)
{
    return (uint32_t)seed;
}

/* To be freed with g_free(); NULL: it is none. */
char *infotext_from_a1111(const char *text);
char *infotext_from_comfyui(const char *json);

/* Whichever of the three, or our own recipe, it is; to be freed. */
char *infotext_read(const char *text);

/* Likewise of a file of text; NULL also if that is too long to be one. */
char *infotext_read_file(const char *path);

/* A recipe as A1111 would write it, or as it was written by another program; to be freed.
 * (infotext_write.c) */
char *infotext_write(const char *recipe);

#endif
