/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * options.h - the words of the command line.
 *
 * Options of a request are made from ebru_params(); those of the model, the
 * machine and the files come from a table of this module. So help, checks and
 * shell completion cannot disagree with what is parsed.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <ebru/ebru.h>

#include <stdbool.h>
#include <stdio.h>

enum command {
    COMMAND_GENERATE = 1 << 0,
    COMMAND_ESTIMATE = 1 << 1,
    COMMAND_PROBE = 1 << 2,
    COMMAND_CHECK = 1 << 3,
    COMMAND_MAKE_RANDOM = 1 << 4,
    COMMAND_BENCH = 1 << 5,
    COMMAND_CONVERT = 1 << 6
};

struct options {
    ebru_request request;
    ebru_options machine;
    const char *model, *image, *mask, *noise, *latents, *output;
    const char *wildcards, *style, *prompts;
    int batch; /* pictures at once, of bench; 0: 1 */
    int first; /* number of the first picture in the name of its file */
    bool json, quiet, help;
    bool sized;        /* --width or --height was given */
    bool seeded;       /* --seed was given */
    bool strengthened; /* --strength was given */
    char **files;      /* what is no option */
    int n_files;
};

/* Parse argv for `command`. The request starts at the defaults without a model. */
bool options_parse(struct options *o, enum command command, int argc, char **argv, ebru_error *err);

/* The options of `command`, one a line. */
void options_help(FILE *f, enum command command);

/* For shell completion: names alone. */
void options_names(FILE *f, enum command command);

#endif
