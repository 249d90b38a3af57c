/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * words.h - styles, alternatives and word lists in prompts.
 *
 * They lie in GIMP's folder: ebru/styles/NAME.json with "prompt" and "negative",
 * in which {prompt} stands for what was typed, and ebru/wildcards/NAME.txt. What
 * a prompt leaves open is decided by the seed of each picture before the engine
 * is asked, and the recipe has the words that were chosen.
 */
#ifndef PLUGIN_WORDS_H
#define PLUGIN_WORDS_H

#include "procedure.h"
#include "prompt_complete.h"
#include "worker.h"

/* Decide the prompts of an order, whose seed is set. *typed: the prompt as it was, to be freed,
 * where it became another; else NULL. FALSE and an error of status EBRU_BAD_REQUEST or EBRU_NO_FILE
 * when a style or list is missing. */
gboolean words_decide(const struct settings *s, struct order *order, char **typed, GError **error);

/* The prompts that the engine may get for these settings, each once; to be freed with
 * g_ptr_array_unref(). Where the seed is not known yet, those of some seeds stand for all. What is
 * missing is left as it was typed. */
GPtrArray *words_sent(const struct settings *s);

/* Names of the styles, sorted; to be freed with g_strfreev(). */
char **words_styles(void);

/* What a prompt can be completed with: word lists, styles, words of prompts of before, and the
 * tags in ebru/tags/NAME.csv. Of struct word; to be freed with g_ptr_array_unref(). */
GPtrArray *words_known(void);

#endif
