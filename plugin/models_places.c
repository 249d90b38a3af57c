/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_places.h"

#include <glib/gi18n.h>

char **models_places(void)
{
    static const char *const places[][2] = {
        { "stable-diffusion-webui/models/Stable-diffusion", "" },
        { "stable-diffusion-webui-forge/models/Stable-diffusion", "" },
        { "ComfyUI/models/checkpoints", "" },
        { "ComfyUI/models/diffusion_models", "" },
        { ".cache/huggingface/hub", "HF_HUB_CACHE" },
    };
    GStrvBuilder *const found = g_strv_builder_new();

    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        const char *const elsewhere = *places[i][1] ? g_getenv(places[i][1]) : NULL;
        g_autofree char *path = elsewhere ? g_strdup(elsewhere)
                                          : g_build_filename(g_get_home_dir(), places[i][0], NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            g_strv_builder_add(found, path);
    }
    char **const list = g_strv_builder_end(found);
    g_strv_builder_unref(found);
    return list;
}

struct offer {
    void (*add)(void *user, const char *path);
    void *user;
    GPtrArray *boxes; /* check buttons, each with its path as data */
};

static void on_response(GtkWidget *dialog, int response, struct offer *o)
{
    g_autoptr(GPtrArray) chosen = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < o->boxes->len; i++) {
        GObject *const box = o->boxes->pdata[i];
        if (gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(box)))
            g_ptr_array_add(chosen, g_strdup(g_object_get_data(box, "path")));
    }
    gtk_widget_destroy(dialog);
    for (guint i = 0; response == GTK_RESPONSE_ACCEPT && i < chosen->len; i++)
        o->add(o->user, chosen->pdata[i]);
    g_ptr_array_unref(o->boxes);
    g_free(o);
}

static void add_boxes(struct offer *o, GtkContainer *area, char **places)
{
    for (char **place = places; *place; place++) {
        GtkWidget *const box = gtk_check_button_new_with_label(*place);
        gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(box), TRUE);
        g_object_set_data_full(G_OBJECT(box), "path", g_strdup(*place), g_free);
        g_ptr_array_add(o->boxes, box);
        gtk_container_add(area, box);
        gtk_widget_show(box);
    }
}

void models_places_offer(GtkWindow *parent, void (*add)(void *user, const char *path), void *user)
{
    g_auto(GStrv) places = models_places();
    struct offer *const o = g_new(struct offer, 1);
    GtkWidget *const ask =
        gtk_message_dialog_new(parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                               GTK_MESSAGE_INFO, GTK_BUTTONS_NONE, "%s",
                               *places ? _("Use the models in these folders?")
                                       : _("No folder with models of another program was found."));

    *o = (struct offer){ add, user, g_ptr_array_new() };
    gtk_message_dialog_format_secondary_text(
        GTK_MESSAGE_DIALOG(ask), "%s",
        *places ? _("The files stay where they are; nothing is copied or changed.")
                : _("Ebru looked for those of A1111, Forge, ComfyUI and the Hugging Face cache in "
                    "your home folder. “Add Folder…” names another place."));
    add_boxes(o, GTK_CONTAINER(gtk_message_dialog_get_message_area(GTK_MESSAGE_DIALOG(ask))),
              places);
    gtk_dialog_add_button(GTK_DIALOG(ask), _("_Close"), GTK_RESPONSE_CLOSE);
    if (*places)
        gtk_dialog_add_button(GTK_DIALOG(ask), _("_Add"), GTK_RESPONSE_ACCEPT);
    g_signal_connect(ask, "response", G_CALLBACK(on_response), o);
    gtk_widget_show(ask);
}
