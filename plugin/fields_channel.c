/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fields.h"

#include <glib/gi18n.h>

/* What the list was filled from. Identifiers of its rows are the names of channels, "" for none. */
struct channels {
    GObject *config;
    GimpImage *image; /* NULL: none; may have been closed */
    char **names;
    char *missing; /* the name of the setting, which the image does not have; NULL: it has it */
    gboolean filling;
};

static struct channels *channels_of(GtkWidget *combo)
{
    return g_object_get_data(G_OBJECT(combo), "channels");
}

static void forget(gpointer data)
{
    struct channels *const c = data;

    g_strfreev(c->names);
    g_free(c->missing);
    g_free(c);
}

static char **names_in(GimpImage *image)
{
    g_autofree GimpChannel **channels =
        image && gimp_image_is_valid(image) ? gimp_image_get_channels(image) : NULL;
    GStrvBuilder *const names = g_strv_builder_new();

    for (int i = 0; channels && channels[i]; i++) {
        g_autofree char *name = gimp_item_get_name(GIMP_ITEM(channels[i]));
        g_strv_builder_add(names, name);
    }
    char **const all = g_strv_builder_end(names);
    g_strv_builder_unref(names);
    return all;
}

static void list(GtkComboBoxText *combo, const struct channels *c)
{
    gtk_combo_box_text_remove_all(combo);
    gtk_combo_box_text_append(combo, "",
                              *c->names || c->missing ? _("No channel")
                                                      : _("No channel (the image has none)"));
    for (int i = 0; c->names[i]; i++)
        gtk_combo_box_text_append(combo, c->names[i], c->names[i]);
    if (c->missing) {
        g_autofree char *text = g_strdup_printf(_("%s (not in this image)"), c->missing);
        gtk_combo_box_text_append(combo, c->missing, text);
    }
}

/* A name that a recipe or a script brought stays, also where the image has no such channel: it is
 * shown as what it is, so nothing else is chosen in its place. */
void fields_channel_update(GtkWidget *combo)
{
    struct channels *const c = channels_of(combo);
    g_autofree char *chosen = NULL;
    char **const names = names_in(c->image);

    g_object_get(c->config, "context-channel", &chosen, NULL);
    const char *const name = chosen ? chosen : "";
    const char *const missing =
        *name && !g_strv_contains((const char *const *)names, name) ? name : NULL;
    const gboolean same = c->names && !g_strcmp0(c->missing, missing) &&
                          g_strv_equal((const char *const *)names, (const char *const *)c->names);

    c->filling = TRUE;
    if (same) {
        g_strfreev(names);
    } else {
        g_strfreev(c->names);
        g_free(c->missing);
        c->names = names;
        c->missing = g_strdup(missing);
        list(GTK_COMBO_BOX_TEXT(combo), c);
    }
    gtk_combo_box_set_active_id(GTK_COMBO_BOX(combo), name);
    c->filling = FALSE;
    if (!same) /* what the setting means may have changed */
        g_object_notify(c->config, "context-channel");
}

static void choose(GtkWidget *combo, struct channels *c)
{
    const char *const name = gtk_combo_box_get_active_id(GTK_COMBO_BOX(combo));

    if (!c->filling && name)
        g_object_set(c->config, "context-channel", name, NULL);
}

void fields_channel_set_image(GtkWidget *combo, GimpImage *image)
{
    channels_of(combo)->image = image;
    fields_channel_update(combo);
}

GtkWidget *fields_channel_new(GimpProcedureConfig *config)
{
    GtkWidget *const combo = gtk_combo_box_text_new();
    struct channels *const c = g_new0(struct channels, 1);
    g_autoptr(GList) cells = gtk_cell_layout_get_cells(GTK_CELL_LAYOUT(combo));

    c->config = G_OBJECT(config);
    g_object_set_data_full(G_OBJECT(combo), "channels", c, forget);
    g_object_set(cells->data, "ellipsize", PANGO_ELLIPSIZE_END, NULL); /* names can be long */
    gtk_widget_set_tooltip_text(
        combo, _("The channel whose extent the model sees, when the context is from a channel"));
    g_signal_connect(combo, "changed", G_CALLBACK(choose), c);
    g_signal_connect(combo, "notify::popup-shown", G_CALLBACK(fields_channel_update), NULL);
    g_signal_connect_object(config, "notify::context-channel", G_CALLBACK(fields_channel_update),
                            combo, G_CONNECT_SWAPPED);
    fields_channel_update(combo);
    return combo;
}
