/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * picture.h - PNG files for the command line and the tests; the engine itself
 * opens no pictures. Values are sRGB-encoded as in the file; colour profiles
 * are not applied.
 */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include <ebru/ebru.h>

enum { PICTURE_MAX_SIDE = 16384 };

/* As colour (channels 3; transparent parts over white) or as a mask (channels 1:
 * the brightness), 0 to 1. 1 to 16 bits, gray, palette, colour, interlaced; sides up to
 * PICTURE_MAX_SIDE. The image is to be cleared with ebru_image_clear(). FALSE and EBRU_NO_FILE
 * where it cannot be opened, EBRU_BAD_FILE where it is no such file, EBRU_NO_MEMORY. */
bool picture_read(const char *path, int channels, ebru_image *image, ebru_error *err);

/* A text kept in the file; Latin-1 as tEXt, all else as iTXt. */
struct picture_text {
    const char *key, *value;
};

/* 8 bits, complete or not at all. texts: ends with a NULL key, or NULL. */
bool picture_write(const char *path, const ebru_image *image, const struct picture_text *texts,
                   ebru_error *err);

#endif
