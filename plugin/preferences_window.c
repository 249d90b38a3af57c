/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preferences_window.h"

#include "fields.h"
#include "files.h"
#include "store.h"

#include <ebru/ebru.h>
#include <glib/gi18n.h>

struct window {
    GtkWidget *dialog;
    GtkWidget *vae, *vae_name, *own; /* own: button back to the model's own */
    GtkWidget *settings, *source;    /* check buttons: what exported files tell */
    int threads;                     /* as they were */
    char *file;                      /* likewise: the VAE */
    void (*changed)(void *user);
    void *user;
};

void preferences_apply(GimpProcedureConfig *config)
{
    g_autofree char *vae = store_preferred_file("vae");

    g_object_set(config, "vae", vae, "threads", 0, "metadata", "preference", NULL);
}

/* --- rows ----------------------------------------------------------------- */

static void wrap(GtkWidget *label)
{
    enum { WIDTH = 46 };

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    /* at least as wide as at most: else the window is as high as for the narrowest */
    gtk_label_set_width_chars(GTK_LABEL(label), WIDTH);
    gtk_label_set_max_width_chars(GTK_LABEL(label), WIDTH);
}

/* What stands below a row, to say what it means; screen readers get it with the row. */
static void explain(GtkWidget *grid, GtkWidget *row, const char *text)
{
    enum { GAP = 6 };
    GtkWidget *const label = gtk_label_new(text);

    wrap(label);
    gtk_widget_set_margin_bottom(label, GAP);
    gtk_style_context_add_class(gtk_widget_get_style_context(label), GTK_STYLE_CLASS_DIM_LABEL);
    fields_add(grid, NULL, label, NULL);
    atk_object_set_description(gtk_widget_get_accessible(row), text);
}

static void keep_threads(GtkSpinButton *spin)
{
    store_keep_preference("threads", gtk_spin_button_get_value_as_int(spin));
}

static void add_threads(struct window *w, GtkWidget *grid)
{
    enum { PER_CORE = 2 };
    ebru_machine machine;

    ebru_machine_describe(&machine);
    const int automatic = MAX(1, MIN(gimp_get_num_processors(), machine.cores));
    const int most = MAX(PER_CORE * machine.cores, w->threads);
    GtkWidget *const spin = gtk_spin_button_new_with_range(0, most, 1);
    g_autofree char *text = g_strdup_printf(_("0: as many as GIMP may use, here %d"), automatic);

    gtk_spin_button_set_value(GTK_SPIN_BUTTON(spin), w->threads);
    gtk_widget_set_halign(spin, GTK_ALIGN_START);
    g_signal_connect(spin, "value-changed", G_CALLBACK(keep_threads), NULL);
    fields_add(grid, _("Processor _threads:"), spin, NULL);
    explain(grid, spin, text);
}

/* --- the VAE -------------------------------------------------------------- */

static void show_vae(struct window *w)
{
    g_autofree char *path = store_preferred_file("vae");
    g_autofree char *file = *path ? g_path_get_basename(path) : g_strdup(_("The model's own"));
    g_autofree char *name = g_strdup_printf(_("VAE: %s"), file);

    gtk_label_set_text(GTK_LABEL(w->vae_name), file);
    atk_object_set_name(gtk_widget_get_accessible(w->vae), name);
    gtk_widget_set_tooltip_text(w->vae, *path ? path : NULL);
    gtk_widget_set_sensitive(w->own, *path != 0);
}

/* Of a VAE in the layout of diffusers the folder is the file: its config.json says the shape. */
static void set_vae(void *user, const char *path)
{
    g_autofree char *file = g_path_get_basename(path), *folder = g_path_get_dirname(path);
    g_autofree char *config = g_build_filename(folder, "config.json", NULL);
    const gboolean part = g_str_has_prefix(file, "diffusion_pytorch_model") &&
                          g_file_test(config, G_FILE_TEST_EXISTS);

    store_keep_preferred_file("vae", part ? folder : path);
    show_vae(user);
}

static void choose_vae(struct window *w)
{
    files_choose_vae(GTK_WINDOW(w->dialog), set_vae, w);
}

static void take_own(struct window *w)
{
    store_keep_preferred_file("vae", "");
    show_vae(w);
    gtk_widget_grab_focus(w->vae);
}

static void add_vae(struct window *w, GtkWidget *grid)
{
    GtkWidget *const row = fields_row_new();

    w->vae = gtk_button_new();
    w->vae_name = gtk_label_new(NULL);
    gtk_label_set_ellipsize(GTK_LABEL(w->vae_name), PANGO_ELLIPSIZE_MIDDLE);
    gtk_label_set_xalign(GTK_LABEL(w->vae_name), 0);
    gtk_container_add(GTK_CONTAINER(w->vae), w->vae_name);
    w->own = gtk_button_new_from_icon_name("edit-clear-symbolic", GTK_ICON_SIZE_BUTTON);
    gtk_widget_set_tooltip_text(w->own, _("Use the model's own VAE"));
    atk_object_set_name(gtk_widget_get_accessible(w->own), _("Use the model's own VAE"));
    g_signal_connect_swapped(w->vae, "clicked", G_CALLBACK(choose_vae), w);
    g_signal_connect_swapped(w->own, "clicked", G_CALLBACK(take_own), w);
    fields_pack(row, w->vae, TRUE);
    fields_pack(row, w->own, FALSE);
    fields_add(grid, _("_VAE:"), row, w->vae);
    explain(grid, w->vae, _("What turns latents into pixels, instead of the model's own part"));
    show_vae(w);
}

/* --- check buttons -------------------------------------------------------- */

static GtkWidget *add_check(GtkWidget *grid, const char *label, gboolean active)
{
    GtkWidget *const check = gtk_check_button_new_with_mnemonic(label);

    wrap(gtk_bin_get_child(GTK_BIN(check)));
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(check), active);
    fields_add(grid, NULL, check, NULL);
    return check;
}

static void keep_previews(GtkToggleButton *check)
{
    store_keep_preference("previews", gtk_toggle_button_get_active(check));
}

static void keep_writes(struct window *w)
{
    store_keep_writes(gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(w->settings)),
                      gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(w->source)));
}

static void add_previews(GtkWidget *grid)
{
    GtkWidget *const check = add_check(grid, _("Show the picture while it is _made"),
                                       store_preference("previews", TRUE));

    g_signal_connect(check, "toggled", G_CALLBACK(keep_previews), NULL);
}

static void add_writes(struct window *w, GtkWidget *grid)
{
    w->settings =
        add_check(grid, _("Write _generation data into exported files"), store_writes_settings());
    explain(grid, w->settings,
            _("The prompt, the model's name and all settings then leave with the picture, for "
              "whoever gets it. GIMP's export dialog must have Save Exif on as well. It holds for "
              "pictures that are made from now on."));
    w->source =
        add_check(grid, _("Say in exported files that they are gene_rated"), store_writes_source());
    explain(grid, w->source,
            _("Digital Source Type, a standard of the press; GIMP's export dialog must have Save "
              "XMP on as well"));
    g_signal_connect_swapped(w->settings, "toggled", G_CALLBACK(keep_writes), w);
    g_signal_connect_swapped(w->source, "toggled", G_CALLBACK(keep_writes), w);
}

/* --- the window ----------------------------------------------------------- */

static void on_response(GtkWidget *dialog, int response, struct window *w)
{
    g_autofree char *vae = store_preferred_file("vae");

    (void)response;
    if (store_preference("threads", 0) != w->threads || g_strcmp0(vae, w->file))
        w->changed(w->user);
    gtk_widget_destroy(dialog);
}

static void on_destroy(struct window *w)
{
    g_free(w->file);
    g_free(w);
}

void preferences_window_open(GtkWindow *parent, void (*changed)(void *user), void *user)
{
    struct window *const w = g_new0(struct window, 1);
    GtkWidget *const grid = fields_grid_new();

    *w = (struct window){ .threads = store_preference("threads", 0),
                          .file = store_preferred_file("vae"),
                          .changed = changed,
                          .user = user };
    w->dialog = gimp_dialog_new(_("Preferences of Ebru"), "ebru-preferences", GTK_WIDGET(parent),
                                GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_MODAL, NULL, NULL,
                                _("_Close"), GTK_RESPONSE_CLOSE, NULL);
    gtk_container_set_border_width(GTK_CONTAINER(grid), 12);
    add_threads(w, grid);
    add_vae(w, grid);
    add_previews(grid);
    add_writes(w, grid);
    gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(w->dialog))), grid, TRUE,
                       TRUE, 0);
    g_signal_connect(w->dialog, "response", G_CALLBACK(on_response), w);
    g_signal_connect_swapped(w->dialog, "destroy", G_CALLBACK(on_destroy), w);
    gtk_widget_show_all(w->dialog);
}
