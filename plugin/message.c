/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

G_DEFINE_QUARK(ebru - error - quark, message_error)

/* --- the messages --------------------------------------------------------- */

static const struct {
    const char *text;
    enum banner_action action;
} messages[MESSAGES] = {
    [MESSAGE_NO_MODEL] = { N_("No model is installed yet. Generating needs a Stable Diffusion "
                              "file (about 2 to 7 GB)."),
                           BANNER_ADD_MODEL },
    [MESSAGE_PICKLE] = { N_("“{f}” is a pickle file, which can run programs when opened. Convert "
                            "it to .safetensors first."),
                         BANNER_HOW },
    [MESSAGE_INCOMPLETE] = { N_("“{f}” is incomplete: the header promises {a} bytes, the file has "
                                "{b}. Download it again."),
                             BANNER_SHOW_FOLDER },
    [MESSAGE_NO_PAINTER] = { N_("“{f}” is {kind}, which cannot make pictures alone. Choose a whole "
                                "Stable Diffusion model."),
                             BANNER_ADD_MODEL },
    [MESSAGE_MEMORY] = { N_("This needs about {a} GB; {b} GB are free. Close programs, or choose "
                            "a smaller size."),
                         BANNER_OK },
    [MESSAGE_MEMORY_8BIT] = { N_("This needs about {a} GB; {b} GB are free. Close programs, choose "
                                 "a smaller size, or use the 8-bit copy."),
                              BANNER_USE_8BIT },
    [MESSAGE_NO_AVX2] = { N_("This processor lacks AVX2. Generating works, but slowly: about {t} "
                             "for this picture."),
                          BANNER_KNOWN },
    [MESSAGE_OUTSIDE] = { N_("The selection does not touch the image."), BANNER_SELECT_ALL },
    [MESSAGE_THIN] = { N_("The selection is only {n} px wide; it was grown to {m} px."),
                       BANNER_KEEP_THIN },
    [MESSAGE_LONG_PROMPT] = { N_("The prompt has {n} tokens; the model reads 75 at a time. The "
                                 "rest goes into further blocks."),
                              BANNER_SAY },
    [MESSAGE_SIZE] = { N_("{w}×{h} is far from the {n}×{n} this model knows; expect repeated "
                          "subjects."),
                       BANNER_USE_SIZE },
    [MESSAGE_DISK] = { N_("Only {a} GB free in {dir}; the download needs {b} GB."),
                       BANNER_CHOOSE_FOLDER },
    [MESSAGE_CHECKSUM] = { N_("The file differs from the published checksum; it was kept as "
                              "“{f}.bad”."),
                           BANNER_RETRY },
    [MESSAGE_LICENCE] = { N_("“{m}” is under {licence}. Read it before use."), BANNER_NONE },
    [MESSAGE_GONE] = { N_("The model “{f}” is not there any more; “{m}” is used instead."),
                       BANNER_ADD_MODEL },
};

static const char *const labels[] = {
    [BANNER_NONE] = NULL,
    [BANNER_ADD_MODEL] = N_("Add Model…"),
    [BANNER_CHOOSE_FOLDER] = N_("Choose Folder…"),
    [BANNER_LOAD_ANYWAY] = N_("Load Anyway"),
    [BANNER_SHOW_FOLDER] = N_("Show Folder"),
    [BANNER_HOW] = N_("How?"),
    [BANNER_SELECT_ALL] = N_("Select All"),
    [BANNER_RETRY] = N_("Retry"),
    [BANNER_GO_ON] = N_("Go On"),
    [BANNER_OK] = N_("OK"),
    [BANNER_USE_8BIT] = N_("Use 8-bit"),
    [BANNER_USE_SIZE] = NULL, /* says which */
    [BANNER_USE_DRAFT] = N_("Use Draft"),
    [BANNER_KEEP_THIN] = N_("Undo"),
    [BANNER_KNOWN] = N_("OK"),
    [BANNER_SAY] = NULL,
};

const char *message_action_label(enum banner_action action)
{
    return labels[action] ? _(labels[action]) : "";
}

const char *message_text(enum message message)
{
    return messages[message].text;
}

enum banner_action message_action(enum message message)
{
    return messages[message].action;
}

/* The value of the name at `at`, of pairs; NULL: it is none of them. */
static const char *value_of(const char *at, size_t n, GPtrArray *pairs)
{
    for (guint i = 0; i + 1 < pairs->len; i += 2)
        if (strlen(pairs->pdata[i]) == n && !strncmp(pairs->pdata[i], at, n))
            return pairs->pdata[i + 1];
    return NULL;
}

static char *replace_names(const char *text, GPtrArray *pairs)
{
    GString *const out = g_string_new(NULL);
    const char *close;

    for (const char *c = text; *c; c++) {
        close = *c == '{' ? strchr(c, '}') : NULL;
        const char *const value = close ? value_of(c + 1, (size_t)(close - c - 1), pairs) : NULL;
        if (value) {
            g_string_append(out, value);
            c = close;
        } else {
            g_string_append_c(out, *c);
        }
    }
    return g_string_free(out, FALSE);
}

char *message_fill(enum message message, ...)
{
    g_autoptr(GPtrArray) pairs = g_ptr_array_new();
    const char *word;
    va_list ap;

    va_start(ap, message);
    while ((word = va_arg(ap, const char *)))
        g_ptr_array_add(pairs, (gpointer)word);
    va_end(ap);
    return replace_names(_(messages[message].text), pairs);
}

/* --- errors of the engine ------------------------------------------------- */

static const char *meaning(ebru_status status)
{
    switch (status) {
    case EBRU_OK:
    case EBRU_CANCELLED:
        return _("Stopped");
    case EBRU_BAD_REQUEST:
        return _("This cannot be made");
    case EBRU_NO_FILE:
        return _("A file cannot be used");
    case EBRU_BAD_FILE:
        return _("A file is damaged or of an unknown kind");
    case EBRU_BAD_MODEL:
        return _("This file is not a model that Ebru can use");
    case EBRU_NO_VOCABULARY:
        return _("The model needs the vocabulary of its text encoder");
    case EBRU_NO_MEMORY:
        return _("There is not enough memory");
    case EBRU_NOT_FINITE:
        return _("The model gave numbers without meaning");
    }
    return _("This cannot be made");
}

/* What the engine calls a file, to be put into a sentence. */
static const char *const kinds[] = {
    N_("a file of an unknown kind"),
    N_("a Stable Diffusion XL checkpoint"),
    N_("a refiner for Stable Diffusion XL"),
    N_("a UNet without text encoder and VAE"),
    N_("a text encoder"),
    N_("a VAE"),
    N_("a TAESD (small VAE)"),
    N_("a LoRA"),
    N_("a ControlNet"),
    N_("an embedding (textual inversion)"),
    N_("a model of another family"),
};

static const char *kind_of(const ebru_error *err)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (!g_strcmp0(kinds[i], err->kind))
            return _(kinds[i]);
    return err->kind ? err->kind : _(kinds[0]);
}

char *message_gigabytes(double bytes)
{
    return g_strdup_printf("%.*f", bytes < 1e9 ? 2 : bytes < 1e10 ? 1 : 0, bytes / 1e9);
}

/* The text of the message that the error has; NULL: none. */
static char *text_of(const ebru_error *err, enum message *message)
{
    g_autofree char *file = g_path_get_basename(err->file);
    g_autofree char *need = message_gigabytes((double)err->wanted);
    g_autofree char *have = message_gigabytes((double)err->found);
    g_autofree char *wanted = g_strdup_printf("%'" G_GINT64_FORMAT, err->wanted);
    g_autofree char *found = g_strdup_printf("%'" G_GINT64_FORMAT, err->found);

    switch (err->reason) {
    case EBRU_PICKLE:
        *message = MESSAGE_PICKLE;
        return message_fill(*message, "f", file, NULL);
    case EBRU_INCOMPLETE:
        *message = MESSAGE_INCOMPLETE;
        return message_fill(*message, "f", file, "a", wanted, "b", found, NULL);
    case EBRU_OTHER_KIND:
        *message = MESSAGE_NO_PAINTER;
        return message_fill(*message, "f", file, "kind", kind_of(err), NULL);
    case EBRU_TOO_LARGE:
        *message = MESSAGE_MEMORY;
        return message_fill(*message, "a", need, "b", have, NULL);
    case EBRU_NO_REASON:
        break;
    }
    return NULL;
}

void g_error_from_ebru(GError **error, const ebru_error *err)
{
    enum message message = MESSAGES;
    g_autofree char *text = text_of(err, &message);

    if (text)
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, MESSAGE_CODE + (int)message, text);
    else
        g_set_error(error, EBRU_PLUGIN_ERROR, err->status, "%s: %s", meaning(err->status),
                    err->message);
}

char *message_memory_8bit(const ebru_error *err)
{
    g_autofree char *need = message_gigabytes((double)err->wanted);
    g_autofree char *have = message_gigabytes((double)err->found);

    return message_fill(MESSAGE_MEMORY_8BIT, "a", need, "b", have, NULL);
}

char *message_long_time(double seconds, int side, gboolean draft, enum banner_action *action)
{
    g_autofree char *time = message_about(seconds);

    *action = draft ? BANNER_USE_DRAFT : side ? BANNER_USE_SIZE : BANNER_KNOWN;
    if (draft && side)
        return g_strdup_printf(_("This will take %s. Try %d×%d or Draft."), time, side, side);
    if (draft)
        return g_strdup_printf(_("This will take %s. Try Draft."), time);
    if (side)
        return g_strdup_printf(_("This will take %s. Try %d×%d."), time, side, side);
    return g_strdup_printf(_("This will take %s."), time);
}

enum banner_action message_action_for(int code)
{
    if (code >= MESSAGE_CODE && code < MESSAGE_CODE + MESSAGES)
        return messages[code - MESSAGE_CODE].action;
    return code == EBRU_NO_VOCABULARY ? BANNER_CHOOSE_FOLDER
           : code == EBRU_BAD_FILE    ? BANNER_SHOW_FOLDER
                                      : BANNER_OK;
}

/* --- times ---------------------------------------------------------------- */

char *message_duration(double seconds)
{
    const int s = seconds < 1 ? 1 : seconds < 86400 ? (int)lrint(seconds) : 86400;

    if (s < 60)
        return g_strdup_printf(_("%d s"), s);
    if (s < 600)
        return g_strdup_printf(_("%d min %d s"), s / 60, s % 60 / 10 * 10);
    if (s < 3600)
        return g_strdup_printf(_("%d min"), (s + 30) / 60);
    return g_strdup_printf(_("%d h %d min"), s / 3600, s % 3600 / 60);
}

char *message_about(double seconds)
{
    g_autofree char *text = message_duration(seconds);

    return g_strdup_printf(_("about %s"), text);
}

char *message_left(double seconds)
{
    g_autofree char *text = message_duration(seconds);

    return g_strdup_printf(_("%s left"), text);
}
