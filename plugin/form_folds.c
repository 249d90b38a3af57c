/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form_folds.h"

#include "fields.h"
#include "model_row.h"
#include "prompt.h"
#include "store.h"

#include <glib/gi18n.h>
#include <string.h>

enum { GAP = 6 };

static void keep_expanded(GtkExpander *expander, GParamSpec *spec, const char *name)
{
    (void)spec;
    store_keep_window(name, gtk_expander_get_expanded(expander));
}

/* name: under which its state is remembered; NULL: it is not. */
static GtkWidget *expander_new(struct form *f, const char *label, const char *name,
                               GtkWidget *content)
{
    GtkWidget *const expander = gtk_expander_new_with_mnemonic(label);

    if (name) {
        gtk_expander_set_expanded(GTK_EXPANDER(expander), store_window(name, FALSE));
        g_signal_connect(expander, "notify::expanded", G_CALLBACK(keep_expanded), (gpointer)name);
    }
    g_signal_connect_swapped(expander, "notify::expanded", G_CALLBACK(form_fit), f);
    gtk_widget_set_margin_top(content, GAP);
    gtk_widget_show_all(content);
    gtk_widget_set_no_show_all(content, TRUE);
    /* else Tab goes through what is folded away */
    g_object_bind_property(expander, "expanded", content, "visible", G_BINDING_SYNC_CREATE);
    gtk_container_add(GTK_CONTAINER(expander), content);
    return expander;
}

/* --- what to avoid -------------------------------------------------------- */

/* What counts is to be seen. */
static void unfold_avoid(GtkExpander *avoid, GParamSpec *spec, GObject *config)
{
    g_autofree char *text = NULL;

    (void)spec;
    g_object_get(config, "negative", &text, NULL);
    if (text && *text)
        gtk_expander_set_expanded(avoid, TRUE);
}

GtkWidget *form_avoid_new(struct form *f, GimpProcedureConfig *config)
{
    GtkWidget *view;
    GtkWidget *const field =
        prompt_new(config, "negative", _("Avoid"), _("What the picture must not show"), 2, &view);

    f->avoid_field = field;
    f->avoid = expander_new(f, _("_Avoid"), NULL, field);
    unfold_avoid(GTK_EXPANDER(f->avoid), NULL, G_OBJECT(config));
    g_signal_connect_object(config, "notify::negative", G_CALLBACK(unfold_avoid), f->avoid,
                            G_CONNECT_SWAPPED);
    return f->avoid;
}

void form_set_avoid(struct form *f, gboolean heard)
{
    if (gtk_widget_get_sensitive(f->avoid_field) == heard)
        return;
    gtk_widget_set_sensitive(f->avoid_field, heard);
    gtk_expander_set_label(GTK_EXPANDER(f->avoid),
                           heard ? _("_Avoid") : _("_Avoid (ignored while guidance is 1)"));
    gtk_widget_set_tooltip_text(
        f->avoid, heard ? NULL
                        : _("Without guidance the model reads one text alone: what to avoid needs "
                            "a guidance weight above 1"));
}

/* --- model, size and variants --------------------------------------------- */

/* Beside the expander's words, while it is folded: what is chosen in it. */
static void add_choice(struct form *f, GtkWidget *expander)
{
    GtkWidget *const row = fields_row_new();
    GtkWidget *const label = gtk_expander_get_label_widget(GTK_EXPANDER(expander));

    f->choice = gtk_label_new(NULL);
    gtk_label_set_ellipsize(GTK_LABEL(f->choice), PANGO_ELLIPSIZE_END);
    gtk_label_set_xalign(GTK_LABEL(f->choice), 0);
    gtk_style_context_add_class(gtk_widget_get_style_context(f->choice), GTK_STYLE_CLASS_DIM_LABEL);
    /* GTK finds the name in a label alone */
    atk_object_set_name(gtk_widget_get_accessible(expander), gtk_label_get_text(GTK_LABEL(label)));
    g_object_ref(label);
    gtk_expander_set_label_widget(GTK_EXPANDER(expander), NULL);
    fields_pack(row, label, FALSE);
    g_object_unref(label);
    fields_pack(row, f->choice, TRUE);
    gtk_widget_show_all(row);
    gtk_expander_set_label_widget(GTK_EXPANDER(expander), row);
    gtk_expander_set_label_fill(GTK_EXPANDER(expander), TRUE);
    g_object_bind_property(expander, "expanded", f->choice, "visible",
                           G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
}

void form_show_choice(struct form *f, const char *model, int count, gboolean drafts)
{
    GString *const text = g_string_new(model);

    if (count > 1)
        g_string_append(text, " · ");
    if (drafts)
        g_string_append_printf(text, ngettext("%d draft", "%d drafts", (gulong)count), count);
    else if (count > 1)
        g_string_append_printf(text, ngettext("%d variant", "%d variants", (gulong)count), count);
    gtk_label_set_text(GTK_LABEL(f->choice), text->str);
    atk_object_set_description(gtk_widget_get_accessible(f->choice_fold), text->str);
    g_string_free(text, TRUE);
}

GtkWidget *form_choice_new(struct form *f, GimpProcedureConfig *config)
{
    GtkWidget *const grid = fields_grid_new();
    GtkWidget *target;
    GtkWidget *const model = model_row_new(config, &f->model, &f->more_models);

    fields_add_named(grid, config, "model", model, f->model);
    f->size = fields_size_new(config, &target);
    f->size_label = fields_add(grid, _("Si_ze:"), f->size, target);
    f->drafts = fields_drafts_new(config);
    GtkWidget *const count = fields_count_new(config, f->drafts, &target);
    fields_add_named(grid, config, "count", count, target);
    f->choice_fold = expander_new(f, _("M_odel, size and variants"), "choice", grid);
    add_choice(f, f->choice_fold);
    return f->choice_fold;
}

/* --- all else ------------------------------------------------------------- */

/* Less of something for less time. */
static GtkWidget *speed_new(struct form *f, GimpProcedureConfig *config)
{
    static const char *const names[] = { "guidance-start", "guidance-stop", "reuse", "decoder" };
    GtkWidget *const grid = fields_grid_new();

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        fields_add_property(grid, config, names[i]);
    return expander_new(f, _("_Faster, at a price"), "speed", grid);
}

GtkWidget *form_advanced_new(struct form *f, GimpProcedureConfig *config)
{
    static const char *const names[] = { "sampler",          "schedule",  "steps", "guidance",
                                         "guidance-rescale", "clip-skip", "tile",  "fine" };
    GtkWidget *const grid = fields_grid_new();
    GtkWidget *target;

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        fields_add_property(grid, config, names[i]);
    f->seed = fields_seed_new(config, &target);
    fields_add_named(grid, config, "seed", f->seed, target);
    GtkWidget *const all = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);
    fields_pack(all, grid, FALSE);
    fields_pack(all, speed_new(f, config), FALSE);
    return expander_new(f, _("Adva_nced"), "advanced", all);
}

/* Where a row means something: within a selection, for a whole layer, and beyond the canvas. */
enum { PART = 1, WHOLE = 2, BEYOND = 4 };

static const struct {
    const char *name; /* of the property; NULL: "Show on canvas" */
    int where;
} edge_rows[] = { { "context", PART },
                  { "context-channel", PART },
                  { "padding", PART | BEYOND },
                  { "grow", PART },
                  { "feather", PART },
                  { "blend", PART },
                  { "prefill", PART | BEYOND },
                  { "match-colours", PART | BEYOND },
                  { "layer-mask", PART | BEYOND },
                  { "sample-merged", PART | WHOLE },
                  { NULL, PART } };

static GtkWidget *guide_new(void)
{
    GtkWidget *const guide = gtk_check_button_new_with_mnemonic(_("Sho_w on canvas"));

    gtk_widget_set_tooltip_text(
        guide, _("As long as this window is in front, the image shows what may change, in red, "
                 "and a frame around what the model sees"));
    return guide;
}

GtkWidget *form_edges_new(struct form *f, GimpProcedureConfig *config)
{
    GtkWidget *const grid = f->edges_grid = fields_grid_new();

    f->channel = fields_channel_new(config);
    fields_enable_for(f->channel, config, "context", "channel");
    f->guide = guide_new();
    for (size_t i = 0; i < G_N_ELEMENTS(edge_rows); i++) {
        const char *const name = edge_rows[i].name;
        if (!name)
            fields_add(grid, NULL, f->guide, NULL);
        else if (!strcmp(name, "context-channel"))
            fields_add_named(grid, config, name, f->channel, NULL);
        else
            fields_add_property(grid, config, name);
    }
    f->edges = expander_new(f, _("Selection ed_ges"), "edges", grid);
    return f->edges;
}

gboolean form_show_edges(struct form *f, enum mode mode, gboolean selection)
{
    const int here = mode == MODE_EXPAND                        ? BEYOND
                     : mode != MODE_FILL && mode != MODE_REFINE ? 0
                     : selection                                ? PART
                                                                : WHOLE;
    const char *const label = here == PART ? _("Selection ed_ges") : _("Ed_ges");
    gboolean changed = fields_set_visible(f->edges, here != 0);

    if (!here)
        return changed;
    if (strcmp(label, gtk_expander_get_label(GTK_EXPANDER(f->edges))))
        gtk_expander_set_label(GTK_EXPANDER(f->edges), label);
    for (int i = 0; i < (int)G_N_ELEMENTS(edge_rows); i++)
        for (int k = 0; k < 2; k++)
            changed |= fields_set_visible(gtk_grid_get_child_at(GTK_GRID(f->edges_grid), k, i),
                                          (edge_rows[i].where & here) != 0);
    return changed;
}
