/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog.h"

#include "choosers.h"
#include "fields.h"
#include "form.h"
#include "lock.h"
#include "message.h"
#include "preview.h"
#include "store.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

enum banner { BANNER_NONE, BANNER_ADD_MODEL, BANNER_CHOOSE_FOLDER, BANNER_LOAD_ANYWAY, BANNER_OK };

struct dialog {
    GimpProcedureDialog *window;
    GimpProcedureConfig *config;
    const char *title;
    GimpImage *image;
    GimpDrawable *drawable;

    struct form form;
    GtkWidget *generate, *close, *stop;
    GtkWidget *banner, *banner_text, *banner_button;
    enum banner banner_action;

    GPtrArray *models;
    struct worker *worker;
    struct work *loading; /* opens the model while the prompt is typed */
    struct work *running; /* NULL: idle */
    gboolean busy;        /* from the press of the button to its result */
    guint ticks;
    gboolean second_copy; /* the user wants a model although another window has one */
    gboolean leaving;     /* closed while running */
    gboolean explaining;  /* a new explanation is on its way */
};

/* --- the banner ----------------------------------------------------------- */

static void show_banner(struct dialog *d, enum banner action, const char *text)
{
    static const char *const buttons[] = { "", N_("Add Model…"), N_("Choose Folder…"),
                                           N_("Load Anyway"), N_("OK") };

    d->banner_action = action;
    gtk_widget_set_visible(d->banner, action != BANNER_NONE);
    if (action == BANNER_NONE)
        return;
    gtk_label_set_text(GTK_LABEL(d->banner_text), text);
    gtk_button_set_label(GTK_BUTTON(d->banner_button), _(buttons[action]));
    gtk_info_bar_set_message_type(GTK_INFO_BAR(d->banner), action == BANNER_ADD_MODEL
                                                               ? GTK_MESSAGE_INFO
                                                               : GTK_MESSAGE_WARNING);
}

static void show_error(struct dialog *d, const ebru_error *err)
{
    GError *error = NULL;

    g_error_from_ebru(&error, err);
    show_banner(d, err->status == EBRU_NO_VOCABULARY ? BANNER_CHOOSE_FOLDER : BANNER_OK,
                error->message);
    g_clear_error(&error);
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
    show_banner(d, BANNER_LOAD_ANYWAY, text);
    return FALSE;
}

/* --- what is said about the settings -------------------------------------- */

static char *describe(const struct job *job)
{
    const struct box *const c = &job->plan.context, *const s = &job->look.selection;

    switch (job->mode) {
    case MODE_NEW_IMAGE:
        return g_strdup_printf(_("Makes a new image of %d × %d px."), c->w, c->h);
    case MODE_NEW_LAYER:
        return g_strdup_printf(_("Paints a new layer of %d × %d px above “%s”."), c->w, c->h,
                               job->look.name);
    case MODE_FILL:
        return g_strdup_printf(_("Fills the selection (%d × %d px) from the %d × %d px around it, "
                                 "in a new layer above “%s”."),
                               s->w, s->h, c->w, c->h, job->look.name);
    default:
        break;
    }
    if (job->whole)
        return g_strdup_printf(_("Paints all of “%s” (%d × %d px) anew, in a new layer above it."),
                               job->look.name, c->w, c->h);
    return g_strdup_printf(
        _("Paints the selection (%d × %d px) anew, after what is there, in a new "
          "layer above “%s”."),
        s->w, s->h, job->look.name);
}

static void set_times(struct dialog *d, const struct settings *s, const struct job *job)
{
    const struct backend *backend;
    const struct backend_model *const model = worker_model(d->worker, &backend);
    const double speed = worker_speed(d->worker);
    const gboolean part = job->mode == MODE_FILL || job->mode == MODE_REFINE;
    double seconds[QUALITIES] = { 0 };
    ebru_cost cost;

    for (int i = 0; i < QUALITIES && model && speed > 0; i++) {
        ebru_request r = s->request;
        const int steps = quality_steps(d->form.quality, i);
        r.width = job->plan.width;
        r.height = job->plan.height;
        r.steps = part ? MAX(1, (int)(steps * r.strength)) : steps;
        if (backend->estimate(model, &r, &cost, NULL))
            seconds[i] = cost.flops / speed;
    }
    quality_set_times(d->form.quality, seconds);
}

static void set_tokens(struct dialog *d, const struct settings *s)
{
    const struct backend *backend;
    const struct backend_model *const model = worker_model(d->worker, &backend);
    int blocks = 1;

    if (!model) {
        form_set_tokens(&d->form, -1, 1);
        return;
    }
    const int tokens = backend->count_tokens(model, s->request.prompt, &blocks);
    form_set_tokens(&d->form, tokens, MAX(1, blocks));
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
    if (d->busy)
        return G_SOURCE_REMOVE;
    settings_read(&s, d->config);
    const gboolean possible =
        job_plan(&job, &s, d->image, d->drawable, model ? model : &unknown, &error);
    g_autofree char *text = possible ? describe(&job) : g_strdup(error->message);
    form_show_mode(&d->form, job.mode, !box_is_empty(job.look.selection),
                   s.mode == MODE_AUTOMATIC && job.image, text);
    if (possible)
        set_times(d, &s, &job);
    set_tokens(d, &s);
    gtk_button_set_label(GTK_BUTTON(d->generate), job.mode == MODE_FILL     ? _("_Fill")
                                                  : job.mode == MODE_REFINE ? _("Re_fine")
                                                                            : _("_Generate"));
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
    if (!o->ok && o->error.status != EBRU_CANCELLED)
        show_error(d, &o->error);
    work_unref(d->loading);
    d->loading = NULL;
    explain_soon(d);
    return G_SOURCE_REMOVE;
}

static void open_model(struct dialog *d)
{
    const struct checkpoint *const model = chosen_model(d, NULL);
    struct settings s;
    struct job job;
    struct order order;

    if (!model || !may_open_model(d))
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
    worker_know_speed(d->worker, store_speed(job.threads));
    d->loading = worker_push(d->worker, &order);
    job_clear(&job);
    settings_clear(&s);
}

static void model_changed(struct dialog *d)
{
    const struct checkpoint *const model = chosen_model(d, NULL);

    if (d->busy)
        return;
    show_banner(d, BANNER_NONE, NULL);
    if (model)
        fields_size_set_native(d->form.size, model->info.width, model->info.height);
    open_model(d);
    explain_soon(d);
}

static void fill_models(struct dialog *d)
{
    GError *error = NULL;
    const struct checkpoint *const chosen = chosen_model(d, &error);

    model_chooser_fill(d->form.model, d->models, chosen);
    if (!chosen)
        show_banner(d, BANNER_ADD_MODEL, error->message);
    g_clear_error(&error);
}

/* --- choosing files ------------------------------------------------------- */

/* The answer comes later: a loop in the handler of a button would leave screen readers, which
 * pressed it, without an answer. */
struct choice {
    struct dialog *dialog;
    void (*chosen)(struct dialog *d, const char *path);
};

static void on_chosen(GtkDialog *chooser, int response, struct choice *choice)
{
    g_autofree char *path = response == GTK_RESPONSE_ACCEPT
                                ? gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(chooser))
                                : NULL;

    gtk_widget_destroy(GTK_WIDGET(chooser));
    if (path)
        choice->chosen(choice->dialog, path);
    g_free(choice);
}

static void choose(struct dialog *d, const char *title, GtkFileChooserAction action,
                   void (*chosen)(struct dialog *d, const char *path))
{
    GtkWidget *const w =
        gtk_file_chooser_dialog_new(title, GTK_WINDOW(d->window), action, _("_Cancel"),
                                    GTK_RESPONSE_CANCEL, _("_Open"), GTK_RESPONSE_ACCEPT, NULL);
    struct choice *const choice = g_new(struct choice, 1);

    *choice = (struct choice){ d, chosen };
    gtk_dialog_set_default_response(GTK_DIALOG(w), GTK_RESPONSE_ACCEPT);
    gtk_window_set_modal(GTK_WINDOW(w), TRUE);
    gtk_window_set_destroy_with_parent(GTK_WINDOW(w), TRUE);
    if (action == GTK_FILE_CHOOSER_ACTION_OPEN) {
        GtkFileFilter *const filter = gtk_file_filter_new();
        gtk_file_filter_set_name(filter, _("Models (*.safetensors, model_index.json)"));
        gtk_file_filter_add_pattern(filter, "*.safetensors");
        gtk_file_filter_add_pattern(filter, "model_index.json");
        gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(w), filter);
    }
    g_signal_connect(w, "response", G_CALLBACK(on_chosen), choice);
    gtk_widget_show(w);
}

static void add_model_at(struct dialog *d, const char *path)
{
    GError *error = NULL;
    g_autofree char *folder = g_path_get_dirname(path);
    const gboolean index = g_str_has_suffix(path, G_DIR_SEPARATOR_S "model_index.json");
    const struct checkpoint *const added =
        checkpoints_add(d->models, index ? folder : path, &error); /* the folder is the model */

    if (added) {
        g_object_set(d->config, "model", added->path, NULL);
        fill_models(d);
    } else {
        show_banner(d, BANNER_OK, error->message);
    }
    g_clear_error(&error);
}

static void add_model(struct dialog *d)
{
    choose(d, _("Add Model"), GTK_FILE_CHOOSER_ACTION_OPEN, add_model_at);
}

static void set_vocabulary(struct dialog *d, const char *path)
{
    g_object_set(d->config, "vocabulary", path, NULL);
    model_changed(d);
}

static void choose_vocabulary(struct dialog *d)
{
    choose(d, _("Folder with vocab.json and merges.txt"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
           set_vocabulary);
}

static void banner_pressed(struct dialog *d)
{
    const enum banner action = d->banner_action;

    show_banner(d, BANNER_NONE, NULL);
    if (action == BANNER_ADD_MODEL) {
        add_model(d);
    } else if (action == BANNER_CHOOSE_FOLDER) {
        choose_vocabulary(d);
    } else if (action == BANNER_LOAD_ANYWAY) {
        d->second_copy = TRUE;
        open_model(d);
    }
    if (!d->models->len)
        fill_models(d);
}

/* --- a run ---------------------------------------------------------------- */

static void stop_running(struct dialog *d)
{
    if (!d->running)
        return;
    work_answer(d->running, EBRU_STOP);
    gtk_widget_set_sensitive(d->stop, FALSE);
    form_show_progress(&d->form, -1, _("Stopping…"));
}

static char *describe_progress(const struct work_view *v)
{
    const ebru_progress *const p = &v->progress;
    g_autofree char *what = NULL, *left = NULL;

    if (v->state != WORK_RUNNING || !p->phase)
        return g_strdup(v->state == WORK_RUNNING ? _("Starting…") : _("Loading the model…"));
    if (!strcmp(p->phase, "denoise"))
        what = g_strdup_printf(_("Step %d of %d"), MIN(p->step + 1, p->steps), p->steps);
    else
        what = g_strdup(!strcmp(p->phase, "decode")   ? _("Painting the pixels")
                        : !strcmp(p->phase, "encode") ? _("Looking at the picture")
                                                      : _("Reading the prompt"));
    if (p->fraction < 0.03 || v->seconds < 0.5)
        return g_steal_pointer(&what);
    left = message_left(v->seconds / p->fraction - v->seconds);
    return g_strdup_printf("%s · %s", what, left);
}

static void tick(void *user, const struct work_view *view)
{
    struct dialog *const d = user;
    ebru_image rough;

    /* A question to GIMP, so that we end with it even when it was killed. */
    if (++d->ticks % 20 == 0 && d->image)
        gimp_image_is_valid(d->image);
    if (work_take_preview(d->running, &rough)) {
        preview_show(d->form.preview, &rough);
        ebru_image_clear(&rough);
    }
    if (!gtk_widget_get_sensitive(d->stop))
        return;
    g_autofree char *text = describe_progress(view);
    form_show_progress(&d->form, view->state == WORK_RUNNING ? view->progress.fraction : -1, text);
}

static void set_idle(struct dialog *d, gboolean idle)
{
    GtkWidget *const row = gtk_widget_get_parent(d->generate);
    GList *const buttons = gtk_container_get_children(GTK_CONTAINER(row));

    d->busy = !idle;
    for (GList *b = buttons; b; b = b->next)
        gtk_widget_set_sensitive(b->data, idle);
    g_list_free(buttons);
    gtk_widget_set_sensitive(d->form.fields, idle);
    gtk_widget_set_sensitive(d->stop, FALSE);
    if (idle) {
        gtk_widget_grab_focus(d->form.prompt);
        return;
    }
    preview_show(d->form.preview, NULL);
    form_show_progress(&d->form, -1, _("Starting…"));
    while (gtk_events_pending()) /* reading the image takes a moment, and this shows before it */
        gtk_main_iteration();
}

static void show_outcome(struct dialog *d, struct job *job, const struct work_outcome *o,
                         struct job_result *result)
{
    struct job_result made;

    job_commit(job, o, &made);
    if (made.made_image)
        gimp_display_new(made.image);
    if (made.made_image && job->image && job->mode != MODE_NEW_IMAGE)
        show_banner(d, BANNER_OK, _("The image was closed; the result is a new image."));
    preview_show(d->form.preview, &o->result.images[0]);
    fields_seed_set_last(d->form.seed, made.seeds[0]);
    g_autofree char *text =
        g_strdup_printf(_("Done in %.1f s · seed %.0f"), made.seconds, made.seeds[0]);
    form_show_progress(&d->form, 1, text);
    store_keep_speed(job->threads, worker_speed(d->worker));
    job_result_clear(result);
    *result = made;
}

static void work_on(struct dialog *d, struct job *job, struct order *order,
                    struct job_result *result)
{
    struct work *const work = worker_push(d->worker, order);
    const struct work_outcome *const o = work_outcome(work);
    struct work_view view;

    d->running = work;
    gtk_widget_set_sensitive(d->stop, TRUE);
    gtk_widget_grab_focus(d->stop);
    work_wait(work, tick, d);
    work_look(work, &view);
    d->running = NULL;
    gtk_widget_set_sensitive(d->stop, FALSE);
    if (view.state == WORK_DONE && o->ok) {
        show_outcome(d, job, o, result);
    } else {
        form_show_progress(&d->form, 0, _("Stopped"));
        if (view.state == WORK_DONE && o->error.status != EBRU_CANCELLED)
            show_error(d, &o->error);
    }
    work_unref(work);
}

static void generate(struct dialog *d, struct job_result *result)
{
    GError *error = NULL;
    struct settings s;
    struct job job = { 0 };
    struct order order;
    const struct checkpoint *const model = chosen_model(d, &error);

    show_banner(d, BANNER_NONE, NULL);
    settings_read(&s, d->config);
    if (model && may_open_model(d) && job_plan(&job, &s, d->image, d->drawable, model, &error)) {
        set_idle(d, FALSE);
        if (job_order(&job, &s, &order, &error))
            work_on(d, &job, &order, result);
        set_idle(d, TRUE);
    }
    if (error)
        show_banner(d, model ? BANNER_OK : BANNER_ADD_MODEL, error->message);
    g_clear_error(&error);
    job_clear(&job);
    settings_clear(&s);
    explain_soon(d);
}

/* --- the window ----------------------------------------------------------- */

static gboolean on_delete(GtkWidget *window, GdkEvent *event, struct dialog *d)
{
    (void)window;
    (void)event;
    if (!d->running)
        return FALSE;
    d->leaving = TRUE;
    stop_running(d);
    return TRUE;
}

/* Escape closes an idle window; it does not throw away minutes of work. */
static void on_escape(GtkDialog *window, struct dialog *d)
{
    if (d->busy)
        g_signal_stop_emission_by_name(window, "close");
}

static gboolean on_key(GtkWidget *window, GdkEventKey *event, struct dialog *d)
{
    const gboolean enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter;

    if (enter && (event->state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK))) {
        if (!d->busy && gtk_widget_get_sensitive(d->generate))
            gtk_dialog_response(GTK_DIALOG(window), GTK_RESPONSE_OK);
        return TRUE;
    }
    if (event->keyval == GDK_KEY_period && (event->state & GDK_CONTROL_MASK)) {
        stop_running(d);
        return TRUE;
    }
    return FALSE;
}

/* The selection may have changed meanwhile. */
static gboolean on_focus(GtkWidget *window, GdkEvent *event, struct dialog *d)
{
    (void)window;
    (void)event;
    explain_soon(d);
    return FALSE;
}

static GtkWidget *banner_new(struct dialog *d)
{
    GtkWidget *const bar = gtk_info_bar_new();

    d->banner_text = gtk_label_new(NULL);
    gtk_label_set_line_wrap(GTK_LABEL(d->banner_text), TRUE);
    gtk_label_set_line_wrap_mode(GTK_LABEL(d->banner_text), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_width_chars(GTK_LABEL(d->banner_text), 30);
    gtk_label_set_max_width_chars(GTK_LABEL(d->banner_text), 44);
    gtk_label_set_selectable(GTK_LABEL(d->banner_text), TRUE);
    gtk_label_set_xalign(GTK_LABEL(d->banner_text), 0);
    gtk_box_pack_start(GTK_BOX(gtk_info_bar_get_content_area(GTK_INFO_BAR(bar))), d->banner_text,
                       TRUE, TRUE, 0);
    d->banner_button = gtk_info_bar_add_button(GTK_INFO_BAR(bar), "", GTK_RESPONSE_ACCEPT);
    gtk_widget_set_valign(d->banner_button, GTK_ALIGN_CENTER);
    g_signal_connect_swapped(d->banner_button, "clicked", G_CALLBACK(banner_pressed), d);
    gtk_widget_show_all(bar);
    gtk_widget_set_visible(bar, FALSE);
    gtk_widget_set_no_show_all(bar, TRUE);
    return bar;
}

static void add_buttons(struct dialog *d)
{
    enum { STOP = 100 };
    GtkDialog *const dialog = GTK_DIALOG(d->window);

    gimp_procedure_dialog_set_ok_label(d->window, _("_Generate"));
    d->generate = gtk_dialog_get_widget_for_response(dialog, GTK_RESPONSE_OK);
    d->close = gtk_dialog_get_widget_for_response(dialog, GTK_RESPONSE_CANCEL);
    gtk_button_set_label(GTK_BUTTON(d->close), _("_Close"));
    d->stop = gtk_dialog_add_button(dialog, _("Sto_p"), STOP);
    gtk_widget_set_tooltip_text(d->stop, _("Give up this picture (Ctrl+.)"));
    gtk_widget_set_tooltip_text(d->generate, _("Ctrl+Return"));
    gtk_widget_set_sensitive(d->stop, FALSE);
    g_signal_connect_swapped(d->stop, "clicked", G_CALLBACK(stop_running), d);

    GtkWidget *const row = gtk_widget_get_parent(d->generate);
    gtk_box_reorder_child(GTK_BOX(row), d->generate, -1);
}

static void build(struct dialog *d, GimpProcedure *procedure)
{
    GtkWidget *const window = gimp_procedure_dialog_new(procedure, d->config, d->title);
    GtkBox *const content = GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(window)));

    d->window = GIMP_PROCEDURE_DIALOG(window);
    add_buttons(d);
    d->banner = banner_new(d);
    form_build(&d->form, d->config);
    gtk_box_pack_start(content, d->banner, FALSE, FALSE, 0);
    gtk_box_pack_start(content, d->form.root, TRUE, TRUE, 0);
    gtk_widget_show_all(d->form.root);
    g_signal_connect_swapped(d->form.model, "changed", G_CALLBACK(model_changed), d);
    g_signal_connect_swapped(d->form.add_model, "clicked", G_CALLBACK(add_model), d);
    g_signal_connect_swapped(d->config, "notify", G_CALLBACK(explain_soon), d);
    g_signal_connect_swapped(d->config, "notify::mode", G_CALLBACK(mode_changed), d);
    g_signal_connect(window, "focus-in-event", G_CALLBACK(on_focus), d);
    g_signal_connect(window, "delete-event", G_CALLBACK(on_delete), d);
    g_signal_connect(window, "close", G_CALLBACK(on_escape), d);
    g_signal_connect(window, "key-press-event", G_CALLBACK(on_key), d);
    gtk_window_set_default_size(GTK_WINDOW(window), 420, -1);
    gtk_widget_show(window);
    gtk_widget_grab_focus(d->form.prompt);
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
    struct dialog d = { .config = config, .title = title, .image = image, .drawable = drawable };
    gboolean pressed = FALSE;

    gimp_ui_init("ebru");
    d.models = checkpoints_find();
    d.worker = worker_new(&backend_local);
    build(&d, procedure);
    fill_models(&d);
    explain_soon(&d);
    while (!d.leaving && gimp_procedure_dialog_run(d.window)) {
        generate(&d, result);
        pressed = TRUE;
    }
    forget_timers(&d);
    gtk_widget_destroy(GTK_WIDGET(d.window));
    work_unref(d.loading);
    g_ptr_array_unref(d.models);
    return pressed;
}
