/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The command check. */
#include "base/error.h"
#include "base/file.h"
#include "base/machine.h"
#include "commands.h"
#include "families/family.h"

#include <stdio.h>
#include <stdlib.h>

static void remove_folder(const char *folder)
{
    file_remove(folder);
    if (file_exists(folder))
        fprintf(stderr, "ebru: %s is left behind\n", folder);
}

/* The whole way with a random model: seconds it took. */
static bool self_test(const struct options *o, double *seconds, ebru_error *err)
{
    const char *const tmp = getenv("TMPDIR");
    char folder[2048], model[2100];
    ebru_result result = { 0 };
    ebru_request req;
    ebru_model *m = NULL;

    snprintf(folder, sizeof(folder), "%s/ebru-check-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return fail(err, EBRU_NO_FILE, "no folder can be made in %s", tmp ? tmp : "/tmp");
    snprintf(model, sizeof(model), "%s/model", folder);
    bool ok = ebru_make_random(model, 1, err) && (m = ebru_model_open(model, &o->machine, err));
    if (ok) {
        ebru_request_init(&req, m);
        req.width = req.height = 64;
        req.steps = 4;
        req.seed = 1;
        req.prompt = "a test";
        const double start = machine_seconds();
        ok = ebru_generate(m, &req, NULL, &result, err);
        *seconds = machine_seconds() - start;
    }
    ebru_result_clear(&result);
    ebru_model_close(m);
    remove_folder(folder);
    return ok;
}

static void print_sets(bool json)
{
    const char *name;

    for (int i = 0; (name = ebru_isa_name(i)); i++)
        printf(json ? "%s\"%s\"" : "%s%s", i ? (json ? ", " : " ") : "", name);
}

int command_check(struct options *o)
{
    ebru_machine m;
    struct kernels k; /* as --isa says; the machine's description knows the environment alone */
    ebru_error err;
    double seconds = 0;

    if (!kernels_choose(&k, &o->machine, &err))
        return report(o, &err);
    ebru_machine_describe(&m);
    const double speed = ebru_machine_speed(&o->machine);
    const bool ok = self_test(o, &seconds, &err);
    if (o->json) {
        printf("{ \"version\": \"%s\", \"isa\": \"%s\", \"sets\": [ ", ebru_version(), k.isa);
        print_sets(true);
        printf(
            " ], \"cores\": %d, \"memory_total\": %zu, \"memory_free\": %zu, \"flops_per_second\": "
            "%.3g, \"self_test_seconds\": %.3f, \"ok\": %s }\n",
            m.cores, m.memory_total, m.memory_free, speed, seconds, ok ? "true" : "false");
    } else {
        printf("ebru %s\ninstruction sets: ", ebru_version());
        print_sets(false);
        printf("\nused: %s, %d threads, %.0f GFLOP/s\nmemory: %.1f GB, %.1f GB free\n", k.isa,
               o->machine.threads ? o->machine.threads : m.cores, speed / 1e9,
               (double)m.memory_total / 1e9, (double)m.memory_free / 1e9);
        if (ok)
            printf("self-test: a picture of 64x64 from a random model in %.2f s\n", seconds);
    }
    return ok ? EXIT_OK : report(&(struct options){ 0 }, &err);
}
