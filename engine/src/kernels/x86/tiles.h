/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * tiles.h - AMX' tiles: all eight have 16 rows of 64 bytes, between tiles_begin() and
 * tiles_end() of every kernel call.
 *
 * Own inline assembly: compilers do not see that the intrinsics for tiles read
 * memory, and drop or move stores before them.
 */
#ifndef ENGINE_KERNELS_X86_TILES_H
#define ENGINE_KERNELS_X86_TILES_H

/* Eight tiles of 16 rows of 64 bytes, palette 1. */
struct tile_config {
    uint8_t palette, start, reserved[14];
    uint16_t columns[16];
    uint8_t rows[16];
};

static const struct tile_config tile_config = {
    .palette = 1,
    .columns = { 64, 64, 64, 64, 64, 64, 64, 64 },
    .rows = { 16, 16, 16, 16, 16, 16, 16, 16 },
};

#define TILE_LOAD(tile, at, bytes)                                                                 \
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm" #tile ::"r"(at), "r"(bytes) : "memory")
#define TILE_LOAD_ONCE(tile, at, bytes)                                                            \
    __asm__ volatile("tileloaddt1 (%0,%1,1), %%tmm" #tile ::"r"(at), "r"(bytes) : "memory")
#define TILE_STORE(tile, at, bytes)                                                                \
    __asm__ volatile("tilestored %%tmm" #tile ", (%0,%1,1)" ::"r"(at), "r"(bytes) : "memory")
#define TILE_ZERO(tile) __asm__ volatile("tilezero %%tmm" #tile::)

INLINE void tiles_begin(void)
{
    __asm__ volatile("ldtilecfg %0" ::"m"(tile_config));
}

INLINE void tiles_end(void)
{
    __asm__ volatile("tilerelease" ::: "memory");
}

#endif
