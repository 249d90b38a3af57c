/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "infotext.h"

#include <ebru/ebru.h>

#include <glib.h>
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

struct found {
    yyjson_mut_doc *doc;
    yyjson_mut_val *root, *left;
};

static struct found found_new(void)
{
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    struct found f = { d, yyjson_mut_obj(d), yyjson_mut_obj(d) };

    yyjson_mut_doc_set_root(d, f.root);
    return f;
}

static char *found_end(struct found *f, gboolean is_one, const char *original)
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

static void put_text(struct found *f, const char *name, const char *value)
{
    yyjson_mut_val *const key = yyjson_mut_strcpy(f->doc, name);

    yyjson_mut_obj_put(f->root, key, yyjson_mut_strcpy(f->doc, value));
}

static void leave(struct found *f, const char *name, const char *value)
{
    yyjson_mut_val *const key = yyjson_mut_strcpy(f->doc, name);

    yyjson_mut_obj_put(f->left, key, yyjson_mut_strcpy(f->doc, value));
}

static void put_number(struct found *f, const char *name, const char *value)
{
    char *end;
    const double v = g_ascii_strtod(value, &end);

    if (end != value)
        yyjson_mut_obj_put(f->root, yyjson_mut_strcpy(f->doc, name), yyjson_mut_real(f->doc, v));
}

static gboolean is_choice(const char *parameter, const char *value)
{
    ebru_request r = { 0 };

    return ebru_request_set(&r, parameter, value, NULL);
}

static void put_schedule(struct found *f, const char *name)
{
    g_autofree char *key = plain(name);
    const char *const own = translated(schedules, G_N_ELEMENTS(schedules), key);

    if (is_choice("schedule", own))
        put_text(f, "schedule", own);
    else
        leave(f, "schedule", name);
}

/* Older texts end the sampler's name in that of the schedule: "DPM++ 2M Karras". */
static void put_sampler(struct found *f, const char *name)
{
    static const char *const endings[] = { "-karras", "-exponential", "-sgm-uniform" };
    g_autofree char *key = plain(name);

    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(key, endings[i])) {
            key[strlen(key) - strlen(endings[i])] = 0;
            put_schedule(f, endings[i] + 1);
        }
    const char *const own = translated(samplers, G_N_ELEMENTS(samplers), key);
    if (is_choice("sampler", own))
        put_text(f, "sampler", own);
    else
        leave(f, "sampler", name);
}

/* LCM has timesteps of its own: a schedule beside it says nothing, in any program. */
static void settle_schedule(struct found *f)
{
    const char *const sampler = yyjson_mut_get_str(yyjson_mut_obj_get(f->root, "sampler"));

    if (sampler && !strcmp(sampler, "lcm"))
        yyjson_mut_obj_remove_key(f->root, "schedule");
}

static void put_size(struct found *f, const char *value)
{
    const char *const x = strchr(value, 'x');

    if (!x)
        return;
    put_number(f, "width", value);
    put_number(f, "height", x + 1);
}

static void put_model(struct found *f, const char *file)
{
    g_autofree char *name = g_path_get_basename(file);
    char *const dot = strrchr(name, '.');

    if (dot && (!strcmp(dot, ".safetensors") || !strcmp(dot, ".ckpt")))
        *dot = 0;
    put_text(f, "model", name);
}

/* --- AUTOMATIC1111 -------------------------------------------------------- */

static const struct {
    const char *key, *name;
    void (*put)(struct found *f, const char *value);
} fields[] = {
    { "Steps", "steps", NULL },
    { "CFG scale", "guidance", NULL },
    { "Seed", "seed", NULL },
    { "Denoising strength", "strength", NULL },
    { "Clip skip", "clip-skip", NULL },
    { "Sampler", NULL, put_sampler },
    { "Schedule type", NULL, put_schedule },
    { "Size", NULL, put_size },
    { "Model", NULL, put_model },
};

static void put_field(struct found *f, const char *key, const char *value)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (strcmp(fields[i].key, key))
            continue;
        if (fields[i].put)
            fields[i].put(f, value);
        else
            put_number(f, fields[i].name, value);
        return;
    }
    if (*key && *value && !strstr(key, "hash") &&
        strcmp(key, "Version")) /* they change no picture */
        leave(f, key, value);
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
        const char *end = *value == '"' ? strchr(value + 1, '"') : value + strcspn(value, ",");
        if (!end)
            return;
        g_autofree char *text = g_strndup(value, (gsize)(end - value));
        put_field(f, key, text);
        line = end + strcspn(end, ",");
        line += *line == ',';
        line += strspn(line, " ");
    }
}

char *infotext_from_a1111(const char *text)
{
    static const char avoid_mark[] = "Negative prompt: ";
    const char *const avoid = strstr(text, avoid_mark), *steps = NULL;

    for (const char *at = text; (at = strstr(at, "Steps: ")); at++)
        if (at == text || at[-1] == '\n')
            steps = at; /* the last line that begins so */
    if (!steps)
        return NULL;
    struct found f = found_new();
    const gboolean avoids = avoid && avoid < steps && (avoid == text || avoid[-1] == '\n');
    g_autofree char *prompt = g_strndup(text, (gsize)((avoids ? avoid : steps) - text));
    put_text(&f, "prompt", g_strstrip(prompt));
    if (avoids) {
        const char *const from = avoid + strlen(avoid_mark);
        g_autofree char *negative = g_strndup(from, (gsize)(steps - from));
        put_text(&f, "negative", g_strstrip(negative));
    }
    put_line(&f, steps);
    settle_schedule(&f);
    return found_end(&f, TRUE, text);
}

/* --- ComfyUI -------------------------------------------------------------- */

/* An input is a value, or ["id of a node", number of its output]. */
static yyjson_val *node_behind(yyjson_val *graph, yyjson_val *input)
{
    const char *const id = yyjson_get_str(yyjson_arr_get_first(input));

    return id ? yyjson_obj_get(graph, id) : NULL;
}

static yyjson_val *input_of(yyjson_val *node, const char *name)
{
    return yyjson_obj_get(yyjson_obj_get(node, "inputs"), name);
}

static gboolean is_class(yyjson_val *node, const char *start)
{
    const char *const class = yyjson_get_str(yyjson_obj_get(node, "class_type"));

    return class && g_str_has_prefix(class, start);
}

/* The LoRAs that are loaded anywhere in the graph. */
static void leave_networks(struct found *f, yyjson_val *graph)
{
    yyjson_val *key, *node;
    size_t i, n;

    yyjson_obj_foreach(graph, i, n, key, node)
    {
        const char *const name = yyjson_get_str(input_of(node, "lora_name"));
        if (name)
            leave(f, "LoRA", name);
    }
}

/* The nearest node with this input, on the way back from `node` through its inputs. */
static yyjson_val *find_back(yyjson_val *graph, yyjson_val *node, const char *name, int depth)
{
    yyjson_val *key, *value;
    size_t i, n;

    if (!node || depth == 0)
        return NULL;
    value = input_of(node, name);
    if (value && !yyjson_is_arr(value))
        return value;
    yyjson_obj_foreach(yyjson_obj_get(node, "inputs"), i, n, key, value)
    {
        yyjson_val *const found = find_back(graph, node_behind(graph, value), name, depth - 1);
        if (found)
            return found;
    }
    return NULL;
}

static void put_value(struct found *f, const char *name, yyjson_val *value)
{
    if (yyjson_is_num(value))
        yyjson_mut_obj_put(f->root, yyjson_mut_strcpy(f->doc, name),
                           yyjson_mut_real(f->doc, yyjson_get_num(value)));
}

static void put_sampler_node(struct found *f, yyjson_val *graph, yyjson_val *node)
{
    enum { FAR = 12 };
    yyjson_val *const seed = input_of(node, "seed"), *const text_seed =
                                                         input_of(node, "noise_seed");
    yyjson_val *const latent = node_behind(graph, input_of(node, "latent_image"));
    const char *text;

    put_value(f, "seed", seed ? seed : text_seed);
    put_value(f, "steps", input_of(node, "steps"));
    put_value(f, "guidance", input_of(node, "cfg"));
    put_value(f, "strength", input_of(node, "denoise"));
    put_value(f, "width", find_back(graph, latent, "width", FAR));
    put_value(f, "height", find_back(graph, latent, "height", FAR));
    if ((text = yyjson_get_str(input_of(node, "sampler_name"))))
        put_sampler(f, text);
    if ((text = yyjson_get_str(input_of(node, "scheduler"))))
        put_schedule(f, text);
    settle_schedule(f);
    for (int avoid = 0; avoid < 2; avoid++) {
        yyjson_val *const from =
            node_behind(graph, input_of(node, avoid ? "negative" : "positive"));
        if ((text = yyjson_get_str(find_back(graph, from, "text", FAR))))
            put_text(f, avoid ? "negative" : "prompt", text);
    }
    if ((text = yyjson_get_str(
             find_back(graph, node_behind(graph, input_of(node, "model")), "ckpt_name", FAR))))
        put_model(f, text);
}

char *infotext_from_comfyui(const char *json)
{
    yyjson_doc *const read = yyjson_read(json, strlen(json), YYJSON_READ_ALLOW_INF_AND_NAN);
    yyjson_val *const graph = read ? yyjson_doc_get_root(read) : NULL;
    yyjson_val *key, *node;
    size_t i, n;
    gboolean is_one = FALSE;
    struct found f = found_new();

    yyjson_obj_foreach(graph, i, n, key, node)
    {
        if (is_one || !is_class(node, "KSampler"))
            continue;
        is_one = TRUE;
        put_sampler_node(&f, graph, node);
    }
    leave_networks(&f, graph);
    yyjson_doc_free(read);
    return found_end(&f, is_one, json);
}

/* --- the API of AUTOMATIC1111's web UI, which plug-ins call ---------------- */

static void put_either(struct found *f, const char *name, yyjson_val *value)
{
    if (yyjson_is_str(value))
        put_number(f, name, yyjson_get_str(value));
    else
        put_value(f, name, value);
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
    const char *const model = yyjson_get_str(yyjson_obj_get(root, "model"));
    const gboolean is_one = prompt && yyjson_obj_get(root, "steps");
    struct found f = found_new();

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        put_either(&f, numbers[i][1], yyjson_obj_get(root, numbers[i][0]));
    put_text(&f, "prompt", prompt ? prompt : "");
    if (negative)
        put_text(&f, "negative", negative);
    if (sampler && *sampler)
        put_sampler(&f, sampler);
    if (model && *model)
        put_model(&f, model);
    settle_schedule(&f);
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
    char *const found = infotext_from_comfyui(text);
    return found ? found : from_api(text);
}
