/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "infotext.h"
#include "infotext_found.h"

#include <string.h>

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

static gboolean is_text(const char *name)
{
    static const char *const texts[] = { "text", "sampler_name", "scheduler", "ckpt_name", NULL };

    return g_strv_contains(texts, name);
}

/* Of the node behind a link the input that gives the value of `name`: one of this name or, in
 * primitives, dice and fields of text, one of these. */
static yyjson_val *giving(yyjson_val *node, const char *name)
{
    static const char *const texts[] = { "value", "string", "text", NULL };
    static const char *const seeds[] = { "value", "int", "seed", "noise_seed", NULL };
    static const char *const numbers[] = { "value", "int", "float", "number", NULL };
    const char *const *names = is_text(name)                    ? texts
                               : g_str_has_suffix(name, "seed") ? seeds
                                                                : numbers;
    yyjson_val *input = input_of(node, name);

    for (; *names && !input; names++)
        input = input_of(node, *names);
    return input;
}

/* The input's value, or what is behind its link; NULL: there is none of its kind, or it is
 * computed. */
static yyjson_val *value_of(yyjson_val *graph, yyjson_val *node, const char *name)
{
    enum { FAR = 12 };
    yyjson_val *input = input_of(node, name);

    for (int depth = 0; yyjson_is_arr(input) && depth < FAR; depth++)
        input = giving(node_behind(graph, input), name);
    return is_text(name) ? (yyjson_is_str(input) ? input : NULL)
                         : (yyjson_is_num(input) ? input : NULL);
}

/* The LoRAs that are loaded anywhere in the graph. */
static void leave_networks(struct found *f, yyjson_val *graph)
{
    yyjson_val *key, *node;
    size_t i, n;
    g_autoptr(GString) names = g_string_new(NULL);

    yyjson_obj_foreach(graph, i, n, key, node)
    {
        const char *const name = yyjson_get_str(input_of(node, "lora_name"));
        if (name)
            g_string_append_printf(names, names->len ? ", %s" : "%s", name);
    }
    if (names->len)
        found_leave(f, "LoRA", names->str);
}

/* A way back through the inputs of nodes. */
struct search {
    yyjson_val *graph;
    const char *name; /* of the input that is looked for */
    const char *side; /* of two like it the one that leads there: "positive"; NULL: all do */
    int visits;       /* so far: a graph may have many ways, or circles */
};

/* The value of the nearest such input on the way back from `node`. */
static yyjson_val *find_back(struct search *s, yyjson_val *node, int depth)
{
    enum { MOST = 10000 };
    yyjson_val *key, *value;
    size_t i, n;

    if (!node || depth == 0 || s->visits++ >= MOST)
        return NULL;
    if ((value = value_of(s->graph, node, s->name)))
        return value;
    if (s->side && (value = input_of(node, s->side)))
        return find_back(s, node_behind(s->graph, value), depth - 1);
    yyjson_obj_foreach(yyjson_obj_get(node, "inputs"), i, n, key, value)
    {
        yyjson_val *const found = find_back(s, node_behind(s->graph, value), depth - 1);
        if (found)
            return found;
    }
    return NULL;
}

static yyjson_val *behind(yyjson_val *graph, yyjson_val *sampler, const char *input,
                          const char *side, const char *name)
{
    enum { FAR = 12 };
    struct search s = { graph, name, side, 0 };

    return find_back(&s, node_behind(graph, input_of(sampler, input)), FAR);
}

/* Its own input, or that of a node behind `input`: SamplerCustom has the method and the steps
 * there, SamplerCustomAdvanced nothing but such nodes. */
static yyjson_val *own_or_behind(yyjson_val *graph, yyjson_val *sampler, const char *input,
                                 const char *name)
{
    yyjson_val *const own = value_of(graph, sampler, name);

    return own ? own : behind(graph, sampler, input, NULL, name);
}

/* Counted from the end there: -1 is the encoder's own output, our 1. */
static void put_clip_skip(struct found *f, yyjson_val *layer)
{
    if (yyjson_is_int(layer) && yyjson_get_sint(layer) < 0)
        yyjson_mut_obj_put(f->root, yyjson_mut_strcpy(f->doc, "clip-skip"),
                           yyjson_mut_real(f->doc, -(double)yyjson_get_sint(layer)));
}

/* guide: the node that the prompts lead to; one without the negative has a "conditioning". */
static void put_prompts(struct found *f, yyjson_val *graph, yyjson_val *guide)
{
    static const char *const sides[][2] = { { "positive", "prompt" }, { "negative", "negative" } };
    const char *const positive = input_of(guide, "positive") ? "positive" : "conditioning";

    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++) {
        const char *const side = sides[i][0], *const input = i == 0 ? positive : side;
        const char *const text = yyjson_get_str(behind(graph, guide, input, side, "text"));
        if (text)
            found_put_text(f, sides[i][1], text);
    }
    put_clip_skip(f, behind(graph, guide, positive, "positive", "stop_at_clip_layer"));
}

static void put_sampler_node(struct found *f, yyjson_val *graph, yyjson_val *node)
{
    yyjson_val *const seed = value_of(graph, node, "seed");
    yyjson_val *const guider = node_behind(graph, input_of(node, "guider"));
    yyjson_val *const guide = guider ? guider : node;
    const char *text;

    found_put_value(f, "seed", seed ? seed : own_or_behind(graph, node, "noise", "noise_seed"));
    found_put_value(f, "steps", own_or_behind(graph, node, "sigmas", "steps"));
    found_put_value(f, "guidance", value_of(graph, guide, "cfg"));
    found_put_value(f, "strength", own_or_behind(graph, node, "sigmas", "denoise"));
    found_put_value(f, "width", behind(graph, node, "latent_image", NULL, "width"));
    found_put_value(f, "height", behind(graph, node, "latent_image", NULL, "height"));
    if ((text = yyjson_get_str(own_or_behind(graph, node, "sampler", "sampler_name"))))
        found_put_sampler(f, text);
    if ((text = yyjson_get_str(own_or_behind(graph, node, "sigmas", "scheduler"))))
        found_put_schedule(f, text);
    found_settle_schedule(f);
    put_prompts(f, graph, guide);
    if ((text = yyjson_get_str(behind(graph, guide, "model", NULL, "ckpt_name"))))
        found_put_model(f, text);
}

/* One that paints; KSamplerSelect only names a method. */
static gboolean is_sampler(yyjson_val *node)
{
    const char *const class = yyjson_get_str(yyjson_obj_get(node, "class_type"));

    return class &&
           (!strcmp(class, "KSampler") ||
            ((g_str_has_prefix(class, "KSampler") || g_str_has_prefix(class, "SamplerCustom")) &&
             (input_of(node, "positive") || input_of(node, "guider"))));
}

char *infotext_from_comfyui(const char *json)
{
    yyjson_doc *const read = yyjson_read(json, strlen(json), YYJSON_READ_ALLOW_INF_AND_NAN);
    yyjson_val *const graph = read ? yyjson_doc_get_root(read) : NULL;
    yyjson_val *key, *node;
    size_t i, n;
    gboolean is_one = FALSE;

    if (!graph)
        return NULL;
    struct found f = found_new();
    yyjson_obj_foreach(graph, i, n, key, node)
    {
        if (is_one || !is_sampler(node))
            continue;
        is_one = TRUE;
        put_sampler_node(&f, graph, node);
    }
    leave_networks(&f, graph);
    yyjson_doc_free(read);
    return found_end(&f, is_one, json);
}
