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
    [MESSAGE_UNREADABLE] = { N_("“{f}” cannot be read: {why}."), BANNER_SHOW_FOLDER },
    [MESSAGE_FORMAT] = { N_("“{f}” is {kind}. Ebru reads models in files that end in .safetensors: "
                            "download that one."),
                         BANNER_ADD_MODEL },
    [MESSAGE_NO_WEIGHTS] = { N_("There is no .safetensors file in “{f}”."), BANNER_ADD_MODEL },
    [MESSAGE_WHICH] = { N_("There are {n} .safetensors files in “{f}”: choose one of them."),
                        BANNER_ADD_MODEL },
    [MESSAGE_LACKS_PART] = { N_("“{f}” is no whole model: it has no {part}. Choose a whole Stable "
                                "Diffusion model."),
                             BANNER_ADD_MODEL },
    [MESSAGE_MISFIT] = { N_("Weights of the model are missing, damaged or of another shape. "
                            "Download it again, or choose another."),
                         BANNER_ADD_MODEL },
    [MESSAGE_NO_VAE] = { N_("“{f}” holds no VAE that fits this model. Choose another, or none, in "
                            "the preferences."),
                         BANNER_OK },
    [MESSAGE_NO_TINY] = { N_("“{m}” has no TAESD. Put one into a folder “taesd” beside the model, "
                             "or choose the model's own decoder under Advanced."),
                          BANNER_OK },
    [MESSAGE_NO_LIST] = { N_("The prompt asks for the word list __{l}__, but there is no {f}."),
                          BANNER_OK },
    [MESSAGE_EMPTY_LIST] = { N_("There are no words in the word list {f}."), BANNER_OK },
    [MESSAGE_NETWORK] = { N_("{l}: Ebru has no LoRAs; take it out of the prompt."), BANNER_OK },
    [MESSAGE_DEEP_PROMPT] = { N_("Brackets or alternatives in the prompt nest too deep, or a word "
                                 "list names itself."),
                              BANNER_OK },
    [MESSAGE_DIVERGED] = { N_("The picture failed: its numbers grew beyond all bounds. Another "
                              "sampler or less guidance may help."),
                           BANNER_OK },
    [MESSAGE_NOT_FINITE] = { N_("The model gave numbers without meaning. Download it again, or "
                                "choose another."),
                             BANNER_OK },
    [MESSAGE_VOCABULARY] = { N_("For “{f}” there is no vocabulary that fits its text encoder "
                                "(vocab.json and merges.txt). Choose the folder of one: "
                                "“tokenizer” "
                                "of any model of its kind."),
                             BANNER_CHOOSE_FOLDER },
    [MESSAGE_NO_MEMORY] = { N_("There is not enough memory. Close programs, or choose a smaller "
                               "size."),
                            BANNER_OK },
    [MESSAGE_EMPTY_FOLDER] = { N_("No model is in “{dir}”: Ebru looks for Stable Diffusion models "
                                  "in .safetensors files and diffusers folders."),
                               BANNER_CHOOSE_FOLDER },
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
    case EBRU_NOT_FINITE: /* have messages */
        break;
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
    N_("a GGUF file"),
    N_("an HDF5 file of Keras"),
    N_("an archive"),
    N_("a Git LFS pointer"),
    N_("a web page"),
    N_("a text file"),
};

static const char *const parts[] = { N_("UNet"), N_("VAE"), N_("text encoder") };

/* The engine's word, NULL for the first, in the user's language if it is among these. */
static const char *translated(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; word && i < n; i++)
        if (!strcmp(words[i], word))
            return _(words[i]);
    return word ? word : _(words[0]);
}

static const char *kind_of(const ebru_error *err)
{
    return translated(kinds, G_N_ELEMENTS(kinds), err->kind);
}

static const char *part_of(const ebru_error *err)
{
    return translated(parts, G_N_ELEMENTS(parts), err->kind);
}

char *message_gigabytes(double bytes)
{
    return g_strdup_printf("%.*f", bytes < 1e9 ? 2 : bytes < 1e10 ? 1 : 0, bytes / 1e9);
}

static char *fill_memory(enum message message, const ebru_error *err)
{
    g_autofree char *need = message_gigabytes((double)err->wanted);
    g_autofree char *have = message_gigabytes((double)err->found);

    return message_fill(message, "a", need, "b", have, NULL);
}

static char *number(int64_t n)
{
    return g_strdup_printf("%'" G_GINT64_FORMAT, n);
}

/* "colours", of "/home/me/colours.txt"; to be freed. */
static char *list_of(const char *path)
{
    char *const name = g_path_get_basename(path);

    if (g_str_has_suffix(name, ".txt"))
        name[strlen(name) - strlen(".txt")] = 0;
    return name;
}

/* The message that an error has; MESSAGES: none. */
static enum message message_of(const ebru_error *err)
{
    static const enum message of_reason[] = {
        [EBRU_PICKLE] = MESSAGE_PICKLE,           [EBRU_INCOMPLETE] = MESSAGE_INCOMPLETE,
        [EBRU_OTHER_KIND] = MESSAGE_NO_PAINTER,   [EBRU_TOO_LARGE] = MESSAGE_MEMORY,
        [EBRU_UNREADABLE] = MESSAGE_UNREADABLE,   [EBRU_OTHER_FORMAT] = MESSAGE_FORMAT,
        [EBRU_NO_WEIGHTS] = MESSAGE_NO_WEIGHTS,   [EBRU_LACKS_PART] = MESSAGE_LACKS_PART,
        [EBRU_MISFIT] = MESSAGE_MISFIT,           [EBRU_NO_VAE] = MESSAGE_NO_VAE,
        [EBRU_NO_TINY] = MESSAGE_NO_TINY,         [EBRU_NO_LIST] = MESSAGE_NO_LIST,
        [EBRU_EMPTY_LIST] = MESSAGE_EMPTY_LIST,   [EBRU_NETWORK] = MESSAGE_NETWORK,
        [EBRU_DEEP_PROMPT] = MESSAGE_DEEP_PROMPT, [EBRU_DIVERGED] = MESSAGE_DIVERGED,
    };

    if (err->reason == EBRU_NO_WEIGHTS && err->found)
        return MESSAGE_WHICH;
    if (err->reason != EBRU_NO_REASON && err->reason < G_N_ELEMENTS(of_reason))
        return of_reason[err->reason];
    return err->status == EBRU_NO_VOCABULARY && *err->file ? MESSAGE_VOCABULARY
           : err->status == EBRU_NO_MEMORY                 ? MESSAGE_NO_MEMORY
           : err->status == EBRU_NOT_FINITE                ? MESSAGE_NOT_FINITE
                                                           : MESSAGES;
}

/* Of a message that an error has; to be freed. */
static char *text_of(const ebru_error *err, enum message message)
{
    g_autofree char *file = g_path_get_basename(err->file), *list = list_of(err->file);
    g_autofree char *wanted = number(err->wanted), *found = number(err->found);

    switch (message) {
    case MESSAGE_MEMORY:
        return fill_memory(message, err);
    case MESSAGE_INCOMPLETE:
        return message_fill(message, "f", file, "a", wanted, "b", found, NULL);
    case MESSAGE_NO_LIST:
        return message_fill(message, "l", list, "f", err->file, NULL);
    case MESSAGE_EMPTY_LIST:
        return message_fill(message, "f", err->file, NULL);
    case MESSAGE_NETWORK:
        return message_fill(message, "l", err->file, NULL);
    default:
        return message_fill(message, "f", file, "kind", kind_of(err), "part", part_of(err), "why",
                            g_strerror((int)err->found), "n", found, "m", file, NULL);
    }
}

void g_error_from_ebru(GError **error, const ebru_error *err)
{
    const enum message message = message_of(err);
    g_autofree char *text = message < MESSAGES ? text_of(err, message) : NULL;

    if (text)
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, MESSAGE_CODE + (int)message, text);
    else
        g_set_error(error, EBRU_PLUGIN_ERROR, err->status, _("%s: %s"), meaning(err->status),
                    err->message);
}

char *message_memory_8bit(const ebru_error *err)
{
    return fill_memory(MESSAGE_MEMORY_8BIT, err);
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

gboolean message_is_bad_request(int code)
{
    static const enum message of_requests[] = { MESSAGE_NO_TINY, MESSAGE_NO_LIST,
                                                MESSAGE_EMPTY_LIST, MESSAGE_NETWORK,
                                                MESSAGE_DEEP_PROMPT };

    for (size_t i = 0; i < G_N_ELEMENTS(of_requests); i++)
        if (code == MESSAGE_CODE + (int)of_requests[i])
            return TRUE;
    return code == EBRU_BAD_REQUEST;
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
