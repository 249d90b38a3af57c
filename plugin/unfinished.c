/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unfinished.h"

#include "ledger.h"
#include "message.h"
#include "parasite.h"
#include "path_text.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

/* --- which image it was --------------------------------------------------- */

/* Neither saved nor undone: it says which image this is as long as GIMP has it open. */
static const char MARK[] = "ebru-image";

static char *mark_of(GimpImage *image)
{
    return parasite_take_text(gimp_image_get_parasite(image, MARK));
}

static char *mark(GimpImage *image)
{
    char *const old = mark_of(image);

    if (old)
        return old;
    char *const new = g_uuid_string_random();
    GimpParasite *const p = gimp_parasite_new(MARK, 0, (guint32)strlen(new) + 1, new);
    gimp_image_attach_parasite(image, p);
    gimp_parasite_free(p);
    return new;
}

static char *file_of(GimpImage *image)
{
    GFile *const file = gimp_image_get_file(image);
    GFile *const imported = file ? NULL : gimp_image_get_imported_file(image);

    return file ? g_file_get_uri(file) : imported ? g_file_get_uri(imported) : NULL;
}

static gboolean is_same_size(GimpImage *image, const struct look *look)
{
    return gimp_image_get_width(image) == look->canvas.w &&
           gimp_image_get_height(image) == look->canvas.h;
}

/* The image with this mark, else one of this file; NULL: it is not open. */
static GimpImage *find_image(const char *wanted, const char *uri, const struct look *look)
{
    g_autofree GimpImage **all = gimp_get_images();
    GimpImage *same_file = NULL;

    for (GimpImage **image = all; image && *image; image++) {
        g_autofree char *its_mark = mark_of(*image);
        g_autofree char *its_file = file_of(*image);
        if (its_mark && !g_strcmp0(its_mark, wanted))
            return *image;
        if (uri && !g_strcmp0(its_file, uri) && is_same_size(*image, look))
            same_file = *image;
    }
    return same_file;
}

/* --- writing -------------------------------------------------------------- */

static void put_box(yyjson_mut_doc *d, yyjson_mut_val *root, const char *name, struct box b)
{
    const int numbers[] = { b.x, b.y, b.w, b.h };

    yyjson_mut_obj_add_val(d, root, name, yyjson_mut_arr_with_sint32(d, numbers, 4));
}

static void put_text(yyjson_mut_doc *d, yyjson_mut_val *root, const char *name, const char *text)
{
    if (text)
        yyjson_mut_obj_add_strcpy(d, root, name, text);
}

static void put_image(yyjson_mut_doc *d, yyjson_mut_val *root, const struct job *job)
{
    if (!job->image)
        return;
    g_autofree char *its_mark = mark(job->image);
    g_autofree char *uri = file_of(job->image);
    put_text(d, root, "image", its_mark);
    put_text(d, root, "file", uri);
    if (job->drawable && gimp_item_is_valid(GIMP_ITEM(job->drawable)))
        yyjson_mut_obj_add_uint(d, root, "layer", gimp_item_get_tattoo(GIMP_ITEM(job->drawable)));
}

static char *describe(const struct job *job, int64_t seed, double pause)
{
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const root = yyjson_mut_obj(d);
    g_autofree char *model = path_text(job->model);

    yyjson_mut_doc_set_root(d, root);
    put_text(d, root, "settings", job->settings);
    put_text(d, root, "model", model);
    put_text(d, root, "lineage", job->lineage);
    yyjson_mut_obj_add_sint(d, root, "seed", seed);
    yyjson_mut_obj_add_real(d, root, "pause", pause);
    yyjson_mut_obj_add_int(d, root, "mode", (int)job->mode);
    put_box(d, root, "canvas", job->look.canvas);
    put_box(d, root, "selected", job->look.selection);
    put_box(d, root, "extent", job->look.layer);
    put_box(d, root, "drawable", job->look.drawable);
    put_box(d, root, "frame", job->frame);
    put_box(d, root, "context", job->plan.context);
    put_text(d, root, "name", job->look.name);
    yyjson_mut_obj_add_bool(d, root, "colour", job->sample.colour.data != NULL);
    yyjson_mut_obj_add_bool(d, root, "alpha", job->sample.alpha.data != NULL);
    yyjson_mut_obj_add_bool(d, root, "selection", job->sample.selection.data != NULL);
    put_image(d, root, job);
    char *const text = yyjson_mut_write(d, 0, NULL);
    char *const copy = g_strdup(text);
    free(text);
    yyjson_mut_doc_free(d);
    return copy;
}

static struct ledger_part part_of(const ebru_image *image)
{
    const gsize values = (gsize)image->height * image->width * image->channels;

    return (struct ledger_part){ image->data, image->data ? values * sizeof(float) : 0 };
}

void unfinished_keep(struct job *job, int64_t seed, double pause)
{
    const struct ledger_part parts[] = { part_of(&job->sample.colour), part_of(&job->sample.alpha),
                                         part_of(&job->sample.selection) };
    g_autofree char *text = job->settings ? describe(job, seed, pause) : NULL;

    g_free(job->ticket);
    job->ticket = text ? ledger_add(text, parts, G_N_ELEMENTS(parts)) : NULL;
}

/* --- reading -------------------------------------------------------------- */

static gboolean refuse_damaged(gboolean *damaged, GError **error)
{
    *damaged = TRUE;
    g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_BAD_FILE,
                        _("What was kept of an unfinished picture is damaged"));
    return FALSE;
}

static struct box get_box(yyjson_val *root, const char *name)
{
    yyjson_val *const a = yyjson_obj_get(root, name);

    return (struct box){ yyjson_get_int(yyjson_arr_get(a, 0)), yyjson_get_int(yyjson_arr_get(a, 1)),
                         yyjson_get_int(yyjson_arr_get(a, 2)),
                         yyjson_get_int(yyjson_arr_get(a, 3)) };
}

static const char *get_text(yyjson_val *root, const char *name)
{
    return yyjson_get_str(yyjson_obj_get(root, name));
}

/* Pixels that were not taken yet. */
struct pixels {
    const char *at;
    gsize left;
};

static gsize size_of(yyjson_val *root, const char *name, struct box b, int channels)
{
    return yyjson_get_bool(yyjson_obj_get(root, name)) && !box_is_empty(b)
               ? (gsize)b.w * b.h * channels * sizeof(float)
               : 0;
}

/* Takes the next part of the pixels, where the job has it. */
static gboolean take_part(yyjson_val *root, const char *name, struct box b, int channels,
                          struct pixels *pixels, ebru_image *image, GError **error)
{
    const gsize size = size_of(root, name, b, channels);
    ebru_error err;

    if (!size)
        return TRUE;
    if (!ebru_image_alloc(image, b.h, b.w, channels, &err)) {
        g_error_from_ebru(error, &err);
        return FALSE;
    }
    memcpy(image->data, pixels->at, size);
    pixels->at += size;
    pixels->left -= size;
    return TRUE;
}

static gboolean take_sample(yyjson_val *root, struct sample *s, struct pixels pixels,
                            gboolean *damaged, GError **error)
{
    const struct box b = get_box(root, "context");

    if (size_of(root, "colour", b, 3) + size_of(root, "alpha", b, 1) +
            size_of(root, "selection", b, 1) !=
        pixels.left)
        return refuse_damaged(damaged, error);
    return take_part(root, "colour", b, 3, &pixels, &s->colour, error) &&
           take_part(root, "alpha", b, 1, &pixels, &s->alpha, error) &&
           take_part(root, "selection", b, 1, &pixels, &s->selection, error);
}

static void take_look(yyjson_val *root, struct job *job)
{
    const char *const name = get_text(root, "name");

    job->mode = (enum mode)yyjson_get_int(yyjson_obj_get(root, "mode"));
    job->look.canvas = get_box(root, "canvas");
    job->look.selection = get_box(root, "selected");
    job->look.layer = get_box(root, "extent");
    job->look.drawable = get_box(root, "drawable");
    job->frame = get_box(root, "frame");
    g_strlcpy(job->look.name, name ? name : "", sizeof(job->look.name));
}

static void take_image(yyjson_val *root, struct job *job)
{
    const guint tattoo = (guint)yyjson_get_uint(yyjson_obj_get(root, "layer"));

    if (!get_text(root, "image"))
        return;
    job->image = find_image(get_text(root, "image"), get_text(root, "file"), &job->look);
    if (job->image && tattoo)
        job->drawable = GIMP_DRAWABLE(gimp_image_get_layer_by_tattoo(job->image, tattoo));
}

/* The plan must come out as it was: else the pixels are those of another place. */
static gboolean is_same_place(yyjson_val *root, const struct job *job)
{
    const struct box was = get_box(root, "context"), *const is = &job->plan.context;

    return was.x == is->x && was.y == is->y && was.w == is->w && was.h == is->h;
}

static gboolean is_job(yyjson_val *root)
{
    const int mode = yyjson_get_int(yyjson_obj_get(root, "mode"));

    return get_text(root, "settings") && get_text(root, "model") && mode > MODE_AUTOMATIC &&
           mode <= MODE_EXPAND;
}

static gboolean make_order(yyjson_val *root, const struct settings *s, GPtrArray *models,
                           struct job *job, struct order *order, GError **error)
{
    g_autofree char *path = path_of_text(get_text(root, "model"));
    const struct checkpoint *const model = checkpoints_choose(models, path, error);

    if (!model || !job_plan_again(job, s, model, error))
        return FALSE;
    if (!is_same_place(root, job)) {
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_BAD_FILE,
                            _("The model is not the one of then"));
        return FALSE;
    }
    if (!job_order(job, s, order, error))
        return FALSE;
    order->request.pause = yyjson_get_real(yyjson_obj_get(root, "pause"));
    return TRUE;
}

static gboolean load(yyjson_val *root, GimpProcedure *procedure, GPtrArray *models, struct job *job,
                     struct order *order, gboolean *damaged, GError **error)
{
    struct settings s;

    if (!is_job(root) || !settings_from_text(&s, procedure, get_text(root, "settings")))
        return refuse_damaged(damaged, error);
    s.request.seed = yyjson_get_sint(yyjson_obj_get(root, "seed"));
    take_look(root, job);
    take_image(root, job);
    job->settings = g_strdup(get_text(root, "settings"));
    job->lineage = g_strdup(get_text(root, "lineage"));
    const gboolean ok = make_order(root, &s, models, job, order, error);
    settings_clear(&s);
    return ok;
}

gboolean unfinished_load(const char *ticket, GimpProcedure *procedure, GPtrArray *models,
                         struct job *job, struct order *order, gboolean *damaged, GError **error)
{
    g_autofree char *text = NULL, *pixels = NULL;
    g_autoptr(GError) unread = NULL;
    gsize size = 0;

    *job = (struct job){ 0 };
    *damaged = FALSE;
    const gboolean there = ledger_read(ticket, &text, &pixels, &size, &unread);
    if (unread) {
        g_set_error_literal(error, EBRU_PLUGIN_ERROR, EBRU_BAD_FILE, unread->message);
        return FALSE;
    }
    yyjson_doc *const doc = there ? yyjson_read(text, strlen(text), 0) : NULL;
    yyjson_val *const root = yyjson_doc_get_root(doc);
    const gboolean ok =
        root ? take_sample(root, &job->sample, (struct pixels){ pixels, size }, damaged, error) &&
                   load(root, procedure, models, job, order, damaged, error)
             : refuse_damaged(damaged, error);

    yyjson_doc_free(doc);
    if (ok)
        job->ticket = g_strdup(ticket);
    else
        job_clear(job);
    return ok;
}
