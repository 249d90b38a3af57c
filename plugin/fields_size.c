/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fields.h"
#include "geometry.h"

#include <glib/gi18n.h>

struct size {
    int w, h;
};

static const struct size usual[] = { { 512, 512 }, { 512, 768 },  { 768, 512 },
                                     { 768, 768 }, { 768, 1024 }, { 1024, 1024 } };

enum { LEAST_STEP = 8, PAGE = 64 };

static int snapped(GtkSpinButton *spin, int side)
{
    double step, low, high;

    gtk_spin_button_get_increments(spin, &step, NULL);
    gtk_spin_button_get_range(spin, &low, &high);
    return side_snap(side, (int)step, (int)low, (int)high);
}

/* What the model cannot paint becomes the nearest that it can, wherever it comes from. */
static void snap(GObject *config, GParamSpec *spec, GtkSpinButton *spin)
{
    int side;

    g_object_get(config, spec->name, &side, NULL);
    if (snapped(spin, side) != side)
        g_object_set(config, spec->name, snapped(spin, side), NULL);
}

/* What was typed is not told of that: the setting is still being written. */
static void snap_typed(GtkSpinButton *spin)
{
    const int side = gtk_spin_button_get_value_as_int(spin);

    if (snapped(spin, side) != side)
        gtk_spin_button_set_value(spin, snapped(spin, side));
}

static GtkWidget *side_new(GimpProcedureConfig *config, const char *name, const char *title)
{
    g_autofree char *changed = g_strconcat("notify::", name, NULL);
    GtkWidget *const spin = gimp_prop_spin_button_new(G_OBJECT(config), name, LEAST_STEP, PAGE, 0);

    g_signal_connect_object(config, changed, G_CALLBACK(snap), spin, G_CONNECT_DEFAULT);
    g_signal_connect(spin, "value-changed", G_CALLBACK(snap_typed), NULL);

    gtk_entry_set_width_chars(GTK_ENTRY(spin), 5);
    atk_object_set_name(gtk_widget_get_accessible(spin), title);
    gtk_widget_set_tooltip_text(spin, g_param_spec_get_blurb(fields_spec(config, name)));
    return spin;
}

static void choose(GtkMenuItem *item, GObject *config)
{
    const struct size *const size = g_object_get_data(G_OBJECT(item), "size");

    g_object_set(config, "width", size->w, "height", size->h, NULL);
}

static void swap_sides(GObject *config)
{
    int w, h;

    g_object_get(config, "width", &w, "height", &h, NULL);
    g_object_set(config, "width", h, "height", w, NULL);
}

static void add_size(GtkWidget *menu, GObject *config, struct size size,
                     const struct native *native)
{
    const double pixels = (double)size.w * size.h;
    g_autofree char *text =
        g_strdup_printf(pixels < native->min_pixels   ? _("%d × %d, too small for this model")
                        : pixels > native->max_pixels ? _("%d × %d, too large for this model")
                                                      : _("%d × %d"),
                        size.w, size.h);
    GtkWidget *const item = gtk_menu_item_new_with_label(text);

    gtk_widget_set_sensitive(item, pixels >= native->min_pixels && pixels <= native->max_pixels);
    g_object_set_data_full(G_OBJECT(item), "size", g_memdup2(&size, sizeof(size)), g_free);
    g_signal_connect(item, "activate", G_CALLBACK(choose), config);
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), item);
}

static gboolean is_usual(int side)
{
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
        if (usual[i].w == side && usual[i].h == side)
            return TRUE;
    return FALSE;
}

static void set_native(GtkWidget *row, const struct native *native)
{
    const int side = native->side;
    GObject *const config = g_object_get_data(G_OBJECT(row), "config");
    GtkWidget *const button = g_object_get_data(G_OBJECT(row), "presets");
    GtkWidget *const menu = gtk_menu_new();
    const struct size own[] = { { side, side }, { side, side * 3 / 2 }, { side * 3 / 2, side } };

    for (size_t i = 0; i < G_N_ELEMENTS(own) && !is_usual(side); i++)
        add_size(menu, config, own[i], native);
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
        add_size(menu, config, usual[i], native);
    gtk_widget_show_all(menu);
    gtk_menu_button_set_popup(GTK_MENU_BUTTON(button), menu);
}

static void set_step(GtkWidget *size, const char *name, int step)
{
    GObject *const config = g_object_get_data(G_OBJECT(size), "config");

    gtk_spin_button_set_increments(g_object_get_data(G_OBJECT(size), name), step, MAX(step, PAGE));
    g_object_notify(config, name); /* and what is there now is snapped */
}

void fields_size_set_model(GtkWidget *size, const ebru_model_info *info)
{
    const struct native native = native_of(info);

    set_step(size, "width", native.multiple);
    set_step(size, "height", native.multiple);

    set_native(size, &native);
}

GtkWidget *fields_size_new(GimpProcedureConfig *config, GtkWidget **target)
{
    static const ebru_model_info unknown = { .width = 512, .height = 512, .multiple = 8 };
    GtkWidget *const row = fields_row_new();
    GtkWidget *const width = side_new(config, "width", _("Width"));
    GtkWidget *const height = side_new(config, "height", _("Height"));
    GtkWidget *const swap =
        gtk_button_new_from_icon_name("object-flip-horizontal-symbolic", GTK_ICON_SIZE_BUTTON);
    GtkWidget *const presets = gtk_menu_button_new();

    fields_pack(row, width, FALSE);
    fields_pack(row, gtk_label_new("×"), FALSE);
    fields_pack(row, height, FALSE);
    fields_pack(row, gtk_label_new(_("px")), FALSE);
    fields_pack(row, swap, FALSE);
    gtk_widget_set_tooltip_text(swap, _("Swap width and height"));
    atk_object_set_name(gtk_widget_get_accessible(swap), _("Swap width and height"));
    g_signal_connect_swapped(swap, "clicked", G_CALLBACK(swap_sides), config);
    gtk_widget_set_tooltip_text(presets, _("Usual sizes; those that this model knows"));
    atk_object_set_name(gtk_widget_get_accessible(presets), _("Usual sizes"));
    gtk_box_pack_end(GTK_BOX(row), presets, FALSE, FALSE, 0);
    g_object_set_data(G_OBJECT(row), "config", config);
    g_object_set_data(G_OBJECT(row), "presets", presets);
    g_object_set_data(G_OBJECT(row), "width", width);
    g_object_set_data(G_OBJECT(row), "height", height);
    fields_size_set_model(row, &unknown);
    *target = width;
    return row;
}
