/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recipe.h - how a layer was made, in JSON, for a parasite of it.
 *
 * The engine writes what it was asked for; what only the plug-in knows, where in
 * the image that was, is added here. Files are named by their last part alone:
 * an image that is given away tells nothing of its maker's folders.
 */
#ifndef PLUGIN_RECIPE_H
#define PLUGIN_RECIPE_H

#include "geometry.h"

struct recipe_place {
    const char *time;      /* of the job, see recipe_now() */
    const char *mode;      /* never "automatic" */
    const char *model;     /* path */
    const char *sha256;    /* of the model; NULL: not known */
    const char *arguments; /* JSON: those of the plug-in, see settings_json() */
    const char *prompt;    /* as it was typed, where the engine got another; else NULL */
    const char *lineage;   /* recipe_lineage() of that which this is made again of; NULL: none */
    int threads;
    struct box context; /* in the image */
};

/* Its name on a layer, and in PNG files that the command line writes. */
static const char RECIPE_PARASITE[] = "ebru-recipe";

/* To be freed with g_free(). */
char *recipe_complete(const char *json, const struct recipe_place *place);

/* Now, and the time of a recipe, "" where it has none: what is later sorts later. UTC, as ISO 8601
 * has it. To be freed. */
char *recipe_now(void);
char *recipe_time(const char *json);

/* The same for a layer and those that were made of it by Generate Again, all from what was there
 * before the first of them: the time of that one. To be freed; NULL: it has none. */
char *recipe_lineage(const char *json);

#endif
