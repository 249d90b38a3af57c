/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * share.h - dividing work among the threads of a layer.
 *
 * Threads divide rows, columns or pixels of the result, never the terms of a
 * sum, so that what is computed does not depend on their number. The shares are
 * fixed beforehand, in units no kernel cuts.
 */
#ifndef ENGINE_NN_SHARE_H
#define ENGINE_NN_SHARE_H

struct share {
    int first, end;
};

/* The part of thread t of `count` things, cut at multiples of `unit` only. */
static inline struct share share_of(int count, int unit, int t, int threads)
{
    const long long units = (count + unit - 1) / unit;
    const int first = (int)(units * t / threads) * unit;
    const int end = (int)(units * (t + 1) / threads) * unit;

    return (struct share){ first < count ? first : count, end < count ? end : count };
}

/* Below this waking the others takes longer than they save. */
static inline int worth_threads(double flops, int threads)
{
    return flops < 1e7 ? 1 : threads;
}

#endif
