/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * catalogue.h - models that can be downloaded.
 *
 * A catalogue is a JSON file that people may edit: {"catalogue": 1, "models": [...]}.
 * An entry names one file and everything that must be certain before a byte is
 * fetched: where it is, how long it is, its SHA-256 and where its licence can be
 * read. What lacks one of them, or is not https, is refused with a message that
 * names the entry and the field. Nothing here touches the network.
 */
#ifndef PLUGIN_CATALOGUE_H
#define PLUGIN_CATALOGUE_H

#include <glib.h>

struct catalogue_item {
    char *name;   /* for people */
    char *family; /* may be empty */
    char *note;   /* one line, may be empty */
    char *file;   /* that it is saved as: a name that ends in .safetensors */
    char *url, *sha256;
    char *licence, *licence_url;
    gint64 size; /* bytes */
};

/* struct catalogue_item, in the order of the file; to be freed with g_ptr_array_unref(). NULL and
 * an error when the file cannot be read or an entry is not as above. */
GPtrArray *catalogue_read(const char *path, GError **error);

/* The entry with this checksum, or, where that is not known (NULL), of this file name and size;
 * NULL: none. */
const struct catalogue_item *catalogue_find(GPtrArray *items, const char *sha256, const char *file,
                                            gint64 size);

#endif
