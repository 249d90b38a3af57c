/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plug-in as GIMP sees it: which procedures there are, and what calling one does. */
#include "dialog.h"
#include "run.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct {
    GimpPlugIn parent;
} EbruPlugIn;
typedef struct {
    GimpPlugInClass parent;
} EbruPlugInClass;
GType ebru_plug_in_get_type(void);
G_DEFINE_TYPE(EbruPlugIn, ebru_plug_in, GIMP_TYPE_PLUG_IN)
GIMP_MAIN(ebru_plug_in_get_type())

enum {
    ANY_IMAGE = GIMP_PROCEDURE_SENSITIVE_DRAWABLE | GIMP_PROCEDURE_SENSITIVE_DRAWABLES |
                GIMP_PROCEDURE_SENSITIVE_NO_DRAWABLES
};

struct entry {
    const char *name, *label, *path, *title, *blurb;
    int sensitivity;
    struct initial initial[3];
};

static const struct entry entries[] = {
    { "plug-in-ebru-generate",
      N_("_Generate..."),
      "<Image>/Filters/Generate/",
      N_("Generate"),
      N_("Paint a picture from a description"),
      GIMP_PROCEDURE_SENSITIVE_ALWAYS,
      { { "strength", 1, NULL } } },
    { "plug-in-ebru-create",
      N_("From _Text..."),
      "<Image>/File/Create/",
      N_("New Image from Text"),
      N_("Make a new image from a description"),
      GIMP_PROCEDURE_SENSITIVE_ALWAYS,
      { { "strength", 1, NULL }, { "mode", 0, "new-image" } } },
    { "plug-in-ebru-fill",
      N_("_Fill Selection..."),
      "<Image>/Filters/Generate/",
      N_("Fill Selection"),
      N_("Fill the selection after a description"),
      ANY_IMAGE,
      { { "strength", 1, NULL }, { "mode", 0, "fill" } } },
    { "plug-in-ebru-refine",
      N_("_Refine..."),
      "<Image>/Filters/Generate/",
      N_("Refine"),
      N_("Paint the selection or the layer anew, after what is there and a description"),
      ANY_IMAGE,
      { { "strength", 0.4, NULL }, { "mode", 0, "refine" } } },
};

static const struct entry *find_entry(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
        if (!strcmp(entries[i].name, name))
            return &entries[i];
    return NULL;
}

/* --- a call --------------------------------------------------------------- */

static GimpPDBStatusType status_of(const GError *error)
{
    return error->domain == EBRU_PLUGIN_ERROR && error->code == EBRU_BAD_REQUEST
               ? GIMP_PDB_CALLING_ERROR
               : GIMP_PDB_EXECUTION_ERROR;
}

static GimpValueArray *values_of(GimpProcedure *procedure, const struct job_result *r)
{
    GimpValueArray *const v = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, NULL);

    GIMP_VALUES_SET_IMAGE(v, 1, r->image);
    GIMP_VALUES_SET_CORE_OBJECT_ARRAY(v, 2, r->layers);
    GIMP_VALUES_SET_DOUBLE_ARRAY(v, 3, r->seeds, r->count);
    g_value_set_double(gimp_value_array_index(v, 4), r->seconds);
    return v;
}

static GimpValueArray *run(GimpProcedure *procedure, GimpRunMode mode, GimpImage *image,
                           GimpDrawable **drawables, GimpProcedureConfig *config, gpointer data)
{
    const struct entry *const entry = data;
    GimpDrawable *const drawable = drawables ? drawables[0] : NULL;
    struct job_result result = { 0 };
    GError *error = NULL;
    GimpValueArray *values;

    if (mode == GIMP_RUN_INTERACTIVE) {
        if (!dialog_run(procedure, config, _(entry->title), image, drawable, &result))
            return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, NULL);
        /* SUCCESS even if every run was stopped: only then does libgimp keep the last values */
    } else if (!run_silently(config, mode, _(entry->title), image, drawable, &result, &error)) {
        return gimp_procedure_new_return_values(procedure, status_of(error), error);
    }
    values = values_of(procedure, &result);
    job_result_clear(&result);
    return values;
}

/* --- the class ------------------------------------------------------------ */

static GList *query(GimpPlugIn *plug_in)
{
    GList *names = NULL;

    (void)plug_in;
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
        names = g_list_append(names, g_strdup(entries[i].name));
    return names;
}

static GimpProcedure *create(GimpPlugIn *plug_in, const char *name)
{
    const struct entry *const entry = find_entry(name);
    GimpProcedure *const p = gimp_image_procedure_new(plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN, run,
                                                      (gpointer)entry, NULL);

    gimp_procedure_set_image_types(p, "*");
    gimp_procedure_set_sensitivity_mask(p, entry->sensitivity);
    gimp_procedure_set_menu_label(p, _(entry->label));
    gimp_procedure_add_menu_path(p, entry->path);
    gimp_procedure_set_documentation(
        p, _(entry->blurb),
        _("Stable Diffusion on this computer's processor. The result is a new layer, or a new "
          "image; nothing that was there is changed."),
        name);
    gimp_procedure_set_attribution(p, "The Ebru authors", "The Ebru authors", "2026");
    procedure_add_arguments(p, entry->initial);
    procedure_add_return_values(p);
    return p;
}

static gboolean set_i18n(GimpPlugIn *plug_in, const char *name, char **domain, char **catalog)
{
    (void)plug_in;
    (void)name;
    (void)catalog; /* locale/ beside the binary */
    *domain = g_strdup(GETTEXT_PACKAGE);
    return TRUE;
}

static void ebru_plug_in_class_init(EbruPlugInClass *class)
{
    GIMP_PLUG_IN_CLASS(class)->query_procedures = query;
    GIMP_PLUG_IN_CLASS(class)->create_procedure = create;
    GIMP_PLUG_IN_CLASS(class)->set_i18n = set_i18n;
}

static void ebru_plug_in_init(EbruPlugIn *plug_in)
{
    (void)plug_in;
}
