/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "infotext_found.h"

#include "infotext.h"

#include <ebru/ebru.h>

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

/* --- names ---------------------------------------------------------------- */

/* Theirs, in lower case with '-' for all but letters, digits and '+'; ours. */
static const char *const samplers[][2] = {
    { "euler-a", "euler-ancestral" },
    { "dpm2-a", "dpm2-ancestral" },
    { "dpm-2", "dpm2" },
    { "dpm-2-ancestral", "dpm2-ancestral" },
    { "dpm++-2m", "dpmpp-2m" },
    { "dpm++-2m-sde", "dpmpp-2m-sde" },
    { "dpm++-sde", "dpmpp-sde" },
    { "dpm++-3m", "dpmpp-3m" },
    { "dpm++-3m-sde", "dpmpp-3m-sde" },
    { "dpm++-2s-a", "dpmpp-2s" },
    { "dpmpp-2s-ancestral", "dpmpp-2s" },
    { "plms", "pndm" },
    { "uni-pc", "unipc" },
};

static const char *const schedules[][2] = {
    { "uniform", "linspace" },     { "normal", "linspace" }, { "automatic", "auto" },
    { "sgm-uniform", "trailing" }, { "simple", "trailing" }, { "ddim-uniform", "leading" },
    { "ddim", "leading" },         { "karras", "karras" },
};

static char *plain(const char *name)
{
    char *const text = g_ascii_strdown(name, -1);

    return g_strcanon(text, "abcdefghijklmnopqrstuvwxyz0123456789+", '-');
}

static const char *translated(const char *const (*table)[2], size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(table[i][0], name))
            return table[i][1];
    return name;
}

/* --- what is found -------------------------------------------------------- */

struct found found_new(void)
{
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    struct found f = { d, yyjson_mut_obj(d), yyjson_mut_obj(d) };

    yyjson_mut_doc_set_root(d, f.root);
    return f;
}

char *found_end(struct found *f, gboolean is_one, const char *original)
{
    yyjson_mut_obj_add_strcpy(f->doc, f->root, "original", original);
    if (yyjson_mut_obj_size(f->left))
        yyjson_mut_obj_add_val(f->doc, f->root, "not-taken", f->left);
    char *const text = is_one ? yyjson_mut_write(f->doc, YYJSON_WRITE_PRETTY, NULL) : NULL;
    char *const copy = g_strdup(text);

    free(text);
    yyjson_mut_doc_free(f->doc);
    return copy;
}

void found_put_text(struct found *f, const char *name, const char *value)
{
    yyjson_mut_val *const key = yyjson_mut_strcpy(f->doc, name);

    yyjson_mut_obj_put(f->root, key, yyjson_mut_strcpy(f->doc, value));
}

void found_leave(struct found *f, const char *name, const char *value)
{
    yyjson_mut_val *const key = yyjson_mut_strcpy(f->doc, name);

    yyjson_mut_obj_put(f->left, key, yyjson_mut_strcpy(f->doc, value));
}

/* JSON has no infinity: one would make the whole recipe unwritable. */
static void put_real(struct found *f, const char *name, double v)
{
    if (isfinite(v))
        yyjson_mut_obj_put(f->root, yyjson_mut_strcpy(f->doc, name), yyjson_mut_real(f->doc, v));
}

void found_put_number(struct found *f, const char *name, const char *value)
{
    char *end;
    const double v = g_ascii_strtod(value, &end);

    if (!strcmp(name, "seed") && g_ascii_isdigit(*value))
        put_real(f, "seed", infotext_seed(g_ascii_strtoull(value, NULL, 10)));
    else if (end != value)
        put_real(f, name, v);
}

static gboolean is_choice(const char *parameter, const char *value)
{
    ebru_request r = { 0 };

    return ebru_request_set(&r, parameter, value, NULL);
}

void found_put_schedule(struct found *f, const char *name)
{
    g_autofree char *key = plain(name);
    const char *const own = translated(schedules, G_N_ELEMENTS(schedules), key);

    if (is_choice("schedule", own))
        found_put_text(f, "schedule", own);
    else
        found_leave(f, "schedule", name);
}

/* Older texts end the sampler's name in that of the schedule: "DPM++ 2M Karras". */
void found_put_sampler(struct found *f, const char *name)
{
    static const char *const endings[] = { "-karras", "-exponential", "-sgm-uniform" };
    g_autofree char *key = plain(name);

    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(key, endings[i])) {
            key[strlen(key) - strlen(endings[i])] = 0;
            found_put_schedule(f, endings[i] + 1);
        }
    const char *const own = translated(samplers, G_N_ELEMENTS(samplers), key);
    if (is_choice("sampler", own))
        found_put_text(f, "sampler", own);
    else
        found_leave(f, "sampler", name);
}

/* LCM has timesteps of its own: a schedule beside it says nothing, in any program. */
void found_settle_schedule(struct found *f)
{
    const char *const sampler = yyjson_mut_get_str(yyjson_mut_obj_get(f->root, "sampler"));

    if (sampler && !strcmp(sampler, "lcm"))
        yyjson_mut_obj_remove_key(f->root, "schedule");
}

void found_put_model(struct found *f, const char *file)
{
    g_autofree char *name = g_path_get_basename(file);
    char *const dot = strrchr(name, '.');

    if (dot && (!strcmp(dot, ".safetensors") || !strcmp(dot, ".ckpt")))
        *dot = 0;
    found_put_text(f, "model", name);
}

void found_put_value(struct found *f, const char *name, yyjson_val *value)
{
    if (!strcmp(name, "seed") && yyjson_is_uint(value))
        put_real(f, "seed", infotext_seed(yyjson_get_uint(value)));
    else if (yyjson_is_num(value))
        put_real(f, name, yyjson_get_num(value));
}
