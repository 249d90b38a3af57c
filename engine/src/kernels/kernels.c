/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "kernels/kernels.h"

#include "kernels/x86/amx.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void kernels_init_c(struct kernels *k);
void kernels_init_avx2(struct kernels *k);
void kernels_init_avx512(struct kernels *k);
void kernels_init_avxvnni(struct kernels *k);
void kernels_init_vnni(struct kernels *k);
void kernels_init_amx(struct kernels *k);

static bool always(void)
{
    return true;
}

#if defined(HAVE_AVX2)
/* Whatever has AVX2 has F16C. */
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

#if defined(HAVE_AVXVNNI)
static bool has_avxvnni(void)
{
    return has_avx2() && __builtin_cpu_supports("avxvnni");
}
#endif

#if defined(HAVE_AVX512)
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

#if defined(HAVE_VNNI)
static bool has_vnni(void)
{
    return has_avx512() && __builtin_cpu_supports("avx512vnni");
}
#endif

#if defined(HAVE_AMX)
static bool has_amx(void)
{
    return has_avx512() && amx_present();
}
#endif

/* `best`: the fastest precision whose pictures are as good. */
static const struct {
    const char *name;
    bool (*present)(void);
    void (*init)(struct kernels *k);
    enum precision best;
} kernel_isas[] = {
    { "c", always, kernels_init_c, PRECISION_F32 },
#if defined(HAVE_AVX2)
    { "avx2", has_avx2, kernels_init_avx2, PRECISION_F32 },
#endif
#if defined(HAVE_AVXVNNI)
    { "avxvnni", has_avxvnni, kernels_init_avxvnni, PRECISION_F32 },
#endif
#if defined(HAVE_AVX512)
    { "avx512", has_avx512, kernels_init_avx512, PRECISION_F32 },
#endif
#if defined(HAVE_VNNI)
    { "vnni", has_vnni, kernels_init_vnni, PRECISION_F32 },
#endif
#if defined(HAVE_AMX)
    { "amx", has_amx, kernels_init_amx, PRECISION_BF16 },
#endif
};

enum { N_ISAS = sizeof(kernel_isas) / sizeof(kernel_isas[0]) };

/* Attention has no weights to save, and its softmax little to gain from 8 bits. */
static void attention_as_f32(struct arithmetic *to, const struct arithmetic *f32)
{
    to->attention_pack = f32->attention_pack;
    to->attend = f32->attend;
    to->attention_block = f32->attention_block;
    to->attention_packed = f32->attention_packed;
    to->attention_scratch = f32->attention_scratch;
}

bool kernels_init(struct kernels *k, const char *newest)
{
    const char *name;
    int last = 0;
    bool found = !newest;

    for (int i = 0; (name = kernel_isa_name(i)); i++)
        if (!newest || !strcmp(newest, name)) {
            last = i;
            found = true;
        }
    if (!found)
        return kernels_init(k, NULL), false;
    *k = (struct kernels){ 0 };
    for (int i = 0, seen = 0; i < N_ISAS && seen <= last; i++)
        if (kernel_isas[i].present()) {
            kernel_isas[i].init(k);
            k->isa = kernel_isas[i].name;
            seen++;
        }
    attention_as_f32(&k->in[PRECISION_INT8], &k->in[PRECISION_F32]);
    return true;
}

const char *kernel_isa_name(int i)
{
    for (int j = 0; j < N_ISAS; j++)
        if (kernel_isas[j].present() && i-- == 0)
            return kernel_isas[j].name;
    return NULL;
}

static const char *const precisions[PRECISION_COUNT] = {
    [PRECISION_F32] = "f32",
    [PRECISION_BF16] = "bf16",
    [PRECISION_INT8] = "int8",
};

const char *kernel_precision_name(int p)
{
    return p >= 0 && p < PRECISION_COUNT ? precisions[p] : NULL;
}

int kernel_precision_find(const struct kernels *k, const char *name)
{
    if (!name || !name[0] || !strcmp(name, "auto"))
        for (int i = 0; i < N_ISAS; i++)
            if (!strcmp(kernel_isas[i].name, k->isa))
                return (int)kernel_isas[i].best;
    for (int p = 0; p < PRECISION_COUNT; p++)
        if (!strcmp(precisions[p], name))
            return p;
    return -1;
}

#if defined(__x86_64__)
enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 };

unsigned flush_begin(void)
{
    const unsigned mode = _mm_getcsr();

    _mm_setcsr(mode | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
    return mode;
}

void flush_end(unsigned mode)
{
    _mm_setcsr(mode);
}
#else
unsigned flush_begin(void)
{
    return 0;
}

void flush_end(unsigned mode)
{
    (void)mode;
}
#endif
