/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fields.h - the rows of the dialog: a label with a mnemonic and what belongs to
 * it, aligned in a grid. Each is bound to one property of the settings, or to
 * two, and follows it when they are reset or loaded.
 */
#ifndef PLUGIN_FIELDS_H
#define PLUGIN_FIELDS_H

#include "checkpoints.h"

#include <libgimp/gimpui.h>

GtkWidget *fields_grid_new(void);

/* Destroy all that is in a container. */
void fields_empty(GtkWidget *container);

/* A row below the last. The label is NULL for a row without one; `target` gets its mnemonic, NULL:
 * the widget. Returns the label. */
GtkWidget *fields_add(GtkWidget *grid, const char *label, GtkWidget *widget, GtkWidget *target);

/* The same with the label of a property. */
GtkWidget *fields_add_named(GtkWidget *grid, GimpProcedureConfig *config, const char *name,
                            GtkWidget *widget, GtkWidget *target);

/* The label of a property, "_Steps:", to be freed. */
char *fields_label(GimpProcedureConfig *config, const char *name);

GParamSpec *fields_spec(GimpProcedureConfig *config, const char *name);

/* What windows may cover of the screen. */
GdkRectangle fields_screen(void);

/* What stands side by side in one row. */
GtkWidget *fields_row_new(void);
void fields_pack(GtkWidget *row, GtkWidget *widget, gboolean wide);

/* The chosen row has the theme's colours for what is chosen: GIMP's dark theme sets it apart by 19
 * levels of 255, which is hardly seen. */
void fields_mark_chosen(GtkWidget *table);

/* A list that grows up to `most` pixels and scrolls from there on. */
GtkWidget *fields_scrolled_new(GtkWidget *list, int most);

/* A row for one property: numbers in a spin button, with their unit, choices in a list, switches as
 * a check button. Returns that. */
GtkWidget *fields_add_property(GtkWidget *grid, GimpProcedureConfig *config, const char *name);

/* Greyed, unless this is chosen for that property. */
void fields_enable_for(GtkWidget *widget, GimpProcedureConfig *config, const char *name,
                       const char *choice);

/* Show or hide it; whether it was otherwise before. */
gboolean fields_set_visible(GtkWidget *widget, gboolean visible);

/* What follows are widgets for rows of their own; *target becomes the part of it that the mnemonic
 * of the row's label leads to, see fields_add(). */

/* A slider and the number, in per cent. */
GtkWidget *fields_strength_new(GimpProcedureConfig *config, GtkWidget **target);

/* Pixels to add on the four sides. */
GtkWidget *fields_margins_new(GimpProcedureConfig *config, GtkWidget **target);

/* The number of variants, and beside it the check button whether they are drafts first, which is no
 * argument. */
GtkWidget *fields_drafts_new(GimpProcedureConfig *config);
GtkWidget *fields_count_new(GimpProcedureConfig *config, GtkWidget *drafts, GtkWidget **target);

/* Width and height, a button that swaps them, and usual sizes: those outside of what the model
 * knows are greyed. (fields_size.c) */
GtkWidget *fields_size_new(GimpProcedureConfig *config, GtkWidget **target);
void fields_size_set_model(GtkWidget *size, const ebru_model_info *info);

/* The channels of an image by name, and none. It is up to date when it is looked at; `update` when
 * something may have changed. (fields_channel.c) */
GtkWidget *fields_channel_new(GimpProcedureConfig *config);
void fields_channel_set_image(GtkWidget *channel, GimpImage *image);
void fields_channel_update(GtkWidget *channel);

/* A seed, dice, and whether it is kept; else it is a new one for every picture. (fields_seed.c) */
GtkWidget *fields_seed_new(GimpProcedureConfig *config, GtkWidget **target);

/* The seed of the last picture, shown until there is another, and kept if that is switched on. */
void fields_seed_set_last(GtkWidget *seed, double value);

#endif
