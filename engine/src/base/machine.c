/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE /* sched_getaffinity, madvise */
#include "base/machine.h"

#include "base/file.h"
#include "base/number.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_MAX = 8192, GROUP_MAX = 1024 };

/* The first TEXT_MAX - 1 bytes of a file of the kernel's; "" when there is none. */
static const char *read_text(const char *path, char text[TEXT_MAX])
{
    FILE *f = fopen(path, "re");

    text[0] = 0;
    if (f) {
        text[fread(text, 1, TEXT_MAX - 1, f)] = 0;
        fclose(f);
    }
    return text;
}

/* The number that follows the line start `name`; SIZE_MAX when there is none. */
static size_t number_after(const char *text, const char *name)
{
    const size_t n = strlen(name);

    while (text) {
        if (!strncmp(text, name, n))
            return (size_t)strtoull(text + n, NULL, 10);
        text = strchr(text, '\n');
        text += text != NULL;
    }
    return SIZE_MAX;
}

static size_t kilobytes(size_t n)
{
    return n > SIZE_MAX / 1024 ? SIZE_MAX : n * 1024;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- Control groups ---------------------------------------------------- */

/* Folder of this process's group in the version 2 hierarchy; false: none. */
static bool group_path(char path[GROUP_MAX])
{
    char text[TEXT_MAX];
    const char *line = strstr(read_text("/proc/self/cgroup", text), "0::/");
    int n;

    if (!line || (line != text && line[-1] != '\n'))
        return false;
    line += strlen("0::");
    n = snprintf(path, GROUP_MAX, "/sys/fs/cgroup%.*s", (int)strcspn(line, "\n"), line);
    return n > 0 && n < GROUP_MAX;
}

/* One file of a group; SIZE_MAX when there is none or it says "max". */
static const char *group_file(const char *group, const char *name, char text[TEXT_MAX])
{
    char path[GROUP_MAX + 64];

    snprintf(path, sizeof(path), "%s/%s", group, name);
    return read_text(path, text);
}

static size_t group_number(const char *group, const char *name)
{
    char text[TEXT_MAX];

    group_file(group, name, text);
    return text[0] >= '0' && text[0] <= '9' ? (size_t)strtoull(text, NULL, 10) : SIZE_MAX;
}

/* What a group leaves over: its limit, less what is used and is no cache of files. */
static size_t group_memory(const char *group, bool only_free)
{
    const size_t limit = group_number(group, "memory.max");
    size_t used, cache;
    char text[TEXT_MAX];

    if (limit == SIZE_MAX || !only_free)
        return limit;
    used = group_number(group, "memory.current");
    cache = number_after(group_file(group, "memory.stat", text), "inactive_file ");
    used = used == SIZE_MAX ? 0 : used;
    used -= cache == SIZE_MAX ? 0 : least(cache, used);
    return limit > used ? limit - used : 0;
}

/* The processors a group's quota is worth; SIZE_MAX: no quota. */
static size_t group_processors(const char *group)
{
    char text[TEXT_MAX];
    unsigned long long quota, period;

    if (sscanf(group_file(group, "cpu.max", text), "%llu %llu", &quota, &period) != 2 || !period)
        return SIZE_MAX;
    return (size_t)((quota + period - 1) / period);
}

enum fact { FACT_TOTAL, FACT_FREE, FACT_PROCESSORS };

/* The least that this group and those above it say. */
static size_t groups_say(enum fact fact)
{
    char group[GROUP_MAX];
    size_t result = SIZE_MAX;

    if (!group_path(group))
        return SIZE_MAX;
    while (strlen(group) >= strlen("/sys/fs/cgroup")) {
        result = least(result, fact == FACT_PROCESSORS ? group_processors(group)
                                                       : group_memory(group, fact == FACT_FREE));
        *strrchr(group, '/') = 0;
    }
    return result;
}

/* ---- Memory ------------------------------------------------------------ */

static size_t limit_of(int resource)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) || limit.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    return (size_t)limit.rlim_cur;
}

/* Bytes by the environment's EBRU_MEMORY, as for `ulimit -v`. */
static size_t allowed(void)
{
    const char *const text = file_environment("EBRU_MEMORY");
    const char *end;
    const double bytes = text ? number_read(text, &end) : 0;

    return bytes >= 1 && bytes < (double)SIZE_MAX ? (size_t)bytes : SIZE_MAX;
}

size_t machine_memory_total(void)
{
    char text[TEXT_MAX];
    const size_t system = kilobytes(number_after(read_text("/proc/meminfo", text), "MemTotal:"));

    return least(least(system, least(limit_of(RLIMIT_AS), allowed())), groups_say(FACT_TOTAL));
}

size_t machine_memory_free(void)
{
    char text[TEXT_MAX];
    size_t bytes = kilobytes(number_after(read_text("/proc/meminfo", text), "MemAvailable:"));
    const size_t limit = limit_of(RLIMIT_AS);

    bytes = least(least(bytes, allowed()), groups_say(FACT_FREE));
    if (limit != SIZE_MAX) {
        const size_t used =
            kilobytes(number_after(read_text("/proc/self/status", text), "VmSize:"));

        bytes = least(bytes, limit - least(used, limit));
    }
    return bytes;
}

size_t machine_memory_peak(void)
{
    char text[TEXT_MAX];
    const size_t peak = kilobytes(number_after(read_text("/proc/self/status", text), "VmHWM:"));

    return peak == SIZE_MAX ? 0 : peak;
}

/* ---- Cores ------------------------------------------------------------- */

/* Whether a hyper-thread of the same core with a lower number is in `set`. `list` is
 * like "0,32" or "0-1". */
static bool counted_already(const char *list, int cpu, const cpu_set_t *set)
{
    for (char *end; *list >= '0' && *list <= '9'; list = end + (*end == ',')) {
        const long first = strtol(list, &end, 10);
        const long last = *end == '-' ? strtol(end + 1, &end, 10) : first;

        for (long i = first; i <= last && i < cpu; i++)
            if (CPU_ISSET((size_t)i, set))
                return true;
    }
    return false;
}

int machine_cores(void)
{
    char path[128], text[TEXT_MAX];
    cpu_set_t set;
    size_t cores = 0;

    if (sched_getaffinity(0, sizeof(set), &set)) {
        const long online = sysconf(_SC_NPROCESSORS_ONLN);

        return online > 0 ? (int)online : 1;
    }
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET((size_t)cpu, &set))
            continue;
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
                 cpu);
        cores += !counted_already(read_text(path, text), cpu, &set);
    }
    cores = least(cores, groups_say(FACT_PROCESSORS));
    return cores ? (int)cores : 1;
}

/* Of GCC's OpenMP: turns of its loop, some ten microseconds; of LLVM's: milliseconds. */
void machine_wait_briefly(char **argv)
{
    char self[FILE_PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT") || getenv("KMP_BLOCKTIME") || n < 0)
        return;
    self[n] = 0; /* by its own path, so that the list of processes has it under its name */
    if (!setenv("GOMP_SPINCOUNT", "10000", 1) && !setenv("KMP_BLOCKTIME", "1", 1))
        execv(self, argv);
}

/* ---- Time -------------------------------------------------------------- */

double machine_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *machine_isa(void)
{
    return file_environment("EBRU_ISA");
}

int64_t machine_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Only whole large pages are asked for: no more becomes resident than the caller touches. */
void *machine_alloc(size_t bytes)
{
    const size_t line = 64, page = (size_t)2 << 20;
    const size_t unit = bytes < 2 * page ? line : page;
    void *const p = aligned_alloc(unit, (bytes + unit - 1) / unit * unit);

#if defined(MADV_HUGEPAGE)
    if (p && unit == page)
        madvise(p, bytes / page * page, MADV_HUGEPAGE);
#endif
    return p;
}
