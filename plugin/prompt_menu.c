/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt_menu.h"

#include "fields.h"
#include "prompt.h"
#include "prompt_history.h"
#include "words.h"

#include <glib/gi18n.h>

static char *text_of(GtkWidget *prompt)
{
    return g_strstrip(prompt_text(prompt));
}

/* --- what an item does ---------------------------------------------------- */

static const char *value_of(GtkWidget *item)
{
    return g_object_get_data(G_OBJECT(item), "value");
}

static void use_prompt(GtkWidget *item, GtkWidget *prompt)
{
    prompt_set_text(prompt, value_of(item));
    gtk_widget_grab_focus(prompt);
}

static void use_style(GtkCheckMenuItem *item, GObject *config)
{
    if (gtk_check_menu_item_get_active(item))
        g_object_set(config, "style", value_of(GTK_WIDGET(item)), NULL);
}

static void toggle_star(GtkWidget *item, GtkWidget *prompt)
{
    g_autofree char *text = text_of(prompt);

    (void)item;
    prompt_history_toggle_star(text);
}

/* --- the menu, made when it is opened ------------------------------------- */

static void add_item(GtkWidget *menu, const char *value, GtkWidget *prompt,
                     void (*use)(GtkWidget *item, GtkWidget *prompt))
{
    enum { WIDTH = 48 };
    GtkWidget *const item = gtk_menu_item_new_with_label(value);
    GtkLabel *const label = GTK_LABEL(gtk_bin_get_child(GTK_BIN(item)));

    gtk_label_set_max_width_chars(label, WIDTH);
    gtk_label_set_ellipsize(label, PANGO_ELLIPSIZE_END);
    gtk_label_set_single_line_mode(label, TRUE);
    g_object_set_data_full(G_OBJECT(item), "value", g_strdup(value), g_free);
    g_signal_connect(item, "activate", G_CALLBACK(use), prompt);
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), item);
}

static void add_head(GtkWidget *menu, const char *title)
{
    GtkWidget *const head = gtk_menu_item_new_with_label(title);

    gtk_widget_set_sensitive(head, FALSE);
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), gtk_separator_menu_item_new());
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), head);
}

static void add_list(GtkWidget *menu, const char *title, char **list, GtkWidget *prompt,
                     void (*use)(GtkWidget *item, GtkWidget *prompt))
{
    if (!*list)
        return;
    add_head(menu, title);
    for (char **text = list; *text; text++)
        add_item(menu, *text, prompt, use);
}

static void add_style(GtkWidget *menu, GSList **group, const char *label, const char *style,
                      const char *chosen, GObject *config)
{
    GtkWidget *const item = gtk_radio_menu_item_new_with_label(*group, label);

    *group = gtk_radio_menu_item_get_group(GTK_RADIO_MENU_ITEM(item));
    gtk_check_menu_item_set_active(GTK_CHECK_MENU_ITEM(item), !g_strcmp0(style, chosen));
    g_object_set_data_full(G_OBJECT(item), "value", g_strdup(style), g_free);
    g_signal_connect(item, "toggled", G_CALLBACK(use_style), config);
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), item);
}

static void add_styles(GtkWidget *menu, GObject *config)
{
    g_auto(GStrv) styles = words_styles();
    g_autofree char *style_set = NULL;
    GSList *group = NULL;

    g_object_get(config, "style", &style_set, NULL);
    const char *const chosen = style_set ? style_set : "";
    const gboolean is_lost = *chosen && !g_strv_contains((const char *const *)styles, chosen);
    if (!*styles && !is_lost)
        return;
    add_head(menu, _("Styles"));
    add_style(menu, &group, _("No style"), "", chosen, config);
    for (char **style = styles; *style; style++)
        add_style(menu, &group, *style, *style, chosen, config);
    if (!is_lost)
        return;
    /* else "No style" would look chosen already, and choosing it would do nothing */
    g_autofree char *name = g_filename_display_basename(chosen);
    /* TRANSLATORS: the name of a style whose file is gone */
    g_autofree char *gone = g_strdup_printf(_("%s (not there)"), name);
    /* one that a script gave by its path may well be there */
    const char *const label =
        g_path_is_absolute(chosen) && g_file_test(chosen, G_FILE_TEST_EXISTS) ? name : gone;
    add_style(menu, &group, label, chosen, chosen, config);
}

static void add_star(GtkWidget *menu, GtkWidget *prompt, char **starred)
{
    g_autofree char *text = text_of(prompt);
    const gboolean has = g_strv_contains((const char *const *)starred, text);
    GtkWidget *const item =
        gtk_menu_item_new_with_label(has ? _("Take the star away") : _("Give this prompt a star"));

    gtk_widget_set_sensitive(item, *text != 0);
    g_signal_connect(item, "activate", G_CALLBACK(toggle_star), prompt);
    gtk_menu_shell_append(GTK_MENU_SHELL(menu), item);
}

static void fill(GtkWidget *menu, GtkWidget *prompt)
{
    g_auto(GStrv) recent = prompt_history_recent();
    g_auto(GStrv) starred = prompt_history_starred();

    fields_empty(menu);
    add_star(menu, prompt, starred);
    add_list(menu, _("With a star"), starred, prompt, use_prompt);
    add_styles(menu, g_object_get_data(G_OBJECT(menu), "config"));
    add_list(menu, _("Recent prompts"), recent, prompt, use_prompt);
    gtk_widget_show_all(menu);
}

GtkWidget *prompt_menu_new(GtkWidget *prompt, GimpProcedureConfig *config)
{
    GtkWidget *const button = gtk_menu_button_new(), *menu = gtk_menu_new();

    gtk_button_set_relief(GTK_BUTTON(button), GTK_RELIEF_NONE);
    gtk_widget_set_tooltip_text(button, _("Recent and starred prompts, styles; Ctrl+H finds one"));
    atk_object_set_name(gtk_widget_get_accessible(button), _("Prompts of before"));
    gtk_menu_button_set_popup(GTK_MENU_BUTTON(button), menu);
    g_object_set_data(G_OBJECT(menu), "config", config);
    /* GTK shows the menu before it asks for its size; when "toggled" comes here, the button has
     * opened it already, at first as one without items */
    g_signal_connect(menu, "show", G_CALLBACK(fill), prompt);
    return button;
}
