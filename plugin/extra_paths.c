/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extra_paths.h"

#include <string.h>

struct reader {
    const char *folder, *key; /* of the file; that is looked for */
    char *base;               /* of this section; NULL: none yet */
    GPtrArray *values;        /* of this section, as they are written */
    GPtrArray *found;
    int block;       /* indentation of the key that has a bar; -1: none */
    gboolean wanted; /* it is that one */
};

/* Without quotes, or a comment behind it. */
static char *plain(const char *text)
{
    char *const value = g_strstrip(g_strdup(text));
    const size_t n = strlen(value);
    char *comment;

    if (n > 1 && strchr("\"'", value[0]) && value[n - 1] == value[0]) {
        memmove(value, value + 1, n - 2);
        value[n - 2] = 0;
    } else if ((comment = strstr(value, " #"))) {
        *comment = 0;
        g_strchomp(value);
    }
    return value;
}

static char *absolute(const char *path, const char *folder)
{
    if (path[0] == '~' && (path[1] == '/' || !path[1]))
        return g_canonicalize_filename(path[1] ? path + 2 : ".", g_get_home_dir());
    return g_canonicalize_filename(path, folder);
}

/* base_path may stand after the folders that it is for. */
static void end_section(struct reader *r)
{
    g_autofree char *base = absolute(r->base ? r->base : ".", r->folder);

    for (guint i = 0; i < r->values->len; i++)
        g_ptr_array_add(r->found, absolute(r->values->pdata[i], base));
    g_ptr_array_set_size(r->values, 0);
    g_clear_pointer(&r->base, g_free);
}

static void take_pair(struct reader *r, const char *line, int indent)
{
    const char *const colon = strchr(line, ':');

    if (!colon)
        return;
    g_autofree char *key = g_strndup(line, (gsize)(colon - line));
    char *const value = plain(colon + 1);
    const gboolean bar = value[0] == '|' || value[0] == '>';

    g_strstrip(key);
    r->wanted = !strcmp(key, r->key);
    r->block = bar ? indent : -1;
    if (!strcmp(key, "base_path")) {
        g_free(r->base);
        r->base = value;
    } else if (r->wanted && *value && !bar) {
        g_ptr_array_add(r->values, value);
    } else {
        g_free(value);
    }
}

static void take_line(struct reader *r, const char *line)
{
    const int indent = (int)strspn(line, " ");

    line += indent;
    if (!*line || *line == '#' || *line == '\r')
        return;
    if (r->block >= 0 && indent > r->block) {
        if (r->wanted)
            g_ptr_array_add(r->values, plain(line));
        return;
    }
    r->block = -1;
    if (indent == 0)
        end_section(r);
    else
        take_pair(r, line, indent);
}

char **extra_paths(const char *file, const char *key)
{
    g_autofree char *folder = g_path_get_dirname(file), *text = NULL;
    struct reader r = {
        folder, key, NULL, g_ptr_array_new_with_free_func(g_free), g_ptr_array_new(), -1, FALSE
    };

    if (g_file_get_contents(file, &text, NULL, NULL) && g_utf8_validate(text, -1, NULL)) {
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++)
            take_line(&r, *line);
        end_section(&r);
    }
    g_ptr_array_unref(r.values);
    g_ptr_array_add(r.found, NULL);
    return (char **)g_ptr_array_free(r.found, FALSE);
}
