/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fetch URL FILE SIZE SHA256 FOLDER [STOP]: download_file() for test_download.py. Prints the path,
 * or "CODE: message"; with STOP it gives up once it has so many bytes. */
#include "download.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

struct giving_up {
    GCancellable *cancel;
    gint64 at, last;
};

static void watch(void *user, enum download_phase phase, gint64 done)
{
    struct giving_up *const g = user;

    if (phase == DOWNLOAD_RECEIVING && done >= g->at)
        g_cancellable_cancel(g->cancel);
    g->last = done;
}

int main(int argc, char **argv)
{
    struct giving_up g = { g_cancellable_new(), argc > 6 ? atoll(argv[6]) : G_MAXINT64, 0 };
    const struct download_watch w = { watch, &g };
    GError *error = NULL;

    setlocale(LC_ALL, "");
    if (argc < 6)
        return 2;
    const struct download what = { argv[1], argv[2], argv[4], atoll(argv[3]) };
    char *const path = download_file(&what, argv[5], g.cancel, &w, &error);
    if (path)
        printf("%s\n", path);
    else
        printf("%d: %s\n", error->code, error->message);
    g_clear_error(&error);
    g_object_unref(g.cancel);
    g_free(path);
    return path == NULL;
}
