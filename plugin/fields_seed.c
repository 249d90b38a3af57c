/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fields.h"

#include <glib/gi18n.h>

/* The property is -1 unless the seed is kept; what the number shows then is the last one's. */
struct seed {
    GObject *config;
    GtkSpinButton *spin;
    GtkToggleButton *keep;
};

static struct seed *seed_of(GtkWidget *row)
{
    return g_object_get_data(G_OBJECT(row), "seed");
}

static void seed_changed(struct seed *s)
{
    const gboolean keep = gtk_toggle_button_get_active(s->keep);

    gtk_widget_set_sensitive(GTK_WIDGET(s->spin), keep);
    g_object_set(s->config, "seed", keep ? gtk_spin_button_get_value(s->spin) : -1.0, NULL);
}

static void roll(struct seed *s)
{
    g_object_set(s->config, "seed", (double)g_random_int(), NULL);
}

static void seed_was_set(GtkWidget *row)
{
    struct seed *const s = seed_of(row);
    double seed;

    g_object_get(s->config, "seed", &seed, NULL);
    if (seed >= 0 && seed != gtk_spin_button_get_value(s->spin))
        gtk_spin_button_set_value(s->spin, seed);
    if (gtk_toggle_button_get_active(s->keep) != (seed >= 0))
        gtk_toggle_button_set_active(s->keep, seed >= 0);
    gtk_widget_set_sensitive(GTK_WIDGET(s->spin), seed >= 0);
}

void fields_seed_set_last(GtkWidget *row, double value)
{
    struct seed *const s = seed_of(row);

    if (!gtk_toggle_button_get_active(s->keep)) /* else it was chosen for the next */
        gtk_spin_button_set_value(s->spin, value);
}

static GtkWidget *dice_new(struct seed *s)
{
    GtkWidget *const dice =
        gtk_button_new_from_icon_name("view-refresh-symbolic", GTK_ICON_SIZE_BUTTON);

    gtk_widget_set_tooltip_text(dice, _("Roll another seed, and keep it"));
    atk_object_set_name(gtk_widget_get_accessible(dice), _("Roll a seed"));
    g_signal_connect_swapped(dice, "clicked", G_CALLBACK(roll), s);
    return dice;
}

GtkWidget *fields_seed_new(GimpProcedureConfig *config, GtkWidget **target)
{
    enum { DIGITS = 10 };
    GtkWidget *const row = fields_row_new();
    struct seed *const s = g_new0(struct seed, 1);

    s->config = G_OBJECT(config);
    s->spin = GTK_SPIN_BUTTON(gtk_spin_button_new_with_range(0, 4294967295.0, 1));
    s->keep = GTK_TOGGLE_BUTTON(gtk_check_button_new_with_mnemonic(_("_Keep")));
    gtk_entry_set_width_chars(GTK_ENTRY(s->spin), DIGITS);
    gtk_widget_set_tooltip_text(GTK_WIDGET(s->spin),
                                g_param_spec_get_blurb(fields_spec(config, "seed")));
    gtk_widget_set_tooltip_text(
        GTK_WIDGET(s->keep),
        _("Use this seed for every picture; switched off, each gets a new one"));
    g_object_set_data_full(G_OBJECT(row), "seed", s, g_free);
    seed_was_set(row);
    g_signal_connect_swapped(s->spin, "value-changed", G_CALLBACK(seed_changed), s);
    g_signal_connect_swapped(s->keep, "toggled", G_CALLBACK(seed_changed), s);
    g_signal_connect_object(config, "notify::seed", G_CALLBACK(seed_was_set), row,
                            G_CONNECT_SWAPPED);
    fields_pack(row, GTK_WIDGET(s->spin), FALSE);
    fields_pack(row, dice_new(s), FALSE);
    fields_pack(row, GTK_WIDGET(s->keep), FALSE);
    *target = GTK_WIDGET(s->spin);
    return row;
}
