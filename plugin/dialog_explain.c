/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "advice.h"
#include "explain.h"
#include "guide.h"
#include "model_row.h"
#include "quality.h"

#include <glib/gi18n.h>

static void label_button(struct dialog *d, enum mode mode)
{
    gtk_button_set_label(GTK_BUTTON(d->generate), mode == MODE_FILL     ? _("_Fill")
                                                  : mode == MODE_REFINE ? _("Re_fine")
                                                  : mode == MODE_EXPAND ? _("_Expand")
                                                                        : _("_Generate"));
}

static void show_guide(struct dialog *d, const struct job *job)
{
    if (gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(d->form.guide)) &&
        gtk_window_is_active(GTK_WINDOW(d->window)))
        guide_show(job);
    else
        guide_hide();
}

void dialog_explain(struct dialog *d)
{
    const struct checkpoint *const model = dialog_model(d, NULL);
    const struct checkpoint unknown = { .info = { .width = 512, .height = 512, .multiple = 8 } };
    struct settings s;
    struct job job;
    GError *error = NULL;

    dialog_look(d);
    settings_read(&s, d->config);
    s.request.pause = dialog_draft_part(d, &s);
    const gboolean possible =
        job_plan(&job, &s, d->image, d->drawable, model ? model : &unknown, &error);
    struct explained cost = { 0 };
    if (possible && model)
        cost = explain_cost(&d->form, d->worker, &s, &job);
    g_autofree char *text = possible ? explain_mode(&job, &s, &cost) : g_strdup(error->message);
    form_show_mode(&d->form, job.mode, !box_is_empty(job.look.selection),
                   s.mode == MODE_AUTOMATIC && job.image, text);
    form_set_avoid(&d->form, s.request.guidance > 1);
    form_show_choice(&d->form, model ? model_row_name(model) : "", s.request.count,
                     s.request.pause > 0);
    const struct advice advice = { &job,
                                   possible,
                                   &cost,
                                   cost.too_large && dialog_has_8bit(d),
                                   s.request.steps > quality_steps(d->form.quality, 0),
                                   explain_tokens(&d->form, d->worker, &s) };
    if (model)
        advice_show(&d->banner, &advice);
    label_button(d, job.mode);
    dialog_ask_indexed(d, !possible && job_needs_rgb(&job));
    gtk_widget_set_sensitive(d->generate, (possible || job_needs_rgb(&job)) && model);
    if (possible)
        show_guide(d, &job);
    else
        guide_hide();
    g_clear_error(&error);
    job_clear(&job);
    settings_clear(&s);
}

static gboolean explain(gpointer data)
{
    struct dialog *const d = data;

    d->explaining = FALSE;
    dialog_explain(d);
    return G_SOURCE_REMOVE;
}

static double usual_strength(int mode)
{
    return mode == MODE_REFINE ? REFINE_STRENGTH : 1;
}

/* Who has not chosen another gets the usual strength of the mode: to refine at full strength would
 * be to fill. What Expand paints was not there before. */
void dialog_mode_changed(struct dialog *d)
{
    const int before = d->mode;
    double strength;

    d->mode = gimp_procedure_config_get_choice_id(d->config, "mode");
    g_object_get(d->config, "strength", &strength, NULL);
    if (!d->recalling && (d->mode == MODE_EXPAND || strength == usual_strength(before)))
        g_object_set(d->config, "strength", usual_strength(d->mode), NULL);
}

/* Once for all changes of a moment, and after these are seen: it asks GIMP, which may be busy. */
void dialog_explain_soon(struct dialog *d)
{
    if (!d->explaining)
        g_timeout_add_full(G_PRIORITY_DEFAULT_IDLE, 50, explain, d, NULL);
    d->explaining = TRUE;
}
