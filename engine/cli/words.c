/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "words.h"

#include "base/error.h"
#include "base/file.h"
#include "base/machine.h"
#include "load/json.h"

#include <stdlib.h>
#include <string.h>

enum { STYLE_MAX_BYTES = 1 << 20, PROMPTS_MAX_BYTES = 1 << 24 };

/* text within the style's `key`; a copy of text when it has none. */
static char *styled(const struct json *style, const char *key, const char *text)
{
    const struct json_node n = style ? json_get(json_root(style), key) : (struct json_node){ 0 };
    const char *around = "";

    if (style && json_kind(n) == JSON_STRING)
        json_string(n, &around, NULL);
    return ebru_prompt_style(around, text ? text : "");
}

/* The prompts of one picture, in place of those with something open. */
static bool decide(struct options *o, const char *prompt, const char *negative, int64_t seed,
                   ebru_error *err)
{
    char *const p = ebru_prompt_resolve(prompt, seed, o->wildcards, err);
    char *const n = p ? ebru_prompt_resolve(negative, seed, o->wildcards, err) : NULL;

    if (!n) {
        free(p);
        return false;
    }
    o->request.prompt = p;
    o->request.negative = n;
    return true;
}

/* Whether something in it is decided by the seed; an underscore alone is not. */
static bool has_open(const struct options *o, const char *text)
{
    char *const decided = ebru_prompt_resolve(text, 0, o->wildcards, NULL);
    const bool open = !decided || strcmp(decided, text) != 0;

    free(decided);
    return open;
}

/* They are of one call for all pictures, and here each picture is one. */
static bool check_together(const struct options *o, ebru_error *err)
{
    const char *const option = o->latents ? "--latents" : o->noise ? "--noise" : NULL;

    if (o->request.count == 1 || !option)
        return true;
    return fail(err, EBRU_BAD_REQUEST,
                "%s holds those of one prompt, and this one differs from picture to picture: "
                "expected --count 1",
                option);
}

static bool each(struct options *o, const ebru_model *m, double loaded, words_command *command,
                 const char *prompt, const char *negative, ebru_error *err)
{
    const bool open = has_open(o, prompt) || has_open(o, negative);
    const int calls = open ? o->request.count : 1;
    int64_t seed = o->request.seed;
    bool ok = !open || check_together(o, err);

    if (open && seed < 0)
        seed = (int64_t)(machine_seconds() * 1e6) & 0xffffffff;
    for (int i = 0; ok && i < calls; i++) {
        struct options one = *o;

        if (open) {
            one.request.count = 1;
            one.request.seed = (seed + i) & 0xffffffff;
            one.first = o->first + i;
        }
        if (!decide(&one, prompt, negative, one.request.seed, err))
            return false;
        ok = command(&one, m, loaded, err);
        free((char *)one.request.prompt);
        free((char *)one.request.negative);
    }
    return ok;
}

static bool with_style(struct options *o, const struct json *style, const ebru_model *m,
                       double loaded, words_command *command, ebru_error *err)
{
    bool ok = false;
    char *const prompt = styled(style, "prompt", o->request.prompt);
    char *const negative = styled(style, "negative", o->request.negative);
    if (!prompt || !negative)
        fail(err, EBRU_NO_MEMORY, "no memory for a prompt");
    else
        ok = each(o, m, loaded, command, prompt, negative, err);
    free(prompt);
    free(negative);
    return ok;
}

/* The line at *at without the spaces around it, and *at behind it; NULL after the last. */
static char *next_line(char **at)
{
    char *const line = *at + strspn(*at, " \t\r");
    char *const end = line + strcspn(line, "\n");
    char *last = end;

    if (!**at)
        return NULL;
    *at = *end ? end + 1 : end;
    while (last > line && strchr(" \t\r", last[-1]))
        last--;
    *last = 0;
    return line;
}

static bool check_alone(const struct options *o, ebru_error *err)
{
    if (o->request.prompt && *o->request.prompt)
        return fail(err, EBRU_BAD_REQUEST,
                    "--prompt and --prompts-from-file: expected one of them");
    if (o->latents)
        return fail(err, EBRU_BAD_REQUEST,
                    "--latents holds those of one prompt, not of --prompts-from-file");
    return true;
}

static bool each_line(struct options *o, const struct json *style, const ebru_model *m,
                      double loaded, words_command *command, ebru_error *err)
{
    static const char mark[] = "\xef\xbb\xbf"; /* that some editors begin a file of UTF-8 with */
    size_t bytes;
    int prompts = 0;
    bool ok = true;
    char *line;

    char *const all =
        check_alone(o, err) ? file_read_all(o->prompts, PROMPTS_MAX_BYTES, 1, &bytes, err) : NULL;
    if (!all)
        return false;
    char *at = strncmp(all, mark, strlen(mark)) ? all : all + strlen(mark);
    while (ok && (line = next_line(&at))) {
        if (!*line || *line == '#')
            continue;
        o->request.prompt = line;
        ok = with_style(o, style, m, loaded, command, err);
        o->first += o->request.count;
        prompts++;
    }
    free(all);
    if (ok && !prompts)
        ok = fail(err, EBRU_BAD_REQUEST, "%s has no prompt, expected one a line", o->prompts);
    return ok;
}

bool words_each(struct options *o, const ebru_model *m, double loaded, words_command *command,
                ebru_error *err)
{
    struct json *const style = o->style ? json_open(o->style, STYLE_MAX_BYTES, err) : NULL;

    if (o->style && !style)
        return false;
    const bool ok = (o->prompts ? each_line : with_style)(o, style, m, loaded, command, err);
    json_close(style);
    return ok;
}
