/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "menu.h"

#include <glib/gi18n.h>
#include <string.h>

enum {
    ANY_IMAGE = GIMP_PROCEDURE_SENSITIVE_DRAWABLE | GIMP_PROCEDURE_SENSITIVE_DRAWABLES |
                GIMP_PROCEDURE_SENSITIVE_NO_DRAWABLES
};

static const struct menu_item items[] = {
    { TASK_PAINT,
      "plug-in-ebru-generate",
      N_("_Generate..."),
      "<Image>/Filters/Generate/",
      N_("Generate"),
      N_("Paint a picture from a description"),
      GIMP_PROCEDURE_SENSITIVE_ALWAYS,
      { { "strength", 1, NULL } } },
    { TASK_PAINT,
      "plug-in-ebru-create",
      N_("From _Text..."),
      "<Image>/File/Create/",
      N_("New Image from Text"),
      N_("Make a new image from a description"),
      GIMP_PROCEDURE_SENSITIVE_ALWAYS,
      { { "strength", 1, NULL }, { "mode", 0, "new-image" } } },
    { TASK_PAINT,
      "plug-in-ebru-fill",
      N_("_Fill Selection..."),
      "<Image>/Filters/Generate/",
      N_("Fill Selection"),
      N_("Fill the selection after a description"),
      ANY_IMAGE,
      { { "strength", 1, NULL }, { "mode", 0, "fill" } } },
    { TASK_PAINT,
      "plug-in-ebru-refine",
      N_("_Refine..."),
      "<Image>/Filters/Generate/",
      N_("Refine"),
      N_("Paint the selection or the layer anew, after what is there and a description"),
      ANY_IMAGE,
      { { "strength", REFINE_STRENGTH, NULL }, { "mode", 0, "refine" } } },
    { TASK_PAINT,
      "plug-in-ebru-expand",
      N_("_Expand Canvas..."),
      "<Image>/Filters/Generate/",
      N_("Expand Canvas"),
      N_("Make the canvas larger and paint what lies beyond its border"),
      ANY_IMAGE,
      { { "strength", 1, NULL }, { "mode", 0, "expand" } } },
    { TASK_AGAIN,
      "plug-in-ebru-again",
      N_("Generate _Again"),
      "<Image>/Filters/Generate/",
      N_("Generate Again"),
      N_("Paint the layer once more with its recipe and a new seed, or with the last settings"),
      ANY_IMAGE,
      { { "strength", 1, NULL } } },
    { TASK_RECALL,
      "plug-in-ebru-recall",
      N_("Re_call Settings from Layer..."),
      "<Image>/Filters/Generate/",
      N_("Recall Settings"),
      N_("Take the settings that the layer or the picture was generated with"),
      ANY_IMAGE,
      { { "strength", 1, NULL } } },
    { TASK_HISTORY,
      "plug-in-ebru-history",
      N_("_History..."),
      "<Image>/Filters/Generate/",
      N_("Generate"),
      N_("Pictures that were made before, and their settings to be used again"),
      GIMP_PROCEDURE_SENSITIVE_ALWAYS,
      { { "strength", 1, NULL } } },
    { TASK_MODELS,
      "plug-in-ebru-models",
      N_("_Models..."),
      "<Image>/Filters/Generate/",
      N_("Models"),
      N_("List, add, download, verify, convert and remove models"),
      GIMP_PROCEDURE_SENSITIVE_ALWAYS,
      { { NULL, 0, NULL } } },
    { TASK_CHECK,
      "plug-in-ebru-check",
      N_("_Check Setup"),
      "<Image>/Filters/Generate/",
      N_("Check Setup"),
      N_("Say what Ebru finds on this computer, and whether it works"),
      GIMP_PROCEDURE_SENSITIVE_ALWAYS,
      { { NULL, 0, NULL } } },
};

const struct menu_item *menu_at(int i)
{
    return i >= 0 && (size_t)i < G_N_ELEMENTS(items) ? &items[i] : NULL;
}

const struct menu_item *menu_find(const char *name)
{
    const struct menu_item *item;

    for (int i = 0; (item = menu_at(i)); i++)
        if (!strcmp(item->name, name))
            return item;
    return NULL;
}
