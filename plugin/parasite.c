/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parasite.h"

char *parasite_take_text(GimpParasite *parasite)
{
    guint32 size = 0;
    const char *const data = parasite ? gimp_parasite_get_data(parasite, &size) : NULL;
    char *const text = data ? g_strndup(data, size) : NULL;

    if (parasite)
        gimp_parasite_free(parasite);
    return text;
}
