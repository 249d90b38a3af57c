/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "options.h"

#include "base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, COUNT, SIZE, FLAG };

enum {
    WORK = COMMAND_GENERATE | COMMAND_ESTIMATE,
    ANY =
        WORK | COMMAND_PROBE | COMMAND_CHECK | COMMAND_MAKE_RANDOM | COMMAND_BENCH | COMMAND_CONVERT
};

struct option {
    const char *name, *value, *blurb;
    enum kind kind;
    size_t offset;
    unsigned commands;
};

#define FIELD(f) offsetof(struct options, f)

static const struct option table[] = {
    { "model", "PATH", "The checkpoint: a .safetensors file or a diffusers folder", TEXT,
      FIELD(model), WORK },
    { "vae", "FILE", "A checkpoint whose autoencoder replaces the model's", TEXT,
      FIELD(machine.vae), WORK },
    { "vocabulary", "FOLDER", "Folder with vocab.json and merges.txt", TEXT,
      FIELD(machine.vocabulary), WORK },
    { "prediction", "KIND", "What the network predicts: auto, epsilon, v or sample", TEXT,
      FIELD(machine.prediction), WORK },
    { "image", "FILE", "The picture to start from (PNG)", TEXT, FIELD(image), WORK },
    { "mask", "FILE", "White where the picture may change (PNG)", TEXT, FIELD(mask), WORK },
    { "noise", "FILE", "Start noise: a .safetensors file with the tensor \"noise\" or \"latents\"",
      TEXT, FIELD(noise), WORK },
    { "latents", "FILE", "Also write the final latents, as .safetensors", TEXT, FIELD(latents),
      COMMAND_GENERATE },
    { "wildcards", "FOLDER", "Folder with the lists for __name__ in prompts", TEXT,
      FIELD(wildcards), COMMAND_GENERATE },
    { "style", "FILE", "JSON with \"prompt\" and \"negative\", in which {prompt} stands for yours",
      TEXT, FIELD(style), COMMAND_GENERATE },
    { "prompts-from-file", "FILE", "A prompt a line, one after the other; # begins a comment", TEXT,
      FIELD(prompts), COMMAND_GENERATE },
    { "output", "FILE", "Where the picture goes (PNG); also -o", TEXT, FIELD(output),
      COMMAND_GENERATE },
    { "threads", "N", "Threads; 0 is as many as there are cores", COUNT, FIELD(machine.threads),
      WORK | COMMAND_CHECK | COMMAND_BENCH },
    { "isa", "NAME", "Newest instruction set to use, see `ebru check`", TEXT, FIELD(machine.isa),
      WORK | COMMAND_CHECK | COMMAND_BENCH },
    { "batch", "N", "Pictures or prompts in one pass; 2 is a guided step", COUNT, FIELD(batch),
      COMMAND_BENCH },
    { "precision", "NAME", "Arithmetic of products: auto, f32, bf16 or int8", TEXT,
      FIELD(machine.precision), WORK | COMMAND_BENCH },
    { "memory", "BYTES", "Memory that may be used, weights included: 3G, 2500M", SIZE,
      FIELD(machine.memory), WORK },
    { "json", NULL, "Print one JSON object for machines", FLAG, FIELD(json), ANY },
    { "quiet", NULL, "Print no progress", FLAG, FIELD(quiet), COMMAND_GENERATE | COMMAND_CONVERT },
    { "help", NULL, "Print this help", FLAG, FIELD(help), ANY },
};

enum { N_TABLE = sizeof(table) / sizeof(*table) };

static const struct option *find(const char *name, size_t len, enum command command)
{
    for (int i = 0; i < N_TABLE; i++)
        if (table[i].commands & command && strlen(table[i].name) == len &&
            !strncmp(table[i].name, name, len))
            return &table[i];
    return NULL;
}

static bool takes_param(enum command command, const ebru_param *p)
{
    if (command == COMMAND_MAKE_RANDOM)
        return p->type == EBRU_SEED;
    if (command == COMMAND_BENCH)
        return !strcmp(p->name, "width") || !strcmp(p->name, "height");
    return command & WORK;
}

static const ebru_param *find_param(const char *name, size_t len, enum command command)
{
    int n;
    const ebru_param *const params = ebru_params(&n);

    for (int i = 0; i < n; i++)
        if (strlen(params[i].name) == len && !strncmp(params[i].name, name, len))
            return takes_param(command, &params[i]) ? &params[i] : NULL;
    return NULL;
}

/* "2500M" -> bytes */
static bool parse_size(size_t *size, const char *name, const char *value, ebru_error *err)
{
    static const char units[] = "KMGT";
    char *end;
    double v = strtod(value, &end);
    const char *const unit = *end ? strchr(units, *end & ~0x20) : NULL;

    if (unit) {
        for (const char *u = units; u <= unit; u++)
            v *= 1024;
        end++;
    }
    if (end == value || *end || !(v >= 0 && v < 1e18))
        return fail(err, EBRU_BAD_REQUEST, "--%s is \"%s\", expected bytes such as 3G or 2500M",
                    name, value);
    *size = (size_t)v;
    return true;
}

static bool set(struct options *o, const struct option *t, const char *value, ebru_error *err)
{
    void *const field = (char *)o + t->offset;
    char *end;

    switch (t->kind) {
    case TEXT:
        *(const char **)field = value;
        return true;
    case FLAG:
        *(bool *)field = true;
        return true;
    case SIZE:
        return parse_size(field, t->name, value, err);
    case COUNT:
        break;
    }
    const long v = strtol(value, &end, 10);
    if (end == value || *end || v < 0 || v > 1024)
        return fail(err, EBRU_BAD_REQUEST, "--%s is \"%s\", expected 0 to 1024", t->name, value);
    *(int *)field = (int)v;
    return true;
}

static void note_given(struct options *o, const char *name)
{
    o->sized |= !strcmp(name, "width") || !strcmp(name, "height");
    o->seeded |= !strcmp(name, "seed");
    o->strengthened |= !strcmp(name, "strength");
}

/* One option at argv[*i]; takes its value along. */
static bool parse_one(struct options *o, enum command command, char **argv, int argc, int *i,
                      ebru_error *err)
{
    const char *const name = !strcmp(argv[*i], "-o")   ? "output"
                             : !strcmp(argv[*i], "-h") ? "help"
                                                       : argv[*i] + 2;
    const char *const equals = strchr(name, '=');
    const size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct option *const t = find(name, len, command);
    const ebru_param *const p = t ? NULL : find_param(name, len, command);
    const char *value = equals ? equals + 1 : NULL;

    if ((argv[*i][1] != '-' && name == argv[*i] + 2) || (!t && !p))
        return fail(err, EBRU_BAD_REQUEST, "there is no option \"%s\", see --help", argv[*i]);
    if (t && t->kind == FLAG)
        return value ? fail(err, EBRU_BAD_REQUEST, "--%s takes no value", t->name)
                     : set(o, t, NULL, err);
    if (!value) {
        if (*i + 1 >= argc)
            return fail(err, EBRU_BAD_REQUEST, "--%.*s lacks its value", (int)len, name);
        value = argv[++*i];
    }
    if (t)
        return set(o, t, value, err);
    note_given(o, p->name);
    return ebru_request_set(&o->request, p->name, value, err);
}

bool options_parse(struct options *o, enum command command, int argc, char **argv, ebru_error *err)
{
    bool plain = false;

    *o = (struct options){ .files = argv };
    ebru_request_init(&o->request, NULL);
    for (int i = 0; i < argc; i++) {
        if (plain || argv[i][0] != '-' || !argv[i][1])
            o->files[o->n_files++] = argv[i];
        else if (!strcmp(argv[i], "--"))
            plain = true;
        else if (!parse_one(o, command, argv, argc, &i, err))
            return false;
    }
    return true;
}

/* --- help --------------------------------------------------------------- */

static void help_line(FILE *f, const char *name, const char *value, const char *blurb)
{
    char left[64];

    snprintf(left, sizeof(left), "--%s%s%s", name, value ? " " : "", value ? value : "");
    fprintf(f, "  %-26s %s\n", left, blurb);
}

static void help_param(FILE *f, const ebru_param *p)
{
    const char *name, *label;

    switch (p->type) {
    case EBRU_TEXT:
        help_line(f, p->name, "TEXT", p->blurb);
        return;
    case EBRU_CHOICE:
        help_line(f, p->name, "NAME", p->blurb);
        fprintf(f, "  %-26s ", "");
        for (int i = 0; (name = p->choice(i, &label)); i++)
            fprintf(f, "%s%s", i ? (i % 7 ? " " : "\n                             ") : "", name);
        fputc('\n', f);
        return;
    default:
        help_line(f, p->name, p->type == EBRU_REAL ? "X" : "N", p->blurb);
        fprintf(f, "  %-26s %.10g to %.10g, %.10g if not given\n", "", p->min, p->max, p->initial);
    }
}

void options_help(FILE *f, enum command command)
{
    int n;
    const ebru_param *const params = ebru_params(&n);

    for (int i = 0; i < n; i++)
        if (find_param(params[i].name, strlen(params[i].name), command))
            help_param(f, &params[i]);
    for (int i = 0; i < N_TABLE; i++)
        if (table[i].commands & command)
            help_line(f, table[i].name, table[i].value, table[i].blurb);
}

void options_names(FILE *f, enum command command)
{
    int n;
    const ebru_param *const params = ebru_params(&n);

    for (int i = 0; i < n; i++)
        if (find_param(params[i].name, strlen(params[i].name), command))
            fprintf(f, "--%s\n", params[i].name);
    for (int i = 0; i < N_TABLE; i++)
        if (table[i].commands & command)
            fprintf(f, "--%s\n", table[i].name);
}
