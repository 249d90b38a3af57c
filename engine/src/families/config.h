/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * config.h - from what a checkpoint says of itself to the networks' configurations.
 *
 * A folder says it in config.json files, a single file in the shapes of its
 * tensors. What asks for something our networks lack is refused by name, so
 * nothing is computed that only resembles the model.
 */
#ifndef ENGINE_FAMILIES_CONFIG_H
#define ENGINE_FAMILIES_CONFIG_H

#include "load/detect.h"
#include "load/json.h"
#include "models/clip_text.h"
#include "models/taesd.h"
#include "models/unet.h"
#include "models/vae.h"
#include "samplers/config.h"

/* `config`: the root of config.json; checked, ready to bind. */
bool unet_config_read(struct unet_config *c, struct json_node config, ebru_error *err);
bool vae_config_read(struct vae_config *c, struct json_node config, ebru_error *err);
bool clip_text_config_read(struct clip_text_config *c, struct json_node config, ebru_error *err);
bool taesd_config_read(struct taesd_config *c, struct json_node config, ebru_error *err);
bool schedule_config_read(struct schedule_config *c, struct json_node config, ebru_error *err);

/* From shapes. Heads cannot be seen: 8 in Stable Diffusion 1, 64 channels each in 2. */
bool unet_config_detect(struct unet_config *c, const struct detected *d, ebru_error *err);
bool vae_config_detect(struct vae_config *c, const struct vae_facts *v, ebru_error *err);
bool clip_text_config_detect(struct clip_text_config *c, const struct detected *d, ebru_error *err);

#endif
