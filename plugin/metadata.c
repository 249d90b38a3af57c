/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metadata.h"

#include "exif.h"

static const char terms[] = "http://cv.iptc.org/newscodes/digitalsourcetype/";

void metadata_write(GimpImage *image, const char *text, gboolean source_type, gboolean whole)
{
    static const char source[] = "Xmp.iptcExt.DigitalSourceType";
    GimpMetadata *m = gimp_image_get_metadata(image);
    GExiv2Metadata *const md = GEXIV2_METADATA(m ? m : (m = gimp_metadata_new()));

    if (text) {
        /* readers disagree on the byte order of Unicode here; ASCII is safe */
        g_autofree char *comment =
            g_strconcat(g_str_is_ascii(text) ? "charset=Ascii " : "charset=Unicode ", text, NULL);
        exif_set_tag(md, "Exif.Photo.UserComment", comment, NULL);
    }
    if (source_type && (whole || !exif_has_tag(md, source, NULL))) {
        g_autofree char *term = g_strconcat(
            terms, whole ? "trainedAlgorithmicMedia" : "compositeWithTrainedAlgorithmicMedia",
            NULL);
        exif_set_tag(md, source, term, NULL);
    }
    gimp_image_set_metadata(image, m);
    g_object_unref(m);
}
