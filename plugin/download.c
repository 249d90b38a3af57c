/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "download.h"

#include "catalogue.h"
#include "checksum.h"
#include "message.h"

#include <curl/curl.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

G_DEFINE_QUARK(ebru - download - error - quark, download_error)

enum {
    LOOK_AT_DISK = 16 << 20, /* bytes between two looks at what is free */
    PATIENCE = 60,           /* s without a byte */
    CONNECT = 20,            /* s */
    REDIRECTS = 5
};

/* One attempt. */
struct transfer {
    const struct download *what;
    const char *folder;
    GCancellable *cancel;
    const struct download_watch *watch;
    GError **error;

    CURL *curl;
    FILE *out; /* the .part */
    char *part;
    gint64 done;    /* bytes in the .part */
    gint64 looked;  /* at the disk, at this many */
    gboolean began; /* the server's answer is known to be the file */
};

static gboolean fail_with(GError **error, enum download_error code, const char *text)
{
    g_set_error_literal(error, DOWNLOAD_ERROR, (int)code, text);
    return FALSE;
}

static void tell(const struct transfer *t, enum download_phase phase, gint64 done)
{
    if (t->watch)
        t->watch->progress(t->watch->user, phase, done);
}

/* --- the disk ------------------------------------------------------------- */

static char *path_of(const struct download *what, const char *folder, const char *ending)
{
    g_autofree char *name = g_strconcat(what->file, ending, NULL);

    return g_build_filename(folder, name, NULL);
}

gint64 download_part(const struct download *what, const char *folder)
{
    g_autofree char *part = path_of(what, folder, ".part");
    GStatBuf st;

    return g_stat(part, &st) ? 0 : st.st_size;
}

/* Bytes free in the folder, or where it would be made; -1: not known. */
static gint64 room_in(const char *folder)
{
    g_autofree char *path = g_strdup(folder);

    while (!g_file_test(path, G_FILE_TEST_IS_DIR) && strcmp(path, "/") && strcmp(path, ".")) {
        char *const parent = g_path_get_dirname(path);
        g_free(path);
        path = parent;
    }
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileInfo) info =
        g_file_query_filesystem_info(file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
    return info && g_file_info_has_attribute(info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
               ? (gint64)g_file_info_get_attribute_uint64(info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
               : -1;
}

static gboolean refuse_for_room(const struct transfer *t, gint64 room)
{
    g_autofree char *have = message_gigabytes((double)room);
    g_autofree char *need = message_gigabytes((double)(t->what->size - t->done));
    g_autofree char *text =
        message_fill(MESSAGE_DISK, "a", have, "b", need, "dir", t->folder, NULL);

    return fail_with(t->error, DOWNLOAD_DISK, text);
}

/* Whether what is left of the file fits. */
static gboolean has_room(struct transfer *t)
{
    const gint64 room = room_in(t->folder);

    t->looked = t->done;
    return room < 0 || room >= t->what->size - t->done || refuse_for_room(t, room);
}

static gboolean refuse_file(const struct transfer *t, const char *path, int number)
{
    if (number == ENOSPC || number == EDQUOT)
        return refuse_for_room(t, MAX(0, room_in(t->folder)));
    g_autofree char *text = g_strdup_printf(_("%s: %s"), path, g_strerror(number));
    return fail_with(t->error, DOWNLOAD_FILE, text);
}

/* --- the answer of the server --------------------------------------------- */

/* Whether the answer begins where the .part ends. */
static gboolean goes_on(const struct transfer *t)
{
    struct curl_header *range;
    long long from;

    return !curl_easy_header(t->curl, "Content-Range", 0, CURLH_HEADER, -1, &range) &&
           sscanf(range->value, "bytes %lld-", &from) == 1 && from == t->done;
}

/* The file stays open, and with it the lock. */
static gboolean empty_part(struct transfer *t)
{
    if (fflush(t->out) || ftruncate(fileno(t->out), 0))
        return refuse_file(t, t->part, errno);
    t->done = 0;
    return TRUE;
}

/* Only what we asked for: all of it, or the rest of it. */
static gboolean begin(struct transfer *t)
{
    enum { PARTIAL = 206 };
    curl_off_t length = -1;
    long code = 0;

    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (code == PARTIAL && !goes_on(t))
        return fail_with(t->error, DOWNLOAD_SERVER, _("The server sends another part of the file"));
    if (code != PARTIAL && t->done) { /* it knows no ranges */
        if (!empty_part(t))
            return FALSE;
    }
    if (length >= 0 && t->done + length != t->what->size) {
        g_autofree char *text =
            g_strdup_printf(_("The server has another file: %'lld bytes instead of %'lld"),
                            (long long)(t->done + length), (long long)t->what->size);
        return fail_with(t->error, DOWNLOAD_SERVER, text);
    }
    t->began = TRUE;
    return has_room(t);
}

static size_t on_bytes(char *data, size_t one, size_t n, void *user)
{
    struct transfer *const t = user;

    n *= one;
    if (!t->began && !begin(t))
        return 0;
    if (t->done + (gint64)n > t->what->size) {
        fail_with(t->error, DOWNLOAD_SERVER, _("The server sends more than the file has"));
        return 0;
    }
    if (fwrite(data, 1, n, t->out) != n) {
        refuse_file(t, t->part, errno);
        return 0;
    }
    t->done += (gint64)n;
    if (t->done - t->looked > LOOK_AT_DISK && !has_room(t))
        return 0;
    return n;
}

static int on_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up)
{
    const struct transfer *const t = user;

    (void)total;
    (void)now;
    (void)up_total;
    (void)up;
    tell(t, t->began ? DOWNLOAD_RECEIVING : DOWNLOAD_CONNECTING, t->done);
    return g_cancellable_is_cancelled(t->cancel);
}

/* --- asking --------------------------------------------------------------- */

static void set_up(struct transfer *t)
{
    CURL *const c = t->curl;
    const char *const schemes = g_str_has_prefix(t->what->url, "https:") ? "https" : "http";
    g_autofree char *range = g_strdup_printf("%" G_GINT64_FORMAT "-", t->done);

    curl_easy_setopt(c, CURLOPT_URL, t->what->url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, schemes);
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, schemes);
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L); /* the sum says whether it led to the file */
    curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)REDIRECTS);
    curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)PATIENCE);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "Ebru");
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
    if (t->done)
        curl_easy_setopt(c, CURLOPT_RANGE, range);
}

static gboolean refuse_answer(const struct transfer *t, CURLcode code)
{
    enum { NOT_FOUND = 404, BAD_RANGE = 416 };
    long answer = 0;

    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &answer);
    if (g_cancellable_is_cancelled(t->cancel))
        return fail_with(t->error, DOWNLOAD_STOPPED, _("Stopped"));
    if (code == CURLE_HTTP_RETURNED_ERROR) {
        g_autofree char *text =
            answer == NOT_FOUND ? g_strdup(_("The server has no such file (404)"))
                                : g_strdup_printf(_("The server answers with error %ld"), answer);
        if (answer == BAD_RANGE)
            g_remove(t->part);
        return fail_with(t->error, DOWNLOAD_SERVER, text);
    }
    return fail_with(t->error, DOWNLOAD_NETWORK,
                     code == CURLE_OK ? _("The connection ended too early")
                                      : curl_easy_strerror(code));
}

/* From the network into the open .part, until it has all bytes. */
static gboolean receive(struct transfer *t)
{
    t->curl = curl_easy_init();
    if (!t->curl)
        return fail_with(t->error, DOWNLOAD_NETWORK, "curl_easy_init");
    set_up(t);
    const CURLcode code = curl_easy_perform(t->curl);
    const gboolean whole = code == CURLE_OK && t->done == t->what->size;
    if (!whole && !*t->error)
        refuse_answer(t, code);
    curl_easy_cleanup(t->curl);
    return whole;
}

/* --- all of it ------------------------------------------------------------ */

/* The .part, which a download in another process must not write too. */
static gboolean open_part(struct transfer *t)
{
    t->out = g_fopen(t->part, "ab");
    if (!t->out)
        return refuse_file(t, t->part, errno);
    if (!flock(fileno(t->out), LOCK_EX | LOCK_NB))
        return TRUE;
    g_autofree char *text = g_strdup_printf(_("%s: another window is downloading it"), t->part);
    fclose(t->out);
    return fail_with(t->error, DOWNLOAD_FILE, text);
}

static gboolean fill_part(struct transfer *t)
{
    if (!open_part(t))
        return FALSE;
    t->done = download_part(t->what, t->folder);
    gboolean ok = t->done <= t->what->size || empty_part(t);
    ok = ok && (t->done == t->what->size || (has_room(t) && receive(t)));
    if ((fflush(t->out) || fsync(fileno(t->out))) && ok)
        ok = refuse_file(t, t->part, errno);
    if (fclose(t->out) && ok)
        ok = refuse_file(t, t->part, errno);
    if (!ok && download_part(t->what, t->folder) == 0)
        g_remove(t->part);
    return ok;
}

static void on_checked(void *user, gint64 done)
{
    tell(user, DOWNLOAD_CHECKING, done);
}

/* TRUE: `path` has the sum. *bad, which may be NULL: it has another. */
static gboolean check_sum(struct transfer *t, const char *path, gboolean *bad)
{
    GError *problem = NULL;
    g_autofree char *sum = checksum_of(path, t->cancel, on_checked, t, &problem);

    if (!sum) {
        fail_with(t->error,
                  g_cancellable_is_cancelled(t->cancel) ? DOWNLOAD_STOPPED : DOWNLOAD_FILE,
                  problem->message);
        g_error_free(problem);
        return FALSE;
    }
    *bad = strcmp(sum, t->what->sha256) != 0;
    return !*bad;
}

static gboolean finish(struct transfer *t, const char *path)
{
    gboolean bad = FALSE;

    if (!check_sum(t, t->part, &bad)) {
        if (!bad)
            return FALSE;
        g_autofree char *kept = path_of(t->what, t->folder, ".bad");
        g_autofree char *text = message_fill(MESSAGE_CHECKSUM, "f", t->what->file, NULL);
        g_rename(t->part, kept);
        return fail_with(t->error, DOWNLOAD_SUM, text);
    }
    return !g_rename(t->part, path) || refuse_file(t, path, errno);
}

static gboolean is_there(struct transfer *t, const char *path)
{
    gboolean bad = FALSE;

    if (check_sum(t, path, &bad))
        return TRUE;
    if (bad) {
        g_autofree char *text =
            g_strdup_printf(_("There is another file “%s” already; it was left alone"), path);
        fail_with(t->error, DOWNLOAD_FILE, text);
    }
    return FALSE;
}

char *download_file(const struct download *what, const char *folder, GCancellable *cancel,
                    const struct download_watch *watch, GError **error)
{
    GError *problem = NULL;
    struct transfer t = {
        .what = what, .folder = folder, .cancel = cancel, .watch = watch, .error = &problem
    };
    g_autofree char *path = path_of(what, folder, "");
    gboolean ok;

    t.part = path_of(what, folder, ".part");
    if (g_mkdir_with_parents(folder, 0755))
        ok = refuse_file(&t, folder, errno);
    else if (g_file_test(path, G_FILE_TEST_EXISTS))
        ok = is_there(&t, path);
    else
        ok = fill_part(&t) && finish(&t, path);
    g_free(t.part);
    if (ok)
        return g_steal_pointer(&path);
    g_propagate_error(error, problem);
    return NULL;
}
