/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "progress.h"

#include "base/machine.h"
#include "commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR = 30 };

void progress_start(struct progress *p, bool quiet)
{
    *p = (struct progress){ .terminal = isatty(STDERR_FILENO), .quiet = quiet, .step = -1 };
    p->started = machine_seconds();
}

/* "1:05" of the seconds left, or nothing while it is too early to say. */
static void time_left(char *text, size_t size, const struct progress *p, double fraction)
{
    const double spent = machine_seconds() - p->started;
    const int left = fraction > 0.02 ? (int)(spent / fraction - spent + 0.5) : -1;

    text[0] = 0;
    if (left >= 0)
        snprintf(text, size, "%d:%02d left", left / 60, left % 60);
}

static void draw_bar(struct progress *p, const ebru_progress *now)
{
    char bar[BAR + 1], left[32];
    const int full = (int)(now->fraction * (double)BAR);

    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)full);
    bar[BAR] = 0;
    time_left(left, sizeof(left), p, now->fraction);
    const int n =
        fprintf(stderr, "\r[%s] %3.0f %% %s %s", bar, 100 * now->fraction, now->phase, left);
    fprintf(stderr, "%*s", p->drawn_chars > n ? p->drawn_chars - n : 0, "");
    p->drawn_chars = n;
    fflush(stderr);
}

static void print_line(const struct progress *p, const ebru_progress *now)
{
    char left[32];

    time_left(left, sizeof(left), p, now->fraction);
    fprintf(stderr, "%s", now->phase);
    if (!strcmp(now->phase, "denoise"))
        fprintf(stderr, " %d/%d", now->step + 1, now->steps);
    fprintf(stderr, " %.0f %% %s\n", 100 * now->fraction, left);
}

ebru_answer progress_show(void *progress, const ebru_progress *now)
{
    struct progress *const p = progress;
    const double t = machine_seconds();
    const bool step = p->step != now->step || p->picture != now->picture || !p->phase ||
                      strcmp(p->phase, now->phase);

    if (step && !strcmp(now->phase, "denoise")) {
        if (now->step == 0)
            p->first_step = t;
        p->last_step = t;
        p->last_index = now->step;
    }
    if (step && !strcmp(now->phase, "decode"))
        p->decode_began = t;
    p->step = now->step;
    p->picture = now->picture;
    p->phase = now->phase;
    if (!p->quiet && p->terminal && (step || t - p->drawn > 0.2)) {
        draw_bar(p, now);
        p->drawn = t;
    } else if (!p->quiet && !p->terminal && step) {
        print_line(p, now);
    }
    return interrupted ? EBRU_STOP : EBRU_GO_ON;
}

void progress_end(struct progress *p)
{
    if (p->terminal && p->drawn_chars)
        fprintf(stderr, "\r%*s\r", p->drawn_chars + 1, "");
}
