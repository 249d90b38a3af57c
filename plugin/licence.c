/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "licence.h"

#include <gio/gio.h>
#include <string.h>
#include <yyjson.h>

enum { LENGTH = 8, HEADER_MAX = 16 << 20, README_MAX = 4096, TEXT_MAX = 80 };

/* As it may stand in a table: one line, not too long. */
static char *tidy(const char *text)
{
    if (!text || !g_utf8_validate(text, -1, NULL))
        return NULL;
    char *const line = g_strstrip(g_strdelimit(g_strdup(text), "\n\r\t\"'", ' '));
    if (*line && g_utf8_strlen(line, -1) <= TEXT_MAX)
        return line;
    g_free(line);
    return NULL;
}

/* `n` bytes from the place `at`, with a 0 after them; NULL: there are not as many. */
static char *read_bytes(const char *path, goffset at, gsize n, gsize *got)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileInputStream) in = g_file_read(file, NULL, NULL);
    g_autofree char *bytes = in ? g_malloc0(n + 1) : NULL;

    if (!in || !g_seekable_seek(G_SEEKABLE(in), at, G_SEEK_SET, NULL, NULL) ||
        !g_input_stream_read_all(G_INPUT_STREAM(in), bytes, n, got, NULL, NULL))
        return NULL;
    return g_steal_pointer(&bytes);
}

static char *in_header(const char *path)
{
    gsize got = 0, n = 0;
    g_autofree char *length = read_bytes(path, 0, LENGTH, &got);

    for (int i = LENGTH - 1; length && got == LENGTH && i >= 0; i--)
        n = n << 8 | (guchar)length[i];
    if (n == 0 || n > HEADER_MAX)
        return NULL;
    g_autofree char *header = read_bytes(path, LENGTH, n, &got);
    yyjson_doc *const doc = header && got == n ? yyjson_read(header, n, 0) : NULL;
    yyjson_val *const meta = yyjson_obj_get(yyjson_doc_get_root(doc), "__metadata__");
    char *text = tidy(yyjson_get_str(yyjson_obj_get(meta, "modelspec.license")));
    if (!text)
        text = tidy(yyjson_get_str(yyjson_obj_get(meta, "license")));
    yyjson_doc_free(doc);
    return text;
}

/* The head of a README on the Hugging Face Hub is between two lines of "---". */
static char *in_readme(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "README.md", NULL);
    gsize got = 0;
    g_autofree char *start = read_bytes(path, 0, README_MAX, &got);

    if (!start || !g_str_has_prefix(start, "---\n"))
        return NULL;
    g_auto(GStrv) lines = g_strsplit(start, "\n", -1);
    for (char **line = lines + 1; *line && strcmp(*line, "---"); line++)
        if (g_str_has_prefix(*line, "license:"))
            return tidy(*line + strlen("license:"));
    return NULL;
}

char *licence_of(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_DIR) ? in_readme(path) : in_header(path);
}
