/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A catalogue is read, and whatever is missing or strange in an entry is named. */
#include "catalogue.h"
#include "check.h"
#include "checksum.h"

#include <glib/gstdio.h>
#include <string.h>

static const char SUM[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static char *folder;

/* The path of a file with this text. */
static char *file_of(const char *text)
{
    char *const path = g_build_filename(folder, "catalogue.json", NULL);

    CHECK(g_file_set_contents(path, text, -1, NULL));
    return path;
}

/* A catalogue of one model with one field another. */
static char *catalogue_with(const char *field, const char *value)
{
    static const char *const fields[][2] = {
        { "name", "\"A model\"" },
        { "file", "\"a.safetensors\"" },
        { "url", "\"https://example.org/a\"" },
        { "sha256", "" },
        { "size", "12" },
        { "licence", "\"CC0 1.0\"" },
        { "licence-url", "\"https://example.org/cc0\"" },
    };
    GString *const text = g_string_new("{\"catalogue\": 1, \"models\": [{\"note\": \"small\"");

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const gboolean other = !g_strcmp0(fields[i][0], field);
        if (other && !value)
            continue;
        g_string_append_printf(text, ", \"%s\": ", fields[i][0]);
        if (!other && !*fields[i][1])
            g_string_append_printf(text, "\"%s\"", SUM);
        else
            g_string_append(text, other ? value : fields[i][1]);
    }
    g_string_append(text, "}]}");
    char *const path = file_of(text->str);
    g_string_free(text, TRUE);
    return path;
}

static void check_whole(void)
{
    g_autofree char *path = catalogue_with(NULL, NULL);
    g_autoptr(GPtrArray) items = catalogue_read(path, NULL);

    CHECK(items && items->len == 1);
    if (!items)
        return;
    const struct catalogue_item *const item = items->pdata[0];
    CHECK(!strcmp(item->name, "A model") && !strcmp(item->note, "small") && !*item->family);
    CHECK(item->size == 12 && !strcmp(item->sha256, SUM));
    CHECK(catalogue_find(items, SUM, "", 0) == item);
    CHECK(catalogue_find(items, NULL, "a.safetensors", 12) == item);
    CHECK(!catalogue_find(items, NULL, "a.safetensors", 13));
    CHECK(!catalogue_find(items, "00", "a.safetensors", 12));
}

static void check_refused(const char *field, const char *value)
{
    g_autofree char *path = catalogue_with(field, value);
    GError *error = NULL;
    GPtrArray *const items = catalogue_read(path, &error);

    CHECK(!items && error && strstr(error->message, field) &&
          strstr(error->message, "catalogue.json: model 1"));
    if (items)
        printf("%s = %s was accepted\n", field, value);
    g_clear_error(&error);
}

static void check_entries(void)
{
    static const char *const bad[][2] = {
        { "name", NULL },
        { "name", "\"\"" },
        { "name", "7" },
        { "file", NULL },
        { "file", "\"a.ckpt\"" },
        { "file", "\"../a.safetensors\"" },
        { "file", "\".safetensors\"" },
        { "url", NULL },
        { "url", "\"http://example.org/a\"" },
        { "url", "\"file:///etc/passwd\"" },
        { "url", "\"http://127.0.0.1.example.org/a\"" },
        { "sha256", NULL },
        { "sha256", "\"0123\"" },
        { "sha256", "\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\"" },
        { "size", NULL },
        { "size", "0" },
        { "size", "-5" },
        { "size", "\"12\"" },
        { "licence", NULL },
        { "licence-url", NULL },
        { "licence-url", "\"see the page\"" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        check_refused(bad[i][0], bad[i][1]);
}

static void check_files(void)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"catalogue\": 2, \"models\": []}",
        "{\"catalogue\": 1, \"models\": {}}",
        "{\"catalogue\": 1, \"models\": [",
    };
    GError *error = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *path = file_of(bad[i]);
        CHECK(!catalogue_read(path, &error) && error && strstr(error->message, path));
        g_clear_error(&error);
    }
    g_autofree char *path = file_of("{\"catalogue\": 1, \"models\": []}");
    g_autoptr(GPtrArray) none = catalogue_read(path, NULL);
    CHECK(none && none->len == 0);
    g_autofree char *nowhere = g_build_filename(folder, "nowhere.json", NULL);
    CHECK(!catalogue_read(nowhere, &error) && error);
    g_clear_error(&error);
}

/* "abc" has the sum of FIPS 180-2; a folder that of its list. */
static void check_checksum(void)
{
    static const char ABC[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    g_autofree char *below = g_build_filename(folder, "model", "unet", NULL);
    g_autofree char *model = g_path_get_dirname(below);
    g_autofree char *a = g_build_filename(model, "a", NULL);
    g_autofree char *b = g_build_filename(below, "b", NULL);

    g_mkdir_with_parents(below, 0700);
    CHECK(g_file_set_contents(a, "abc", 3, NULL) && g_file_set_contents(b, "abc", 3, NULL));
    g_autofree char *one = checksum_of(a, NULL, NULL, NULL, NULL);
    CHECK(!g_strcmp0(one, ABC) && checksum_size(a) == 3);
    g_autofree char *list = g_strdup_printf("%s  a\n%s  unet/b\n", ABC, ABC);
    g_autofree char *want = g_compute_checksum_for_string(G_CHECKSUM_SHA256, list, -1);
    g_autofree char *all = checksum_of(model, NULL, NULL, NULL, NULL);
    CHECK(!g_strcmp0(all, want) && checksum_size(model) == 6);
    g_remove(a);
    g_remove(b);
    g_rmdir(below);
    g_rmdir(model);
}

int main(void)
{
    g_autofree char *path = NULL;

    folder = g_dir_make_tmp("ebru-catalogue-XXXXXX", NULL);
    check_whole();
    check_entries();
    check_files();
    check_checksum();
    path = g_build_filename(folder, "catalogue.json", NULL);
    g_remove(path);
    g_rmdir(folder);
    g_free(folder);
    return check_done();
}
