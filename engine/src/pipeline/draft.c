/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Pictures that pause. All that is not in x and the sampler's memory is made again when a draft is
 * gone on with: text, the latents of the given picture, and the numbers drawn so far. */
#include "pipeline/pipeline.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* Tensors in a draft: x, what is foreseen, the history. */
static size_t draft_rows(const struct sampling *s)
{
    return 2 + (size_t)s->sampler->history;
}

bool draft_check(const struct task *t, ebru_error *err)
{
    const struct sampling *const s = &t->sampling;

    if (t->req->reuse > 1 && (t->req->pause > 0 || t->req->drafts))
        return fail(err, EBRU_BAD_REQUEST,
                    "steps that share inner layers (reuse %d) cannot pause, expected reuse 1",
                    t->req->reuse);
    for (int i = 0; t->req->drafts && i < t->req->count; i++) {
        const ebru_draft *const d = &t->req->drafts[i];
        if (!d->data || d->count != draft_rows(s) * s->n || d->calls < s->first ||
            d->calls > s->calls)
            return fail(err, EBRU_BAD_REQUEST,
                        "draft %d has %zu values after %d calls of the network, expected %zu after "
                        "%d to %d: it belongs to another request",
                        i + 1, d->count, d->calls, draft_rows(s) * s->n, s->first, s->calls);
    }
    return true;
}

const ebru_draft *draft_of(const struct task *t, int picture)
{
    return t->req->drafts ? &t->req->drafts[picture] : NULL;
}

int64_t draft_seed(const struct task *t, int picture)
{
    return t->req->drafts ? t->req->drafts[picture].seed : t->seed + picture;
}

void draft_restore(struct task *t, const ebru_draft *draft, float *x)
{
    struct sampling *const s = &t->sampling;
    const size_t bytes = s->n * sizeof(float);

    memcpy(x, draft->data, bytes);
    memcpy(s->denoised, draft->data + s->n, bytes);
    memcpy(s->history, draft->data + 2 * s->n, (size_t)s->sampler->history * bytes);
}

void draft_save(struct task *t, int picture, int calls, const float *x)
{
    const struct sampling *const s = &t->sampling;
    const size_t bytes = s->n * sizeof(float), rows = draft_rows(s);
    ebru_draft *const d = &t->result->drafts[picture];

    *d = (ebru_draft){ draft_seed(t, picture), calls, rows * s->n, malloc(rows * bytes) };
    if (!d->data) {
        fail(&t->error, EBRU_NO_MEMORY, "no memory for a draft of %zu values", d->count);
        t->run.skip = true;
        return;
    }
    memcpy(d->data, x, bytes);
    memcpy(d->data + s->n, s->denoised, bytes);
    memcpy(d->data + 2 * s->n, s->history, (size_t)s->sampler->history * bytes);
}
