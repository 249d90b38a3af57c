/* SPDX-License-Identifier: GPL-3.0-or-later */
/* licence.h - the licence of a model, where its file says one: "modelspec.license" or "license"
 * among the metadata of a .safetensors header, "license:" at the head of a folder's README.md.
 * What is said there is not checked. */
#ifndef PLUGIN_LICENCE_H
#define PLUGIN_LICENCE_H

/* To be freed with g_free(); NULL: it does not say. For any thread. */
char *licence_of(const char *path);

#endif
