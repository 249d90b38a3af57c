/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "album.h"

#include "album_files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yyjson.h>

static const char LINES[] = "pictures.jsonl", ENDING[] = ".png";

/* --- names ---------------------------------------------------------------- */

static char *thumbnail_of(const char *id)
{
    g_autofree char *name = g_strconcat(id, ENDING, NULL);

    return album_path(name);
}

/* An id is the name of a file too. */
static gboolean is_id(const char *text)
{
    return text && *text && strspn(text, "0123456789abcdef-") == strlen(text);
}

/* --- adding --------------------------------------------------------------- */

static gboolean write_all(int fd, const char *data, gsize size)
{
    while (size) {
        const ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        data += n;
        size -= (gsize)n;
    }
    return TRUE;
}

/* A line at the end, or nothing. One that was cut off before it, by a loss of power, stays alone.
 */
static gboolean append(const char *line)
{
    g_autofree char *path = album_path(LINES);
    const int fd = g_open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    char last = '\n';

    if (fd < 0)
        return FALSE;
    const off_t end = lseek(fd, 0, SEEK_END);
    gboolean ok = end == 0 || pread(fd, &last, 1, end - 1) == 1;
    g_autofree char *whole = g_strconcat(last == '\n' ? "" : "\n", line, "\n", NULL);
    ok = ok && write_all(fd, whole, strlen(whole));
    if (!ok && end >= 0 && ftruncate(fd, end))
        g_debug("%s: cannot be cut", path);
    close(fd);
    return ok;
}

/* NULL: the recipe is none. */
static char *line_of(const char *id, const char *recipe)
{
    yyjson_doc *const read = yyjson_read(recipe, strlen(recipe), 0);
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const root = yyjson_mut_obj(d);
    char *line = NULL;

    yyjson_mut_doc_set_root(d, root);
    yyjson_mut_obj_add_str(d, root, "id", id);
    yyjson_mut_obj_add_sint(d, root, "time", g_get_real_time() / G_USEC_PER_SEC);
    if (yyjson_is_obj(yyjson_doc_get_root(read))) {
        yyjson_mut_obj_add_val(d, root, "recipe",
                               yyjson_val_mut_copy(d, yyjson_doc_get_root(read)));
        char *const written = yyjson_mut_write(d, 0, NULL);
        line = g_strdup(written);
        free(written);
    }
    yyjson_mut_doc_free(d);
    yyjson_doc_free(read);
    return line;
}

gboolean album_add(const char *recipe, const void *png, gsize size)
{
    g_autofree char *id = g_uuid_string_random();
    g_autofree char *line = line_of(id, recipe);
    g_autofree char *thumbnail = thumbnail_of(id);
    const int held = line ? album_lock() : -1;

    if (held < 0)
        return FALSE;
    const guint64 bytes = album_counted(held) + size + strlen(line) + 1;
    const gboolean ok = g_file_set_contents_full(thumbnail, png, (gssize)size,
                                                 G_FILE_SET_CONTENTS_NONE, 0600, NULL) &&
                        append(line);
    if (ok)
        album_keep_count(held, bytes);
    else
        g_unlink(thumbnail);
    close(held);
    if (ok && bytes > ALBUM_MOST_BYTES)
        album_trim(ALBUM_MOST_BYTES / 10 * 9); /* not again with the next picture */
    return ok;
}

/* --- reading -------------------------------------------------------------- */

struct picture {
    const char *line;
    gsize length;
    char *id, *prompt;
    char *folded; /* of the prompt, made when it is searched */
    gint64 time;
};

struct album {
    char *lines;
    gboolean unreadable; /* the lines are there, but nothing is known of them */
    guint64 bytes;
    GArray *pictures; /* the oldest first */
};

static void picture_clear(gpointer data)
{
    struct picture *const p = data;

    g_free(p->id);
    g_free(p->prompt);
    g_free(p->folded);
}

static const char *text_in(yyjson_val *root, const char *name)
{
    return yyjson_get_str(yyjson_obj_get(root, name));
}

static void take_line(struct album *a, const char *line, gsize length)
{
    yyjson_doc *const read = yyjson_read(line, length, 0);
    yyjson_val *const root = yyjson_doc_get_root(read);
    yyjson_val *const recipe = yyjson_obj_get(root, "recipe");

    if (yyjson_is_obj(recipe) && is_id(text_in(root, "id"))) {
        const struct picture p = { .line = line,
                                   .length = length,
                                   .id = g_strdup(text_in(root, "id")),
                                   .prompt = g_strdup(text_in(recipe, "prompt")),
                                   .time = yyjson_get_sint(yyjson_obj_get(root, "time")) };
        g_array_append_val(a->pictures, p);
    }
    yyjson_doc_free(read);
}

static struct album *read_lines(void)
{
    struct album *const a = g_new0(struct album, 1);
    g_autofree char *path = album_path(LINES);
    g_autoptr(GError) error = NULL;
    gsize size = 0;

    a->pictures = g_array_new(FALSE, FALSE, sizeof(struct picture));
    g_array_set_clear_func(a->pictures, picture_clear);
    a->unreadable = !g_file_get_contents(path, &a->lines, &size, &error) &&
                    !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    for (const char *at = a->lines, *const end = at ? at + size : NULL; at < end;) {
        const char *const newline = memchr(at, '\n', (size_t)(end - at));
        const char *const stop = newline ? newline : end;
        take_line(a, at, (gsize)(stop - at));
        at = stop + 1;
    }
    return a;
}

struct album *album_open(void)
{
    struct album *const a = read_lines();

    a->bytes = album_bytes_on_disk();
    return a;
}

void album_free(struct album *a)
{
    g_array_unref(a->pictures);
    g_free(a->lines);
    g_free(a);
}

int album_count(const struct album *a)
{
    return (int)a->pictures->len;
}

guint64 album_bytes(const struct album *a)
{
    return a->bytes;
}

static struct picture *picture_at(const struct album *a, int i)
{
    return &g_array_index(a->pictures, struct picture, a->pictures->len - 1 - (guint)i);
}

const char *album_id(const struct album *a, int i)
{
    return picture_at(a, i)->id;
}

const char *album_prompt(const struct album *a, int i)
{
    const char *const prompt = picture_at(a, i)->prompt;

    return prompt ? prompt : "";
}

gint64 album_time(const struct album *a, int i)
{
    return picture_at(a, i)->time;
}

char *album_thumbnail(const struct album *a, int i)
{
    return thumbnail_of(picture_at(a, i)->id);
}

char *album_recipe(const struct album *a, int i)
{
    const struct picture *const p = picture_at(a, i);
    yyjson_doc *const read = yyjson_read(p->line, p->length, 0);
    char *const text = yyjson_val_write(yyjson_obj_get(yyjson_doc_get_root(read), "recipe"),
                                        YYJSON_WRITE_PRETTY, NULL);
    char *const copy = g_strdup(text);

    free(text);
    yyjson_doc_free(read);
    return copy;
}

gboolean album_has_words(const struct album *a, int i, char **words)
{
    struct picture *const p = picture_at(a, i);

    if (!p->folded)
        p->folded = g_utf8_casefold(album_prompt(a, i), -1);
    for (char **word = words; *word; word++)
        if (!strstr(p->folded, *word))
            return FALSE;
    return TRUE;
}

/* --- removing ------------------------------------------------------------- */

/* What no line names: thumbnails of what is gone, and what a process left that was killed. */
static void sweep(GHashTable *kept)
{
    g_autofree char *folder = album_path(NULL);
    GDir *const dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        if (strcmp(name, LINES) && strcmp(name, ALBUM_LOCK) && !g_hash_table_contains(kept, name)) {
            g_autofree char *path = album_path(name);
            g_unlink(path);
        }
    if (dir)
        g_dir_close(dir);
}

/* Those of which keep() is true stay, asked from the oldest on. Under the lock. */
static void rewrite(const struct album *a, gboolean (*keep)(const struct picture *p, void *user),
                    void *user)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    g_autoptr(GHashTable) kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *path = album_path(LINES);

    for (guint i = 0; i < a->pictures->len; i++) {
        const struct picture *const p = &g_array_index(a->pictures, struct picture, i);
        if (!keep(p, user))
            continue;
        g_string_append_len(lines, p->line, (gssize)p->length);
        g_string_append_c(lines, '\n');
        g_hash_table_add(kept, g_strconcat(p->id, ENDING, NULL));
    }
    if (g_file_set_contents_full(path, lines->str, (gssize)lines->len,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL))
        sweep(kept);
}

static gboolean is_none(const struct picture *p, void *user)
{
    (void)p;
    (void)user;
    return FALSE;
}

/* Under the lock. Lines that are there but cannot be read are no reason to remove what they name,
 * unless all is to go. */
static guint64 change_held(int held, gboolean (*keep)(const struct picture *p, void *user),
                           void *user)
{
    struct album *const a = read_lines();

    if (!a->unreadable || keep == is_none)
        rewrite(a, keep, user);
    album_free(a);
    const guint64 bytes = album_bytes_on_disk();
    album_keep_count(held, bytes);
    return bytes;
}

static void change(gboolean (*keep)(const struct picture *p, void *user), void *user)
{
    const int held = album_lock();

    if (held < 0)
        return;
    change_held(held, keep, user);
    close(held);
}

static gboolean is_another(const struct picture *p, void *id)
{
    return strcmp(p->id, id) != 0;
}

void album_remove(const char *id)
{
    change(is_another, (void *)id);
}

static gboolean is_enough(const struct picture *p, void *too_much)
{
    gint64 *const left = too_much;
    g_autofree char *name = g_strconcat(p->id, ENDING, NULL);

    if (*left <= 0)
        return TRUE;
    *left -= (gint64)(p->length + 1 + album_size_of(name));
    return FALSE;
}

static gboolean is_any(const struct picture *p, void *user)
{
    (void)p;
    (void)user;
    return TRUE;
}

void album_trim(guint64 most)
{
    const int held = album_lock();

    if (held < 0)
        return;
    /* what is swept need not be made up for by pictures */
    gint64 too_much = (gint64)change_held(held, is_any, NULL) - (gint64)most;
    if (too_much > 0)
        change_held(held, is_enough, &too_much);
    close(held);
}

void album_clear(void)
{
    change(is_none, NULL);
}
