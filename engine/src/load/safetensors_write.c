/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "load/safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH_BYTES = 8 };

/* Text that grows. `failed`: there was no memory. */
struct text {
    char *data;
    size_t bytes, room;
    bool failed;
};

static void text_add(struct text *t, const char *data, size_t bytes)
{
    if (t->failed)
        return;
    if (bytes > t->room - t->bytes) {
        const size_t room = 2 * t->room + bytes + 256;
        char *more = realloc(t->data, room);

        t->failed = !more;
        if (t->failed)
            return;
        t->data = more;
        t->room = room;
    }
    memcpy(t->data + t->bytes, data, bytes);
    t->bytes += bytes;
}

static void text_add_plain(struct text *t, const char *s)
{
    text_add(t, s, strlen(s));
}

static void text_add_quoted(struct text *t, const char *s)
{
    char escape[8];

    text_add_plain(t, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\' || (unsigned char)*s < ' ') {
            snprintf(escape, sizeof(escape), "\\u%04x", (unsigned char)*s);
            text_add_plain(t, escape);
        } else {
            text_add(t, s, 1);
        }
    }
    text_add_plain(t, "\"");
}

static uint64_t item_bytes(const struct safetensors_item *item)
{
    uint64_t bytes = checkpoint_type_bytes(item->type);

    for (int i = 0; i < item->rank; i++)
        bytes *= (uint64_t)item->shape[i];
    return bytes;
}

static void add_item(struct text *t, const struct safetensors_item *item, uint64_t *offset)
{
    char number[64];

    text_add_quoted(t, item->name);
    text_add_plain(t, ":{\"dtype\":\"");
    text_add_plain(t, checkpoint_type_name(item->type));
    text_add_plain(t, "\",\"shape\":[");
    for (int i = 0; i < item->rank; i++) {
        snprintf(number, sizeof(number), "%s%" PRId64, i ? "," : "", item->shape[i]);
        text_add_plain(t, number);
    }
    snprintf(number, sizeof(number), "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", *offset,
             *offset + item_bytes(item));
    text_add_plain(t, number);
    *offset += item_bytes(item);
}

/* The length and the header, padded so that the data begin at a multiple of 8. */
static struct text make_header(const struct safetensors_item *items, int count,
                               const char *const *metadata)
{
    struct text t = { 0 };
    uint64_t offset = 0;

    text_add(&t, "\0\0\0\0\0\0\0\0", LENGTH_BYTES);
    text_add_plain(&t, "{");
    for (int i = 0; metadata && metadata[i]; i += 2) {
        text_add_plain(&t, i ? "," : "\"__metadata__\":{");
        text_add_quoted(&t, metadata[i]);
        text_add_plain(&t, ":");
        text_add_quoted(&t, metadata[i + 1]);
    }
    if (metadata && metadata[0])
        text_add_plain(&t, count ? "}," : "}");
    for (int i = 0; i < count; i++) {
        add_item(&t, &items[i], &offset);
        text_add_plain(&t, i + 1 < count ? "," : "");
    }
    text_add_plain(&t, "}");
    while (!t.failed && t.bytes % 8)
        text_add_plain(&t, " ");
    for (int i = 0; !t.failed && i < LENGTH_BYTES; i++)
        t.data[i] = (char)((t.bytes - LENGTH_BYTES) >> (8 * i));
    return t;
}

bool safetensors_begin(struct file_writer *w, const char *path,
                       const struct safetensors_item *items, int count, const char *const *metadata,
                       ebru_error *err)
{
    struct text header = make_header(items, count, metadata);
    bool ok;

    w->fd = -1;
    if (header.failed)
        ok = fail(err, EBRU_NO_MEMORY, "%s: no memory for the header", path);
    else
        ok =
            file_writer_open(w, path, err) && file_writer_append(w, header.data, header.bytes, err);
    free(header.data);
    return ok;
}

bool safetensors_write(const char *path, const struct safetensors_item *items, int count,
                       const char *const *metadata, ebru_error *err)
{
    struct file_writer w;
    bool ok = safetensors_begin(&w, path, items, count, metadata, err);

    for (int i = 0; ok && i < count; i++)
        ok = file_writer_append(&w, items[i].data, (size_t)item_bytes(&items[i]), err);
    return ok && file_writer_commit(&w, err);
}
