/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * machine.h - what this process has to work with: memory, cores, time.
 *
 * Every answer is the least of what the system, the control group and the
 * limits of the process say, so that a container or `ulimit -v` is respected,
 * and EBRU_MEMORY, bytes, in the environment.
 * Where the system does not say (no /proc), an answer errs on the large side.
 */
#ifndef ENGINE_BASE_MACHINE_H
#define ENGINE_BASE_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes this process may use at most, and what of them is free now. */
size_t machine_memory_total(void);
size_t machine_memory_free(void);

/* Most bytes the process has had resident so far; 0: unknown. */
size_t machine_memory_peak(void);

/* Memory for large arrays, to be released by free(): aligned to 64 bytes, in large pages
 * where the system has them; NULL when there is none. */
void *machine_alloc(size_t bytes);

/* As ebru_wait_briefly() of the public header. */
void machine_wait_briefly(char **argv);

/* Cores this process may run on, the hyper-threads of one core counted once; at least 1. */
int machine_cores(void);

/* The newest instruction set to use, as the environment's EBRU_ISA says; NULL: any. */
const char *machine_isa(void);

/* Seconds since some moment in the past; never goes back. */
double machine_seconds(void);

/* Nanoseconds since 1970. */
int64_t machine_clock(void);

#endif
