/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fields.h"

#include "store.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* --- rows ----------------------------------------------------------------- */

GtkWidget *fields_grid_new(void)
{
    GtkWidget *const grid = gtk_grid_new();

    gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
    gtk_grid_set_column_spacing(GTK_GRID(grid), 12);
    return grid;
}

void fields_empty(GtkWidget *container)
{
    GList *const children = gtk_container_get_children(GTK_CONTAINER(container));

    for (GList *child = children; child; child = child->next)
        gtk_widget_destroy(child->data);
    g_list_free(children);
}

GtkWidget *fields_add(GtkWidget *grid, const char *text, GtkWidget *widget, GtkWidget *target)
{
    const int row = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(grid), "rows"));
    GtkWidget *const label = gtk_label_new_with_mnemonic(text ? text : "");

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    if (text)
        gtk_label_set_mnemonic_widget(GTK_LABEL(label), target ? target : widget);
    gtk_widget_set_hexpand(widget, TRUE);
    gtk_grid_attach(GTK_GRID(grid), label, 0, row, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), widget, 1, row, 1, 1);
    g_object_set_data(G_OBJECT(grid), "rows", GINT_TO_POINTER(row + 1));
    return label;
}

static GParamSpec *spec_of(GimpProcedureConfig *config, const char *name)
{
    return g_object_class_find_property(G_OBJECT_GET_CLASS(config), name);
}

char *fields_label(GimpProcedureConfig *config, const char *name)
{
    return g_strdup_printf(_("%s:"), g_param_spec_get_nick(spec_of(config, name)));
}

static GtkWidget *number_new(GimpProcedureConfig *config, const GParamSpec *spec)
{
    const gboolean whole = G_IS_PARAM_SPEC_INT(spec);
    const double range = whole ? 0 : ((const GParamSpecDouble *)spec)->maximum;
    const double step = whole ? 1 : range <= 1 ? 0.05 : 0.5;
    GtkWidget *const spin = gimp_prop_spin_button_new(G_OBJECT(config), spec->name, step, 10 * step,
                                                      whole        ? 0
                                                      : range <= 1 ? 2
                                                                   : 1);

    gtk_widget_set_halign(spin, GTK_ALIGN_START);
    gtk_entry_set_width_chars(GTK_ENTRY(spin), 8);
    return spin;
}

void fields_add_property(GtkWidget *grid, GimpProcedureConfig *config, const char *name)
{
    GParamSpec *const spec = spec_of(config, name);
    g_autofree char *label = fields_label(config, name);
    GtkWidget *widget;

    if (G_IS_PARAM_SPEC_BOOLEAN(spec))
        widget = gimp_prop_check_button_new(G_OBJECT(config), name, g_param_spec_get_nick(spec));
    else if (GIMP_IS_PARAM_SPEC_CHOICE(spec))
        widget = gimp_prop_choice_combo_box_new(G_OBJECT(config), name);
    else if (G_IS_PARAM_SPEC_STRING(spec))
        widget = gimp_prop_entry_new(G_OBJECT(config), name, -1);
    else
        widget = number_new(config, spec);
    gtk_widget_set_tooltip_text(widget, g_param_spec_get_blurb(spec));
    fields_add(grid, G_IS_PARAM_SPEC_BOOLEAN(spec) ? NULL : label, widget, NULL);
}

static GtkWidget *row_new(void)
{
    return gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
}

static void pack(GtkWidget *row, GtkWidget *widget, gboolean wide)
{
    gtk_box_pack_start(GTK_BOX(row), widget, wide, wide, 0);
}

/* --- strength ------------------------------------------------------------- */

static gboolean to_percent(GBinding *b, const GValue *from, GValue *to, gpointer data)
{
    (void)b;
    (void)data;
    g_value_set_double(to, rint(100 * g_value_get_double(from)));
    return TRUE;
}

static gboolean from_percent(GBinding *b, const GValue *from, GValue *to, gpointer data)
{
    (void)b;
    (void)data;
    g_value_set_double(to, g_value_get_double(from) / 100);
    return TRUE;
}

GtkWidget *fields_strength_new(GimpProcedureConfig *config, GtkWidget **target)
{
    GtkAdjustment *const percent = gtk_adjustment_new(100, 1, 100, 1, 10, 0);
    GtkWidget *const row = row_new();
    GtkWidget *const scale = gtk_scale_new(GTK_ORIENTATION_HORIZONTAL, percent);
    GtkWidget *const spin = gtk_spin_button_new(percent, 1, 0);
    GtkWidget *const sign = gtk_label_new("%");
    GParamSpec *const spec = spec_of(config, "strength");

    g_object_bind_property_full(config, "strength", percent, "value",
                                G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE, to_percent,
                                from_percent, NULL, NULL);
    gtk_scale_set_draw_value(GTK_SCALE(scale), FALSE);
    for (int mark = 30; mark <= 70; mark += 20)
        gtk_scale_add_mark(GTK_SCALE(scale), mark, GTK_POS_BOTTOM, NULL);
    gtk_entry_set_width_chars(GTK_ENTRY(spin), 3);
    gtk_widget_set_valign(spin, GTK_ALIGN_CENTER);
    gtk_widget_set_tooltip_text(row, g_param_spec_get_blurb(spec));
    atk_object_set_name(gtk_widget_get_accessible(scale), _("Strength"));
    pack(row, scale, TRUE);
    pack(row, spin, FALSE);
    pack(row, sign, FALSE);
    *target = spin;
    return row;
}

/* --- size ----------------------------------------------------------------- */

static GtkWidget *side_new(GimpProcedureConfig *config, const char *name, const char *title)
{
    GtkWidget *const spin = gimp_prop_spin_button_new(G_OBJECT(config), name, 64, 256, 0);

    gtk_entry_set_width_chars(GTK_ENTRY(spin), 5);
    atk_object_set_name(gtk_widget_get_accessible(spin), title);
    gtk_widget_set_tooltip_text(spin, g_param_spec_get_blurb(spec_of(config, name)));
    return spin;
}

static void choose_size(GtkMenuItem *item, GObject *config)
{
    const int w = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(item), "w"));
    const int h = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(item), "h"));

    g_object_set(config, "width", w, "height", h, NULL);
}

static void swap_sides(GtkMenuItem *item, GObject *config)
{
    int w, h;

    (void)item;
    g_object_get(config, "width", &w, "height", &h, NULL);
    g_object_set(config, "width", h, "height", w, NULL);
}

static void add_size(GtkWidget *menu, GObject *config, int w, int h)
{
    g_autofree char *text = g_strdup_printf(_("%d × %d"), w, h);
    GtkWidget *const item = gtk_menu_item_new_with_label(text);

    g_object_set_data(G_OBJECT(item), "w", GINT_TO_POINTER(w));
    g_object_set_data(G_OBJECT(item), "h", GINT_TO_POINTER(h));
    g_signal_connect(item, "activate", G_CALLBACK(choose_size), config);
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), item);
}

void fields_size_set_native(GtkWidget *size, int width, int height)
{
    GObject *const config = g_object_get_data(G_OBJECT(size), "config");
    GtkWidget *const button = g_object_get_data(G_OBJECT(size), "presets");
    GtkWidget *const menu = gtk_menu_new(), *swap = gtk_menu_item_new_with_label(_("Swap sides"));

    add_size(menu, config, width, height);
    add_size(menu, config, width, height * 3 / 2);
    add_size(menu, config, width * 3 / 2, height);
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), gtk_separator_menu_item_new());
    g_signal_connect(swap, "activate", G_CALLBACK(swap_sides), config);
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), swap);
    gtk_widget_show_all(menu);
    gtk_menu_button_set_popup(GTK_MENU_BUTTON(button), menu);
}

GtkWidget *fields_size_new(GimpProcedureConfig *config, GtkWidget **target)
{
    GtkWidget *const row = row_new();
    GtkWidget *const width = side_new(config, "width", _("Width"));
    GtkWidget *const presets = gtk_menu_button_new();

    pack(row, width, FALSE);
    pack(row, gtk_label_new("×"), FALSE);
    pack(row, side_new(config, "height", _("Height")), FALSE);
    pack(row, gtk_label_new(_("px")), FALSE);
    gtk_widget_set_tooltip_text(presets, _("Usual sizes of this model"));
    atk_object_set_name(gtk_widget_get_accessible(presets), _("Usual sizes"));
    gtk_box_pack_end(GTK_BOX(row), presets, FALSE, FALSE, 0);
    g_object_set_data(G_OBJECT(row), "config", config);
    g_object_set_data(G_OBJECT(row), "presets", presets);
    fields_size_set_native(row, 512, 512);
    *target = width;
    return row;
}

/* --- variants ------------------------------------------------------------- */

static void count_was_set(GObject *config, GParamSpec *spec, GtkWidget *drafts)
{
    int count;

    (void)spec;
    g_object_get(config, "count", &count, NULL);
    gtk_widget_set_sensitive(drafts, count > 1);
}

static void keep_drafts(GtkToggleButton *drafts)
{
    store_keep_window("drafts", gtk_toggle_button_get_active(drafts));
}

GtkWidget *fields_drafts_new(GimpProcedureConfig *config)
{
    GtkWidget *const drafts = gtk_check_button_new_with_mnemonic(_("_Drafts first"));

    gtk_widget_set_tooltip_text(
        drafts, _("Make part of the steps of every variant, then only the rest of the best"));
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(drafts), store_window("drafts", FALSE));
    g_signal_connect_object(config, "notify::count", G_CALLBACK(count_was_set), drafts, 0);
    g_signal_connect(drafts, "toggled", G_CALLBACK(keep_drafts), NULL);
    count_was_set(G_OBJECT(config), NULL, drafts);
    return drafts;
}

GtkWidget *fields_count_new(GimpProcedureConfig *config, GtkWidget *drafts, GtkWidget **target)
{
    GtkWidget *const row = row_new();

    *target = number_new(config, spec_of(config, "count"));
    gtk_widget_set_tooltip_text(*target, g_param_spec_get_blurb(spec_of(config, "count")));
    pack(row, *target, FALSE);
    pack(row, drafts, FALSE);
    return row;
}

/* --- margins -------------------------------------------------------------- */

GtkWidget *fields_margins_new(GimpProcedureConfig *config, GtkWidget **target)
{
    static const char *const names[] = { "left", "right", "top", "bottom" };
    GtkWidget *const grid = gtk_grid_new();

    gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
    gtk_grid_set_column_spacing(GTK_GRID(grid), 6);
    for (int i = 0; i < (int)G_N_ELEMENTS(names); i++) {
        GtkWidget *const spin = gimp_prop_spin_button_new(G_OBJECT(config), names[i], 8, 64, 0);
        g_autofree char *text = fields_label(config, names[i]);
        GtkWidget *const label = gtk_label_new_with_mnemonic(text);
        gtk_label_set_mnemonic_widget(GTK_LABEL(label), spin);
        gtk_label_set_xalign(GTK_LABEL(label), 0);
        gtk_widget_set_tooltip_text(spin, g_param_spec_get_blurb(spec_of(config, names[i])));
        gtk_grid_attach(GTK_GRID(grid), label, i % 2 * 2, i / 2, 1, 1);
        gtk_grid_attach(GTK_GRID(grid), spin, i % 2 * 2 + 1, i / 2, 1, 1);
        if (i == 0)
            *target = spin;
    }
    return grid;
}

/* --- seed ----------------------------------------------------------------- */

struct seed {
    GObject *config;
    GtkSpinButton *spin;
    GtkToggleButton *random;
};

static void seed_changed(struct seed *s)
{
    const gboolean random = gtk_toggle_button_get_active(s->random);

    gtk_widget_set_sensitive(GTK_WIDGET(s->spin), !random);
    g_object_set(s->config, "seed", random ? -1.0 : gtk_spin_button_get_value(s->spin), NULL);
}

static void seed_was_set(struct seed *s)
{
    double seed;

    g_object_get(s->config, "seed", &seed, NULL);
    if (seed >= 0 && seed != gtk_spin_button_get_value(s->spin))
        gtk_spin_button_set_value(s->spin, seed);
    if (gtk_toggle_button_get_active(s->random) != (seed < 0))
        gtk_toggle_button_set_active(s->random, seed < 0);
    gtk_widget_set_sensitive(GTK_WIDGET(s->spin), seed >= 0);
}

static void row_seed_was_set(GtkWidget *row)
{
    seed_was_set(g_object_get_data(G_OBJECT(row), "seed"));
}

void fields_seed_set_last(GtkWidget *seed, double value)
{
    struct seed *const s = g_object_get_data(G_OBJECT(seed), "seed");

    gtk_spin_button_set_value(s->spin, value);
}

GtkWidget *fields_seed_new(GimpProcedureConfig *config, GtkWidget **target)
{
    GtkWidget *const row = row_new();
    struct seed *const s = g_new0(struct seed, 1);

    s->config = G_OBJECT(config);
    s->spin = GTK_SPIN_BUTTON(gtk_spin_button_new_with_range(0, 4294967295.0, 1));
    s->random = GTK_TOGGLE_BUTTON(gtk_check_button_new_with_mnemonic(_("Ra_ndom")));
    gtk_entry_set_width_chars(GTK_ENTRY(s->spin), 11);
    gtk_widget_set_tooltip_text(GTK_WIDGET(s->spin),
                                g_param_spec_get_blurb(spec_of(config, "seed")));
    gtk_widget_set_tooltip_text(GTK_WIDGET(s->random),
                                _("A new seed for every picture; switch it off to keep the last"));
    g_object_set_data_full(G_OBJECT(row), "seed", s, g_free);
    seed_was_set(s);
    g_signal_connect_swapped(s->spin, "value-changed", G_CALLBACK(seed_changed), s);
    g_signal_connect_swapped(s->random, "toggled", G_CALLBACK(seed_changed), s);
    g_signal_connect_object(config, "notify::seed", G_CALLBACK(row_seed_was_set), row,
                            G_CONNECT_SWAPPED);
    pack(row, GTK_WIDGET(s->spin), FALSE);
    pack(row, GTK_WIDGET(s->random), FALSE);
    *target = GTK_WIDGET(s->spin);
    return row;
}
