/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "selection.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

/* "ebru1", then four big-endian words of 32 bits: x, y, width, height; then zlib's stream of
 * big-endian words of 16 bits. */
enum { MAGIC = 5, HEAD = MAGIC + 16, MOST = 1 << 28 };

static const char magic[] = "ebru1";

static GBytes *convert(GConverter *converter, const void *data, gsize size)
{
    GInputStream *const from = g_memory_input_stream_new_from_data(data, (gssize)size, NULL);
    GInputStream *const through = g_converter_input_stream_new(from, converter);
    GOutputStream *const to = g_memory_output_stream_new_resizable();
    GBytes *bytes = NULL;

    if (g_output_stream_splice(to, through, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL) >= 0)
        bytes = g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(to));
    g_object_unref(from);
    g_object_unref(through);
    g_object_unref(to);
    g_object_unref(converter);
    return bytes;
}

static void put_word(guint8 *to, int value)
{
    const guint32 word = GUINT32_TO_BE((guint32)value);

    memcpy(to, &word, sizeof(word));
}

static int get_word(const guint8 *from)
{
    guint32 word;

    memcpy(&word, from, sizeof(word));
    return (int)GUINT32_FROM_BE(word);
}

GBytes *selection_pack(const ebru_image *values, int x, int y)
{
    const size_t n = (size_t)values->width * values->height;
    g_autofree guint16 *words = g_try_new(guint16, n);
    g_autoptr(GBytes) packed = NULL;
    guint8 head[HEAD];

    if (!words)
        return NULL;
    for (size_t i = 0; i < n; i++)
        words[i] = GUINT16_TO_BE((guint16)lrintf(65535 * CLAMP(values->data[i], 0, 1)));
    packed = convert(G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6)), words,
                     n * sizeof(*words));
    if (!packed)
        return NULL;
    memcpy(head, magic, MAGIC);
    put_word(head + MAGIC, x);
    put_word(head + MAGIC + 4, y);
    put_word(head + MAGIC + 8, values->width);
    put_word(head + MAGIC + 12, values->height);
    GByteArray *const all = g_byte_array_new();
    g_byte_array_append(all, head, HEAD);
    g_byte_array_append(all, g_bytes_get_data(packed, NULL), (guint)g_bytes_get_size(packed));
    return g_byte_array_free_to_bytes(all);
}

gboolean selection_unpack(const void *data, gsize size, ebru_image *values, int *x, int *y)
{
    const guint8 *const head = data;
    g_autoptr(GBytes) bytes = NULL;
    gsize got;

    if (size <= HEAD || memcmp(head, magic, MAGIC))
        return FALSE;
    const int w = get_word(head + MAGIC + 8), h = get_word(head + MAGIC + 12);
    if (w <= 0 || h <= 0 || (gint64)w * h > MOST)
        return FALSE;
    bytes = convert(G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB)),
                    head + HEAD, size - HEAD);
    const guint16 *const words = bytes ? g_bytes_get_data(bytes, &got) : NULL;
    if (!words || got != (gsize)w * (gsize)h * sizeof(*words) ||
        !ebru_image_alloc(values, h, w, 1, NULL))
        return FALSE;
    for (size_t i = 0; i < (size_t)w * h; i++)
        values->data[i] = (float)(GUINT16_FROM_BE(words[i]) / 65535.0);
    *x = get_word(head + MAGIC);
    *y = get_word(head + MAGIC + 4);
    return TRUE;
}
