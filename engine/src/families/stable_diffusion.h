/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * stable_diffusion.h - Stable Diffusion 1.x, 2.x and their small relatives: one
 * text encoder, one UNet, one autoencoder, perhaps a tiny one for previews.
 */
#ifndef ENGINE_FAMILIES_STABLE_DIFFUSION_H
#define ENGINE_FAMILIES_STABLE_DIFFUSION_H

#include "families/config.h"
#include "families/family.h"
#include "load/names.h"

/* The parts of a checkpoint before their weights are read: files open, names
 * found, configurations known. */
struct parts {
    struct checkpoint *files[6]; /* closed by parts_close() */
    int n_files;
    struct part_source unet, vae, text, tiny;
    bool has_tiny;
    bool tiny_only; /* and it takes the place of the VAE */
    struct unet_config unet_config;
    struct vae_config vae_config;
    struct clip_text_config text_config;
    struct taesd_config tiny_config;
    struct schedule_config schedule;
    int width; /* the side it was trained on */
    ebru_model_info info;
};

/* Open the folder or file at `path`; headers and configurations only. */
bool parts_open(struct parts *p, const char *path, const ebru_options *o, ebru_error *err);
void parts_close(struct parts *p);

extern const struct family stable_diffusion;

#endif
