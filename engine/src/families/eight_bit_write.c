/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "families/eight_bit.h"

#include "base/file.h"
#include "families/stable_diffusion.h"
#include "load/detect.h"
#include "load/eight_bit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_LIMIT = 16 << 20 }; /* bytes; the vocabulary of 49,408 tokens has 1 MB */

/* --- a file -------------------------------------------------------------- */

static bool check_source(const struct checkpoint *c, ebru_error *err)
{
    const enum checkpoint_kind kind = detect(c).kind;
    const enum checkpoint_kind known[] = { KIND_SD1,  KIND_SD2, KIND_UNET,
                                           KIND_TEXT, KIND_VAE, KIND_TAESD };

    if (eight_bit_present(c))
        return fail(err, EBRU_BAD_MODEL, "%s is an 8-bit copy already", checkpoint_label(c));
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (kind == known[i])
            return true;
    return fail(err, EBRU_BAD_MODEL,
                "%s is %s; expected a Stable Diffusion 1 or 2 checkpoint or a part of one",
                checkpoint_label(c), detect_kind_name(kind));
}

static bool write_file(const char *from, const char *to, struct eight_bit_progress *progress,
                       ebru_error *err)
{
    struct checkpoint *const source = checkpoint_open(from, err);

    if (!source)
        return false;
    progress->all = eight_bit_numbers(source);
    const bool ok = check_source(source, err) && eight_bit_copy(source, to, progress, err);
    checkpoint_close(source);
    return ok;
}

/* --- a folder ------------------------------------------------------------ */

/* Configurations, vocabularies and licences; not weights nor their lists of shards. */
static bool is_text(const char *name)
{
    static const char *const endings[] = { ".json", ".txt", ".md" };

    if (strstr(name, ".index."))
        return false;
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
        if (file_name_ends_in(name, endings[i]))
            return true;
    return !strchr(name, '.'); /* LICENSE */
}

static bool copy_text(const char *from, const char *to, ebru_error *err)
{
    size_t bytes;
    char *const text = file_read_all(from, TEXT_LIMIT, 1, &bytes, err);
    const bool ok = text && file_write(to, text, bytes, err);

    free(text);
    return ok;
}

/* The texts of `from`/`part`, to a new folder `to`/`part`; of "" to `to`, which is there. */
static bool copy_texts(const char *from, const char *to, const char *part, ebru_error *err)
{
    char source[FILE_PATH_MAX], copy[FILE_PATH_MAX], inner[FILE_PATH_MAX], outer[FILE_PATH_MAX];
    struct file_list l;

    if (!file_join(source, from, part, err) || !file_join(copy, to, part, err))
        return false;
    if (!file_is_folder(source))
        return true;
    if ((part[0] && !file_make_folder(copy, err)) || !file_list_open(&l, source, "", err))
        return false;
    bool ok = true;
    for (int i = 0; ok && i < l.count; i++) {
        ok = file_join(inner, source, l.names[i], err) && file_join(outer, copy, l.names[i], err);
        if (ok && is_text(l.names[i]) && !file_is_folder(inner))
            ok = copy_text(inner, outer, err);
    }
    file_list_close(&l);
    return ok;
}

/* What the engine reads of such a folder, to a new one. */
static bool fill_folder(const struct parts *p, const char *from, const char *to,
                        struct eight_bit_progress *progress, ebru_error *err)
{
    const struct {
        const char *part, *weights; /* NULL: it has none */
        const struct checkpoint *source;
    } list[] = {
        { "", NULL, NULL },
        { "scheduler", NULL, NULL },
        { "tokenizer", NULL, NULL },
        { "text_encoder", "text_encoder/model.safetensors", p->text.checkpoint },
        { "vae", "vae/diffusion_pytorch_model.safetensors", p->vae.checkpoint },
        { "taesd", "taesd/diffusion_pytorch_model.safetensors", p->tiny.checkpoint },
        { "unet", "unet/diffusion_pytorch_model.safetensors", p->unet.checkpoint },
    };
    char path[FILE_PATH_MAX];

    for (int i = 0; i < p->n_files; i++)
        progress->all += eight_bit_numbers(p->files[i]);
    for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
        if (!copy_texts(from, to, list[i].part, err))
            return false;
        if (list[i].source && !(file_join(path, to, list[i].weights, err) &&
                                eight_bit_copy(list[i].source, path, progress, err)))
            return false;
    }
    return true;
}

/* By way of a folder NAME.part, as file_writer does it with files. */
static bool write_folder(const char *from, const char *to, struct eight_bit_progress *progress,
                         ebru_error *err)
{
    char part[FILE_PATH_MAX];
    size_t n = strlen(to);
    struct parts p;

    while (n > 1 && to[n - 1] == '/')
        n--;
    if (n + sizeof(".part") > sizeof(part))
        return fail(err, EBRU_BAD_REQUEST, "the path of the copy has more than %d bytes",
                    FILE_PATH_MAX);
    memcpy(part, to, n);
    memcpy(part + n, ".part", sizeof(".part"));
    if (!parts_open(&p, from, &(ebru_options){ 0 }, err))
        return false;
    bool ok = !eight_bit_present(p.unet.checkpoint) ||
              fail(err, EBRU_BAD_MODEL, "%s is an 8-bit copy already", from);
    const int claimed = ok ? file_claim_folder(part, err) : -1;
    ok = claimed >= 0;
    if (ok && !(fill_folder(&p, from, part, progress, err) && file_rename(part, to, err))) {
        file_remove(part);
        ok = false;
    }
    if (claimed >= 0)
        close(claimed);
    parts_close(&p);
    return ok;
}

bool eight_bit_write(const char *from, const char *to, bool (*go_on)(void *user, double fraction),
                     void *user, ebru_error *err)
{
    struct eight_bit_progress progress = { .go_on = go_on, .user = user };

    if (file_exists(to))
        return fail(err, EBRU_BAD_REQUEST, "%s is there already", to);
    return file_is_folder(from) ? write_folder(from, to, &progress, err)
                                : write_file(from, to, &progress, err);
}
