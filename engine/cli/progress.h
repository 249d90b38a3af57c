/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * progress.h - how far a generation is: a bar with the time left on a terminal,
 * a line per step elsewhere.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <ebru/ebru.h>

struct progress {
    bool terminal, quiet;
    double started, drawn;        /* seconds */
    double first_step, last_step; /* when step 0 and step last_index of a picture began */
    double decode_began;
    int last_index;
    int step, picture;
    const char *phase;
    int drawn_chars;
};

void progress_start(struct progress *p, bool quiet);
ebru_answer progress_show(void *progress, const ebru_progress *now);
/* Leave the terminal clean. */
void progress_end(struct progress *p);

#endif
