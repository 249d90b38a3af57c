/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "commands.h"

#include <ebru/ebru.h>
#include <stdio.h>
#include <string.h>

volatile sig_atomic_t interrupted;

static const struct {
    const char *name, *arguments, *summary;
    enum command command;
    int (*run)(struct options *o);
} commands[] = {
    { "generate", "--model PATH --prompt TEXT -o out.png [OPTION]...",
      "Make pictures from text, or from a picture and text", COMMAND_GENERATE, command_generate },
    { "estimate", "--model PATH [OPTION]...", "Say what generate would need: memory, work, time",
      COMMAND_ESTIMATE, command_estimate },
    { "probe", "PATH...", "Say what checkpoints are, from their headers", COMMAND_PROBE,
      command_probe },
    { "check", "[OPTION]...", "Look at this machine and try the engine on it", COMMAND_CHECK,
      command_check },
    { "convert", "MODEL COPY [OPTION]...",
      "Write an 8-bit copy of a checkpoint, half the size of 16 bits", COMMAND_CONVERT,
      command_convert },
    { "make-random", "FOLDER [--seed N]", "Write a small model of random weights, for trials",
      COMMAND_MAKE_RANDOM, command_make_random },
    { "bench", "ops|net|pass [NETWORK]... [OPTION]...",
      "Measure networks and their operations on this machine, without a model", COMMAND_BENCH,
      command_bench },
};

enum { N_COMMANDS = sizeof(commands) / sizeof(*commands) };

static void on_signal(int number)
{
    interrupted = 1;
    signal(number, SIG_DFL);
}

static int usage(FILE *f)
{
    fprintf(f, "usage: ebru COMMAND [OPTION]...\n\n");
    for (int i = 0; i < N_COMMANDS; i++)
        fprintf(f, "  %-12s %s\n", commands[i].name, commands[i].summary);
    fprintf(f,
            "\n`ebru COMMAND --help` lists the options of a command, `ebru --version` names the "
            "version.\n"
            "Exit codes: 0 done, 1 other failure, 2 bad option or parameter, 3 bad file or model,\n"
            "4 not enough memory, 130 stopped.\n");
    return f == stderr ? EXIT_USAGE : EXIT_OK;
}

static int help(int i)
{
    printf("usage: ebru %s %s\n%s.\n\n", commands[i].name, commands[i].arguments,
           commands[i].summary);
    options_help(stdout, commands[i].command);
    return EXIT_OK;
}

/* For shell completion: the commands; the options of one; the choices of an option; what
 * bench takes. */
static int words(const char *of)
{
    int n;
    const ebru_param *const params = ebru_params(&n);
    const char *name, *label;

    for (int i = 0; i < N_COMMANDS; i++) {
        if (!of)
            puts(commands[i].name);
        else if (!strcmp(of, commands[i].name))
            options_names(stdout, commands[i].command);
    }
    for (int i = 0; of && i < n; i++)
        for (int k = 0; params[i].choice && !strcmp(of, params[i].name); k++) {
            if (!(name = params[i].choice(k, &label)))
                break;
            puts(name);
        }
    for (int i = 0; of && !strcmp(of, "networks") && (name = bench_name(i)); i++)
        puts(name);
    for (int i = 0; of && !strcmp(of, "isa") && (name = ebru_isa_name(i)); i++)
        puts(name);
    for (int i = 0; of && !strcmp(of, "precision") && (name = ebru_precision_name(i)); i++)
        puts(name);
    return EXIT_OK;
}

int main(int argc, char **argv)
{
    struct options o;
    ebru_error err;

    ebru_wait_briefly(argv);
    if (argc < 2)
        return usage(stderr);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return usage(stdout);
    if (!strcmp(argv[1], "--version")) {
        printf("ebru %s\n", ebru_version());
        return EXIT_OK;
    }
    if (!strcmp(argv[1], "--words"))
        return words(argv[2]);
    for (int i = 0; i < N_COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name))
            continue;
        if (!options_parse(&o, commands[i].command, argc - 2, argv + 2, &err))
            return report(&o, &err);
        if (o.help)
            return help(i);
        signal(SIGINT, on_signal);
        signal(SIGTERM, on_signal);
        signal(SIGXFSZ, SIG_IGN); /* a file that grows too large is an error as others are */
        return commands[i].run(&o);
    }
    fprintf(stderr, "ebru: there is no command \"%s\"\n", argv[1]);
    return usage(stderr);
}
