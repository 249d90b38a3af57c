/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Whether there are tiles: the processor has them, the kernel keeps their state, and lets
 * this process use them, which it must be asked for. Linux alone. */
#define _DEFAULT_SOURCE
#include "kernels/x86/amx.h"

#include <cpuid.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    CPUID_AMX_BF16 = 1 << 22, /* leaf 7, edx */
    CPUID_AMX_TILE = 1 << 24,
    CPUID_AMX_INT8 = 1 << 25,
    CPUID_AVX512_BF16 = 1 << 5, /* leaf 7, subleaf 1, eax */
    CPUID_OSXSAVE = 1 << 27,    /* leaf 1, ecx */
    XCR0_TILES = 1 << 17 | 1 << 18,
    REQUEST_PERMISSION = 0x1023, /* of arch_prctl() */
    TILE_DATA = 18
};

static uint32_t xcr0(void)
{
    uint32_t low, high;

    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

bool amx_present(void)
{
    enum { TILES = CPUID_AMX_BF16 | CPUID_AMX_TILE | CPUID_AMX_INT8 };
    unsigned a, b, c, d;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & CPUID_OSXSAVE) ||
        (xcr0() & XCR0_TILES) != XCR0_TILES)
        return false;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & TILES) != TILES)
        return false;
    if (!__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & CPUID_AVX512_BF16))
        return false;
    return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}
