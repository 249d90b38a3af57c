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

static bool set_precision(struct kernels *k, const char *name, ebru_error *err)
{
    const int precision = kernel_precision_find(k, name);
    char known[128] = "auto";

    if (precision >= 0) {
        k->precision = (enum precision)precision;
        return true;
    }
    for (int i = 0; kernel_precision_name(i); i++) {
        strcat(known, kernel_precision_name(i + 1) ? ", " : " or ");
        strcat(known, kernel_precision_name(i));
    }
    return fail(err, EBRU_BAD_REQUEST, "precision is \"%s\", expected %s", name, known);
}

bool kernels_choose(struct kernels *k, const ebru_options *o, ebru_error *err)
{
    const char *const isa = o->isa && o->isa[0] ? o->isa : machine_isa();

    if (!kernels_init(k, isa))
        return fail(err, EBRU_BAD_REQUEST, "this processor has no instruction set \"%s\"", isa);
    return set_precision(k, o->precision, err);
}

bool model_open(struct model *m, const char *path, const ebru_options *o, ebru_error *err)
{
    *m = (struct model){ .family = &stable_diffusion };
    if (!kernels_choose(&m->kernels, o, err))
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
