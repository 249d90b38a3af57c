/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * vocabulary.h - where the vocabulary of a model comes from.
 *
 * A folder in the layout of diffusers brings its own; a single file brings none,
 * but all models of a kind share one, so that of another model serves. It is
 * looked for, in this order: where the user says; in the model's folder; in the
 * folders in the model roots ($EBRU_MODEL_PATH, the user's and the system's
 * ebru/models); in ebru/vocabulary beside those; where ComfyUI, A1111's web UI,
 * Forge, open_clip and Hugging Face's cache keep theirs. One that has not as
 * many tokens as the text encoder has embeddings is passed over.
 */
#ifndef ENGINE_TEXT_VOCABULARY_H
#define ENGINE_TEXT_VOCABULARY_H

#include "base/error.h"
#include "text/bpe.h"

#include <stdbool.h>
#include <stddef.h>

/* The vocabulary for the model at `model`, a file or a folder.
 *
 * chosen: NULL, or the only place to look: a folder with a vocabulary, or with one in
 * `tokenizer`, or CLIP's bpe_simple_vocab_16e6.txt.gz or its folder.
 * rows: embeddings of the text encoder; 0: as many tokens as there are.
 * padding: the token this kind of model pads with ("<|endoftext|>" or, with OpenCLIP, "!"),
 * for vocabularies that are not the model folder's own; NULL: as the vocabulary says.
 *
 * Fails with EBRU_NO_VOCABULARY when there is none that fits, with the errors of bpe_open()
 * when the chosen one or the model folder's own is damaged. */
struct bpe *vocabulary_open(const char *model, const char *chosen, int rows, const char *padding,
                            ebru_error *err);

/* Where vocabulary_open() finds it, for bpe_open(). */
bool vocabulary_find(const char *model, const char *chosen, int rows, char *path, size_t size,
                     ebru_error *err);

#endif
