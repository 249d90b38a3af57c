/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/error.h"
#include "base/machine.h"
#include "kernels/kernels.h"
#include "nn/layers.h"

#include <stdlib.h>
#include <string.h>

/* A bit of a UNet, with its share of convolutions and products. */
enum { SIDE = 64, CHANNELS = 320, WIDE = 1280 };

struct sample {
    struct conv conv;
    struct linear wide, narrow;
};

static const struct {
    const char *name;
    int rank, shape[4];
} weights[] = {
    { "conv.weight", 4, { CHANNELS, CHANNELS, 3, 3 } }, { "conv.bias", 1, { CHANNELS } },
    { "wide.weight", 2, { WIDE, CHANNELS } },           { "wide.bias", 1, { WIDE } },
    { "narrow.weight", 2, { CHANNELS, WIDE } },         { "narrow.bias", 1, { CHANNELS } },
};

static bool find(void *self, const char *name, enum dtype *type, int *rank, int shape[4])
{
    (void)self;
    for (size_t i = 0; i < sizeof(weights) / sizeof(*weights); i++)
        if (!strcmp(weights[i].name, name)) {
            *type = DTYPE_F16;
            *rank = weights[i].rank;
            memcpy(shape, weights[i].shape, sizeof(weights[i].shape));
            return true;
        }
    return false;
}

/* Small numbers of either sign: speed does not depend on which. */
static bool read(void *self, const char *name, int first, int count, void *rows, ebru_error *err)
{
    enum dtype type;
    int rank = 0, shape[4] = { 0 };
    uint16_t *const x = rows;
    size_t n = (size_t)count;

    (void)err;
    find(self, name, &type, &rank, shape);
    for (int i = 1; i < rank; i++)
        n *= (size_t)shape[i];
    for (size_t i = 0; i < n; i++)
        x[i] = (uint16_t)(0x1c00 | ((i * 37 + (size_t)first) & 0x3ff) | (i & 1 ? 0x8000 : 0));
    return true;
}

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
    const struct weight_source source = { find, read, NULL };
    const int threads = options && options->threads > 0 ? options->threads : machine_cores();
    struct kernels k;
    struct sample s;
    struct binder b;
    void *block = NULL;
    size_t bytes;
    double speed = 0;

    kernels_init(&k, options ? options->isa : NULL);
    binder_init(&b, &source);
    conv_bind(&s.conv, scope_root(&b, "conv"), CHANNELS, CHANNELS, 3, 1);
    linear_bind(&s.wide, scope_root(&b, "wide"), CHANNELS, WIDE);
    linear_bind(&s.narrow, scope_root(&b, "narrow"), WIDE, CHANNELS);
    if (binder_load(&b, &k, threads, &block, &bytes, NULL))
        speed = run_sample(&k, threads, &s);
    binder_clear(&b);
    free(block);
    return speed;
}
