/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The command make-random. */
#include "commands.h"

#include <stdio.h>

int command_make_random(struct options *o)
{
    ebru_error err;

    if (o->n_files != 1)
        return report(o,
                      &(ebru_error){ .status = EBRU_BAD_REQUEST,
                                     .message = "make-random needs the path of one new folder" });
    if (!ebru_make_random(o->files[0], o->seeded ? o->request.seed : 1, &err))
        return report(o, &err);
    if (!o->json)
        printf("%s: a random model; its pictures are noise\n", o->files[0]);
    return EXIT_OK;
}
