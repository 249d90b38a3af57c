/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"

#include "checkpoints.h"
#include "path_text.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libgimp/gimp.h>
#include <string.h>
#include <unistd.h>

static const double GB = 1e9;

/* --- the report ----------------------------------------------------------- */

static void line(GString *out, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void line(GString *out, const char *name, const char *format, ...)
{
    va_list ap;

    g_string_append_printf(out, "%s: ", name);
    va_start(ap, format);
    g_string_append_vprintf(out, format, ap);
    va_end(ap);
    g_string_append_c(out, '\n');
}

static void add_machine(GString *out)
{
    g_autoptr(GString) sets = g_string_new(NULL);
    ebru_machine m;
    const char *name;

    ebru_machine_describe(&m);
    for (int i = 0; (name = ebru_isa_name(i)); i++)
        g_string_append_printf(sets, i ? ", %s" : "%s", name);
    line(out, _("Processor"), _("%d cores; instruction sets %s; %s is used"), m.cores, sets->str,
         m.isa);
    if (!strcmp(m.isa, "c"))
        g_string_append(out, _("  It lacks AVX2: generating works, but slowly.\n"));
    line(out, _("Threads"), _("%d by GIMP's preferences"), gimp_get_num_processors());
    line(out, _("Memory"), _("%.1f GB, %.1f GB free"), (double)m.memory_total / GB,
         (double)m.memory_free / GB);
}

static void add_models(GString *out)
{
    g_autoptr(GPtrArray) models = checkpoints_find_all();

    line(out, _("Models"), "%u", models->len);
    for (guint i = 0; i < models->len; i++) {
        const struct checkpoint *const c = models->pdata[i];
        g_autofree char *path = path_text(c->path);
        g_string_append_printf(out, _("  %s: %s, %s, %.2f GB, made for %d × %d px\n"), path,
                               c->info.family, c->info.precision, (double)c->info.bytes / GB,
                               c->info.width, c->info.height);
    }
}

static void add_folder(GString *out, const char *name, const char *path)
{
    g_mkdir_with_parents(path, 0700);
    line(out, name, "%s (%s)", path,
         g_access(path, W_OK) ? _("cannot be written to") : _("can be written to"));
}

static void add_folders(GString *out)
{
    g_autofree char *settings = g_build_filename(gimp_directory(), "ebru", NULL);
    g_autofree char *models = checkpoints_own_folder();
    g_autofree char *cache = g_build_filename(g_get_user_cache_dir(), "ebru", NULL);

    add_folder(out, _("Settings"), settings);
    add_folder(out, _("Folder for models"), models);
    add_folder(out, _("Cache"), cache);
}

/* --- the engine's own picture --------------------------------------------- */

enum { SIDE = 64 };

static gboolean paint(const char *folder, int threads, ebru_result *out, ebru_error *err)
{
    const ebru_options options = { .threads = threads };
    ebru_model *const model = ebru_model_open(folder, &options, err);
    ebru_request r;

    if (!model)
        return FALSE;
    ebru_request_init(&r, model);
    r.prompt = "a test";
    r.width = r.height = SIDE;
    r.steps = 2;
    r.seed = 1;
    const gboolean ok = ebru_generate(model, &r, NULL, out, err);
    ebru_model_close(model);
    return ok;
}

static void remove_folder(const char *path)
{
    GDir *const folder = g_dir_open(path, 0, NULL);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_folder(child);
    }
    if (folder)
        g_dir_close(folder);
    g_remove(path);
}

/* The same picture with one thread and with two. */
static gboolean paint_twice(const char *folder, ebru_error *err)
{
    ebru_result one = { 0 }, two = { 0 };
    gboolean ok = paint(folder, 1, &one, err) && paint(folder, 2, &two, err);

    if (ok &&
        memcmp(one.images[0].data, two.images[0].data, (size_t)SIDE * SIDE * 3 * sizeof(float))) {
        *err = (ebru_error){ .status = EBRU_NOT_FINITE,
                             .message = "two threads made another picture than one" };
        ok = FALSE;
    }
    ebru_result_clear(&one);
    ebru_result_clear(&two);
    return ok;
}

static gboolean add_test(GString *out)
{
    g_autofree char *parent = g_dir_make_tmp("ebru-check-XXXXXX", NULL);
    g_autofree char *folder = parent ? g_build_filename(parent, "model", NULL) : NULL;
    ebru_error err = { .status = EBRU_NO_FILE, .message = "no folder for temporary files" };
    const gint64 began = g_get_monotonic_time();
    const gboolean ok = folder && ebru_make_random(folder, 1, &err) && paint_twice(folder, &err);

    if (ok)
        line(out, _("Test of the engine"), _("passed in %.1f s"),
             (double)(g_get_monotonic_time() - began) / 1e6);
    else
        line(out, _("Test of the engine"), _("FAILED: %s"), err.message);
    if (parent)
        remove_folder(parent);
    return ok;
}

char *check_facts(void)
{
    GString *const out = g_string_new(NULL);

    line(out, "Ebru", "%s", ebru_version());
    line(out, "GIMP", "%s", gimp_version());
    add_machine(out);
    add_folders(out);
    add_models(out);
    return g_string_free(out, FALSE);
}

char *check_engine(gboolean *works)
{
    GString *const out = g_string_new(NULL);

    *works = add_test(out);
    return g_string_free(out, FALSE);
}
