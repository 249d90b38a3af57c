/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* init of the emulated machine: runs /test with the arguments in /args (NUL separated), environment
 * additions in /env, standard input from /stdin, and passes what it printed to the host when it has
 * ended. Output goes through Bochs' printer port (each byte reaches the host's file at once); the
 * string "Shutdown" to port 0x8900 ends the emulator. Static; built by run-on-spr.sh. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Bochs' printer port: the data byte, then the strobe (bit 0) while the printer is selected (bit
 * 3). */
static char last = '\n';
static void out(const char *p, size_t n)
{
    if (n)
        last = p[n - 1];
    for (; n; n--, p++) {
        outb(*p, 0x378);
        outb(0x09, 0x37a);
        outb(0x08, 0x37a);
    }
}
static void say(const char *s)
{
    out(s, strlen(s));
}
static void quit(void)
{
    const char *s = "Shutdown";
    for (; *s; s++)
        outb(*s, 0x8900);
    for (;;)
        pause();
}
static char *slurp(const char *path, size_t *n)
{
    size_t cap = 1 << 16, len = 0;
    char *b = malloc(cap + 1);
    int fd = open(path, O_RDONLY);
    *n = 0;
    if (fd < 0 || !b)
        return NULL;
    for (ssize_t r; (r = read(fd, b + len, cap - len)) > 0;)
        if ((len += r) == cap && !(b = realloc(b, (cap *= 2) + 1)))
            return NULL;
    close(fd);
    b[len] = 0;
    *n = len;
    return b;
}
static int split(char *b, size_t n, char **v, int max)
{
    int c = 0;
    for (size_t i = 0; b && i < n && c < max; i += strlen(b + i) + 1)
        v[c++] = b + i;
    v[c] = NULL;
    return c;
}
int main(void)
{
    static char *argv[1024], *envv[1024];
    char line[128];
    size_t n;
    int st = 0, fd;

    if (iopl(3)) {
        printf("init: iopl: %s\n", strerror(errno));
        for (;;)
            pause();
    }
    outb(0x08, 0x37a);
    mkdir("/proc", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    mkdir("/sys", 0755);
    mount("sysfs", "/sys", "sysfs", 0, NULL);
    mkdir("/dev", 0755);
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    mkdir("/dev/shm", 01777);
    mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL);
    mkdir("/tmp", 01777);
    chmod("/tmp", 01777);
    setenv("PATH", "/:/bin", 1);
    setenv("HOME", "/", 1);

    char *a = slurp("/args", &n);
    split(a, n, argv, 1023);
    char *e = slurp("/env", &n);
    for (int i = 0, c = split(e, n, envv, 1023); i < c; i++)
        putenv(envv[i]);

    /* While the program runs nothing else may: the kernel does not keep another task's tile state
     * here (README, limits), so its output waits in a file and this process sleeps until it has
     * ended. */
    const int log = open("/tmp/.output", O_RDWR | O_CREAT | O_APPEND, 0600);
    if (log < 0) {
        say("init: no file for the output\n");
        quit();
    }
    say("\n@@EMU-BEGIN@@\n");
    struct timespec t0, t1;
    clock_gettime(CLOCK_MONOTONIC, &t0);
    pid_t pid = fork();
    if (pid == 0) {
        if ((fd = open("/stdin", O_RDONLY)) < 0)
            fd = open("/dev/null", O_RDONLY);
        dup2(fd, 0);
        dup2(log, 1);
        dup2(log, 2);
        if (fd > 2)
            close(fd);
        close(log);
        chdir("/tmp");
        execv("/test", argv);
        dprintf(2, "init: cannot run the program: %s (is it static?)\n", strerror(errno));
        _exit(127);
    }
    while (waitpid(pid, &st, 0) < 0 && errno == EINTR) {
    }
    char buf[4096];
    lseek(log, 0, SEEK_SET);
    for (ssize_t r; (r = read(log, buf, sizeof buf)) > 0;)
        out(buf, r);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    int code = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
    if (last != '\n')
        say("\n");
    snprintf(line, sizeof line, "@@EMU-EXIT %d signal %d ms %ld@@\n", code,
             WIFSIGNALED(st) ? WTERMSIG(st) : 0,
             (long)((t1.tv_sec - t0.tv_sec) * 1000 + (t1.tv_nsec - t0.tv_nsec) / 1000000));
    say(line);
    quit();
}
