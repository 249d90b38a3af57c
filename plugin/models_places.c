/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models_places.h"

#include "extra_paths.h"

#include <glib/gi18n.h>

/* Below the home folder. */
static const char *const checkpoint_places[] = {
    "stable-diffusion-webui/models/Stable-diffusion",
    "stable-diffusion-webui-forge/models/Stable-diffusion",
    "ComfyUI/models/checkpoints",
    "ComfyUI/models/diffusion_models",
};

static const char *const vae_places[] = {
    "stable-diffusion-webui/models/VAE",
    "stable-diffusion-webui-forge/models/VAE",
    "ComfyUI/models/vae",
};

/* Where ComfyUI looks for the places of others: beside itself, and in the settings of its desktop.
 */
static const char *const lists[] = { "ComfyUI/extra_model_paths.yaml",
                                     ".config/ComfyUI/extra_models_config.yaml" };

static void add_place(GPtrArray *found, const char *path)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR) &&
        !g_ptr_array_find_with_equal_func(found, path, g_str_equal, NULL))
        g_ptr_array_add(found, g_strdup(path));
}

static void add_at_home(GPtrArray *found, const char *const *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *path = g_build_filename(g_get_home_dir(), places[i], NULL);
        add_place(found, path);
    }
}

static void add_listed(GPtrArray *found, const char *key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *file = g_build_filename(g_get_home_dir(), lists[i], NULL);
        g_auto(GStrv) folders = extra_paths(file, key);
        for (char **folder = folders; *folder; folder++)
            add_place(found, *folder);
    }
}

static char **list_of(GPtrArray *found)
{
    g_ptr_array_add(found, NULL);
    return (char **)g_ptr_array_free(found, FALSE);
}

char **models_places(void)
{
    GPtrArray *const found = g_ptr_array_new();
    const char *const elsewhere = g_getenv("HF_HUB_CACHE");
    g_autofree char *hub = elsewhere
                               ? g_strdup(elsewhere)
                               : g_build_filename(g_get_home_dir(), ".cache/huggingface/hub", NULL);

    add_at_home(found, checkpoint_places, G_N_ELEMENTS(checkpoint_places));
    add_place(found, hub);
    add_listed(found, "checkpoints");
    add_listed(found, "diffusion_models");
    return list_of(found);
}

char **models_places_vae(void)
{
    GPtrArray *const found = g_ptr_array_new();

    add_at_home(found, vae_places, G_N_ELEMENTS(vae_places));
    add_listed(found, "vae");
    return list_of(found);
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
