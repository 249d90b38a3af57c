/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * check.h - what a test needs: CHECK for claims, CHECK_NEAR for numbers.
 *
 * A failed check is printed with its place and counted; the test goes on. main
 * ends with `return check_done();`, which is 0 when nothing failed and 77
 * (skipped, to meson) after SKIP. Where ../shared has goldens nothing may skip.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* LeakSanitizer asks for it: LLVM's OpenMP never gives back what it keeps for its threads. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libomp";
}

static int check_count, check_failures;
static bool check_skipped;

#define CHECK(claim)                                                                               \
    do {                                                                                           \
        check_count++;                                                                             \
        if (!(claim)) {                                                                            \
            check_failures++;                                                                      \
            printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #claim);                           \
        }                                                                                          \
    } while (0)

/* |got - want| <= bound; a NaN fails */
#define CHECK_NEAR(got, want, bound)                                                               \
    do {                                                                                           \
        const double got_ = (got), want_ = (want), bound_ = (bound);                               \
        check_count++;                                                                             \
        if (!(fabs(got_ - want_) <= bound_)) {                                                     \
            check_failures++;                                                                      \
            printf("%s:%d: %s is %.9g, not %.9g (off by %.3g, bound %.3g)\n", __FILE__, __LINE__,  \
                   #got, got_, want_, fabs(got_ - want_), bound_);                                 \
        }                                                                                          \
    } while (0)

#define SKIP(why)                                                                                  \
    do {                                                                                           \
        check_skipped = true;                                                                      \
        printf("skipped: %s\n", why);                                                              \
    } while (0)

/* The folder ../shared; NULL where it has no goldens: an empty one only waits for a mount. */
static inline const char *check_shared(void)
{
    const char *const shared = getenv("EBRU_SHARED");
    char goldens[4096];
    struct stat st;

    if (!shared)
        return NULL;
    snprintf(goldens, sizeof(goldens), "%s/goldens", shared);
    return stat(goldens, &st) ? NULL : shared;
}

static inline int check_done(void)
{
    printf("%d checks, %d failed\n", check_count, check_failures);
    if (check_failures)
        return 1;
    return check_skipped ? 77 : 0;
}

#endif
