/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * message.h - what people are told, and the button that helps.
 *
 * Each message has one home, the table in message.c, with names in braces for
 * what differs from case to case and with its button. Errors of the engine that
 * have a message there, which are all that one can meet often, become it; of others
 * the engine's own words, English and exact, with file and number, follow a
 * translated sentence that says what they mean for the user. Those words are in
 * the report in any case. Neither GIMP nor GTK is needed.
 */
#ifndef PLUGIN_MESSAGE_H
#define PLUGIN_MESSAGE_H

#include <ebru/ebru.h>
#include <glib.h>

/* What a button beside a message does. */
enum banner_action {
    BANNER_NONE,
    BANNER_ADD_MODEL,
    BANNER_CHOOSE_FOLDER,
    BANNER_LOAD_ANYWAY,
    BANNER_SHOW_FOLDER,
    BANNER_HOW, /* explain what to do with a pickle file */
    BANNER_RETRY,
    BANNER_GO_ON, /* with what is left of the last time */
    BANNER_OK,
    BANNER_USE_8BIT, /* a copy that needs half the memory */
    BANNER_USE_SIZE, /* from here on: advice */
    BANNER_USE_DRAFT,
    BANNER_SELECT_ALL,
    BANNER_KEEP_THIN, /* a thin selection is not to be grown */
    BANNER_KNOWN,     /* advice that has been read */
    BANNER_SAY        /* without a button */
};

/* The translated label of its button; "" for none. */
const char *message_action_label(enum banner_action action);

enum message {
    MESSAGE_NO_MODEL,
    MESSAGE_PICKLE,      /* {f}: file */
    MESSAGE_INCOMPLETE,  /* {f}; {a}, {b}: bytes promised and there */
    MESSAGE_NO_PAINTER,  /* {f}; {kind}: "a LoRA" */
    MESSAGE_MEMORY,      /* {a}, {b}: GB needed and free */
    MESSAGE_MEMORY_8BIT, /* likewise, where the model has, or can have, an 8-bit copy */
    MESSAGE_NO_AVX2,     /* {t}: "20 min" */
    MESSAGE_OUTSIDE,     /* of the selection */
    MESSAGE_THIN,        /* {n}, {m}: px as selected and as changed */
    MESSAGE_LONG_PROMPT, /* {n}: tokens */
    MESSAGE_SIZE,        /* {w}, {h}: asked for; {n}: px of a side that the model knows */
    MESSAGE_DISK,        /* {a}, {b}: GB free and needed; {dir} */
    MESSAGE_CHECKSUM,    /* {f} */
    MESSAGE_LICENCE,     /* {m}: model; {licence} */
    MESSAGE_GONE,        /* {f}: the model chosen last; {m}: the one used instead */
    MESSAGE_UNREADABLE,  /* {f}; {why}: in the system's words */
    MESSAGE_FORMAT,      /* {f}; {kind}: "a GGUF file" */
    MESSAGE_NO_WEIGHTS,  /* {f}: folder */
    MESSAGE_WHICH,       /* {f}: folder; {n}: files */
    MESSAGE_LACKS_PART,  /* {f}; {part}: "VAE" */
    MESSAGE_MISFIT,
    MESSAGE_NO_VAE,     /* {f} */
    MESSAGE_NO_TINY,    /* {m}: model */
    MESSAGE_NO_LIST,    /* {l}: its name; {f}: path */
    MESSAGE_EMPTY_LIST, /* {f}: path */
    MESSAGE_NETWORK,    /* {l}: "<lora:name:1>" */
    MESSAGE_DEEP_PROMPT,
    MESSAGE_DIVERGED,
    MESSAGE_NOT_FINITE,
    MESSAGE_VOCABULARY, /* {f}: model or folder */
    MESSAGE_NO_MEMORY,
    MESSAGE_EMPTY_FOLDER, /* {dir}: path */
    MESSAGES
};

/* Tokens that the model reads at a time, as MESSAGE_LONG_PROMPT says. */
enum { MESSAGE_BLOCK = 75 };

/* The message with its names replaced by the values that follow: pairs of a name and a text, NULL
 * at the end. Translated; to be freed. */
char *message_fill(enum message message, ...) G_GNUC_NULL_TERMINATED;

/* The English text as it stands in the table, and what its button does. */
const char *message_text(enum message message);
enum banner_action message_action(enum message message);

/* Codes are ebru_status, or MESSAGE_CODE + enum message for an error that has a message. */
#define EBRU_PLUGIN_ERROR message_error_quark()
GQuark message_error_quark(void);
enum { MESSAGE_CODE = 1000 };

void g_error_from_ebru(GError **error, const ebru_error *err);

/* Of an error that is EBRU_TOO_LARGE, where there is an 8-bit copy to use instead; to be freed. */
char *message_memory_8bit(const ebru_error *err);

/* Whether an error with this code is about what was asked for: EBRU_BAD_REQUEST and its messages.
 */
gboolean message_is_bad_request(int code);

/* What the button beside an error with this code does. */
enum banner_action message_action_for(int code);

/* Of a picture that takes so long. side: px that would be quicker; 0: none. draft: fewer steps
 * would be quicker. *action: its button; to be freed. */
char *message_long_time(double seconds, int side, gboolean draft, enum banner_action *action);

/* "2.1", of 2,100,000,000 bytes; "0.09" of less than one; to be freed. */
char *message_gigabytes(double bytes);

/* "2 min 10 s", to the precision that a guess deserves; to be freed. */
char *message_duration(double seconds);

/* "about 2 min 10 s"; to be freed. */
char *message_about(double seconds);

/* "53 s left"; to be freed. */
char *message_left(double seconds);

#endif
