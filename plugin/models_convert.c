/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_convert.h"

#include "checkpoints.h"
#include "message.h"
#include "store.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const char FILES[] = ".safetensors";

gboolean models_convert_possible(const ebru_model_info *info)
{
    return strcmp(info->precision, "int8") != 0;
}

/* --- where ---------------------------------------------------------------- */

/* Beside the model; or in the own folder, where models of one name from several places meet. */
static char *path_of_copy(const char *path, gboolean beside)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *folder = beside ? g_path_get_dirname(path) : checkpoints_own_folder();
    g_autofree char *which = beside ? g_strdup("") : g_strdup_printf("-%08x", g_str_hash(path));
    const gboolean file = g_str_has_suffix(name, FILES);

    if (file)
        name[strlen(name) - strlen(FILES)] = 0;
    g_autofree char *copy = g_strconcat(name, "-8bit", which, file ? FILES : "", NULL);
    return g_build_filename(folder, copy, NULL);
}

char *models_convert_find(const char *path)
{
    for (int beside = 1; beside >= 0; beside--) {
        char *const copy = path_of_copy(path, beside);
        if (g_file_test(copy, G_FILE_TEST_EXISTS))
            return copy;
        g_free(copy);
    }
    return NULL;
}

void models_convert_list(const char *copy)
{
    g_autoptr(GPtrArray) models = checkpoints_find();

    for (guint i = 0; i < models->len; i++)
        if (!strcmp(((const struct checkpoint *)models->pdata[i])->path, copy))
            return;
    store_add_model(copy);
}

/* --- the copy ------------------------------------------------------------- */

char *models_convert(const char *path, bool (*go_on)(void *user, double fraction), void *user,
                     GError **error)
{
    g_autofree char *here = g_path_get_dirname(path);
    char *const there = models_convert_find(path);
    ebru_error err;

    if (there)
        return there;
    g_autofree char *copy = path_of_copy(path, !g_access(here, W_OK));
    g_autofree char *folder = g_path_get_dirname(copy);
    g_mkdir_with_parents(folder, 0700);
    if (ebru_convert_int8(path, copy, go_on, user, &err))
        return g_steal_pointer(&copy);
    g_error_from_ebru(error, &err);
    return NULL;
}

/* --- in a thread ---------------------------------------------------------- */

struct conversion {
    char *path;
    gint permille, stopped, done; /* atomic */
    GThread *thread;
    char *copy; /* of the thread, until it is joined */
    GError *error;
};

static bool on_fraction(void *user, double fraction)
{
    struct conversion *const c = user;

    g_atomic_int_set(&c->permille, (gint)(1000 * fraction));
    return !g_atomic_int_get(&c->stopped);
}

static gpointer convert(gpointer data)
{
    struct conversion *const c = data;

    c->copy = models_convert(c->path, on_fraction, c, &c->error);
    g_atomic_int_set(&c->done, TRUE);
    return NULL;
}

struct conversion *conversion_begin(const char *path)
{
    struct conversion *const c = g_new0(struct conversion, 1);

    c->path = g_strdup(path);
    c->thread = g_thread_new("8-bit copy", convert, c);
    return c;
}

const char *conversion_path(const struct conversion *c)
{
    return c->path;
}

double conversion_fraction(struct conversion *c)
{
    return g_atomic_int_get(&c->permille) / 1000.0;
}

gboolean conversion_is_done(struct conversion *c)
{
    return g_atomic_int_get(&c->done);
}

void conversion_stop(struct conversion *c)
{
    g_atomic_int_set(&c->stopped, TRUE);
}

char *conversion_end(struct conversion *c, GError **error)
{
    g_thread_join(c->thread);
    char *const copy = c->copy;
    if (c->error)
        g_propagate_error(error, c->error);
    g_free(c->path);
    g_free(c);
    return copy;
}
