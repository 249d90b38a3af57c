/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * commands.h - what `ebru` can do; main.c holds the table. A command returns
 * the exit code of the program.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "options.h"

#include <signal.h>

enum exit_code {
    EXIT_OK = 0,
    EXIT_OTHER = 1,    /* anything else: a bug, or the system */
    EXIT_USAGE = 2,    /* a bad option or parameter */
    EXIT_FILE = 3,     /* a file is missing, damaged, or no model */
    EXIT_MEMORY = 4,   /* it does not fit in memory */
    EXIT_STOPPED = 130 /* Ctrl+C */
};

/* Say what went wrong, on stderr, or on stdout as JSON; the exit code that goes with it. */
int report(const struct options *o, const ebru_error *err);

int command_generate(struct options *o);
int command_estimate(struct options *o);
int command_probe(struct options *o);
int command_check(struct options *o);
int command_make_random(struct options *o);
int command_bench(struct options *o);
int command_convert(struct options *o);

/* What bench can measure; NULL after the last. */
const char *bench_name(int i);

/* Set by Ctrl+C; a second one ends the program at once. */
extern volatile sig_atomic_t interrupted;

#endif
