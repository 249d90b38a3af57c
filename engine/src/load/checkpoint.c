/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "load/checkpoint.h"

#include "base/file.h"
#include "load/json.h"
#include "load/safetensors.h"
#include "load/table.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* One file of a checkpoint. */
struct part {
    struct file file;
    struct safetensors header;
};

struct checkpoint {
    struct part *parts;
    int n_parts;
    struct checkpoint_tensor *tensors; /* of all parts */
    int count;
    struct table names;
    char label[LABEL_MAX];
};

enum { INDEX_MAX = 64 << 20, SHARDS_MAX = 1000 };

/* ---- One file ---------------------------------------------------------- */

static const char PICKLE[] =
    "a pickle file, which can run programs when opened; convert it to .safetensors first";

/* What people try to open. Looked at only when the first 8 bytes are no plausible
 * length of a safetensors header. */
static const struct {
    const char *magic, *kind, *advice; /* kind: NULL for a pickle */
} foreign_formats[] = {
    { "PK\003\004", NULL, PICKLE },
    { "\x80", NULL, PICKLE },
    { "GGUF", "a GGUF file", ", which is not supported; use the .safetensors file" },
    { "\x89HDF", "an HDF5 file of Keras", ", which is not supported" },
    { "7z\xBC\xAF", "an archive", "; unpack it first" },
    { "version ", "a Git LFS pointer", " and not the file it stands for; download that" },
    { "<", "a web page", " and not a model; download the file itself" },
    { "{", "a text file", " and not a model" },
};

static bool refuse_foreign(const struct file *f, ebru_error *err)
{
    char head[8] = { 0 };

    if (f->size < sizeof(head) || !file_read(f, 0, head, sizeof(head), NULL))
        return true; /* whatever it is, safetensors_open() says so */
    if (!head[4] && !head[5] && !head[6] && !head[7])
        return true;
    for (size_t i = 0; i < sizeof(foreign_formats) / sizeof(*foreign_formats); i++) {
        const char *const magic = foreign_formats[i].magic, *const kind = foreign_formats[i].kind;
        const struct cause cause = { .reason = kind ? EBRU_OTHER_FORMAT : EBRU_PICKLE,
                                     .file = f->label,
                                     .kind = kind };

        if (!strncmp(head, magic, strlen(magic)))
            return fail_because(err, EBRU_BAD_FILE, &cause, "%s: is %s%s", f->label,
                                kind ? kind : "", foreign_formats[i].advice);
    }
    return true;
}

static bool add_part(struct checkpoint *c, const char *path, ebru_error *err)
{
    struct part *more = realloc(c->parts, sizeof(*more) * ((size_t)c->n_parts + 1));
    struct part *p;

    if (!more)
        return fail(err, EBRU_NO_MEMORY, "%s: no memory", c->label);
    c->parts = more;
    p = &c->parts[c->n_parts];
    if (!file_open(&p->file, path, err))
        return false;
    if (!refuse_foreign(&p->file, err) || !safetensors_open(&p->header, &p->file, err)) {
        file_close(&p->file);
        return false;
    }
    c->n_parts++;
    return true;
}

/* Join the lists of all parts. Of one part it is the list. */
static bool join_lists(struct checkpoint *c, ebru_error *err)
{
    size_t count = 0;

    for (int i = 0; i < c->n_parts; i++)
        count += (size_t)c->parts[i].header.count;
    if (count > INT_MAX)
        return fail(err, EBRU_BAD_FILE, "%s: %zu tensors are too many", c->label, count);
    c->tensors =
        c->n_parts == 1 ? c->parts[0].header.tensors : calloc(count + 1, sizeof(*c->tensors));
    if (!c->tensors)
        return fail(err, EBRU_NO_MEMORY, "%s: no memory for %zu tensors", c->label, count);
    for (int i = 0; i < c->n_parts; i++) {
        struct safetensors *s = &c->parts[i].header;

        for (int k = 0; k < s->count; k++)
            s->tensors[k].file = i;
        if (c->n_parts > 1) {
            memcpy(c->tensors + c->count, s->tensors, sizeof(*c->tensors) * (size_t)s->count);
            free(s->tensors);
        }
        s->tensors = NULL;
        c->count += s->count;
    }
    return true;
}

/* Make one list and one table of all parts. */
static bool gather(struct checkpoint *c, ebru_error *err)
{
    char label[LABEL_MAX];

    if (!join_lists(c, err))
        return false;
    if (!table_open(&c->names, (size_t)c->count))
        return fail(err, EBRU_NO_MEMORY, "%s: no memory for %d tensors", c->label, c->count);
    for (int i = 0; i < c->count; i++) {
        const struct checkpoint_tensor *t = &c->tensors[i];

        if (!table_add(&c->names, t->name, strlen(t->name), (uint32_t)i))
            return fail(err, EBRU_BAD_FILE, "%s: holds %s, which another shard holds too",
                        c->parts[t->file].file.label, label_make(label, t->name, strlen(t->name)));
    }
    return true;
}

/* ---- A folder ---------------------------------------------------------- */

/* A name in this folder, and nothing cleverer. */
static bool is_shard_name(const char *name)
{
    return strlen(name) < 256 && file_name_ends_in(name, ".safetensors") && name[0] != '.' &&
           !strpbrk(name, "/\\");
}

/* Open the shards the index names; `files` says which part is which. */
static bool open_shards(struct checkpoint *c, const char *folder, struct json_node map,
                        struct table *files, ebru_error *err)
{
    char path[FILE_PATH_MAX];
    const char *name;
    uint32_t part;

    for (struct json_iter i = json_iterate(map); json_next(&i);) {
        if (!json_string(i.value, &name, err))
            return false;
        if (table_find(files, name, strlen(name), &part))
            continue;
        if (!is_shard_name(name))
            return json_fail(i.value, err, "is \"%.200s\", not a .safetensors file beside it",
                             name);
        if (c->n_parts == SHARDS_MAX)
            return json_fail(map, err, "names more than %d files", SHARDS_MAX);
        table_add(files, name, strlen(name), (uint32_t)c->n_parts);
        if (!file_join(path, folder, name, err) || !add_part(c, path, err))
            return false;
    }
    return c->n_parts || json_fail(map, err, "names no files");
}

/* Every tensor the index names is where it says. */
static bool check_index(const struct checkpoint *c, struct json_node map, const struct table *files,
                        ebru_error *err)
{
    const char *name = "";
    uint32_t part = 0;

    for (struct json_iter i = json_iterate(map); json_next(&i);) {
        const struct checkpoint_tensor *t = checkpoint_find(c, i.key);

        json_string(i.value, &name, NULL);
        table_find(files, name, strlen(name), &part);
        if (!t || t->file != (int)part)
            return json_fail(i.value, err, "is %s, which does not hold this tensor", name);
    }
    return true;
}

static bool open_index(struct checkpoint *c, const char *folder, const char *path, ebru_error *err)
{
    struct json *doc = json_open(path, INDEX_MAX, err);
    struct table files = { 0 };
    struct json_node map;
    bool ok;

    if (!doc)
        return false;
    map = json_get(json_root(doc), "weight_map");
    if (json_kind(map) != JSON_OBJECT)
        ok = json_fail(map, err, "is not an object of tensors and files");
    else if (!table_open(&files, SHARDS_MAX + 1))
        ok = fail(err, EBRU_NO_MEMORY, "%s: no memory", c->label);
    else
        ok = open_shards(c, folder, map, &files, err) && gather(c, err) &&
             check_index(c, map, &files, err);
    table_close(&files);
    json_close(doc);
    return ok;
}

/* In this order. */
static const struct {
    const char *name;
    bool index;
} part_files[] = {
    { "diffusion_pytorch_model.safetensors", false },
    { "model.safetensors", false },
    { "diffusion_pytorch_model.safetensors.index.json", true },
    { "model.safetensors.index.json", true },
    { "diffusion_pytorch_model.fp16.safetensors", false },
    { "model.fp16.safetensors", false },
    { "diffusion_pytorch_model.safetensors.index.fp16.json", true },
    { "model.safetensors.index.fp16.json", true },
    { "diffusion_pytorch_model.fp16.safetensors.index.json", true },
    { "model.fp16.safetensors.index.json", true },
};

/* None of the names known: the one file there is, or why not. */
static bool open_only_file(struct checkpoint *c, const char *folder, ebru_error *err)
{
    static const char *const pickles[] = { ".bin", ".ckpt", ".pt", ".pth" };
    struct file_list l;
    char path[FILE_PATH_MAX];
    bool ok;

    if (!file_list_open(&l, folder, ".safetensors", err))
        return false;
    const struct cause cause = { .reason = EBRU_NO_WEIGHTS,
                                 .file = c->label,
                                 .found = (uint64_t)l.count };
    if (l.count == 1)
        ok = file_join(path, folder, l.names[0], err) && add_part(c, path, err) && gather(c, err);
    else if (l.count)
        ok = fail_because(err, EBRU_BAD_MODEL, &cause,
                          "%s: which of its %d .safetensors files is meant?", c->label, l.count);
    else
        ok = fail_because(err, EBRU_BAD_MODEL, &cause,
                          "%s: no weights: there is no .safetensors file in it", c->label);
    for (size_t i = 0; !l.count && i < sizeof(pickles) / sizeof(*pickles); i++) {
        struct file_list p;

        if (!file_list_open(&p, folder, pickles[i], NULL))
            break;
        if (p.count)
            fail_because(err, EBRU_BAD_FILE,
                         &(struct cause){ .reason = EBRU_PICKLE, .file = p.names[0] },
                         "%s: its weights are in %.100s, %s", c->label, p.names[0], PICKLE);
        file_list_close(&p);
    }
    file_list_close(&l);
    return ok;
}

static bool open_folder(struct checkpoint *c, const char *folder, ebru_error *err)
{
    char path[FILE_PATH_MAX];

    for (size_t i = 0; i < sizeof(part_files) / sizeof(*part_files); i++) {
        if (!file_join(path, folder, part_files[i].name, err))
            return false;
        if (!file_exists(path))
            continue;
        if (part_files[i].index)
            return open_index(c, folder, path, err);
        return add_part(c, path, err) && gather(c, err);
    }
    return open_only_file(c, folder, err);
}

/* ---- The checkpoint ---------------------------------------------------- */

struct checkpoint *checkpoint_open(const char *path, ebru_error *err)
{
    struct checkpoint *c = calloc(1, sizeof(*c));
    bool ok;

    if (!c) {
        fail(err, EBRU_NO_MEMORY, "no memory to open a checkpoint");
        return NULL;
    }
    label_make(c->label, path, strlen(path));
    if (file_is_folder(path))
        ok = open_folder(c, path, err);
    else
        ok = add_part(c, path, err) && gather(c, err);
    if (!ok) {
        checkpoint_close(c);
        return NULL;
    }
    return c;
}

void checkpoint_close(struct checkpoint *c)
{
    if (!c)
        return;
    for (int i = 0; i < c->n_parts; i++) {
        safetensors_close(&c->parts[i].header);
        file_close(&c->parts[i].file);
    }
    free(c->parts);
    free(c->tensors);
    table_close(&c->names);
    free(c);
}

int checkpoint_count(const struct checkpoint *c)
{
    return c->count;
}

const struct checkpoint_tensor *checkpoint_at(const struct checkpoint *c, int i)
{
    return &c->tensors[i];
}

const struct checkpoint_tensor *checkpoint_find(const struct checkpoint *c, const char *name)
{
    uint32_t i;

    return table_find(&c->names, name, strlen(name), &i) ? &c->tensors[i] : NULL;
}

const char *checkpoint_metadata(const struct checkpoint *c, const char *key)
{
    for (char **m = c->parts[0].header.metadata; m && *m; m += 2)
        if (!strcmp(*m, key))
            return m[1];
    return NULL;
}

const char *checkpoint_label(const struct checkpoint *c)
{
    return c->label;
}

uint64_t checkpoint_bytes(const struct checkpoint *c)
{
    uint64_t bytes = 0;

    for (int i = 0; i < c->n_parts; i++)
        bytes += c->parts[i].file.size;
    return bytes;
}

const struct file *checkpoint_file(const struct checkpoint *c, const struct checkpoint_tensor *t)
{
    return &c->parts[t->file].file;
}
