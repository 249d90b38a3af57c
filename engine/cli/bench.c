/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The command bench: rows of operations, and whole networks beside their sum. */
#include "bench.h"

#include "base/error.h"
#include "base/machine.h"
#include "commands.h"
#include "families/family.h"
#include "nn/synthetic.h"

#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

enum { MOST_ROWS = 256, MOST_LAYERS = 64, LABEL = 64 };

/* Calls of the same shape: one is measured after the other, so that weights are cold. */
struct row {
    char label[LABEL];
    struct op op[MOST_LAYERS];
    int calls, next;
    double flops, bytes; /* of one call */
    struct bench_result result;
};

struct subject {
    const struct bench_network *network;
    void *net, *weights;
    size_t weight_bytes, arena_bytes;
    int n, h, w;
    struct row *rows;
    int n_rows;
    double flops; /* of a pass */
    struct bench_result result;
};

/* --- what there is to measure ------------------------------------------- */

static void on_op(void *user, const struct op *op)
{
    struct subject *const s = user;
    char label[LABEL];
    int i = 0;

    op_label(op, label, sizeof(label));
    while (i < s->n_rows && strcmp(s->rows[i].label, label))
        i++;
    if (i == MOST_ROWS)
        return;
    struct row *const row = &s->rows[i];
    if (i == s->n_rows) {
        s->n_rows++;
        strcpy(row->label, label);
        row->bytes = op_bytes(op);
    }
    if (row->calls < MOST_LAYERS)
        row->op[row->calls] = *op;
    row->calls++;
}

/* Bytes of the arena, and the work, of the arguments and a pass. */
static void rehearse(struct subject *s, const struct bench *b)
{
    struct run r = { .k = &b->k, .n_threads = b->threads, .skip = true };
    struct bench_inputs in = { 0 };

    s->network->prepare(&r, s->net, &in, s->n, s->h, s->w);
    const double before = r.work_done;
    r.noted = on_op;
    r.note_user = s;
    s->network->pass(&r, s->net, &in);
    s->flops = r.work_done - before;
    s->arena_bytes = r.arena.peak;
}

static bool subject_open(struct subject *s, struct bench *b, ebru_error *err)
{
    struct binder binder;

    s->net = calloc(1, s->network->bytes);
    s->rows = calloc(MOST_ROWS, sizeof(*s->rows));
    if (!s->net || !s->rows)
        return fail(err, EBRU_NO_MEMORY, "no memory for %s", s->network->name);
    binder_init(&binder, NULL);
    s->network->bind(s->net, scope_root(&binder, ""));
    const bool ok =
        binder_load_synthetic(&binder, &b->k, b->threads, &s->weights, &s->weight_bytes, err);
    binder_clear(&binder);
    b->cold = s->weights;
    b->cold_bytes = ok ? s->weight_bytes : 0;
    b->cold_at = 0;
    if (ok)
        rehearse(s, b);
    return ok;
}

static void subject_close(struct subject *s)
{
    free(s->weights);
    free(s->rows);
    free(s->net);
    *s = (struct subject){ 0 };
}

/* --- measuring ---------------------------------------------------------- */

struct job {
    struct run run;
    struct subject *subject;
    struct row *row;
    struct bench_inputs in;
    size_t mark;
};

static void next_call(void *user)
{
    struct job *const j = user;
    const int layers = j->row->calls < MOST_LAYERS ? j->row->calls : MOST_LAYERS;
    const struct op *const like = &j->row->op[j->row->next++ % layers];
    struct op op = j->row->op[0]; /* its arguments are prepared */

    op.linear = like->linear;
    op.conv = like->conv;
    op.norm = like->norm;
    op.extra.norm = like->extra.norm;
    op_run(&j->run, &op);
}

static bool measure_row(struct bench *b, struct row *row, ebru_error *err)
{
    struct job j = { .run = { .k = &b->k, .n_threads = b->threads, .skip = true }, .row = row };
    struct op first = row->op[0];

    op_prepare(&j.run, &first);
    op_run(&j.run, &first);
    row->flops = j.run.work_done;
    const size_t peak = j.run.arena.peak;
    j.run = (struct run){ .k = &b->k, .n_threads = b->threads };
    if (!arena_open(&j.run.arena, peak))
        return fail(err, EBRU_NO_MEMORY, "no memory for %s", row->label);
    op_prepare(&j.run, &row->op[0]);
    row->result = bench_time(b, next_call, &j, row->flops, j.run.arena.base, j.run.arena.used);
    arena_close(&j.run.arena);
    return true;
}

static bool measure_rows(struct bench *b, struct subject *s, ebru_error *err)
{
    for (int i = 0; i < s->n_rows; i++)
        if (interrupted)
            return fail(err, EBRU_CANCELLED, "stopped");
        else if (!measure_row(b, &s->rows[i], err))
            return false;
    return true;
}

static void whole_pass(void *user)
{
    struct job *const j = user;

    j->subject->network->pass(&j->run, j->subject->net, &j->in);
    arena_release(&j->run.arena, j->mark);
}

static bool measure_pass(struct bench *b, struct subject *s, ebru_error *err)
{
    struct job j = { .run = { .k = &b->k, .n_threads = b->threads }, .subject = s };

    if (!arena_open(&j.run.arena, s->arena_bytes))
        return fail(err, EBRU_NO_MEMORY, "no memory for %s", s->network->name);
    s->network->prepare(&j.run, s->net, &j.in, s->n, s->h, s->w);
    j.mark = arena_mark(&j.run.arena);
    s->result = bench_time(b, whole_pass, &j, s->flops, NULL, 0);
    arena_close(&j.run.arena);
    return true;
}

/* --- telling ------------------------------------------------------------ */

/* Seconds of a pass in this operation, the most first. */
static double row_seconds(const struct row *row)
{
    return row->calls * row->result.best;
}

static int by_seconds(const void *a, const void *b)
{
    const double x = row_seconds(a), y = row_seconds(b);

    return (x < y) - (x > y);
}

static double sum_seconds(const struct subject *s)
{
    double sum = 0;

    for (int i = 0; i < s->n_rows; i++)
        sum += row_seconds(&s->rows[i]);
    return sum;
}

static void print_rows(const struct subject *s)
{
    const double sum = sum_seconds(s);

    printf("%-44s %5s %9s %8s %7s %6s %6s %9s\n", "operation", "calls", "ms", "GFLOP/s", "% peak",
           "GB/s", "share", "samples");
    for (int i = 0; i < s->n_rows; i++) {
        const struct row *const r = &s->rows[i];
        printf("%-44s %5d %9.3f %8.1f %7.1f %6.1f %5.1f%% %5d/%d\n", r->label, r->calls,
               1e3 * r->result.best, r->flops / r->result.best / 1e9, 100 * r->result.speed,
               r->bytes / r->result.best / 1e9, 100 * row_seconds(r) / sum, r->result.kept,
               r->result.taken);
    }
    printf("sum of the operations: %.1f ms, %.1f GFLOP\n", 1e3 * sum, s->flops / 1e9);
}

static void print_pass(const struct subject *s)
{
    const double best = s->result.best, sum = sum_seconds(s);

    printf("%s, %dx%d, %d at once: %.1f ms, %.1f GFLOP/s, %.1f %% of the peak (%d of %d samples)\n"
           "  weights %.1f MB, activations and scratch %.1f MB\n",
           s->network->what, s->w, s->h, s->n, 1e3 * best, s->flops / best / 1e9,
           100 * s->result.speed, s->result.kept, s->result.taken, (double)s->weight_bytes / 1e6,
           (double)s->arena_bytes / 1e6);
    if (sum > 0)
        printf("  its operations alone: %.1f ms; the rest %.1f %%\n", 1e3 * sum,
               100 * (best - sum) / best);
}

static void add_result(yyjson_mut_doc *d, yyjson_mut_val *v, double flops,
                       const struct bench_result *r)
{
    yyjson_mut_obj_add_real(d, v, "ms", 1e3 * r->best);
    yyjson_mut_obj_add_real(d, v, "gflops", flops / r->best / 1e9);
    yyjson_mut_obj_add_real(d, v, "of_peak", r->speed);
    yyjson_mut_obj_add_int(d, v, "samples", r->taken);
    yyjson_mut_obj_add_int(d, v, "kept", r->kept);
}

static void add_subject(yyjson_mut_doc *d, yyjson_mut_val *list, const struct subject *s)
{
    yyjson_mut_val *const v = yyjson_mut_arr_add_obj(d, list);

    yyjson_mut_obj_add_str(d, v, "network", s->network->name);
    yyjson_mut_obj_add_int(d, v, "width", s->w);
    yyjson_mut_obj_add_int(d, v, "height", s->h);
    yyjson_mut_obj_add_int(d, v, "batch", s->n);
    yyjson_mut_obj_add_real(d, v, "flop", s->flops);
    yyjson_mut_obj_add_uint(d, v, "weight_bytes", s->weight_bytes);
    yyjson_mut_obj_add_uint(d, v, "arena_bytes", s->arena_bytes);
    yyjson_mut_obj_add_real(d, v, "sum_ms", 1e3 * sum_seconds(s));
    if (s->result.taken)
        add_result(d, yyjson_mut_obj_add_obj(d, v, "pass"), s->flops, &s->result);
    yyjson_mut_val *const rows = yyjson_mut_obj_add_arr(d, v, "ops");
    for (int i = 0; i < s->n_rows && s->rows[i].result.taken; i++) {
        const struct row *const r = &s->rows[i];
        yyjson_mut_val *const o = yyjson_mut_arr_add_obj(d, rows);
        yyjson_mut_obj_add_strcpy(d, o, "op", r->label);
        yyjson_mut_obj_add_int(d, o, "calls", r->calls);
        yyjson_mut_obj_add_real(d, o, "flop", r->flops);
        yyjson_mut_obj_add_real(d, o, "bytes", r->bytes);
        add_result(d, o, r->flops, &r->result);
    }
}

/* --- the command -------------------------------------------------------- */

static const struct bench_network *find_network(const char *name, ebru_error *err)
{
    const struct bench_network *n;
    char known[256] = "";

    for (int i = 0; (n = bench_network(i)); i++) {
        if (!strcmp(n->name, name))
            return n;
        snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s", i ? ", " : "",
                 n->name);
    }
    fail(err, EBRU_BAD_REQUEST, "there is no network \"%s\", expected one of %s", name, known);
    return NULL;
}

static bool bench_one(struct bench *b, const struct options *o, const char *name, yyjson_mut_doc *d,
                      yyjson_mut_val *list, ebru_error *err)
{
    const bool alone = !strcmp(o->files[0], "pass"), whole = alone || !strcmp(o->files[0], "net");
    struct subject s = { .network = find_network(name, err), .n = o->batch ? o->batch : 1 };

    if (!s.network)
        return false;
    s.w = o->sized ? o->request.width : s.network->width;
    s.h = o->sized ? o->request.height : s.network->height;
    if (s.w % 64 || s.h % 64)
        return fail(err, EBRU_BAD_REQUEST, "the size is %dx%d, expected multiples of 64", s.w, s.h);
    const bool ok = subject_open(&s, b, err) && (alone || measure_rows(b, &s, err)) &&
                    (!whole || measure_pass(b, &s, err));
    if (ok) {
        qsort(s.rows, (size_t)s.n_rows, sizeof(*s.rows), by_seconds);
        add_subject(d, list, &s);
        if (!o->json)
            (whole ? print_pass : print_rows)(&s);
    }
    subject_close(&s);
    return ok;
}

static bool bench_open(struct bench *b, const struct options *o, ebru_error *err)
{
    *b = (struct bench){ .seconds = 0.3 };
    if (!kernels_choose(&b->k, &o->machine, err))
        return false;
    b->threads = o->machine.threads ? o->machine.threads : machine_cores();
    for (int i = 0; i < 20; i++)
        bench_burst(b);
    return true;
}

static bool bench_all(struct bench *b, const struct options *o, ebru_error *err)
{
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const root = yyjson_mut_obj(d), *const list = yyjson_mut_arr(d);
    const double read = bench_read_speed(b);
    bool ok = true;

    if (!o->json)
        printf("%s, %s, %d threads: the float32 micro-kernel reaches %.1f GFLOP/s in the first "
               "cache, memory is read at %.1f GB/s\n",
               b->k.isa, kernel_precision_name((int)b->k.precision), b->threads, b->peak / 1e9,
               read / 1e9);
    if (o->n_files == 1)
        ok = bench_one(b, o, "unet15", d, list, err);
    for (int i = 1; ok && i < o->n_files; i++)
        ok = bench_one(b, o, o->files[i], d, list, err);
    yyjson_mut_doc_set_root(d, root);
    yyjson_mut_obj_add_str(d, root, "isa", b->k.isa);
    yyjson_mut_obj_add_str(d, root, "precision", kernel_precision_name((int)b->k.precision));
    yyjson_mut_obj_add_int(d, root, "threads", b->threads);
    yyjson_mut_obj_add_real(d, root, "peak_gflops", b->peak / 1e9);
    yyjson_mut_obj_add_real(d, root, "read_gb_per_second", read / 1e9);
    yyjson_mut_obj_add_val(d, root, "networks", list);
    char *const text = ok && o->json ? yyjson_mut_write(d, YYJSON_WRITE_PRETTY, NULL) : NULL;
    if (text)
        puts(text);
    free(text);
    yyjson_mut_doc_free(d);
    return ok;
}

int command_bench(struct options *o)
{
    struct bench b;
    ebru_error err;

    if (!o->n_files ||
        (strcmp(o->files[0], "ops") && strcmp(o->files[0], "net") && strcmp(o->files[0], "pass")))
        return report(o, &(ebru_error){ .status = EBRU_BAD_REQUEST,
                                        .message = "bench needs to know what: ops, net or pass" });
    return bench_open(&b, o, &err) && bench_all(&b, o, &err) ? EXIT_OK : report(o, &err);
}
