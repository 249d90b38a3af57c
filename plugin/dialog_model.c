/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog_parts.h"

#include "fields.h"
#include "handover.h"
#include "lock.h"
#include "message.h"
#include "model_row.h"
#include "prompt.h"
#include "store.h"

#include <glib/gi18n.h>
#include <math.h>

const struct checkpoint *dialog_model(struct dialog *d, GError **error)
{
    g_autofree char *model = NULL;
    const struct checkpoint *c;

    g_object_get(d->config, "model", &model, NULL);
    c = d->search && !(model && *model) ? NULL : checkpoints_choose(d->models, model, NULL);
    return c || d->search ? c : checkpoints_choose(d->models, "", error);
}

gboolean dialog_may_open_model(struct dialog *d)
{
    g_autofree char *holder = NULL;
    g_autofree char *text = NULL;

    if (d->second_copy)
        return TRUE;
    if (lock_take(d->title, &holder)) {
        handover_listen(gimp_getpid(), dialog_generate_again, d);
        return TRUE;
    }
    text =
        g_strdup_printf(_("Another Ebru window, %s, has a model in memory. Close it, or load the "
                          "model a second time."),
                        holder);
    banner_show(&d->banner, BANNER_LOAD_ANYWAY, text);
    return FALSE;
}

/* --- opening the model while the prompt is typed ----------------------------- */

static gboolean look_at_loading(gpointer data)
{
    struct dialog *const d = data;
    struct work_view view;

    if (!d->loading)
        return G_SOURCE_REMOVE;
    work_look(d->loading, &view);
    if (view.state != WORK_DONE)
        return G_SOURCE_CONTINUE;
    const struct work_outcome *const o = work_outcome(d->loading);
    if (!o->ok && o->error.status != EBRU_CANCELLED)
        dialog_show_fault(d, &o->error);
    else if (o->ok)
        store_keep_used(work_order(d->loading)->model);
    g_clear_pointer(&d->loading, work_unref);
    dialog_explain_soon(d);
    return G_SOURCE_REMOVE;
}

void dialog_open_model(struct dialog *d)
{
    const struct checkpoint *const model = dialog_model(d, NULL);
    struct settings s;
    struct order order;

    if (!model || queue_running(d->queue) || !dialog_may_open_model(d))
        return;
    if (d->loading) {
        work_answer(d->loading, EBRU_STOP);
        work_unref(d->loading);
    } else {
        g_timeout_add(100, look_at_loading, d);
    }
    settings_read(&s, d->config);
    job_order_model(model->path, &s, &order);
    order.load_only = true;
    d->loading = worker_push(d->worker, &order);
    settings_clear(&s);
}

/* What can be asked of the model that comes with Ebru, and what to do if that is too little. */
static void introduce(struct dialog *d, const struct checkpoint *model)
{
    prompt_set_hint(d->form.prompt,
                    model->starter ? _("For example: clouds in a blue sky; grass; dark blue tiles")
                                   : _("Describe what you want to see"));
    if (model->starter && d->models->len == 1 && !d->search)
        banner_greet(&d->banner, BANNER_ADD_MODEL,
                     _("The small model that comes with Ebru draws textures, colours and skies, no "
                       "things or "
                       "people. Other pictures need a Stable Diffusion file (about 2 to 7 GB)."));
}

/* --- what suits the model ----------------------------------------------------- */

static double as_number(const GValue *value)
{
    GValue number = G_VALUE_INIT;

    g_value_init(&number, G_TYPE_DOUBLE);
    g_value_transform(value, &number);
    return g_value_get_double(&number);
}

static double usual(struct dialog *d, const char *name)
{
    GObjectClass *const class = G_OBJECT_GET_CLASS(d->config);

    return as_number(g_param_spec_get_default_value(g_object_class_find_property(class, name)));
}

/* Nobody has used this window yet, or it was reset before it was closed. */
static gboolean is_new(struct dialog *d)
{
    static const char *const names[] = { "prompt", "negative", "guidance", "width", "height" };
    GObjectClass *const class = G_OBJECT_GET_CLASS(d->config);

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        GParamSpec *const spec = g_object_class_find_property(class, names[i]);
        GValue value = G_VALUE_INIT;
        g_value_init(&value, spec->value_type);
        g_object_get_property(G_OBJECT(d->config), names[i], &value);
        const gboolean same = g_param_value_defaults(spec, &value);
        g_value_unset(&value);
        if (!same)
            return FALSE;
    }
    return TRUE;
}

/* Whether the user has left it as it suited the last model; 0: there was none. */
static gboolean is_left(struct dialog *d, const char *name, double last)
{
    GValue now = G_VALUE_INIT;

    if (last == 0)
        return is_new(d);
    g_value_init(&now, G_TYPE_DOUBLE);
    g_object_get_property(G_OBJECT(d->config), name, &now);
    return fabs(as_number(&now) - last) < 1e-6;
}

/* value: 0 for what is usual. */
static void suit(struct dialog *d, const char *name, double value, gboolean left, double *last)
{
    GValue number = G_VALUE_INIT;

    *last = value > 0 ? value : usual(d, name);
    g_value_init(&number, G_TYPE_DOUBLE);
    g_value_set_double(&number, *last);
    if (left)
        g_object_set_property(G_OBJECT(d->config), name, &number);
}

/* Guidance and size are what suits the model, until the user wants others. */
static void follow(struct dialog *d, const ebru_model_info *info)
{
    const gboolean guidance = is_left(d, "guidance", d->guidance);
    const gboolean size = is_left(d, "width", d->width) && is_left(d, "height", d->height);

    suit(d, "guidance", info->guidance, guidance, &d->guidance);
    suit(d, "width", info->width, size, &d->width);
    suit(d, "height", info->height, size, &d->height);
}

/* Another model than the one that was chosen is not taken without a word. */
static void say_gone(struct dialog *d, const struct checkpoint *model)
{
    g_autofree char *chosen = NULL, *file = NULL, *text = NULL;

    g_object_get(d->config, "model", &chosen, NULL);
    if (!chosen || !*chosen || d->search || checkpoints_choose(d->models, chosen, NULL))
        return;
    file = g_path_get_basename(chosen);
    text = message_fill(MESSAGE_GONE, "f", file, "m", model_row_name(model), NULL);
    banner_show(&d->banner, message_action(MESSAGE_GONE), text);
}

void dialog_model_changed(struct dialog *d)
{
    const struct checkpoint *const model = dialog_model(d, NULL);

    banner_hide(&d->banner);
    if (model) {
        fields_size_set_model(d->form.size, &model->info);
        follow(d, &model->info);
        introduce(d, model);
        say_gone(d, model);
    }
    dialog_open_model(d);
    dialog_explain_soon(d);
}

void dialog_fill_models(struct dialog *d)
{
    GError *error = NULL;
    const struct checkpoint *const chosen = dialog_model(d, &error);

    if (!chosen && d->search)
        model_row_wait(d->form.model);
    else
        model_row_fill(d->form.model, d->models, chosen);
    dialog_model_changed(d);
    if (error)
        dialog_show_error(d, error->code, error->message, NULL);
    g_clear_error(&error);
}
