/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job.h"

#include "expand.h"
#include "mask.h"
#include "message.h"
#include "models_index.h"
#include "store.h"
#include "words.h"

#include <glib/gi18n.h>
#include <string.h>

/* What `mode` means for an image that looks like this; look is NULL without an image. */
static enum mode mode_for(enum mode mode, const struct look *look, double strength)
{
    if (mode != MODE_AUTOMATIC)
        return mode;
    if (!look)
        return MODE_NEW_IMAGE;
    if (!box_is_empty(look->selection))
        return strength >= 1 ? MODE_FILL : MODE_REFINE;
    return strength >= 1 ? MODE_NEW_LAYER : MODE_REFINE;
}

/* --- planning ------------------------------------------------------------- */

static gboolean refuse(GError **error, const char *text)
{
    g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST, text);
    return FALSE;
}

gboolean job_needs_rgb(const struct job *job)
{
    return job->look.indexed && job->mode != MODE_NEW_IMAGE;
}

static gboolean check_image(const struct job *job, GError **error)
{
    if (job->mode == MODE_NEW_IMAGE)
        return TRUE;
    if (!job->image)
        return refuse(error, _("There is no image to work on: open one, or make a new image"));
    if (job_needs_rgb(job))
        return refuse(error, _("The image has indexed colours, which cannot show the result: "
                               "convert it with Image > Mode > RGB first"));
    if (job->mode == MODE_FILL && box_is_empty(job->look.selection))
        return refuse(error, _("Nothing is selected: select what is to be filled"));
    if (job->mode == MODE_REFINE && box_is_empty(job->look.selection) &&
        box_is_empty(job->look.layer))
        return refuse(error, _("The layer lies outside of the image"));
    return TRUE;
}

/* The window gives no other sizes, but scripts may, and recipes of other models. */
static gboolean check_size(const struct job *job, const struct settings *s,
                           const struct checkpoint *model, GError **error)
{
    enum { LEAST = 8, MOST = 1 << 16 };
    const int m = MAX(1, model->info.multiple), w = s->request.width, h = s->request.height;

    if ((job->mode != MODE_NEW_IMAGE && job->mode != MODE_NEW_LAYER) || (w % m == 0 && h % m == 0))
        return TRUE;
    g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                _("This model cannot paint %d × %d px, only multiples of %d: %d × %d px would do"),
                w, h, m, side_snap(w, m, LEAST, MOST), side_snap(h, m, LEAST, MOST));
    return FALSE;
}

/* A picture from text alone, in the middle of the canvas. */
static struct plan plan_text(const ebru_request *r, struct box canvas)
{
    return (struct plan){ .context = { (canvas.w - r->width) / 2, (canvas.h - r->height) / 2,
                                       r->width, r->height },
                          .width = r->width,
                          .height = r->height };
}

static gboolean find_frame(struct job *job, const struct settings *s, GError **error)
{
    const gboolean part = job->mode == MODE_FILL || job->mode == MODE_REFINE;

    if (!job->image || !part || box_is_empty(job->look.selection) || s->context != CONTEXT_CHANNEL)
        return TRUE;           /* nothing else has a context to choose */
    if (*s->context_channel && /* GIMP complains about an empty name */
        canvas_channel_extent(job->image, s->context_channel, &job->frame))
        return TRUE;
    if (*s->context_channel)
        g_set_error(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                    _("The image has no channel “%s” to take the context from"),
                    s->context_channel);
    else
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_BAD_REQUEST,
                            _("No channel is chosen to take the context from: choose one under "
                              "Selection edges"));
    return FALSE;
}

gboolean job_plan_again(struct job *job, const struct settings *s, const struct checkpoint *model,
                        GError **error)
{
    struct edges edges = settings_edges(s);

    edges.frame = job->frame;
    job->native = native_of(&model->info);
    job->model = g_strdup(model->path);
    job->match_colours = s->match_colours;
    job->layer_mask = s->layer_mask;
    job->whole = box_is_empty(job->look.selection);
    if (job->mode == MODE_NEW_IMAGE)
        job->plan =
            plan_text(&s->request, (struct box){ 0, 0, s->request.width, s->request.height });
    else if (job->mode == MODE_NEW_LAYER)
        job->plan = plan_text(&s->request, job->look.canvas);
    else if (job->mode == MODE_EXPAND)
        return expand_plan(job, s, &job->native, error);
    else if (job->whole)
        job->plan = plan_whole(job->look.layer, &job->native);
    else
        job->plan = plan_selection(job->look.canvas, job->look.selection, s->request.strength,
                                   &edges, &job->native);
    return TRUE;
}

gboolean job_plan(struct job *job, const struct settings *s, GimpImage *image,
                  GimpDrawable *drawable, const struct checkpoint *model, GError **error)
{
    const gboolean there = image && gimp_image_is_valid(image);

    *job = (struct job){ .image = there ? image : NULL };
    if (there) {
        job->drawable = canvas_drawable(image, drawable);
        canvas_look(&job->look, image, job->drawable);
    }
    job->mode = mode_for((enum mode)s->mode, there ? &job->look : NULL, s->request.strength);
    return check_image(job, error) && check_size(job, s, model, error) &&
           find_frame(job, s, error) && job_plan_again(job, s, model, error);
}

/* --- what the engine gets ------------------------------------------------- */

static bool copy_image(const ebru_image *from, ebru_image *to, ebru_error *err)
{
    return pixels_resize(from, from->height, from->width, to, err);
}

/* The picture is painted small and then, in tiles, at its size in the image. */
static bool paint_finely(struct job *job, const struct settings *s, const ebru_image *picture,
                         struct order *order, ebru_error *err)
{
    ebru_image copy, mask = { 0 };

    if (!copy_image(picture, &copy, err))
        return false;
    if (job->change.data && !copy_image(&job->change, &mask, err)) {
        ebru_image_clear(&copy);
        return false;
    }
    order->passes = passes_fine(&job->plan, s->request.strength, job->native.side, &copy, &mask);
    ebru_image_clear(&copy);
    ebru_image_clear(&mask);
    if (!order->passes) {
        *err = (ebru_error){ .status = EBRU_NO_MEMORY,
                             .message = "no memory for the parts of the picture" };
        return false;
    }
    order->passes->list[0].match_colours = s->match_colours; /* tile by tile there would be seams */
    return true;
}

static bool prepare_mask(struct job *job, const struct settings *s, struct order *order,
                         ebru_error *err)
{
    enum prefill how = (enum prefill)s->prefill;
    ebru_image filled;

    order->request.decoded = s->match_colours; /* what is matched has to be there */
    if (how == PREFILL_AUTOMATIC)
        how = s->request.strength >= 1 ? PREFILL_BLUR : PREFILL_NONE;
    if (!mask_of_selection(&job->sample.selection, &job->plan.border, &job->change, &job->show,
                           err) ||
        !pixels_resize(&job->change, job->plan.height, job->plan.width, &order->mask, err) ||
        !pixels_resize(&job->sample.colour, job->sample.colour.height, job->sample.colour.width,
                       &filled, err))
        return false;
    bool ok = pixels_prefill(&filled, &job->sample.selection, how, err);
    ok = ok &&
         (s->fine ? paint_finely(job, s, &filled, order, err)
                  : pixels_resize(&filled, job->plan.height, job->plan.width, &order->image, err));
    ebru_image_clear(&filled);
    return ok;
}

static gboolean prepare_pictures(struct job *job, const struct settings *s, struct order *order,
                                 GError **error)
{
    ebru_error err = { 0 };
    bool ok;

    if (!job->sample.colour.data && !canvas_read(&job->sample, job->image, job->drawable,
                                                 s->sample_merged, job->plan.context, error))
        return FALSE;
    if (job->whole && s->fine)
        ok = paint_finely(job, s, &job->sample.colour, order, &err);
    else if (job->whole)
        ok = pixels_resize(&job->sample.colour, job->plan.height, job->plan.width, &order->image,
                           &err);
    else
        ok = prepare_mask(job, s, order, &err);
    if (!ok)
        g_error_from_ebru(error, &err);
    return ok;
}

static char *layer_name(const char *prompt)
{
    enum { CHARACTERS = 60 };
    g_autofree char *line = g_strdelimit(g_strstrip(g_strdup(prompt)), "\n\r\t", ' ');

    if (!*line)
        return g_strdup(_("Generated"));
    if (g_utf8_strlen(line, -1) <= CHARACTERS)
        return g_strdup(line);
    g_autofree char *start = g_utf8_substring(line, 0, CHARACTERS - 1);
    return g_strconcat(start, "…", NULL);
}

int job_threads(const struct settings *s)
{
    const int threads = s->threads > 0 ? s->threads : store_preference("threads", 0);
    ebru_machine machine;

    if (threads > 0)
        return threads;
    ebru_machine_describe(&machine);
    return MAX(1, MIN(gimp_get_num_processors(), machine.cores));
}

/* --- whether two are the same --------------------------------------------- */

static void add_pixels(GChecksum *sum, const ebru_image *image)
{
    const gsize size = (gsize)image->height * image->width * image->channels * sizeof(float);

    if (image->data)
        g_checksum_update(sum, (const guchar *)image->data, (gssize)size);
}

static void add_text(GChecksum *sum, const char *text)
{
    g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text) + 1);
}

static char *print_of(const struct job *job)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    add_text(sum, job->settings);
    add_text(sum, job->model);
    g_checksum_update(sum, (const guchar *)&job->mode, sizeof(job->mode));
    g_checksum_update(sum, (const guchar *)&job->plan, sizeof(job->plan));
    add_pixels(sum, &job->sample.colour);
    add_pixels(sum, &job->sample.alpha);
    add_pixels(sum, &job->sample.selection);
    return g_strdup(g_checksum_get_string(sum));
}

static void choose_metadata(struct job *job, enum metadata m)
{
    job->writes_settings =
        m == METADATA_ALL || (m == METADATA_PREFERENCE && store_writes_settings());
    job->writes_source = m == METADATA_ALL || m == METADATA_SOURCE ||
                         (m == METADATA_PREFERENCE && store_writes_source());
}

gboolean job_has_sides(const struct job *job, const struct passes *passes)
{
    const gboolean parts = passes && passes->count;

    return job->mode == MODE_NEW_IMAGE || job->mode == MODE_NEW_LAYER ||
           (job->mode != MODE_EXPAND && job->whole && !parts);
}

void job_order_model(const char *model, const struct settings *s, struct order *order)
{
    *order = (struct order){ .model = g_strdup(model),
                             .vae = *s->vae ? g_strdup(s->vae) : NULL,
                             .vocabulary = *s->vocabulary ? g_strdup(s->vocabulary) : NULL,
                             .threads = job_threads(s),
                             .request = s->request,
                             .strings = g_ptr_array_ref(s->strings) };
}

gboolean job_order(struct job *job, const struct settings *s, struct order *order, GError **error)
{
    job->name = layer_name(s->request.prompt);
    job->threads = job_threads(s);
    job->arguments = settings_json(s);
    struct models_index *const index = models_index_open();
    job->sha256 = g_strdup(models_index_sha256(index, job->model));
    models_index_close(index);
    choose_metadata(job, (enum metadata)s->metadata);
    job_order_model(job->model, s, order);
    order->previews = store_preference("previews", TRUE);
    order->request.width = job->plan.width;
    order->request.height = job->plan.height;
    if (order->request.seed < 0)
        order->request.seed = g_random_int();
    if (((job->mode == MODE_FILL || job->mode == MODE_REFINE) &&
         !prepare_pictures(job, s, order, error)) ||
        (job->mode == MODE_EXPAND && !expand_order(job, s, order, error)) ||
        !words_decide(s, order, &job->typed, error)) {
        order_clear(order);
        return FALSE;
    }
    if (!job_has_sides(job, order->passes))
        order->request.tile = "none";
    if (job->settings && s->request.seed >= 0)
        job->print = print_of(job);
    return TRUE;
}

void job_drop_pixels(struct job *job)
{
    sample_clear(&job->sample);
    ebru_image_clear(&job->show);
    ebru_image_clear(&job->change);
}

void job_clear(struct job *job)
{
    g_free(job->name);
    g_free(job->model);
    g_free(job->arguments);
    g_free(job->sha256);
    g_free(job->settings);
    g_free(job->print);
    g_free(job->ticket);
    g_free(job->typed);
    g_free(job->lineage);
    job_drop_pixels(job);
    g_free(job->strips);
    *job = (struct job){ 0 };
}
