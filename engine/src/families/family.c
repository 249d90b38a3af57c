/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "families/family.h"

#include "base/file.h"
#include "base/machine.h"
#include "families/stable_diffusion.h"

#include <stdio.h>
#include <string.h>

/* "/models/sd15.safetensors", "/models/sd15/" -> "sd15" */
static void set_name(struct model *m, const char *path)
{
    static const char ending[] = ".safetensors";
    size_t end = strlen(path);

    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    const size_t n = sizeof(ending) - 1;
    if (end - start > n && !strncmp(path + end - n, ending, n))
        end -= n;
    snprintf(m->name, sizeof(m->name), "%.*s", (int)(end - start), path + start);
}

bool model_probe(const char *path, ebru_model_info *info, ebru_error *err)
{
    return stable_diffusion.probe(path, info, err);
}

static bool check_precision(const char *name, ebru_error *err)
{
    if (!name || !name[0] || !strcmp(name, "auto") || !strcmp(name, "f32"))
        return true;
    return fail(err, EBRU_BAD_REQUEST, "precision is \"%s\", expected auto or f32", name);
}

bool model_open(struct model *m, const char *path, const ebru_options *o, ebru_error *err)
{
    *m = (struct model){ .family = &stable_diffusion };
    if (!kernels_init(&m->kernels, o->isa && o->isa[0] ? o->isa : NULL))
        return fail(err, EBRU_BAD_REQUEST, "this processor has no instruction set \"%s\"", o->isa);
    if (!check_precision(o->precision, err))
        return false;
    m->threads = o->threads > 0 ? o->threads : machine_cores();
    m->memory = o->memory ? o->memory : machine_memory_free();
    set_name(m, path);
    if (m->family->open(m, path, o, err))
        return true;
    model_close(m);
    return false;
}

void model_close(struct model *m)
{
    bpe_close(m->bpe);
    text_cache_close(m->texts);
    m->family->close(m);
    *m = (struct model){ 0 };
}
