/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form.h"

#include "fields.h"
#include "form_fit.h"
#include "form_folds.h"
#include "message.h"
#include "prompt.h"
#include "prompt_menu.h"
#include "quality.h"

#include <glib/gi18n.h>

enum { GAP = 6, BORDER = 12 };

static GtkWidget *dim_label_new(void)
{
    GtkWidget *const label = gtk_label_new(NULL);

    gtk_style_context_add_class(gtk_widget_get_style_context(label), GTK_STYLE_CLASS_DIM_LABEL);
    return label;
}

/* --- the text ------------------------------------------------------------- */

static GtkWidget *history_button_new(void)
{
    GtkWidget *const button =
        gtk_button_new_from_icon_name("document-open-recent-symbolic", GTK_ICON_SIZE_MENU);

    gtk_button_set_relief(GTK_BUTTON(button), GTK_RELIEF_NONE);
    gtk_widget_set_tooltip_text(button, _("Pictures of before and their settings (Ctrl+Shift+H)"));
    atk_object_set_name(gtk_widget_get_accessible(button), _("History…"));
    return button;
}

static void add_prompt(struct form *f, GtkWidget *box, GimpProcedureConfig *config)
{
    GtkWidget *const head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, GAP);
    g_autofree char *text = fields_label(config, "prompt");
    GtkWidget *const label = gtk_label_new_with_mnemonic(text);
    GtkWidget *const field = prompt_new(config, "prompt", _("Prompt"),
                                        _("Describe what you want to see"), 3, &f->prompt);

    gtk_label_set_mnemonic_widget(GTK_LABEL(label), f->prompt);
    f->tokens = dim_label_new();
    fields_pack(head, label, FALSE);
    f->history = history_button_new();
    gtk_box_pack_end(GTK_BOX(head), f->history, FALSE, FALSE, 0);
    f->menu = prompt_menu_new(f->prompt, config);
    gtk_box_pack_end(GTK_BOX(head), f->menu, FALSE, FALSE, 0);
    gtk_box_pack_end(GTK_BOX(head), f->tokens, FALSE, FALSE, 0);
    fields_pack(box, head, FALSE);
    gtk_box_pack_start(GTK_BOX(box), field, TRUE, TRUE, 0);
}

/* --- the decisions -------------------------------------------------------- */

static GtkWidget *explanation_new(void)
{
    GtkWidget *const label = dim_label_new();

    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_yalign(GTK_LABEL(label), 0);
    gtk_label_set_width_chars(GTK_LABEL(label), 36);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 42);
    gtk_label_set_lines(GTK_LABEL(label), 3);
    return label;
}

static GtkWidget *decisions_new(struct form *f, GimpProcedureConfig *config)
{
    GtkWidget *const grid = fields_grid_new();
    GtkWidget *target;

    fields_add_property(grid, config, "mode");
    f->explanation = explanation_new();
    fields_add(grid, NULL, f->explanation, NULL);
    f->strength = fields_strength_new(config, &target);
    f->strength_label = fields_add_named(grid, config, "strength", f->strength, target);
    f->hint = dim_label_new();
    /* xgettext:no-c-format */
    gtk_label_set_text(GTK_LABEL(f->hint), _("100 % ignores what is there"));
    gtk_label_set_xalign(GTK_LABEL(f->hint), 0);
    gtk_label_set_line_wrap(GTK_LABEL(f->hint), TRUE);
    f->no_hint = fields_add(grid, NULL, f->hint, NULL);
    f->margins = fields_margins_new(config, &target);
    f->margins_label = fields_add(grid, _("Add pi_xels:"), f->margins, target);
    f->quality = quality_new(config);
    fields_add(grid, _("_Quality:"), f->quality, NULL);
    return grid;
}

/* --- all of it ------------------------------------------------------------ */

static GtkWidget *scrolled_new(GtkWidget *fields)
{
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);

    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    /* beside the fields, not over their right ends */
    gtk_scrolled_window_set_overlay_scrolling(GTK_SCROLLED_WINDOW(scrolled), FALSE);
    gtk_container_add(GTK_CONTAINER(scrolled), fields);
    return scrolled;
}

static GtkWidget *progress_new(void)
{
    GtkWidget *const bar = gtk_progress_bar_new();

    gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(bar), TRUE);
    gtk_progress_bar_set_ellipsize(GTK_PROGRESS_BAR(bar), PANGO_ELLIPSIZE_END);
    atk_object_set_name(gtk_widget_get_accessible(bar), _("Progress"));
    gtk_widget_set_no_show_all(bar, TRUE);
    return bar;
}

void form_build(struct form *f, GimpProcedureConfig *config, GtkWidget *results, GtkWidget *rows)
{
    f->root = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);
    f->fields = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);
    gtk_container_set_border_width(GTK_CONTAINER(f->root), BORDER);
    add_prompt(f, f->fields, config);
    fields_pack(f->fields, form_avoid_new(f, config), FALSE);
    GtkWidget *const decisions = decisions_new(f, config);
    gtk_widget_set_margin_top(decisions, GAP);
    fields_pack(f->fields, decisions, FALSE);
    fields_pack(f->fields, form_choice_new(f, config), FALSE);
    fields_pack(f->fields, form_advanced_new(f, config), FALSE);
    fields_pack(f->fields, form_edges_new(f, config), FALSE);
    f->scrolled = scrolled_new(f->fields);
    f->progress = progress_new();
    f->below = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);
    GtkWidget *const below[] = { results, f->progress, rows };
    fields_pack(f->root, f->scrolled, TRUE);
    fields_pack(f->root, f->below, FALSE);
    for (size_t i = 0; i < G_N_ELEMENTS(below); i++) {
        fields_pack(f->below, below[i], FALSE);
        g_signal_connect_swapped(below[i], "notify::visible", G_CALLBACK(form_fit), f);
    }
    g_signal_connect_swapped(f->root, "map", G_CALLBACK(form_fit), f);
}

void form_show_mode(struct form *f, enum mode mode, gboolean selection, gboolean automatic,
                    const char *text)
{
    const gboolean part = mode == MODE_FILL || mode == MODE_REFINE;
    const gboolean strength = part || automatic;
    const gboolean shown[] = { !part && mode != MODE_EXPAND, strength, strength,
                               mode == MODE_EXPAND };
    GtkWidget *const widgets[][2] = { { f->size, f->size_label },
                                      { f->strength, f->strength_label },
                                      { f->hint, f->no_hint },
                                      { f->margins, f->margins_label } };
    gboolean changed = form_show_edges(f, mode, selection);

    gtk_label_set_text(GTK_LABEL(f->explanation), text);
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++)
        for (int k = 0; k < 2; k++)
            changed |= fields_set_visible(widgets[i][k], shown[i]);
    if (changed || (gtk_widget_get_mapped(f->fields) && form_wish(f) != f->wish))
        form_fit(f); /* the text may have another line */
}

/* Of a colour of 0 to 1, as Pango has it. */
static guint16 between(double warning, double text)
{
    return (guint16)(65535 * (0.65 * warning + 0.35 * text));
}

/* The theme's colour for warnings, a third of the way to that of its text: as it is, it is hard to
 * read on a light ground. */
static void colour_warning(GtkWidget *label, gboolean warns)
{
    GtkStyleContext *const style = gtk_widget_get_style_context(label);
    GdkRGBA text, c = { 0.96, 0.47, 0, 1 };

    if (!warns) {
        gtk_label_set_attributes(GTK_LABEL(label), NULL);
        return;
    }
    gtk_style_context_lookup_color(style, "warning_color", &c);
    gtk_style_context_get_color(style, gtk_style_context_get_state(style), &text);
    g_autoptr(PangoAttrList) list = pango_attr_list_new();
    pango_attr_list_insert(list, pango_attr_foreground_new(between(c.red, text.red),
                                                           between(c.green, text.green),
                                                           between(c.blue, text.blue)));
    gtk_label_set_attributes(GTK_LABEL(label), list);
}

void form_set_tokens(struct form *f, int tokens, int blocks)
{
    const gboolean more = tokens > MESSAGE_BLOCK;
    const int room = blocks * MESSAGE_BLOCK;
    g_autofree char *n = g_strdup_printf("%d", tokens);
    g_autofree char *text =
        tokens < 0 ? g_strdup("")
        : more     ? g_strdup_printf(_("%d / %d, continues in a further block"), tokens, room)
                   : g_strdup_printf(_("%d / %d"), tokens, room);
    g_autofree char *tip = more ? message_fill(MESSAGE_LONG_PROMPT, "n", n, NULL)
                                : g_strdup(_("Tokens, the pieces of words that the model reads"));
    GtkStyleContext *const style = gtk_widget_get_style_context(f->tokens);

    gtk_label_set_text(GTK_LABEL(f->tokens), text);
    gtk_widget_set_tooltip_text(f->tokens, tip);
    (more ? gtk_style_context_remove_class
          : gtk_style_context_add_class)(style, GTK_STYLE_CLASS_DIM_LABEL);
    colour_warning(f->tokens, more);
}

void form_show_progress(struct form *f, double fraction, const char *text)
{
    GtkProgressBar *const bar = GTK_PROGRESS_BAR(f->progress);

    gtk_widget_show(f->progress);
    if (fraction < 0)
        gtk_progress_bar_pulse(bar);
    else
        gtk_progress_bar_set_fraction(bar, MIN(1, fraction));
    gtk_progress_bar_set_text(bar, text);
    atk_object_set_description(gtk_widget_get_accessible(f->progress), text);
}

void form_announce(struct form *f, const char *text)
{
    AtkObject *const speaker = gtk_widget_get_accessible(f->progress);

    if (g_signal_lookup("announcement", ATK_TYPE_OBJECT))
        g_signal_emit_by_name(speaker, "announcement", text);
}
