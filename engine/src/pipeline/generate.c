/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "pipeline/pipeline.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

/* [c][h][w] as torch draws it -> [h][w][c] */
static void to_channels_last(float *y, const float *x, int pixels, int c)
{
    for (int p = 0; p < pixels; p++)
        for (int k = 0; k < c; k++)
            y[(size_t)p * c + k] = x[(size_t)k * pixels + p];
}

static void to_channels_first(float *y, const float *x, int pixels, int c)
{
    for (int p = 0; p < pixels; p++)
        for (int k = 0; k < c; k++)
            y[(size_t)k * pixels + p] = x[(size_t)p * c + k];
}

bool task_finite(struct task *t, const float *x, size_t n, const char *what)
{
    float sum = 0; /* 0 * x is 0 unless x is NaN or infinite */

    for (size_t i = 0; i < n; i++)
        sum += 0 * x[i];
    if (sum == 0)
        return true;
    if (t->error.status == EBRU_OK)
        fail_because(&t->error, EBRU_NOT_FINITE,
                     &(struct cause){ .reason = t->progress.step ? EBRU_DIVERGED : EBRU_NO_REASON },
                     "%s hold NaN or infinity%s", what,
                     t->progress.step ? "; another sampler or a smaller guidance may help" : "");
    t->run.skip = true;
    return false;
}

/* --- text --------------------------------------------------------------- */

static void encode_text(struct task *t, struct text_state *out)
{
    const struct prompt *const both[] = { &t->negative, &t->prompt };
    const struct family *const f = t->model->family;

    t->progress.phase = "text";
    const int first = t->guided ? 0 : 1;
    f->encode_text(&t->run, t->model, both + first, (const float *const *)t->known + first,
                   2 - first, t->req->clip_skip, out);
}

/* --- the picture to start from ------------------------------------------ */

/* -> its latents [1,h,w,c]; no data where there is no picture */
static struct tensor encode_picture(struct task *t)
{
    struct run *const r = &t->run;

    if (!t->edit)
        return (struct tensor){ 0 };
    t->progress.phase = "encode";
    const size_t mark = arena_mark(&r->arena);
    struct tensor x = tensor_new(r, 1, t->height, t->width, 3);
    if (!r->skip)
        for (size_t i = 0; i < tensor_count(x); i++)
            x.data[i] = 2 * fminf(fmaxf(t->req->image->data[i], 0), 1) - 1;
    x = keep(r, mark, t->model->family->encode(r, t->model, x));
    if (!r->skip)
        task_finite(t, x.data, tensor_count(x), "the latents of the picture");
    return x;
}

/* --- denoising ---------------------------------------------------------- */

/* One latent's worth of noise, channels last. `tmp` holds as many floats. */
static void draw(const struct noise_source *source, float *noise, float *tmp, const struct task *t)
{
    const int pixels = t->h * t->w;

    source->draw(source->self, tmp, (size_t)pixels * t->c);
    to_channels_last(noise, tmp, pixels, t->c);
}

/* x: where the first call starts */
static void start(struct task *t, float *x, const float *clean, const float *noise)
{
    const struct sampling *const s = &t->sampling;

    /* A mask at full strength starts from noise alone, a picture from itself
     * however noisy, as diffusers' pipelines do. */
    if (clean && !(t->req->mask && s->first == 0)) {
        sampling_add_noise(s, x, clean, noise, s->first);
        return;
    }
    const float scale = sampling_start_scale(s);
    for (size_t i = 0; i < s->n; i++)
        x[i] = noise[i] * scale;
}

/* What one picture is made with; all [h*w*c]. */
struct buffers {
    const float *clean; /* latents of the given picture, or NULL */
    float *noise;       /* the start noise */
    float *extra;       /* what a sampler draws on the way */
    float *tmp;
};

/* One call of the sampler, and what follows it. */
static void advance(struct task *t, float *x, const float *out, const struct buffers *b,
                    const struct noise_source *source, int call)
{
    struct sampling *const s = &t->sampling;
    const bool noisy = sampling_takes_noise(s, call);

    if (noisy)
        draw(source, b->extra, b->tmp, t);
    sampling_step(s, x, out, noisy ? b->extra : NULL, call);
    if (t->req->mask)
        mask_restore(t, x, b->clean, b->noise, b->tmp, call);
    if (!task_finite(t, x, s->n, "the latents"))
        return;
    if (t->after)
        t->after(t->after_self, call, x, s->n);
    preview(t);
}

/* Where a draft stopped: what it drew is drawn again. */
static void go_on(struct task *t, const ebru_draft *draft, float *x, const struct buffers *b,
                  const struct noise_source *source)
{
    for (int i = t->sampling.first; i < draft->calls; i++)
        if (sampling_takes_noise(&t->sampling, i))
            draw(source, b->extra, b->tmp, t);
    draft_restore(t, draft, x);
}

/* Returns x after the call before which it pauses, finishes or ends; that one is *calls. */
static struct tensor denoise(struct task *t, const struct text_state *text, struct tensor clean,
                             const ebru_draft *draft, const struct noise_source *source, int *calls)
{
    struct run *const r = &t->run;
    struct sampling *const s = &t->sampling;
    struct tensor x = tensor_new(r, 1, t->h, t->w, t->c);
    const size_t mark = arena_mark(&r->arena), bytes = s->n * sizeof(float);
    const struct buffers b = { clean.data, arena_alloc(&r->arena, bytes),
                               arena_alloc(&r->arena, bytes), arena_alloc(&r->arena, bytes) };
    const int from = draft ? draft->calls : s->first;
    int i;

    t->progress.phase = "denoise";
    t->inner = (struct inner){ 0 };
    if (t->req->reuse > 1)
        t->inner.of.x = tensor_new(r, t->guided ? 2 : 1, t->h, t->w, t->model->inner_channels);
    if (!r->skip) {
        draw(source, b.noise, b.tmp, t);
        start(t, x.data, clean.data, b.noise);
        if (draft)
            go_on(t, draft, x.data, &b, source);
    }
    for (i = from; i < t->until && (i == from || !t->finish); i++) {
        const size_t top = arena_mark(&r->arena);
        t->progress.step = (i - s->first) * t->progress.steps / (s->calls - s->first);
        struct tensor out = guide(t, text, x, i);
        if (!r->skip)
            advance(t, x.data, out.data, &b, source, i);
        sketch(t, i);
        arena_release(&r->arena, top);
    }
    *calls = i;
    arena_release(&r->arena, mark);
    return x;
}

/* --- the way back ------------------------------------------------------- */

static void deliver(struct task *t, int picture, struct tensor latent, struct tensor y)
{
    ebru_image *const image = &t->result->images[picture];
    ebru_latents *const l = &t->result->latents;
    const size_t n = tensor_count(latent);

    if (!task_finite(t, y.data, tensor_count(y), "the pixels of the picture"))
        return;
    for (size_t i = 0; i < tensor_count(y); i++)
        image->data[i] = fminf(fmaxf(y.data[i] * 0.5f + 0.5f, 0), 1);
    to_channels_first(l->data + (size_t)picture * n, latent.data, latent.h * latent.w, latent.c);
    if (!t->req->decoded)
        mask_composite(t, image);
    t->result->steps_done = t->finish ? t->progress.step + 1 : t->progress.steps;
}

static void decode(struct task *t, int picture, struct tensor x)
{
    struct run *const r = &t->run;
    const size_t mark = arena_mark(&r->arena);

    t->progress.phase = "decode";
    const struct family *const f = t->model->family;
    struct tensor y =
        t->tiny ? f->sketch(r, t->model, x) : f->decode(r, t->model, x, t->decode_rows);
    if (!r->skip)
        deliver(t, picture, x, y);
    arena_release(&r->arena, mark);
}

/* --- the whole ---------------------------------------------------------- */

static void draw_seeded(void *self, float *noise, size_t n)
{
    random_normal(self, noise, n);
}

/* The start noise that came with the request, then the seed's. */
struct replay {
    struct random random;
    const float *first;
};

static void draw_replayed(void *self, float *noise, size_t n)
{
    struct replay *const replay = self;

    if (replay->first)
        memcpy(noise, replay->first, n * sizeof(float));
    else
        random_normal(&replay->random, noise, n);
    replay->first = NULL;
}

/* Steps of a run as the user counts them, whatever the number of calls of each. */
static int steps_of(const struct sampling *s)
{
    const int steps = ((s->calls - s->first) * s->steps + s->calls / 2) / s->calls;

    return steps > 0 ? steps : 1;
}

static void end_picture(struct task *t, int picture, struct tensor x, int calls)
{
    const bool skip = t->run.skip;

    if (t->req->pause > 0) {
        if (!skip)
            draft_save(t, picture, calls, x.data);
        sketch_deliver(t, picture);
        if (!skip)
            t->result->steps_done = t->progress.step + 1;
        return;
    }
    if (!skip && t->finish)
        memcpy(x.data, t->sampling.denoised, tensor_count(x) * sizeof(float));
    decode(t, picture, x);
}

static void one_picture(struct task *t, int picture, const struct text_state *text,
                        struct tensor clean)
{
    struct replay replay = { 0 };
    int calls;
    struct noise_source source = { draw_seeded, &replay.random };
    const size_t mark = arena_mark(&t->run.arena);

    random_seed(&replay.random, (uint64_t)draft_seed(t, picture));
    if (t->req->noise) {
        const size_t n = (size_t)t->h * t->w * t->c;
        replay.first = t->req->noise->data + (size_t)picture * n;
        source = (struct noise_source){ draw_replayed, &replay };
    }
    t->progress.picture = picture;
    t->progress.steps = steps_of(&t->sampling);
    struct tensor x =
        denoise(t, text, clean, draft_of(t, picture), t->given ? t->given : &source, &calls);
    end_picture(t, picture, x, calls);
    t->made = picture + 1;
    arena_release(&t->run.arena, mark);
}

void task_pass(struct task *t)
{
    const size_t mark = arena_mark(&t->run.arena);
    struct text_state text;

    encode_text(t, &text);
    struct tensor clean = encode_picture(t);

    for (int i = 0; i < t->req->count && !(i && t->finish); i++)
        one_picture(t, i, &text, clean);
    arena_release(&t->run.arena, mark);
}
