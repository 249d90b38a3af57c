/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * album.h - the pictures that were made: what the window History shows.
 *
 * $XDG_STATE_HOME/ebru/history has pictures.jsonl, one line of JSON for each
 * picture, the newest last, and beside it a thumbnail for each. Several processes
 * may add at once: whoever writes holds a lock, whose file says how much there is. A line that
 * cannot be read is passed over. What cannot be written, on a full disk or elsewhere, is not
 * remembered, and nothing else follows from it.
 */
#ifndef PLUGIN_ALBUM_H
#define PLUGIN_ALBUM_H

#include <glib.h>

static const guint64 ALBUM_MOST_BYTES = (guint64)500 * 1000 * 1000; /* lines and thumbnails */

struct album;

/* Write a picture down: its recipe (JSON) and a thumbnail, PNG. Then as many of the oldest go as
 * are too much. FALSE: it is not remembered. */
gboolean album_add(const char *recipe, const void *png, gsize size);

/* Remove the oldest until no more than this is left. */
void album_trim(guint64 most);

/* All there are now; to be freed with album_free(). */
struct album *album_open(void);
void album_free(struct album *album);
int album_count(const struct album *album);
guint64 album_bytes(const struct album *album); /* of lines and thumbnails, as it was opened */

/* Of picture i, from 0, the newest first. */
const char *album_id(const struct album *album, int i);
const char *album_prompt(const struct album *album, int i);
gint64 album_time(const struct album *album, int i);     /* seconds since 1970 */
char *album_recipe(const struct album *album, int i);    /* to be freed */
char *album_thumbnail(const struct album *album, int i); /* path, to be freed */

/* Whether its prompt has all these words, each folded by g_utf8_casefold(). */
gboolean album_has_words(const struct album *album, int i, char **words);

/* On disk; an album that is open stays as it is. */
void album_remove(const char *id);
void album_clear(void);

#endif
