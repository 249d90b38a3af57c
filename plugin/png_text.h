/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * png_text.h - the texts in a PNG file, where programs that generate pictures
 * keep their settings and which GIMP's own loader drops. tEXt, zTXt and iTXt of
 * the PNG specification, third edition, section 11.3.3; sums are not checked.
 */
#ifndef PLUGIN_PNG_TEXT_H
#define PLUGIN_PNG_TEXT_H

/* UTF-8, to be freed with g_free(). NULL: not a PNG, or no text of this keyword. */
char *png_text(const char *path, const char *keyword);

#endif
