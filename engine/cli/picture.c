/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "picture.h"

#include "base/error.h"
#include "base/file.h"

#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXTS = 8 };

/* What libpng's callbacks need; `message` is its own word for what went wrong. */
struct codec {
    const char *path;
    struct file file;
    uint64_t at;
    unsigned char *bytes; /* written so far */
    size_t used, capacity;
    png_bytep *rows; /* while reading: rows of the picture, then its bytes */
    char message[160];
};

static void on_error(png_structp png, png_const_charp text)
{
    struct codec *const c = png_get_error_ptr(png);

    snprintf(c->message, sizeof(c->message), "%s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text; /* a picture that can be read is good enough */
}

/* --- reading ------------------------------------------------------------ */

static void on_read(png_structp png, png_bytep data, size_t n)
{
    struct codec *const c = png_get_io_ptr(png);
    ebru_error err;

    if (c->at + n > c->file.size)
        png_error(png, "the file ends early");
    if (!file_read(&c->file, c->at, data, n, &err))
        png_error(png, err.message);
    c->at += n;
}

/* Make libpng hand out 16-bit gray or RGB, transparent parts over white. */
static void normalise(png_structp png, png_infop info, int channels)
{
    const png_color_16 white = { 0, 0xffff, 0xffff, 0xffff, 0xffff };

    png_set_expand_16(png);
    if (png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA ||
        png_get_valid(png, info, PNG_INFO_tRNS))
        png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1);
    if (channels == 3)
        png_set_gray_to_rgb(png);
    else
        png_set_rgb_to_gray(png, PNG_ERROR_ACTION_NONE, -1, -1);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

static bool decode(struct codec *c, png_structp png, png_infop info, int channels,
                   ebru_image *image, ebru_error *err)
{
    if (setjmp(png_jmpbuf(png)))
        return fail(err, EBRU_BAD_FILE, "%s: %s", c->path, c->message);
    png_set_read_fn(png, c, on_read);
    png_set_user_limits(png, PICTURE_MAX_SIDE, PICTURE_MAX_SIDE);
    png_read_info(png, info);
    normalise(png, info, channels);

    const int h = (int)png_get_image_height(png, info), w = (int)png_get_image_width(png, info);
    const size_t stride = png_get_rowbytes(png, info);
    if (stride != (size_t)w * (size_t)channels * 2)
        return fail(err, EBRU_BAD_FILE, "%s: cannot be read as %d channels", c->path, channels);
    if (!ebru_image_alloc(image, h, w, channels, err))
        return false;
    c->rows = malloc((size_t)h * (sizeof(png_bytep) + stride));
    if (!c->rows)
        return fail(err, EBRU_NO_MEMORY, "%s: no memory for %dx%d pixels", c->path, w, h);
    png_bytep const pixels = (png_bytep)(c->rows + h);
    for (int i = 0; i < h; i++)
        c->rows[i] = pixels + (size_t)i * stride;
    png_read_image(png, c->rows);
    for (size_t i = 0; i < (size_t)h * w * channels; i++)
        image->data[i] = (float)(pixels[2 * i] << 8 | pixels[2 * i + 1]) / 65535.0f;
    return true;
}

bool picture_read(const char *path, int channels, ebru_image *image, ebru_error *err)
{
    struct codec c = { .path = path };
    unsigned char magic[8];

    *image = (ebru_image){ 0 };
    if (!file_open(&c.file, path, err))
        return false;
    bool ok =
        c.file.size >= 8 && file_read(&c.file, 0, magic, 8, NULL) && !png_sig_cmp(magic, 0, 8);
    if (!ok)
        fail(err, EBRU_BAD_FILE, "%s is not a PNG file", path);
    png_structp png =
        ok ? png_create_read_struct(PNG_LIBPNG_VER_STRING, &c, on_error, on_warning) : NULL;
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (ok && !info)
        ok = fail(err, EBRU_NO_MEMORY, "%s: no memory for libpng", path);
    ok = ok && decode(&c, png, info, channels, image, err);
    png_destroy_read_struct(&png, &info, NULL);
    free(c.rows);
    file_close(&c.file);
    if (!ok)
        ebru_image_clear(image);
    return ok;
}

/* --- writing ------------------------------------------------------------ */

static void on_write(png_structp png, png_bytep data, size_t n)
{
    struct codec *const c = png_get_io_ptr(png);

    if (c->used + n > c->capacity) {
        const size_t capacity = (c->used + n) * 2;
        unsigned char *const more = realloc(c->bytes, capacity);
        if (!more)
            png_error(png, "no memory");
        c->bytes = more;
        c->capacity = capacity;
    }
    memcpy(c->bytes + c->used, data, n);
    c->used += n;
}

static void on_flush(png_structp png)
{
    (void)png;
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text > 126)
            return false;
    return true;
}

static void set_texts(png_structp png, png_infop info, const struct picture_text *texts)
{
    png_text list[MAX_TEXTS] = { 0 };
    int n = 0;

    for (; texts && texts->key && n < MAX_TEXTS; texts++, n++) {
        const bool plain = is_ascii(texts->value);
        list[n].compression = plain ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
        list[n].key = (char *)texts->key;
        list[n].text = (char *)texts->value;
        list[n].text_length = plain ? strlen(texts->value) : 0;
        list[n].itxt_length = plain ? 0 : strlen(texts->value);
    }
    png_set_text(png, info, list, n);
}

static bool encode(struct codec *c, png_structp png, png_infop info, const ebru_image *image,
                   const struct picture_text *texts, unsigned char *row, ebru_error *err)
{
    if (setjmp(png_jmpbuf(png)))
        return fail(err, EBRU_NO_FILE, "%s: %s", c->path, c->message);
    png_set_write_fn(png, c, on_write, on_flush);
    png_set_IHDR(png, info, (png_uint_32)image->width, (png_uint_32)image->height, 8,
                 image->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    set_texts(png, info, texts);
    png_write_info(png, info);
    const size_t n = (size_t)image->width * image->channels;
    for (int y = 0; y < image->height; y++) {
        for (size_t i = 0; i < n; i++)
            row[i] = (unsigned char)lrintf(fminf(fmaxf(image->data[y * n + i], 0), 1) * 255);
        png_write_row(png, row);
    }
    png_write_end(png, info);
    return true;
}

bool picture_write(const char *path, const ebru_image *image, const struct picture_text *texts,
                   ebru_error *err)
{
    struct codec c = { .path = path };
    unsigned char *const row = malloc((size_t)image->width * image->channels);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &c, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    bool ok = row && info;

    if (!ok)
        fail(err, EBRU_NO_MEMORY, "%s: no memory for libpng", path);
    ok = ok && encode(&c, png, info, image, texts, row, err);
    png_destroy_write_struct(&png, &info);
    free(row);
    ok = ok && file_write(path, c.bytes, c.used, err);
    free(c.bytes);
    return ok;
}
