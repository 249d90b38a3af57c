/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * words.h - prompts from a file, styles, alternatives and word lists: what the engine
 * wants to have decided before it is asked.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "options.h"

typedef bool words_command(struct options *o, const ebru_model *m, double loaded, ebru_error *err);

/* Put the style around the prompts and call `command` once; or, where the prompts leave something
 * open, once for each picture, with its own seed and words. All of that for each line of the file
 * with prompts, if there is one, with the same seeds, files numbered on. */
bool words_each(struct options *o, const ebru_model *m, double loaded, words_command *command,
                ebru_error *err);

#endif
