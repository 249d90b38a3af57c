/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "png_text.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK_MOST = 16 << 20, CHUNKS = 10000 };

static char *inflated(const char *data, gsize size)
{
    g_autoptr(GZlibDecompressor) z = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
    g_autofree char *out = g_malloc(CHUNK_MOST);
    gsize read, written;

    if (g_converter_convert(G_CONVERTER(z), data, size, out, CHUNK_MOST, G_CONVERTER_INPUT_AT_END,
                            &read, &written, NULL) != G_CONVERTER_FINISHED)
        return NULL;
    return g_strndup(out, written);
}

/* What follows the keyword and its NUL. */
static char *text_of(const char *type, const char *data, gsize size)
{
    g_autofree char *text = NULL;

    if (!strcmp(type, "tEXt"))
        text = g_strndup(data, size);
    else if (!strcmp(type, "zTXt") && size > 1)
        text = inflated(data + 1, size - 1);
    if (text)
        return g_utf8_validate(text, -1, NULL)
                   ? g_steal_pointer(&text)
                   : g_convert(text, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
    /* iTXt: compressed or not, a method, a language, a keyword in that language */
    const char *const language = size > 2 ? data + 2 : NULL;
    const char *const end = data + size;
    const char *const word = language ? memchr(language, 0, (gsize)(end - language)) : NULL;
    const char *const last = word ? memchr(word + 1, 0, (gsize)(end - word - 1)) : NULL;
    if (strcmp(type, "iTXt") || !last)
        return NULL;
    const gsize n = (gsize)(end - last - 1);
    text = data[0] ? inflated(last + 1, n) : g_strndup(last + 1, n);
    return text && g_utf8_validate(text, -1, NULL) ? g_steal_pointer(&text) : NULL;
}

static gboolean is_text(const char *type)
{
    return !strcmp(type, "tEXt") || !strcmp(type, "zTXt") || !strcmp(type, "iTXt");
}

/* The text, where the chunk has this keyword. */
static char *chunk_text(FILE *f, const char *type, guint32 size, const char *keyword)
{
    const gsize n = strlen(keyword) + 1;
    g_autofree char *data = g_malloc0(size + 1);

    if (fread(data, 1, size, f) != size || size < n || memcmp(data, keyword, n))
        return NULL;
    return text_of(type, data + n, size - n);
}

static char *search(FILE *f, const char *keyword)
{
    for (int i = 0; i < CHUNKS; i++) {
        guint8 head[8];
        char type[5] = "", *text;

        if (fread(head, 1, sizeof(head), f) != sizeof(head))
            return NULL;
        const guint32 size =
            (guint32)head[0] << 24 | (guint32)head[1] << 16 | (guint32)head[2] << 8 | head[3];
        memcpy(type, head + 4, 4);
        const long next = ftell(f) + (long)size + 4;
        if (is_text(type) && size <= CHUNK_MOST && (text = chunk_text(f, type, size, keyword)))
            return text;
        if (!strcmp(type, "IEND") || fseek(f, next, SEEK_SET))
            return NULL;
    }
    return NULL;
}

char *png_text(const char *path, const char *keyword)
{
    static const char signature[] = "\x89PNG\r\n\x1a\n";
    FILE *const f = fopen(path, "rb");
    char head[8], *text = NULL;

    if (!f)
        return NULL;
    if (fread(head, 1, sizeof(head), f) == sizeof(head) && !memcmp(head, signature, sizeof(head)))
        text = search(f, keyword);
    fclose(f);
    return text;
}
