/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message.h"

#include <glib/gi18n.h>
#include <math.h>

G_DEFINE_QUARK(ebru - error - quark, message_error)

static const char *meaning(ebru_status status)
{
    switch (status) {
    case EBRU_OK:
    case EBRU_CANCELLED:
        return _("Stopped");
    case EBRU_BAD_REQUEST:
        return _("This cannot be made");
    case EBRU_NO_FILE:
        return _("A file cannot be used");
    case EBRU_BAD_FILE:
        return _("A file is damaged or of an unknown kind");
    case EBRU_BAD_MODEL:
        return _("This file is not a model that Ebru can use");
    case EBRU_NO_VOCABULARY:
        return _("The model needs the vocabulary of its text encoder");
    case EBRU_NO_MEMORY:
        return _("There is not enough memory");
    case EBRU_NOT_FINITE:
        return _("The model gave numbers without meaning");
    }
    return _("This cannot be made");
}

void g_error_from_ebru(GError **error, const ebru_error *err)
{
    g_set_error(error, EBRU_PLUGIN_ERROR, err->status, "%s: %s", meaning(err->status),
                err->message);
}

/* "2 min 10 s", to the precision that a guess deserves */
static char *duration(double seconds)
{
    const int s = seconds < 1 ? 1 : seconds < 86400 ? (int)lrint(seconds) : 86400;

    if (s < 60)
        return g_strdup_printf(_("%d s"), s);
    if (s < 600)
        return g_strdup_printf(_("%d min %d s"), s / 60, s % 60 / 10 * 10);
    if (s < 3600)
        return g_strdup_printf(_("%d min"), (s + 30) / 60);
    return g_strdup_printf(_("%d h %d min"), s / 3600, s % 3600 / 60);
}

char *message_about(double seconds)
{
    g_autofree char *text = duration(seconds);

    return g_strdup_printf(_("about %s"), text);
}

char *message_left(double seconds)
{
    g_autofree char *text = duration(seconds);

    return g_strdup_printf(_("%s left"), text);
}
