/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "infotext.h"

#include "infotext_found.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- AUTOMATIC1111 -------------------------------------------------------- */

static void put_size(struct found *f, const char *value)
{
    const char *const x = strchr(value, 'x');

    if (!x)
        return;
    found_put_number(f, "width", value);
    found_put_number(f, "height", x + 1);
}

static const struct {
    const char *key, *name;
    void (*put)(struct found *f, const char *value);
} fields[] = {
    { "Steps", "steps", NULL },
    { "CFG scale", "guidance", NULL },
    { "Seed", "seed", NULL },
    { "Denoising strength", "strength", NULL },
    { "Clip skip", "clip-skip", NULL },
    { "Sampler", NULL, found_put_sampler },
    { "Schedule type", NULL, found_put_schedule },
    { "Size", NULL, put_size },
    { "Model", NULL, found_put_model },
};

static void put_field(struct found *f, const char *key, const char *value)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (strcmp(fields[i].key, key))
            continue;
        if (fields[i].put)
            fields[i].put(f, value);
        else
            found_put_number(f, fields[i].name, value);
        return;
    }
    if (*key && *value && !strstr(key, "hash") &&
        strcmp(key, "Version")) /* they change no picture */
        found_leave(f, key, value);
}

/* Between two fields; what is more than a line is written in quotes. */
static const char separators[] = ",\n";

/* Behind the last byte of a value, or at the quote that ends it. */
static const char *value_end(const char *value)
{
    const char *end = value + 1;

    if (*value == '"')
        for (; *end && *end != '"'; end++)
            end += *end == '\\' && end[1];
    return *value == '"' && *end ? end : value + strcspn(value, separators);
}

/* What has a comma, a colon or a line break in it is written as JSON. */
static char *value_text(const char *value, const char *end)
{
    if (*value != '"' || *end != '"')
        return g_strstrip(g_strndup(value, (gsize)(end - value)));
    yyjson_doc *const read = yyjson_read(value, (size_t)(end + 1 - value), 0);
    const char *const text = yyjson_get_str(yyjson_doc_get_root(read));
    char *const copy = text ? g_strdup(text) : g_strndup(value + 1, (gsize)(end - value - 1));
    yyjson_doc_free(read);
    return copy;
}

/* "Steps: 20, Sampler: Euler a, Lora hashes: "a: b, c: d", Seed: 7" */
static void put_line(struct found *f, const char *line)
{
    while (*line) {
        const char *const colon = strchr(line, ':');
        if (!colon)
            return;
        g_autofree char *key = g_strstrip(g_strndup(line, (gsize)(colon - line)));
        const char *value = colon + 1 + strspn(colon + 1, " ");
        const char *const end = value_end(value);
        g_autofree char *text = value_text(value, end);
        put_field(f, key, text);
        line = end + strcspn(end, separators);
        line += strspn(line, ", \n");
    }
}

/* The strength beside a second, larger pass is that of this pass, which is not made here. */
static void settle_hires(struct found *f)
{
    yyjson_mut_val *key, *value;
    size_t i, n;
    gboolean hires = FALSE;
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    yyjson_mut_obj_foreach(f->left, i, n, key, value)
    {
        hires = hires || g_str_has_prefix(yyjson_mut_get_str(key), "Hires ");
    }
    yyjson_mut_val *const strength = hires ? yyjson_mut_obj_remove_key(f->root, "strength") : NULL;
    if (strength)
        found_leave(f, "Denoising strength",
                    g_ascii_formatd(text, sizeof(text), "%g", yyjson_mut_get_real(strength)));
}

/* The first or last line, up to `end`, that begins with the mark; NULL: none does. */
static const char *find_line(const char *text, const char *mark, const char *end, gboolean last)
{
    const char *found = NULL;

    for (const char *at = text; (at = strstr(at, mark)) && (!end || at < end); at++)
        if ((at == text || at[-1] == '\n') && (last || !found))
            found = at;
    return found;
}

char *infotext_from_a1111(const char *text)
{
    static const char avoid_mark[] = "Negative prompt: ";
    const char *const steps = find_line(text, "Steps: ", NULL, TRUE);
    const char *const avoid = steps ? find_line(text, avoid_mark, steps, FALSE) : NULL;

    if (!steps)
        return NULL;
    struct found f = found_new();
    g_autofree char *prompt = g_strndup(text, (gsize)((avoid ? avoid : steps) - text));
    found_put_text(&f, "prompt", g_strstrip(prompt));
    if (avoid) {
        const char *const from = avoid + strlen(avoid_mark);
        g_autofree char *negative = g_strndup(from, (gsize)(steps - from));
        found_put_text(&f, "negative", g_strstrip(negative));
    }
    put_line(&f, steps);
    settle_hires(&f);
    found_settle_schedule(&f);
    return found_end(&f, TRUE, text);
}

/* --- the API of AUTOMATIC1111's web UI, which plug-ins call ---------------- */

static void put_either(struct found *f, const char *name, yyjson_val *value)
{
    if (yyjson_is_str(value))
        found_put_number(f, name, yyjson_get_str(value));
    else
        found_put_value(f, name, value);
}

/* The second, larger pass: off unless it is said, whatever the other fields of it say. */
static void leave_hires(struct found *f, yyjson_val *root)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (!yyjson_is_true(yyjson_obj_get(root, "enable_hr")))
        return;
    yyjson_val *const scale = yyjson_obj_get(root, "hr_scale");
    found_leave(f, "Hires upscale",
                g_ascii_formatd(text, sizeof(text), "%g",
                                yyjson_is_num(scale) ? yyjson_get_num(scale) : 2));
    settle_hires(f);
}

static char *from_api(const char *json)
{
    static const char *const numbers[][2] = {
        { "steps", "steps" }, { "cfg_scale", "guidance" },
        { "seed", "seed" },   { "denoising_strength", "strength" },
        { "width", "width" }, { "height", "height" }
    };
    yyjson_doc *const read = yyjson_read(json, strlen(json), 0);
    yyjson_val *const root = yyjson_doc_get_root(read);
    const char *const prompt = yyjson_get_str(yyjson_obj_get(root, "prompt"));
    const char *const negative = yyjson_get_str(yyjson_obj_get(root, "negative_prompt"));
    const char *const sampler = yyjson_get_str(yyjson_obj_get(root, "sampler_name"));
    const char *const schedule = yyjson_get_str(yyjson_obj_get(root, "scheduler"));
    const char *const model = yyjson_get_str(yyjson_obj_get(root, "model"));
    const gboolean is_one = prompt && yyjson_obj_get(root, "steps");
    struct found f = found_new();

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        put_either(&f, numbers[i][1], yyjson_obj_get(root, numbers[i][0]));
    found_put_text(&f, "prompt", prompt ? prompt : "");
    if (negative)
        found_put_text(&f, "negative", negative);
    if (sampler && *sampler)
        found_put_sampler(&f, sampler);
    if (schedule && *schedule && g_ascii_strcasecmp(schedule, "automatic"))
        found_put_schedule(&f, schedule);
    if (model && *model)
        found_put_model(&f, model);
    leave_hires(&f, root);
    found_settle_schedule(&f);
    yyjson_doc_free(read);
    return found_end(&f, is_one, json);
}

/* --- any ------------------------------------------------------------------ */

static gboolean is_recipe(const char *json)
{
    yyjson_doc *const read = yyjson_read(json, strlen(json), 0);
    const gboolean is = read && yyjson_is_int(yyjson_obj_get(yyjson_doc_get_root(read), "recipe"));

    yyjson_doc_free(read);
    return is;
}

char *infotext_read(const char *text)
{
    text += strspn(text, " \n\t");
    if (*text != '{')
        return infotext_from_a1111(text);
    if (is_recipe(text))
        return g_strdup(text);
    char *found = infotext_from_comfyui(text);
    if (!found)
        found = from_api(text);
    return found ? found : infotext_from_a1111(text); /* whose prompt may begin with a brace */
}

char *infotext_read_file(const char *path)
{
    enum { MOST = 1 << 20 };
    g_autofree char *all = NULL;
    GStatBuf file;

    if (g_stat(path, &file) || file.st_size > MOST ||
        !g_file_get_contents(path, &all, NULL, NULL) || !g_utf8_validate(all, -1, NULL))
        return NULL;
    return infotext_read(all);
}
