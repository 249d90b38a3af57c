/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "families/family.h"

#include "base/file.h"
#include "base/machine.h"
#include "families/stable_diffusion.h"

#include <string.h>

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
