/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * procedure.h - the arguments of the procedures, and what was chosen with them.
 *
 * Two tables make the arguments: the engine's ebru_params(), and one here for
 * what concerns GIMP alone. Both are read back by the same loops, so an argument
 * has one place. Nothing here knows a parameter of the engine by name; a
 * procedure may give one another initial value.
 */
#ifndef PLUGIN_PROCEDURE_H
#define PLUGIN_PROCEDURE_H

#include "geometry.h"
#include "pixels.h"

#include <libgimp/gimp.h>

#define REFINE_STRENGTH 0.4 /* to begin with; in all other modes it is 1 */

enum mode { MODE_AUTOMATIC, MODE_NEW_IMAGE, MODE_NEW_LAYER, MODE_FILL, MODE_REFINE, MODE_EXPAND };

/* What a finished picture says of its making in EXIF and XMP. */
enum metadata { METADATA_PREFERENCE, METADATA_NONE, METADATA_SOURCE, METADATA_ALL };

/* The initial value of an argument where a procedure has its own: a number, or the name of a
 * choice. */
struct initial {
    const char *name;
    double number;
    const char *choice;
};

/* What a dialog or a script chose. */
struct settings {
    ebru_request request; /* points into strings */
    GPtrArray *strings;
    int mode; /* enum mode */
    char *model, *vocabulary, *vae;
    int threads;
    int context; /* enum context */
    int padding, grow, blend;
    double feather; /* percent */
    int prefill;    /* enum prefill */
    gboolean match_colours, layer_mask, sample_merged, fine;
    char *context_channel, *style;
    int metadata;           /* enum metadata */
    struct margins margins; /* to expand the canvas by */
};

/* initial: ends with a NULL name. */
void procedure_add_arguments(GimpProcedure *procedure, const struct initial *initial);
void procedure_add_return_values(GimpProcedure *procedure);

void settings_read(struct settings *s, GimpProcedureConfig *config);
void settings_clear(struct settings *s);
/* The arguments that are GIMP's affair, as JSON, files by their last part alone; to be freed. */
char *settings_json(const struct settings *s);

/* All settings of a configuration as GIMP writes them, to be freed, and read again. */
char *settings_text(GimpProcedureConfig *config);
gboolean settings_from_text(struct settings *s, GimpProcedure *procedure, const char *text);

struct edges settings_edges(const struct settings *s);

#endif
