/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fields.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* --- the screen ----------------------------------------------------------- */

GdkRectangle fields_screen(void)
{
    GdkMonitor *const monitor = gdk_display_get_monitor(gdk_display_get_default(), 0);
    GdkRectangle area = { 0, 0, 1024, 768 };

    if (monitor)
        gdk_monitor_get_workarea(monitor, &area);
    return area;
}

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

GtkWidget *fields_add_named(GtkWidget *grid, GimpProcedureConfig *config, const char *name,
                            GtkWidget *widget, GtkWidget *target)
{
    g_autofree char *label = fields_label(config, name);

    return fields_add(grid, label, widget, target);
}

GParamSpec *fields_spec(GimpProcedureConfig *config, const char *name)
{
    return g_object_class_find_property(G_OBJECT_GET_CLASS(config), name);
}

char *fields_label(GimpProcedureConfig *config, const char *name)
{
    return g_strdup_printf(_("%s:"), g_param_spec_get_nick(fields_spec(config, name)));
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

/* NULL: a number of something else. */
static const char *unit_of(const char *name)
{
    static const char *const units[][2] = {
        { "padding", "px" }, { "grow", "px" }, { "feather", "%" }, { "blend", "px" }
    };

    for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
        if (!strcmp(units[i][0], name))
            return units[i][1];
    return NULL;
}

static GtkWidget *with_unit(GtkWidget *spin, const char *unit)
{
    GtkWidget *const row = fields_row_new();

    fields_pack(row, spin, FALSE);
    fields_pack(row, gtk_label_new(unit), FALSE);
    return row;
}

GtkWidget *fields_add_property(GtkWidget *grid, GimpProcedureConfig *config, const char *name)
{
    GParamSpec *const spec = fields_spec(config, name);
    const char *const unit = unit_of(name);
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
    fields_add(grid, G_IS_PARAM_SPEC_BOOLEAN(spec) ? NULL : label,
               unit ? with_unit(widget, unit) : widget, widget);
    return widget;
}

static gboolean is_choice(GBinding *b, const GValue *from, GValue *to, gpointer choice)
{
    (void)b;
    g_value_set_boolean(to, !g_strcmp0(g_value_get_string(from), choice));
    return TRUE;
}

gboolean fields_set_visible(GtkWidget *widget, gboolean visible)
{
    const gboolean before = gtk_widget_get_visible(widget);

    gtk_widget_set_visible(widget, visible);
    return before != visible;
}

void fields_enable_for(GtkWidget *widget, GimpProcedureConfig *config, const char *name,
                       const char *choice)
{
    g_object_bind_property_full(config, name, widget, "sensitive", G_BINDING_SYNC_CREATE, is_choice,
                                NULL, g_strdup(choice), g_free);
}

void fields_mark_chosen(GtkWidget *table)
{
    static const char style[] = ".view:selected { background-color: @theme_selected_bg_color;"
                                " color: @theme_selected_fg_color; }";
    g_autoptr(GtkCssProvider) css = gtk_css_provider_new();

    gtk_css_provider_load_from_data(css, style, -1, NULL);
    gtk_style_context_add_provider(gtk_widget_get_style_context(table), GTK_STYLE_PROVIDER(css),
                                   GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

GtkWidget *fields_scrolled_new(GtkWidget *list, int most)
{
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);

    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
    gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scrolled), most);
    gtk_container_add(GTK_CONTAINER(scrolled), list);
    return scrolled;
}

GtkWidget *fields_row_new(void)
{
    return gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
}

void fields_pack(GtkWidget *row, GtkWidget *widget, gboolean wide)
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
    GtkWidget *const row = fields_row_new();
    GtkWidget *const scale = gtk_scale_new(GTK_ORIENTATION_HORIZONTAL, percent);
    GtkWidget *const spin = gtk_spin_button_new(percent, 1, 0);
    GtkWidget *const sign = gtk_label_new("%");

    g_object_bind_property_full(config, "strength", percent, "value",
                                G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE, to_percent,
                                from_percent, NULL, NULL);
    gtk_scale_set_draw_value(GTK_SCALE(scale), FALSE);
    for (int mark = 30; mark <= 70; mark += 20) {
        g_autofree char *number = g_strdup_printf("<small>%d</small>", mark);
        gtk_scale_add_mark(GTK_SCALE(scale), mark, GTK_POS_BOTTOM, number);
    }
    gtk_entry_set_width_chars(GTK_ENTRY(spin), 3);
    gtk_widget_set_valign(spin, GTK_ALIGN_CENTER);
    gtk_widget_set_tooltip_text(row, _("How far to depart from what is there"));
    atk_object_set_name(gtk_widget_get_accessible(scale), _("Strength"));
    fields_pack(row, scale, TRUE);
    fields_pack(row, spin, FALSE);
    fields_pack(row, sign, FALSE);
    *target = spin;
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

GtkWidget *fields_drafts_new(GimpProcedureConfig *config)
{
    GParamSpec *const spec = fields_spec(config, "drafts");
    GtkWidget *const drafts = gtk_check_button_new_with_mnemonic(g_param_spec_get_nick(spec));

    gtk_widget_set_tooltip_text(drafts, g_param_spec_get_blurb(spec));
    g_object_bind_property(config, "drafts", drafts, "active",
                           G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
    g_signal_connect_object(config, "notify::count", G_CALLBACK(count_was_set), drafts, 0);
    count_was_set(G_OBJECT(config), NULL, drafts);
    return drafts;
}

GtkWidget *fields_count_new(GimpProcedureConfig *config, GtkWidget *drafts, GtkWidget **target)
{
    GtkWidget *const row = fields_row_new();

    *target = number_new(config, fields_spec(config, "count"));
    gtk_widget_set_tooltip_text(*target, g_param_spec_get_blurb(fields_spec(config, "count")));
    fields_pack(row, *target, FALSE);
    fields_pack(row, drafts, FALSE);
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
        gtk_widget_set_tooltip_text(spin, g_param_spec_get_blurb(fields_spec(config, names[i])));
        gtk_grid_attach(GTK_GRID(grid), label, i % 2 * 2, i / 2, 1, 1);
        gtk_grid_attach(GTK_GRID(grid), spin, i % 2 * 2 + 1, i / 2, 1, 1);
        if (i == 0)
            *target = spin;
    }
    return grid;
}
