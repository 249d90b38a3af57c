/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The generators against torch's own numbers (case rng of the goldens). */
#include "../golden.h"
#include "base/random.h"

static double worst;

/* The logarithms and cosines of C libraries differ in the last bit. */
static void compare(const struct checkpoint *golden, const char *name, const float *got, size_t n)
{
    const struct checkpoint_tensor *t = checkpoint_find(golden, name);
    float want[256];
    ebru_error err = { 0 };

    CHECK(t && checkpoint_elements(t) == (int64_t)n);
    if (!t || n > 256 || !checkpoint_read_floats(golden, t, want, &err)) {
        printf("%s: %s\n", name, err.message);
        CHECK(!"readable");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        CHECK_NEAR(got[i], want[i], 1e-6);
        worst = fmax(worst, fabs((double)got[i] - (double)want[i]) / 1e-6);
    }
}

static void test_seed(const struct checkpoint *golden, uint64_t seed)
{
    static const int lengths[] = { 4, 15, 16, 17, 100, 256 };
    struct random r;
    float x[256];
    char name[64];

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        random_seed(&r, seed);
        random_normal(&r, x, (size_t)lengths[i]);
        snprintf(name, sizeof(name), "out.cpu.%llu.%d", (unsigned long long)seed, lengths[i]);
        compare(golden, name, x, (size_t)lengths[i]);
    }
    random_seed(&r, seed);
    random_normal(&r, x, 256);
    snprintf(name, sizeof(name), "out.cpu_latent.%llu", (unsigned long long)seed);
    compare(golden, name, x, 256);
    random_normal(&r, x, 256);
    snprintf(name, sizeof(name), "out.cpu_second.%llu", (unsigned long long)seed);
    compare(golden, name, x, 256);

    random_normal_philox(seed, 0, x, 256);
    snprintf(name, sizeof(name), "out.cuda_philox.%llu", (unsigned long long)seed);
    compare(golden, name, x, 256);
    random_normal_philox(seed, 1, x, 256);
    snprintf(name, sizeof(name), "out.cuda_philox_second.%llu", (unsigned long long)seed);
    compare(golden, name, x, 256);
}

/* The 10000th number after seed 5489 is the check value of C++'s std::mt19937. */
static void test_bits(void)
{
    struct random r;
    uint32_t bits = 0;

    random_seed(&r, 5489);
    for (int i = 0; i < 10000; i++)
        bits = random_bits(&r);
    CHECK(bits == 4123659995u);
    random_seed(&r, (1ull << 32) + 5489);
    CHECK(random_bits(&r) == 3499211612u);
}

/* A copy of the state goes on with the same numbers, also between the two that
 * a short draw makes at once. */
static void test_copy(void)
{
    struct random r, copy;
    float a[20], b[20];

    random_seed(&r, 7);
    random_normal(&r, a, 3);
    copy = r;
    random_normal(&r, a, 20);
    random_normal(&copy, b, 20);
    CHECK(!memcmp(a, b, sizeof(a)));
    CHECK(r.have_normal == copy.have_normal);
    random_normal(&r, a, 1);
    random_normal(&copy, b, 1);
    CHECK(a[0] == b[0]);
}

/* Mean, variance and kurtosis of 2^16 numbers, within five standard errors. */
static void test_moments(void)
{
    enum { N = 1 << 16 };
    static float x[N];
    struct random r;

    random_seed(&r, 1);
    for (int kind = 0; kind < 2; kind++) {
        double m1 = 0, m2 = 0, m4 = 0;
        if (kind)
            random_normal_philox(1, 0, x, N);
        else
            random_normal(&r, x, N);
        for (int i = 0; i < N; i++) {
            const double square = (double)x[i] * x[i];
            m1 += x[i] / (double)N;
            m2 += square / N;
            m4 += square * square / N;
        }
        CHECK_NEAR(m1, 0, 5 / sqrt(N));
        CHECK_NEAR(m2, 1, 5 * sqrt(2.0 / N));
        CHECK_NEAR(m4, 3, 5 * sqrt(96.0 / N));
    }
}

int main(void)
{
    static const uint64_t seeds[] = { 0, 1, 42, 1234567890 };
    struct golden g;

    if (golden_open(&g, "rng", true)) {
        for (int i = 0; i < 4; i++)
            test_seed(g.tensors, seeds[i]);
        golden_close(&g);
    }
    test_bits();
    test_copy();
    test_moments();
    printf("worst ratio to tolerance: %.3f\n", worst);
    return check_done();
}
