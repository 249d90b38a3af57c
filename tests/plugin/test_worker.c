/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's thread beside a main loop: who waits is woken, not asked to look again, and what is
 * measured is what was worked. The engine is a stand-in that sleeps. */
#include "check.h"
#include "worker.h"

#include <stdlib.h>
#include <string.h>

static const double WORK = 1e9; /* FLOP of every request */

static int finish_after;          /* so many steps; -1: never */
static gint64 began, asked, told; /* us: the picture, and the last word before it was finished */

/* --- the stand-in ----------------------------------------------------------- */

static struct backend_model *open_any(const char *path, const ebru_options *options,
                                      ebru_error *err)
{
    (void)options;
    (void)err;
    return (struct backend_model *)g_strdup(path);
}

static void close_any(struct backend_model *model)
{
    g_free(model);
}

static bool estimate(const struct backend_model *model, const ebru_request *req, ebru_cost *cost,
                     ebru_error *err)
{
    (void)model;
    (void)req;
    (void)err;
    *cost = (ebru_cost){ .flops = WORK };
    return true;
}

/* Four steps; after EBRU_FINISH it takes its time, as a decoder does. */
static bool generate(const struct backend_model *model, const ebru_request *req,
                     const ebru_watch *watch, ebru_result *out, ebru_error *err)
{
    enum { STEPS = 4, STEP = 5000, DECODE = 50000 };

    (void)model;
    (void)req;
    (void)err;
    *out = (ebru_result){ .count = 0 };
    began = g_get_monotonic_time();
    for (int i = 0; i <= STEPS; i++) {
        const ebru_progress p = { i < STEPS ? "denoise" : "decode", i, STEPS, 0,
                                  i / (double)STEPS };
        if (i == finish_after)
            asked = g_get_monotonic_time();
        if (watch->progress(watch->user, &p) == EBRU_FINISH)
            break;
        if (i == finish_after) {
            told = g_get_monotonic_time();
            work_answer(watch->user, EBRU_FINISH);
        }
        g_usleep(STEP);
    }
    g_usleep(finish_after >= 0 ? DECODE : 0);
    return true;
}

static const struct backend stand_in = { "stand-in", open_any, close_any, NULL,
                                         estimate,   NULL,     generate,  NULL };

/* --- the tests -------------------------------------------------------------- */

static struct order any_order(void)
{
    return (struct order){ .model = g_strdup("model"), .threads = 1 };
}

static void count(void *user, const struct work_view *view)
{
    *(int *)user += view->state == WORK_DONE;
}

/* Looking every 100 ms would take half a second. */
static void test_wait(void)
{
    enum { WORKS = 5, LESS = 400000 };
    struct worker *const worker = worker_new(&stand_in);
    const gint64 start = g_get_monotonic_time();
    int done = 0;

    finish_after = -1;
    for (int i = 0; i < WORKS; i++) {
        struct order order = any_order();
        struct work *const work = worker_push(worker, &order);
        worker_wait(worker, work, count, &done);
        CHECK(work_outcome(work)->ok);
        work_unref(work);
    }
    CHECK(done == WORKS);
    CHECK(g_get_monotonic_time() - start < LESS);
}

static gboolean quit(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

static gboolean give_up(gpointer loop)
{
    g_main_loop_quit(loop);
    CHECK(!"nobody was woken");
    return G_SOURCE_REMOVE;
}

/* Nothing else runs in this loop. */
static void test_woken(void)
{
    enum { LONG = 20000 };
    struct worker *const worker = worker_new(&stand_in);
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    const guint timer = g_timeout_add(LONG, give_up, loop);
    struct order order = any_order();
    struct work_view view;

    worker_set_woken(worker, quit, loop);
    struct work *const work = worker_push(worker, &order);
    g_main_loop_run(loop);
    work_look(work, &view);
    CHECK(view.state == WORK_DONE);
    worker_set_woken(worker, NULL, NULL);
    work_unref(work);
    g_source_remove(timer);
}

static double speed_when_finished_after(int steps, gint64 *pushed)
{
    struct worker *const worker = worker_new(&stand_in);
    struct order order = any_order();
    int done = 0;

    finish_after = steps;
    *pushed = g_get_monotonic_time();
    struct work *const work = worker_push(worker, &order);
    worker_wait(worker, work, count, &done);
    CHECK(work_outcome(work)->ok && work_outcome(work)->early == (steps >= 0));
    const double speed = work_outcome(work)->speed;
    CHECK(worker_speed(worker) == speed);
    work_unref(work);
    return speed;
}

static void test_speed(void)
{
    gint64 pushed;
    double speed = speed_when_finished_after(-1, &pushed);

    CHECK(speed > 0 && speed <= WORK / 0.02);
    speed = speed_when_finished_after(2, &pushed); /* half of it */
    CHECK(speed <= WORK / 2 * 1e6 / (double)(asked - began));
    CHECK(speed >= WORK / 2 * 1e6 / (double)(told - pushed));
    CHECK(speed_when_finished_after(0, &pushed) == 0);
}

int main(void)
{
    test_wait();
    test_woken();
    test_speed();
    return check_done();
}
