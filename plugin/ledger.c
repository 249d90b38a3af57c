/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger.h"

#include "lock.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <yyjson.h>

/* --- files ---------------------------------------------------------------- */

static char *path_of(const char *kind, const char *id, const char *ending)
{
    g_autofree char *name = g_strconcat(kind, id ? "-" : "", id ? id : "", ending, NULL);

    return g_build_filename(g_get_user_state_dir(), "ebru", name, NULL);
}

static char *pixels_path(const char *id)
{
    return path_of("job", id, ".pixels");
}

static char *session_path(const char *session)
{
    return path_of("session", session, ".lock");
}

static gboolean write_whole(const char *path, const char *data, gsize size)
{
    return g_file_set_contents_full(path, data, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                    NULL);
}

/* --- who is alive --------------------------------------------------------- */

/* The name of this process, which holds the lock on its file until it ends. */
static const char *own_session(void)
{
    static char *session;

    if (session)
        return session;
    session = g_uuid_string_random();
    g_autofree char *path = session_path(session);
    if (lock_file(path, O_CREAT, LOCK_EX | LOCK_NB) < 0)
        g_debug("%s: cannot be locked", path);
    return session;
}

static gboolean is_alive(const char *session)
{
    if (!session)
        return FALSE;
    if (!strcmp(session, own_session()))
        return TRUE;
    g_autofree char *path = session_path(session);
    const int fd = lock_file(path, 0, LOCK_EX | LOCK_NB);
    if (fd < 0)
        return g_file_test(path, G_FILE_TEST_EXISTS);
    close(fd);
    return FALSE;
}

/* --- the list ------------------------------------------------------------- */

struct ledger {
    int lock; /* held while the list is looked at or changed */
    yyjson_mut_doc *doc;
    yyjson_mut_val *jobs; /* [] of {"id", "session", "bytes", "job"} */
    gboolean changed;
};

static yyjson_mut_doc *read_list(const char *path)
{
    yyjson_doc *const read = yyjson_read_file(path, 0, NULL, NULL);
    yyjson_mut_doc *const doc = yyjson_is_arr(yyjson_obj_get(yyjson_doc_get_root(read), "jobs"))
                                    ? yyjson_doc_mut_copy(read, NULL)
                                    : NULL;

    yyjson_doc_free(read);
    return doc;
}

static yyjson_mut_doc *new_list(void)
{
    yyjson_mut_doc *const doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const root = yyjson_mut_obj(doc);

    yyjson_mut_doc_set_root(doc, root);
    yyjson_mut_obj_add_int(doc, root, "version", 1);
    yyjson_mut_obj_add_arr(doc, root, "jobs");
    return doc;
}

static gboolean ledger_open(struct ledger *l)
{
    g_autofree char *lock = path_of("queue", NULL, ".lock");
    g_autofree char *list = path_of("queue", NULL, ".json");
    g_autofree char *folder = g_path_get_dirname(list);

    *l = (struct ledger){ .lock = -1 };
    if (g_mkdir_with_parents(folder, 0700) || (l->lock = lock_file(lock, O_CREAT, LOCK_EX)) < 0)
        return FALSE;
    l->doc = read_list(list);
    if (!l->doc)
        l->doc = new_list();
    l->jobs = yyjson_mut_obj_get(yyjson_mut_doc_get_root(l->doc), "jobs");
    return TRUE;
}

/* Whether what was changed is on disk. */
static gboolean ledger_close(struct ledger *l)
{
    g_autofree char *path = path_of("queue", NULL, ".json");
    char *const text = l->changed ? yyjson_mut_write(l->doc, YYJSON_WRITE_PRETTY, NULL) : NULL;
    const gboolean ok = !l->changed || (text && write_whole(path, text, strlen(text)));

    free(text);
    yyjson_mut_doc_free(l->doc);
    close(l->lock);
    return ok;
}

static const char *text_of(yyjson_mut_val *job, const char *key)
{
    return yyjson_mut_get_str(yyjson_mut_obj_get(job, key));
}

static yyjson_mut_val *job_of(const struct ledger *l, const char *id)
{
    size_t i, n;
    yyjson_mut_val *job;

    yyjson_mut_arr_foreach(l->jobs, i, n, job)
    {
        if (!g_strcmp0(text_of(job, "id"), id))
            return job;
    }
    return NULL;
}

static gboolean has_room(const struct ledger *l, gsize bytes)
{
    size_t i, n;
    yyjson_mut_val *job;

    yyjson_mut_arr_foreach(l->jobs, i, n, job)
    {
        bytes += yyjson_mut_get_uint(yyjson_mut_obj_get(job, "bytes"));
    }
    return yyjson_mut_arr_size(l->jobs) < LEDGER_MOST_JOBS && bytes <= LEDGER_MOST_BYTES;
}

/* --- adding and removing -------------------------------------------------- */

static gboolean write_pixels(const char *id, const struct ledger_part *parts, int count, gsize size)
{
    g_autofree char *path = pixels_path(id);
    g_autofree char *all = g_try_malloc(MAX(size, 1));
    gsize at = 0;

    for (int i = 0; all && i < count; i++) {
        if (parts[i].size)
            memcpy(all + at, parts[i].data, parts[i].size);
        at += parts[i].size;
    }
    return all && write_whole(path, all, size);
}

static void list_job(struct ledger *l, const char *id, gsize size, yyjson_doc *job)
{
    yyjson_mut_val *const entry = yyjson_mut_arr_add_obj(l->doc, l->jobs);

    yyjson_mut_obj_add_strcpy(l->doc, entry, "id", id);
    yyjson_mut_obj_add_strcpy(l->doc, entry, "session", own_session());
    yyjson_mut_obj_add_uint(l->doc, entry, "bytes", size);
    yyjson_mut_obj_add_val(l->doc, entry, "job",
                           yyjson_val_mut_copy(l->doc, yyjson_doc_get_root(job)));
    l->changed = TRUE;
}

static void remove_pixels(const char *id)
{
    g_autofree char *path = pixels_path(id);

    g_unlink(path);
}

char *ledger_add(const char *job, const struct ledger_part *parts, int count)
{
    yyjson_doc *const read = yyjson_read(job, strlen(job), 0);
    char *id = g_uuid_string_random();
    struct ledger l;
    gsize size = 0;

    for (int i = 0; i < count; i++)
        size += parts[i].size;
    gboolean ok = read && ledger_open(&l);
    if (ok) {
        ok = has_room(&l, size) && write_pixels(id, parts, count, size);
        if (ok)
            list_job(&l, id, size, read);
        ok = ledger_close(&l) && ok;
    }
    yyjson_doc_free(read);
    if (!ok) {
        remove_pixels(id);
        g_clear_pointer(&id, g_free);
    }
    return id;
}

static gboolean is_id(yyjson_mut_val *job, const void *id)
{
    return !g_strcmp0(text_of(job, "id"), id);
}

/* Take those out of the list of which `what` is true. */
static void remove_if(struct ledger *l, gboolean (*what)(yyjson_mut_val *job, const void *data),
                      const void *data)
{
    for (size_t i = yyjson_mut_arr_size(l->jobs); i-- > 0;)
        if (what(yyjson_mut_arr_get(l->jobs, i), data)) {
            yyjson_mut_arr_remove(l->jobs, i);
            l->changed = TRUE;
        }
}

void ledger_remove(const char *id)
{
    struct ledger l;

    if (!id || !ledger_open(&l))
        return;
    remove_if(&l, is_id, id);
    ledger_close(&l);
    remove_pixels(id);
}

/* --- what others left ----------------------------------------------------- */

static gboolean has_no_pixels(yyjson_mut_val *job, const void *data)
{
    const char *const id = text_of(job, "id");
    g_autofree char *path = pixels_path(id ? id : "");
    GStatBuf file;

    (void)data;
    return !id || g_stat(path, &file) ||
           (guint64)file.st_size != yyjson_mut_get_uint(yyjson_mut_obj_get(job, "bytes"));
}

/* Pixels that no job has, a half-written file, the lock of a process that is gone. */
static gboolean is_left_over(const struct ledger *l, const char *name)
{
    enum { ID = 36 };
    const char *const dash = strchr(name, '-');
    g_autofree char *id = dash ? g_strndup(dash + 1, ID) : NULL;

    if (g_str_has_prefix(name, "queue.json."))
        return TRUE;
    if (g_str_has_prefix(name, "session-"))
        return !is_alive(id);
    return g_str_has_prefix(name, "job-") && (!g_str_has_suffix(name, ".pixels") || !job_of(l, id));
}

static void sweep(struct ledger *l)
{
    g_autofree char *list = path_of("queue", NULL, ".json");
    g_autofree char *folder = g_path_get_dirname(list);
    GDir *const dir = g_dir_open(folder, 0, NULL);
    const char *name;

    remove_if(l, has_no_pixels, NULL);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (is_left_over(l, name))
            g_unlink(path);
    }
    if (dir)
        g_dir_close(dir);
}

int ledger_left(void)
{
    struct ledger l;
    size_t i, n;
    yyjson_mut_val *job;
    int left = 0;

    if (!ledger_open(&l))
        return 0;
    sweep(&l);
    yyjson_mut_arr_foreach(l.jobs, i, n, job)
    {
        left += !is_alive(text_of(job, "session"));
    }
    ledger_close(&l);
    return left;
}

char **ledger_adopt(void)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    struct ledger l;
    size_t i, n;
    yyjson_mut_val *job;

    if (ledger_open(&l)) {
        yyjson_mut_arr_foreach(l.jobs, i, n, job)
        {
            if (is_alive(text_of(job, "session")))
                continue;
            g_ptr_array_add(ids, g_strdup(text_of(job, "id")));
            yyjson_mut_obj_put(job, yyjson_mut_str(l.doc, "session"),
                               yyjson_mut_strcpy(l.doc, own_session()));
            l.changed = TRUE;
        }
        ledger_close(&l);
    }
    g_ptr_array_add(ids, NULL);
    return (char **)g_ptr_array_steal(ids, NULL);
}

void ledger_release(const char *id)
{
    struct ledger l;

    if (!ledger_open(&l))
        return;
    yyjson_mut_val *const job = job_of(&l, id);
    l.changed = job && yyjson_mut_obj_remove_key(job, "session");
    ledger_close(&l);
}

gboolean ledger_read(const char *id, char **job, char **pixels, gsize *size, GError **error)
{
    g_autofree char *path = pixels_path(id);
    struct ledger l;

    *job = NULL;
    *pixels = NULL;
    if (!ledger_open(&l))
        return FALSE;
    yyjson_mut_val *const entry = job_of(&l, id);
    char *const text =
        entry ? yyjson_mut_val_write(yyjson_mut_obj_get(entry, "job"), 0, NULL) : NULL;
    *job = g_strdup(text);
    free(text);
    ledger_close(&l);
    if (*job && g_file_get_contents(path, pixels, size, error))
        return TRUE;
    g_clear_pointer(job, g_free);
    return FALSE;
}
