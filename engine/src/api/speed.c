/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/error.h"
#include "base/machine.h"
#include "kernels/kernels.h"
#include "nn/layers.h"
#include "nn/synthetic.h"

#include <stdlib.h>
#include <string.h>

/* A bit of a UNet, with its share of convolutions and products. */
enum { SIDE = 64, CHANNELS = 320, WIDE = 1280 };

struct sample {
    struct conv conv;
    struct linear wide, narrow;
};

static void pass(struct run *r, const struct sample *s)
{
    const size_t mark = arena_mark(&r->arena);
    struct tensor x = tensor_new(r, 1, SIDE, SIDE, CHANNELS);

    if (!r->skip)
        memset(x.data, 0, tensor_count(x) * sizeof(float));
    x = conv(r, &s->conv, x, (struct conv_extra){ 0 });
    linear_add(r, &s->narrow, linear(r, &s->wide, x, ACT_NONE), x);
    arena_release(&r->arena, mark);
}

/* FLOP/s of the fastest of a few passes: what else the machine does is not its speed. */
static double measure(struct run *r, const struct sample *s)
{
    const double work = r->work_done, until = machine_seconds() + 0.2;
    double best = 0, now = machine_seconds();

    while (now < until) {
        pass(r, s);
        const double end = machine_seconds();
        if (work / (end - now) > best)
            best = work / (end - now);
        now = end;
    }
    return best;
}

static double run_sample(const struct kernels *k, int threads, const struct sample *s)
{
    struct run r = { .k = k, .n_threads = threads, .skip = true };
    double speed = 0;

    pass(&r, s);
    const double work = r.work_done;
    const size_t peak = r.arena.peak;
    r = (struct run){ .k = k, .n_threads = threads, .work_done = work, .work_total = work };
    if (arena_open(&r.arena, peak))
        speed = measure(&r, s);
    arena_close(&r.arena);
    return speed;
}

double ebru_machine_speed(const ebru_options *options)
{
    const int threads = options && options->threads > 0 ? options->threads : machine_cores();
    struct kernels k;
    struct sample s;
    struct binder b;
    void *block = NULL;
    size_t bytes;
    double speed = 0;

    kernels_init(&k, options && options->isa ? options->isa : machine_isa());
    const int precision = kernel_precision_find(&k, options ? options->precision : NULL);
    if (precision >= 0)
        k.precision = (enum precision)precision;
    binder_init(&b, NULL);
    conv_bind(&s.conv, scope_root(&b, "conv"), CHANNELS, CHANNELS, 3, 1);
    linear_bind(&s.wide, scope_root(&b, "wide"), CHANNELS, WIDE);
    linear_bind(&s.narrow, scope_root(&b, "narrow"), WIDE, CHANNELS);
    if (binder_load_synthetic(&b, &k, threads, &block, &bytes, NULL))
        speed = run_sample(&k, threads, &s);
    binder_clear(&b);
    free(block);
    return speed;
}
