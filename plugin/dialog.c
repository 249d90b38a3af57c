/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog.h"

#include "dialog_parts.h"
#include "fields.h"
#include "guide.h"
#include "handover.h"
#include "help_window.h"
#include "preferences_window.h"
#include "store.h"

#include <glib/gi18n.h>

/* --- the window -------------------------------------------------------------- */
/* The selection and the channels may have changed meanwhile. */
static gboolean on_focus(GtkWidget *window, GdkEvent *event, struct dialog *d)
{
    (void)window;
    (void)event;
    fields_channel_update(d->form.channel);
    dialog_explain_soon(d);
    return FALSE;
}

/* The guide is for the eyes alone: who works in the image must not find it there. */
static void on_active(GtkWindow *window, GParamSpec *spec, struct dialog *d)
{
    (void)spec;
    if (gtk_window_is_active(window))
        dialog_explain_soon(d);
    else
        guide_hide();
}

/* libgimp's leads to the manual of GIMP, which knows nothing of us. Who has switched off help
 * buttons in GIMP gets none here either. */
static void replace_help(struct dialog *d, GtkWidget *row)
{
    GtkWidget *const old =
        gtk_dialog_get_widget_for_response(GTK_DIALOG(d->window), GTK_RESPONSE_HELP);

    if (!old)
        return;
    GtkWidget *const help = gtk_button_new_with_mnemonic(_("_Help"));
    gtk_widget_destroy(old);
    gtk_container_add(GTK_CONTAINER(row), help);
    gtk_box_reorder_child(GTK_BOX(row), help, 0);
    gtk_button_box_set_child_secondary(GTK_BUTTON_BOX(row), help, TRUE);
    gtk_widget_set_tooltip_text(help, _("The guide (F1)"));
    g_signal_connect_swapped(help, "clicked", G_CALLBACK(help_window_show), d->window);
    gtk_widget_show(help);
}

static void add_buttons(struct dialog *d)
{
    GtkDialog *const dialog = GTK_DIALOG(d->window);

    gimp_procedure_dialog_set_ok_label(d->window, _("_Generate"));
    d->generate = gtk_dialog_get_widget_for_response(dialog, GTK_RESPONSE_OK);
    d->close = gtk_dialog_get_widget_for_response(dialog, GTK_RESPONSE_CANCEL);
    gtk_button_set_label(GTK_BUTTON(d->close), _("_Close"));
    d->stop = gtk_button_new_with_mnemonic(_("Stop")); /* no response: it must not end the loop */
    gtk_widget_set_tooltip_text(
        d->stop, _("Give up this picture (Ctrl+.); with Shift, take what there is of it"));
    gtk_widget_set_tooltip_text(d->generate, _("Ctrl+Return"));
    gtk_widget_set_focus_on_click(d->generate, FALSE); /* it stays in the prompt */
    gtk_widget_set_sensitive(d->stop, FALSE);
    g_signal_connect_swapped(d->stop, "clicked", G_CALLBACK(dialog_stop_clicked), d);

    GtkWidget *const row = gtk_widget_get_parent(d->generate);
    replace_help(d, row);
    gtk_container_add(GTK_CONTAINER(row), d->stop);
    gtk_widget_show(d->stop);
    gtk_box_reorder_child(GTK_BOX(row), d->generate, -1);
}

static void connect(struct dialog *d)
{
    GtkWidget *const window = GTK_WIDGET(d->window);

    g_signal_connect_swapped(d->form.more_models, "clicked", G_CALLBACK(dialog_show_models), d);
    g_signal_connect_swapped(d->form.history, "clicked", G_CALLBACK(dialog_show_history), d);
    g_signal_connect_swapped(d->config, "notify::model", G_CALLBACK(dialog_model_changed), d);
    g_signal_connect_swapped(d->config, "notify", G_CALLBACK(dialog_explain_soon), d);
    d->mode = gimp_procedure_config_get_choice_id(d->config, "mode");
    g_signal_connect_swapped(d->config, "notify::mode", G_CALLBACK(dialog_mode_changed), d);
    g_signal_connect_swapped(d->form.drafts, "toggled", G_CALLBACK(dialog_explain_soon), d);
    g_signal_connect_swapped(d->form.guide, "toggled", G_CALLBACK(dialog_explain_soon), d);
    g_signal_connect(window, "focus-in-event", G_CALLBACK(on_focus), d);
    g_signal_connect(window, "notify::is-active", G_CALLBACK(on_active), d);
    g_signal_connect(window, "close", G_CALLBACK(dialog_on_escape), d);
    g_signal_connect(window, "key-press-event", G_CALLBACK(dialog_on_key), d);
}

/* libgimp's row of Load and Save begins left of all else. */
static void align(GtkWidget *child, gpointer border)
{
    if (GTK_IS_BUTTON_BOX(child))
        gtk_widget_set_margin_start(child, GPOINTER_TO_INT(border));
}

static void shrink_results(void *user, gboolean small)
{
    struct dialog *const d = user;

    results_set_small(&d->results, small);
}

static void build(struct dialog *d)
{
    GtkWidget *const window = gimp_procedure_dialog_new(d->procedure, d->config, d->title);
    GtkBox *const content = GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(window)));
    enum { BORDER = 12 }; /* of the action area and of the form */

    gtk_container_foreach(GTK_CONTAINER(content), align, GINT_TO_POINTER(BORDER));
    d->window = GIMP_PROCEDURE_DIALOG(window);
    add_buttons(d);
    dialog_add_preferences(d);
    banner_build(&d->banner, dialog_banner_pressed, d);
    question_build(&d->question, dialog_answered, d);
    results_build(&d->results, d->queue);
    rows_build(&d->rows, d->queue, dialog_row_pressed, d);
    d->form.shrink = shrink_results;
    d->form.user = d;
    form_build(&d->form, d->config, d->results.root, d->rows.root);
    gtk_box_pack_start(content, d->banner.root, FALSE, FALSE, 0);
    gtk_box_pack_start(content, d->question.root, FALSE, FALSE, 0);
    gtk_box_pack_start(content, d->form.root, TRUE, TRUE, 0);
    gtk_widget_show_all(d->form.root);
    fields_channel_set_image(d->form.channel, d->image);
    connect(d);
    gtk_window_set_default_size(GTK_WINDOW(window), store_window("width", 420), -1);
    form_set_height(&d->form, store_window("height", 0));
    gtk_widget_grab_focus(d->form.prompt); /* when it is seen, the fields would scroll to it */
}

/* --- all of it --------------------------------------------------------------- */
/* The timers of the dialog have it as their data. */
static void forget_timers(struct dialog *d)
{
    while (g_source_remove_by_user_data(d) || g_source_remove_by_user_data(&d->form))
        continue;
    g_signal_handlers_disconnect_by_data(d->config, d);
}

gboolean dialog_run(GimpProcedure *procedure, GimpProcedureConfig *config, const char *title,
                    GimpImage *image, GimpDrawable *drawable, struct first *first,
                    struct job_result *result)
{
    struct dialog d = { .procedure = procedure,
                        .config = config,
                        .title = title,
                        .image = image,
                        .drawable = drawable,
                        .last = result };
    const struct queue_events events = { dialog_entry_changed, dialog_entry_leaving, dialog_tick,
                                         dialog_measured, &d };
    gboolean pressed = first != NULL;

    gimp_ui_init("ebru");
    preferences_apply(config);
    dialog_find_models(&d);
    d.worker = worker_new(&backend_local);
    d.queue = queue_new(d.worker, &events);
    guide_clean(image);
    build(&d);
    dialog_fill_models(&d);
    dialog_explain(&d); /* before it is shown: no row of another mode is to be seen */
    gtk_widget_show(GTK_WIDGET(d.window));
    if (first)
        dialog_add(&d, &first->job, &first->order);
    dialog_offer(&d);
    do {
        while (gimp_procedure_dialog_run(d.window)) {
            dialog_generate(&d);
            pressed = TRUE;
        }
        dialog_keep_size(&d);
    } while (!dialog_leave(&d));
    handover_end();
    guide_hide();
    results_end_compare(&d.results);
    dialog_forget_sum(&d); /* which knows its timer by its number */
    forget_timers(&d);
    dialog_forget_search(&d);
    gtk_widget_destroy(GTK_WIDGET(d.window));
    queue_free(d.queue);
    work_unref(d.loading);
    g_ptr_array_unref(d.models);
    g_free(d.meant);
    return pressed;
}
