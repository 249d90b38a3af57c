/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files.h"

#include "models_places.h"

#include <glib/gi18n.h>

struct choice {
    void (*chosen)(void *user, const char *path);
    void *user;
};

static void on_response(GtkDialog *chooser, int response, struct choice *choice)
{
    g_autofree char *path = response == GTK_RESPONSE_ACCEPT
                                ? gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(chooser))
                                : NULL;

    gtk_widget_destroy(GTK_WIDGET(chooser));
    if (path)
        choice->chosen(choice->user, path);
    g_free(choice);
}

static GtkWidget *choose(GtkWindow *parent, const char *title, GtkFileChooserAction action,
                         void (*chosen)(void *user, const char *path), void *user)
{
    GtkWidget *const w =
        gtk_file_chooser_dialog_new(title, parent, action, _("_Cancel"), GTK_RESPONSE_CANCEL,
                                    _("_Open"), GTK_RESPONSE_ACCEPT, NULL);
    struct choice *const choice = g_new(struct choice, 1);

    *choice = (struct choice){ chosen, user };
    gtk_dialog_set_default_response(GTK_DIALOG(w), GTK_RESPONSE_ACCEPT);
    gtk_window_set_modal(GTK_WINDOW(w), TRUE);
    gtk_window_set_destroy_with_parent(GTK_WINDOW(w), TRUE);
    g_signal_connect(w, "response", G_CALLBACK(on_response), choice);
    gtk_widget_show(w);
    return w;
}

static void add_filter(GtkWidget *chooser, const char *name, const char *const *patterns)
{
    GtkFileFilter *const filter = gtk_file_filter_new();

    gtk_file_filter_set_name(filter, name);
    for (; *patterns; patterns++)
        gtk_file_filter_add_pattern(filter, *patterns);
    gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(chooser), filter);
}

void files_choose_model(GtkWindow *parent, void (*chosen)(void *user, const char *path), void *user)
{
    static const char *const models[] = { "*.safetensors", "model_index.json", NULL };
    static const char *const all[] = { "*", NULL };
    GtkWidget *const w = choose(parent, _("Add Model"), GTK_FILE_CHOOSER_ACTION_OPEN, chosen, user);

    add_filter(w, _("Models (*.safetensors, model_index.json)"), models);
    /* who looks for a .ckpt shall see it, and be told */
    add_filter(w, _("All files"), all);
}

void files_choose_vae(GtkWindow *parent, void (*chosen)(void *user, const char *path), void *user)
{
    static const char *const files[] = { "*.safetensors", NULL };
    GtkWidget *const w =
        choose(parent, _("Choose a VAE"), GTK_FILE_CHOOSER_ACTION_OPEN, chosen, user);

    g_auto(GStrv) places = models_places_vae();
    for (char **place = places; *place; place++)
        gtk_file_chooser_add_shortcut_folder(GTK_FILE_CHOOSER(w), *place, NULL);
    add_filter(w, _("VAE (*.safetensors)"), files);
}

void files_choose_folder(GtkWindow *parent, const char *title,
                         void (*chosen)(void *user, const char *path), void *user)
{
    choose(parent, title, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, chosen, user);
}

void files_choose_vocabulary(GtkWindow *parent, void (*chosen)(void *user, const char *path),
                             void *user)
{
    files_choose_folder(parent, _("Folder with vocab.json and merges.txt"), chosen, user);
}

void files_explain_pickle(GtkWindow *parent)
{
    GtkWidget *const box =
        gtk_message_dialog_new(parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                               GTK_MESSAGE_INFO, GTK_BUTTONS_CLOSE, "%s", _("Pickle files"));

    gtk_message_dialog_format_secondary_text(
        GTK_MESSAGE_DIALOG(box), "%s",
        _("Files that end in .ckpt, .pt, .bin or .pth are programs as much as data, so Ebru does "
          "not open them. Most models are also published as .safetensors: look there first.\n\n"
          "To convert one that you trust, in a Python with torch and safetensors:\n\n"
          "import torch, safetensors.torch\n"
          "w = torch.load(\"model.ckpt\", map_location=\"cpu\", weights_only=True)\n"
          "w = w.get(\"state_dict\", w)\n"
          "w = {k: v.contiguous() for k, v in w.items() if hasattr(v, \"shape\")}\n"
          "safetensors.torch.save_file(w, \"model.safetensors\")"));
    g_signal_connect(box, "response", G_CALLBACK(gtk_widget_destroy), NULL);
    gtk_widget_show(box);
}

void files_show_folder(GtkWindow *parent, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *uri = g_filename_to_uri(folder, NULL, NULL);

    if (uri && gtk_show_uri_on_window(parent, uri, GDK_CURRENT_TIME, NULL))
        return;
    /* no program shows folders: then its name has to do */
    GtkWidget *const box =
        gtk_message_dialog_new(parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                               GTK_MESSAGE_INFO, GTK_BUTTONS_CLOSE, "%s", folder);
    g_signal_connect(box, "response", G_CALLBACK(gtk_widget_destroy), NULL);
    gtk_widget_show(box);
}
