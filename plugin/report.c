/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"

#include "path_text.h"

#include <ebru/ebru.h>
#include <libgimp/gimp.h>
#include <string.h>

static char *describe_model(const char *path)
{
    g_autofree char *file = path_last_part(path ? path : "");
    ebru_model_info info;

    if (!path || !ebru_model_probe(path, &info, NULL))
        return g_strdup_printf("%s: cannot be read", file);
    return g_strdup_printf("%s: %s, %s, %s, %" G_GINT64_FORMAT " bytes", file, info.family,
                           info.format, info.precision, info.bytes);
}

/* Errors without a message of their own have the engine's words in their text. */
static char *text_of(const char *error, const char *exact)
{
    if (!error || !exact || !*exact || strstr(error, exact))
        return g_strdup(error ? error : "");
    return g_strdup_printf("%s\n%s", error, exact);
}

char *report_of(const char *model, const char *sha256, const char *error, const char *exact,
                const char *prompt)
{
    g_autofree char *text = text_of(error, exact);
    g_autofree char *described = describe_model(model);
    g_autofree char *gimp = gimp_version();
    ebru_machine m;

    ebru_machine_describe(&m);
    return g_strdup_printf("Ebru %s, GIMP %s\n%s, %d cores, %.1f GB of memory, %.1f GB free\n"
                           "%s%s%s\n%s\n%s%s%s",
                           ebru_version(), gimp, m.isa, m.cores, (double)m.memory_total / 1e9,
                           (double)m.memory_free / 1e9, described, sha256 ? ", SHA-256 " : "",
                           sha256 ? sha256 : "", text, prompt ? "Prompt: " : "",
                           prompt ? prompt : "", prompt ? "\n" : "");
}
