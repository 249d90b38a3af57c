/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * download.h - one file from the network, whole and as it was published.
 *
 * Bytes go to FILE.part and become FILE when their SHA-256 is right, by a rename.
 * A .part that is there is gone on with, by a Range, if the server can; else it
 * begins anew. A file with another sum is kept as FILE.bad and never used.
 * Nothing calls this but a person's click (downloads_window.h). It waits, so it is for a
 * thread of its own; no GIMP, no GTK.
 */
#ifndef PLUGIN_DOWNLOAD_H
#define PLUGIN_DOWNLOAD_H

#include <gio/gio.h>

struct download {
    const char *url, *file, *sha256; /* 64 small hexadecimal digits */
    gint64 size;
};

enum download_phase { DOWNLOAD_CONNECTING, DOWNLOAD_RECEIVING, DOWNLOAD_CHECKING };

/* How it goes; called often, on the thread of the call. done counts bytes of the whole file. */
struct download_watch {
    void (*progress)(void *user, enum download_phase phase, gint64 done);
    void *user;
};

#define DOWNLOAD_ERROR download_error_quark()
GQuark download_error_quark(void);
enum download_error {
    DOWNLOAD_STOPPED,
    DOWNLOAD_DISK,    /* not enough room; the message is the one of message.h */
    DOWNLOAD_SUM,     /* likewise */
    DOWNLOAD_SERVER,  /* it has no such file, or another */
    DOWNLOAD_NETWORK, /* cannot be reached, or went away; the .part stays */
    DOWNLOAD_FILE     /* cannot be written */
};

/* The path of the file in `folder`, which is made if need be; to be freed. NULL and an error of
 * DOWNLOAD_ERROR. A file of that name with the right sum that is there already is the answer; one
 * with another sum is left alone and an error. */
char *download_file(const struct download *what, const char *folder, GCancellable *cancel,
                    const struct download_watch *watch, GError **error);

/* Bytes of it that are in `folder` from an earlier attempt. */
gint64 download_part(const struct download *what, const char *folder);

#endif
