/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog.h"

#include "banner.h"
#include "choosers.h"
#include "closing.h"
#include "explain.h"
#include "fields.h"
#include "files.h"
#include "form.h"
#include "history.h"
#include "lock.h"
#include "message.h"
#include "preview.h"
#include "prompt.h"
#include "queue.h"
#include "results.h"
#include "rows.h"
#include "store.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>
#include <string.h>

static const double DRAFT = 0.4; /* of the steps, before drafts are shown */

struct dialog {
    GimpProcedureDialog *window;
    GimpProcedureConfig *config;
    const char *title;
    GimpImage *image;
    GimpDrawable *drawable;

    struct form form;
    struct banner banner;
    struct results results;
    struct rows rows;
    GtkWidget *generate, *close, *stop;

    GPtrArray *models;
    struct worker *worker;
    struct work *loading; /* opens the model while the prompt is typed */
    struct queue *queue;
    struct job_result *last; /* what the procedure returns */
    guint ticks;
    gboolean second_copy; /* the user wants a model although another window has one */
    gboolean explaining;  /* a new explanation is on its way */
    gboolean hidden;      /* goes on in the background */
};

static void show_error(struct dialog *d, ebru_status status, const char *text)
{
    banner_show(&d->banner,
                status == EBRU_NO_VOCABULARY ? BANNER_CHOOSE_FOLDER
                : status == EBRU_BAD_FILE    ? BANNER_SHOW_FOLDER
                                             : BANNER_OK,
                text);
}

/* --- the model ------------------------------------------------------------ */

static const struct checkpoint *chosen_model(struct dialog *d, GError **error)
{
    g_autofree char *model = NULL;
    const struct checkpoint *c;

    g_object_get(d->config, "model", &model, NULL);
    c = checkpoints_choose(d->models, model, NULL);
    return c ? c : checkpoints_choose(d->models, "", error);
}

static gboolean may_open_model(struct dialog *d)
{
    g_autofree char *holder = NULL;
    g_autofree char *text = NULL;

    if (d->second_copy || lock_take(d->title, &holder))
        return TRUE;
    text =
        g_strdup_printf(_("Another Ebru window, %s, has a model in memory. Close it, or load the "
                          "model a second time."),
                        holder);
    banner_show(&d->banner, BANNER_LOAD_ANYWAY, text);
    return FALSE;
}

/* --- what is said about the settings -------------------------------------- */

static void label_button(struct dialog *d, enum mode mode)
{
    gtk_button_set_label(GTK_BUTTON(d->generate), mode == MODE_FILL     ? _("_Fill")
                                                  : mode == MODE_REFINE ? _("Re_fine")
                                                  : mode == MODE_EXPAND ? _("_Expand")
                                                                        : _("_Generate"));
}

static gboolean explain(gpointer data)
{
    struct dialog *const d = data;
    const struct checkpoint *const model = chosen_model(d, NULL);
    const struct checkpoint unknown = { .info = { .width = 512, .height = 512, .multiple = 8 } };
    struct settings s;
    struct job job;
    GError *error = NULL;

    d->explaining = FALSE;
    settings_read(&s, d->config);
    const gboolean possible =
        job_plan(&job, &s, d->image, d->drawable, model ? model : &unknown, &error);
    g_autofree char *text = possible ? explain_mode(&job) : g_strdup(error->message);
    form_show_mode(&d->form, job.mode, !box_is_empty(job.look.selection),
                   s.mode == MODE_AUTOMATIC && job.image, text);
    if (possible && model)
        explain_advice(&d->banner, &job, model->info.width,
                       explain_times(&d->form, d->worker, &s, &job));
    explain_tokens(&d->form, d->worker, &s);
    label_button(d, job.mode);
    gtk_widget_set_sensitive(d->generate, possible && model);
    g_clear_error(&error);
    job_clear(&job);
    settings_clear(&s);
    return G_SOURCE_REMOVE;
}

/* To refine at full strength would be to fill. */
static void mode_changed(struct dialog *d)
{
    const double part = 0.4;
    const int mode = gimp_procedure_config_get_choice_id(d->config, "mode");
    double strength;

    g_object_get(d->config, "strength", &strength, NULL);
    if (mode == MODE_REFINE && strength >= 1)
        g_object_set(d->config, "strength", part, NULL);
    else if (mode == MODE_FILL && strength == part)
        g_object_set(d->config, "strength", 1.0, NULL);
}

/* Once for all changes of a moment. */
static void explain_soon(struct dialog *d)
{
    if (!d->explaining)
        g_timeout_add(50, explain, d);
    d->explaining = TRUE;
}

/* --- opening the model while the prompt is typed -------------------------- */

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
    if (!o->ok && o->error.status != EBRU_CANCELLED) {
        GError *error = NULL;
        g_error_from_ebru(&error, &o->error);
        show_error(d, o->error.status, error->message);
        g_clear_error(&error);
    }
    g_clear_pointer(&d->loading, work_unref);
    explain_soon(d);
    return G_SOURCE_REMOVE;
}

static void open_model(struct dialog *d)
{
    const struct checkpoint *const model = chosen_model(d, NULL);
    struct settings s;
    struct job job;
    struct order order;

    if (!model || queue_running(d->queue) || !may_open_model(d))
        return;
    if (d->loading) {
        work_answer(d->loading, EBRU_STOP);
        work_unref(d->loading);
    } else {
        g_timeout_add(100, look_at_loading, d);
    }
    settings_read(&s, d->config);
    job = (struct job){ .mode = MODE_NEW_IMAGE, .model = g_strdup(model->path) };
    job_order(&job, &s, &order, NULL);
    order.load_only = true;
    d->loading = worker_push(d->worker, &order);
    job_clear(&job);
    settings_clear(&s);
}

/* What can be asked of the model that comes with Ebru, and what to do if that is too little. */
static void introduce(struct dialog *d, const struct checkpoint *model)
{
    prompt_set_hint(d->form.prompt,
                    model->starter ? _("For example: clouds in a blue sky; grass; dark blue tiles")
                                   : _("Describe what you want to see"));
    if (model->starter && d->models->len == 1)
        banner_show(
            &d->banner, BANNER_ADD_MODEL,
            _("The small model that comes with Ebru is at an early stage: colours, clouds, grass "
              "and skies, no clear shapes yet. Other pictures need a Stable Diffusion file "
              "(about 2 to 7 GB)."));
}

static void model_changed(struct dialog *d)
{
    const struct checkpoint *const model = chosen_model(d, NULL);

    banner_hide(&d->banner);
    if (model) {
        fields_size_set_native(d->form.size, model->info.width, model->info.height);
        introduce(d, model);
    }
    open_model(d);
    explain_soon(d);
}

static void fill_models(struct dialog *d)
{
    GError *error = NULL;
    const struct checkpoint *const chosen = chosen_model(d, &error);

    model_chooser_fill(d->form.model, d->models, chosen);
    if (!chosen)
        banner_show(&d->banner, BANNER_ADD_MODEL, error->message);
    g_clear_error(&error);
}

/* --- the banner's button -------------------------------------------------- */

static void add_model_at(void *user, const char *path)
{
    struct dialog *const d = user;
    GError *error = NULL;
    g_autofree char *folder = g_path_get_dirname(path);
    const gboolean index = g_str_has_suffix(path, G_DIR_SEPARATOR_S "model_index.json");
    const struct checkpoint *const added =
        checkpoints_add(d->models, index ? folder : path, &error); /* the folder is the model */

    if (added) {
        g_object_set(d->config, "model", added->path, NULL);
        fill_models(d);
    } else {
        show_error(d, (ebru_status)error->code, error->message);
    }
    g_clear_error(&error);
}

static void add_model(struct dialog *d)
{
    files_choose_model(GTK_WINDOW(d->window), add_model_at, d);
}

static void set_vocabulary(void *user, const char *path)
{
    struct dialog *const d = user;

    g_object_set(d->config, "vocabulary", path, NULL);
    model_changed(d);
}

static void banner_pressed(void *user, enum banner_action action)
{
    struct dialog *const d = user;
    const struct checkpoint *const model = chosen_model(d, NULL);

    if (action == BANNER_ADD_MODEL) {
        add_model(d);
    } else if (action == BANNER_CHOOSE_FOLDER) {
        files_choose_vocabulary(GTK_WINDOW(d->window), set_vocabulary, d);
    } else if (action == BANNER_SHOW_FOLDER && model) {
        files_show_folder(GTK_WINDOW(d->window), model->path);
    } else if (action == BANNER_LOAD_ANYWAY) {
        d->second_copy = TRUE;
        open_model(d);
    } else if (action == BANNER_USE_SIZE && model) {
        g_object_set(d->config, "width", model->info.width, "height", model->info.height, NULL);
    } else if (action == BANNER_USE_DRAFT) {
        g_object_set(d->config, "steps", quality_steps(d->form.quality, 0), NULL);
    }
    if (!d->models->len)
        fill_models(d);
}

/* --- the queue ------------------------------------------------------------ */

static void set_stop(struct dialog *d)
{
    gtk_widget_set_sensitive(d->stop, queue_running(d->queue) != NULL);
}

static void keep_result(struct dialog *d, const struct entry *e)
{
    const int n = (int)e->variants->len;
    int count = 0;

    job_result_clear(d->last);
    *d->last = (struct job_result){ .image = e->image, .seconds = e->seconds };
    d->last->layers = g_new0(GimpLayer *, n + 1);
    d->last->seeds = g_new0(double, n + 1);
    for (int i = 0; i < n; i++) {
        const struct variant *const v = entry_variant(e, i);
        if (!v->layer)
            continue;
        d->last->layers[count] = v->layer;
        d->last->seeds[count++] = (double)v->seed;
    }
    d->last->count = count;
}

static void show_done(struct dialog *d, struct entry *e)
{
    g_autofree char *model = g_path_get_basename(e->job.model);
    g_autofree char *text = g_strdup_printf(_("Done in %.1f s"), e->seconds);

    if (e->made_image) {
        gimp_display_new(e->image);
        if (e->job.image && e->job.mode != MODE_NEW_IMAGE)
            banner_show(&d->banner, BANNER_OK,
                        _("The image was closed; the result is a new image."));
    }
    keep_result(d, e);
    if (!e->early)
        store_keep_speed(model, e->job.threads, e->job.plan.width, e->job.plan.height,
                         worker_speed(d->worker));
    fields_seed_set_last(d->form.seed, (double)entry_variant(e, 0)->seed);
    form_show_progress(&d->form, 1, text);
    form_announce(&d->form, text);
}

static void on_changed(void *user, struct entry *e)
{
    struct dialog *const d = user;

    if (!e || d->results.entry == e)
        results_show(&d->results, NULL);
    if (e && e->state == ENTRY_DONE)
        show_done(d, e);
    if (e && (e->state == ENTRY_DONE || e->state == ENTRY_DRAFTS))
        results_show(&d->results, e);
    if (e && e->state == ENTRY_DRAFTS)
        form_show_progress(&d->form, 1, _("Drafts are ready"));
    if (e && e->state == ENTRY_RUNNING) {
        form_show_progress(&d->form, 0, _("Starting…"));
        form_announce(&d->form, _("Started"));
    }
    if (e && e->state == ENTRY_FAILED)
        form_show_progress(&d->form, 0, e->status == EBRU_CANCELLED ? _("Stopped") : _("Failed"));
    if (e && e->state == ENTRY_FAILED && e->status != EBRU_CANCELLED)
        show_error(d, e->status, e->error);
    rows_fill(&d->rows);
    set_stop(d);
    form_fit(&d->form);
    explain_soon(d);
}

static void on_tick(void *user, struct entry *e, const struct work_view *view)
{
    struct dialog *const d = user;
    ebru_image rough;

    /* A question to GIMP, so that we end with it even when it was killed. */
    if (++d->ticks % 20 == 0 && d->image)
        gimp_image_is_valid(d->image);
    if (work_take_preview(e->work, &rough)) {
        results_show_rough(&d->results, &rough);
        ebru_image_clear(&rough);
    }
    if (d->hidden)
        gimp_progress_update(view->progress.fraction);
    if (!gtk_widget_get_sensitive(d->stop))
        return;
    g_autofree char *text = explain_progress(view, 1, queue_unfinished(d->queue));
    form_show_progress(&d->form, view->state == WORK_RUNNING ? view->progress.fraction : -1, text);
}

static void on_row(void *user, struct entry *e)
{
    struct dialog *const d = user;

    if (e->variants->len)
        results_show(&d->results, e);
}

static void stop_running(struct dialog *d, ebru_answer answer)
{
    if (!queue_running(d->queue) || !gtk_widget_get_sensitive(d->stop))
        return;
    queue_answer(d->queue, answer);
    gtk_widget_set_sensitive(d->stop, FALSE);
    form_show_progress(&d->form, -1, answer == EBRU_STOP ? _("Stopping…") : _("Finishing…"));
}

static void stop_clicked(struct dialog *d)
{
    GdkModifierType state = 0;

    gtk_get_current_event_state(&state);
    stop_running(d, state & GDK_SHIFT_MASK ? EBRU_FINISH : EBRU_STOP);
}

/* --- the button ----------------------------------------------------------- */

static gboolean wants_drafts(struct dialog *d, const struct settings *s)
{
    return s->request.count > 1 && gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(d->form.drafts));
}

static void generate(struct dialog *d)
{
    GError *error = NULL;
    struct settings s;
    struct job job = { 0 };
    struct order order;
    const struct checkpoint *const model = chosen_model(d, &error);

    banner_hide(&d->banner);
    settings_read(&s, d->config);
    if (model && may_open_model(d) && job_plan(&job, &s, d->image, d->drawable, model, &error) &&
        job_order(&job, &s, &order, &error)) {
        if (wants_drafts(d, &s) && !order.passes)
            order.request.pause = DRAFT;
        history_add(s.request.prompt);
        queue_add(d->queue, &job, &order);
    }
    if (error)
        banner_show(&d->banner, model ? BANNER_OK : BANNER_ADD_MODEL, error->message);
    g_clear_error(&error);
    job_clear(&job);
    settings_clear(&s);
    explain_soon(d);
}

/* --- the window ----------------------------------------------------------- */

static gboolean in_strip(struct dialog *d)
{
    GtkWidget *const focus = gtk_window_get_focus(GTK_WINDOW(d->window));

    return focus && gtk_widget_is_ancestor(focus, d->results.strip);
}

/* Escape leaves the strip, closes an idle window, and does not throw away minutes of work. */
static void on_escape(GtkDialog *window, struct dialog *d)
{
    if (in_strip(d))
        gtk_widget_grab_focus(d->form.prompt);
    if (in_strip(d) || queue_unfinished(d->queue))
        g_signal_stop_emission_by_name(window, "close");
}

static void new_seed(struct dialog *d)
{
    g_object_set(d->config, "seed", -1.0, NULL);
}

/* F6: from the prompt to the pictures, to the button, and round again. */
static void next_pane(struct dialog *d)
{
    GtkWidget *const focus = gtk_window_get_focus(GTK_WINDOW(d->window));
    GtkFlowBoxChild *const first =
        gtk_flow_box_get_child_at_index(GTK_FLOW_BOX(d->results.strip), 0);

    if (in_strip(d))
        gtk_widget_grab_focus(d->generate);
    else if (focus && gtk_widget_is_ancestor(focus, d->form.fields) && first &&
             gtk_widget_get_mapped(GTK_WIDGET(first)))
        gtk_widget_grab_focus(GTK_WIDGET(first));
    else if (focus && gtk_widget_is_ancestor(focus, d->form.fields))
        gtk_widget_grab_focus(d->generate);
    else
        gtk_widget_grab_focus(d->form.prompt);
}

static gboolean on_control_key(struct dialog *d, const GdkEventKey *event)
{
    switch (event->keyval) {
    case GDK_KEY_period:
        stop_running(d, EBRU_STOP);
        return TRUE;
    case GDK_KEY_colon:
    case GDK_KEY_greater:
        stop_running(d, EBRU_FINISH);
        return TRUE;
    case GDK_KEY_r:
        new_seed(d);
        gtk_dialog_response(GTK_DIALOG(d->window), GTK_RESPONSE_OK);
        return TRUE;
    case GDK_KEY_l:
        gtk_widget_grab_focus(d->form.prompt);
        return TRUE;
    case GDK_KEY_h:
        gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(d->form.menu), TRUE);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean on_key(GtkWidget *window, GdkEventKey *event, struct dialog *d)
{
    const gboolean enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter;

    if (enter && (event->state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK))) {
        if (gtk_widget_get_sensitive(d->generate))
            gtk_dialog_response(GTK_DIALOG(window), GTK_RESPONSE_OK);
        return TRUE;
    }
    if (event->keyval == GDK_KEY_F6) {
        next_pane(d);
        return TRUE;
    }
    return event->state & GDK_CONTROL_MASK && on_control_key(d, event);
}

/* The selection may have changed meanwhile. */
static gboolean on_focus(GtkWidget *window, GdkEvent *event, struct dialog *d)
{
    (void)window;
    (void)event;
    explain_soon(d);
    return FALSE;
}

static void add_buttons(struct dialog *d)
{
    GtkDialog *const dialog = GTK_DIALOG(d->window);

    gimp_procedure_dialog_set_ok_label(d->window, _("_Generate"));
    d->generate = gtk_dialog_get_widget_for_response(dialog, GTK_RESPONSE_OK);
    d->close = gtk_dialog_get_widget_for_response(dialog, GTK_RESPONSE_CANCEL);
    gtk_button_set_label(GTK_BUTTON(d->close), _("_Close"));
    d->stop = gtk_button_new_with_mnemonic(_("Sto_p")); /* no response: it must not end the loop */
    gtk_widget_set_tooltip_text(
        d->stop, _("Give up this picture (Ctrl+.); with Shift, take what there is of it"));
    gtk_widget_set_tooltip_text(d->generate, _("Ctrl+Return"));
    gtk_widget_set_sensitive(d->stop, FALSE);
    g_signal_connect_swapped(d->stop, "clicked", G_CALLBACK(stop_clicked), d);

    GtkWidget *const row = gtk_widget_get_parent(d->generate);
    gtk_container_add(GTK_CONTAINER(row), d->stop);
    gtk_widget_show(d->stop);
    gtk_box_reorder_child(GTK_BOX(row), d->generate, -1);
}

static void connect(struct dialog *d)
{
    GtkWidget *const window = GTK_WIDGET(d->window);

    g_signal_connect_swapped(d->form.model, "changed", G_CALLBACK(model_changed), d);
    g_signal_connect_swapped(d->form.add_model, "clicked", G_CALLBACK(add_model), d);
    g_signal_connect_swapped(d->config, "notify", G_CALLBACK(explain_soon), d);
    g_signal_connect_swapped(d->config, "notify::mode", G_CALLBACK(mode_changed), d);
    g_signal_connect(window, "focus-in-event", G_CALLBACK(on_focus), d);
    g_signal_connect(window, "close", G_CALLBACK(on_escape), d);
    g_signal_connect(window, "key-press-event", G_CALLBACK(on_key), d);
}

static void build(struct dialog *d, GimpProcedure *procedure)
{
    GtkWidget *const window = gimp_procedure_dialog_new(procedure, d->config, d->title);
    GtkBox *const content = GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(window)));

    d->window = GIMP_PROCEDURE_DIALOG(window);
    add_buttons(d);
    banner_build(&d->banner, banner_pressed, d);
    results_build(&d->results, d->queue);
    rows_build(&d->rows, d->queue, on_row, d);
    form_build(&d->form, d->config, d->results.root, d->rows.root);
    gtk_box_pack_start(content, d->banner.root, FALSE, FALSE, 0);
    gtk_box_pack_start(content, d->form.root, TRUE, TRUE, 0);
    gtk_widget_show_all(d->form.root);
    connect(d);
    gtk_window_set_default_size(GTK_WINDOW(window), store_window("width", 420), -1);
    gtk_widget_show(window);
    gtk_widget_grab_focus(d->form.prompt);
}

/* --- leaving -------------------------------------------------------------- */

static gboolean is_ready(gpointer data)
{
    struct dialog *const d = data;

    if (queue_unfinished(d->queue))
        return G_SOURCE_CONTINUE;
    gtk_main_quit();
    return G_SOURCE_REMOVE;
}

static void go_on_hidden(struct dialog *d)
{
    d->hidden = TRUE;
    gtk_widget_hide(GTK_WIDGET(d->window));
    gimp_progress_init(d->title);
    g_timeout_add(100, is_ready, d);
    gtk_main();
    gimp_progress_end();
}

/* Whether the window may go. */
static gboolean leave(struct dialog *d)
{
    const int n = queue_unfinished(d->queue);

    switch (n ? closing_ask(GTK_WINDOW(d->window), n) : CLOSING_STOP) {
    case CLOSING_GO_ON:
        queue_set_paused(d->queue, FALSE);
        go_on_hidden(d);
        return TRUE;
    case CLOSING_STOP:
        queue_stop_all(d->queue);
        return TRUE;
    default:
        return FALSE;
    }
}

static void keep_width(struct dialog *d)
{
    int width, height;

    gtk_window_get_size(GTK_WINDOW(d->window), &width, &height);
    if (!d->hidden)
        store_keep_window("width", width);
}

/* The timers of the dialog have it as their data. */
static void forget_timers(struct dialog *d)
{
    while (g_source_remove_by_user_data(d) || g_source_remove_by_user_data(&d->form))
        continue;
    g_signal_handlers_disconnect_by_data(d->config, d);
}

gboolean dialog_run(GimpProcedure *procedure, GimpProcedureConfig *config, const char *title,
                    GimpImage *image, GimpDrawable *drawable, struct job_result *result)
{
    struct dialog d = {
        .config = config, .title = title, .image = image, .drawable = drawable, .last = result
    };
    const struct queue_events events = { on_changed, on_tick, &d };
    gboolean pressed = FALSE;

    gimp_ui_init("ebru");
    d.models = checkpoints_find();
    d.worker = worker_new(&backend_local);
    d.queue = queue_new(d.worker, &events);
    build(&d, procedure);
    fill_models(&d);
    explain_soon(&d);
    do {
        while (gimp_procedure_dialog_run(d.window)) {
            generate(&d);
            pressed = TRUE;
        }
        keep_width(&d);
    } while (!leave(&d));
    forget_timers(&d);
    gtk_widget_destroy(GTK_WIDGET(d.window));
    queue_free(d.queue);
    work_unref(d.loading);
    g_ptr_array_unref(d.models);
    return pressed;
}
