/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * detect.h - what a checkpoint is, from names and shapes alone.
 *
 * A single file says nowhere what it is, and the metadata that do cannot be
 * trusted, so its tensors are asked: which are there, and of what size. Only
 * the header is read. The file's own names are those of the LDM layout
 * (CompVis latent-diffusion), in which single files are published.
 */
#ifndef ENGINE_LOAD_DETECT_H
#define ENGINE_LOAD_DETECT_H

#include "load/checkpoint.h"

enum { UNET_MAX_LEVELS = 8 };

enum checkpoint_kind {
    KIND_UNKNOWN,
    KIND_SD1,  /* Stable Diffusion 1.x: text encoder CLIP-L */
    KIND_SD2,  /* Stable Diffusion 2.x: text encoder OpenCLIP-H */
    KIND_SDXL, /* with both text encoders */
    KIND_SDXL_REFINER,
    KIND_UNET,  /* alone, names of diffusers or LDM */
    KIND_TEXT,  /* a CLIP text encoder alone, names of transformers */
    KIND_VAE,   /* alone, names of diffusers or LDM */
    KIND_TAESD, /* either half or both */
    KIND_LORA,
    KIND_CONTROLNET,
    KIND_EMBEDDING,  /* textual inversion */
    KIND_OTHER_MODEL /* SD 3, Flux and the like */
};

/* "a Stable Diffusion 1 checkpoint", "a LoRA": to be put into a sentence */
const char *detect_kind_name(enum checkpoint_kind kind);

/* The UNet of a file in the LDM layout. A level is a resolution: channels and down_* count
 * from the finest, up_* from the coarsest, as the blocks of diffusers do. */
struct unet_facts {
    int in_channels, out_channels; /* 9 in: inpainting; 8: pix2pix */
    int levels;
    int channels[UNET_MAX_LEVELS];
    int down_resnets[UNET_MAX_LEVELS], up_resnets[UNET_MAX_LEVELS];
    /* transformer blocks per attention; 0: no attention on this level */
    int down_depth[UNET_MAX_LEVELS], up_depth[UNET_MAX_LEVELS];
    bool middle;      /* there is a middle block */
    int middle_depth; /* 0: without attention */
    int context;      /* channels of the text; 0: no attention anywhere */
    bool linear_projection;
    int vector_channels; /* SDXL's pooled text and sizes; 0: none */
};

struct vae_facts {
    int levels;
    int channels[UNET_MAX_LEVELS]; /* 0: the finest */
    int latent_channels;
    int resnets; /* per level of the encoder; the decoder has one more */
};

struct detected {
    enum checkpoint_kind kind;
    bool has_unet, has_vae, has_text;            /* in the LDM layout */
    struct unet_facts unet;                      /* if has_unet */
    struct vae_facts vae;                        /* if has_vae */
    int text_channels, text_layers, text_tokens; /* if has_text: width, depth, vocabulary */
    enum checkpoint_type precision;              /* of most bytes */
    int64_t parameters;                          /* elements of floating-point tensors */
};

struct detected detect(const struct checkpoint *c);

/* false: no UNet (VAE) whose names begin with `prefix` and which we could run. */
bool detect_unet(const struct checkpoint *c, const char *prefix, struct unet_facts *u);
bool detect_vae(const struct checkpoint *c, const char *prefix, struct vae_facts *v);

#endif
