/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metadata.h"

#include "exif.h"
#include "infotext.h"
#include "parasite.h"
#include "recall.h"
#include "recipe.h"

#include <string.h>

static const char comment[] = "Exif.Photo.UserComment";

static GimpMetadata *metadata_of(GimpImage *image)
{
    GimpMetadata *const m = gimp_image_get_metadata(image);

    return m ? m : gimp_metadata_new();
}

/* --- the settings --------------------------------------------------------- */

struct newest {
    char *recipe, *time; /* NULL: none yet */
};

/* Of those of one job, which have the same time, the topmost. */
static void take(struct newest *n, char *recipe)
{
    char *time = recipe_time(recipe);

    if (!n->recipe || strcmp(time, n->time) > 0) {
        char *const older = n->recipe, *const before = n->time;
        n->recipe = recipe;
        n->time = time;
        recipe = older;
        time = before;
    }
    g_free(recipe);
    g_free(time);
}

/* Among these and what is in them, from the top. */
static void look_at(GimpItem **items, struct newest *n)
{
    for (GimpItem **item = items; item && *item; item++) {
        if (!gimp_item_get_visible(*item))
            continue;
        char *const recipe = recall_own(*item);
        if (recipe)
            take(n, recipe);
        if (gimp_item_is_group(*item)) {
            g_autofree GimpItem **children = gimp_item_get_children(*item);
            look_at(children, n);
        }
    }
}

static char *text_of(GimpImage *image)
{
    g_autofree GimpItem **layers = (GimpItem **)gimp_image_get_layers(image);
    struct newest n = { 0 };

    look_at(layers, &n);
    char *const text = n.recipe ? infotext_write(n.recipe) : NULL;
    g_free(n.recipe);
    g_free(n.time);
    return text;
}

/* Without the "charset=Ascii " that exiv2 puts in front. */
static char *said_by(GExiv2Metadata *md)
{
    char *const said = exif_get_tag(md, comment, NULL);
    const char *const space = said && g_str_has_prefix(said, "charset=") ? strchr(said, ' ') : NULL;

    if (space)
        memmove(said, space + 1, strlen(space));
    return said;
}

char *metadata_text(GimpImage *image)
{
    GimpMetadata *const m = gimp_image_get_metadata(image);
    char *const said = m ? said_by(GEXIV2_METADATA(m)) : NULL;

    if (m)
        g_object_unref(m);
    return said;
}

char *metadata_text_in_file(const char *path)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    GimpMetadata *const m = gimp_metadata_load_from_file(file, NULL);
    char *const said = m ? said_by(GEXIV2_METADATA(m)) : NULL;

    if (m)
        g_object_unref(m);
    return said;
}

/* A1111 takes Unicode here for big-endian always, exiv2 writes it in the byte order of the file,
 * which is little-endian, and others read it so. Without a charset both read UTF-8. */
static char *comment_of(const char *text)
{
    return g_strconcat(g_str_is_ascii(text) ? "charset=Ascii " : "charset=Undefined ", text, NULL);
}

/* Words of a person: neither settings of some program, nor what GIMP says in every new image. */
static gboolean is_a_persons(const char *said)
{
    g_autofree char *words = g_strstrip(g_strdup(said ? said : ""));
    g_autofree char *recipe = *words ? infotext_read(words) : NULL;

    return *words && !recipe && !g_str_has_prefix(words, "Created with GIMP");
}

/* GIMP's comment on the image, which its exporters write over that of the metadata. */
static char *gimp_says(GimpImage *image)
{
    return parasite_take_text(gimp_image_get_parasite(image, "gimp-comment"));
}

static void set_comment(GimpImage *image, GimpMetadata *m, const char *text)
{
    g_autofree char *value = text ? comment_of(text) : NULL;

    if (value)
        exif_set_tag(GEXIV2_METADATA(m), comment, value, NULL);
    else
        exif_clear_tag(GEXIV2_METADATA(m), comment, NULL);
    gimp_image_detach_parasite(image, "gimp-comment");
    gimp_image_set_metadata(image, m);
}

void metadata_update_text(GimpImage *image)
{
    GimpMetadata *const m = metadata_of(image);
    g_autofree char *said = said_by(GEXIV2_METADATA(m)), *gimp = gimp_says(image);

    if (!is_a_persons(said) && !is_a_persons(gimp)) {
        g_autofree char *text = text_of(image);
        if (text ? gimp || g_strcmp0(text, said) : said && strstr(said, ", Version: Ebru "))
            set_comment(image, m, text);
    }
    g_object_unref(m);
}

/* --- the source ----------------------------------------------------------- */

void metadata_write_source(GimpImage *image, gboolean whole)
{
    static const char terms[] = "http://cv.iptc.org/newscodes/digitalsourcetype/";
    static const char tag[] = "Xmp.iptcExt.DigitalSourceType";
    GimpMetadata *const m = metadata_of(image);
    GExiv2Metadata *const md = GEXIV2_METADATA(m);

    if (whole || !exif_has_tag(md, tag, NULL)) {
        g_autofree char *term = g_strconcat(
            terms, whole ? "trainedAlgorithmicMedia" : "compositeWithTrainedAlgorithmicMedia",
            NULL);
        exif_set_tag(md, tag, term, NULL);
        gimp_image_set_metadata(image, m);
    }
    g_object_unref(m);
}
