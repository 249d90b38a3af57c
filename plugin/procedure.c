/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "procedure.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

/* --- the arguments that are GIMP's affair --------------------------------- */

enum kind { STRING, INTEGER, REAL, SWITCH, CHOICE };

struct argument {
    const char *name, *label, *blurb;
    enum kind kind;
    double min, max, initial;
    size_t offset;                   /* of the field in struct settings */
    const char *const (*choices)[2]; /* name, label; in the order of the enum; ends with NULL */
};

static const char *const modes[][2] = {
    { "automatic", N_("Automatic") },
    { "new-image", N_("New image") },
    { "new-layer", N_("New layer") },
    { "fill", N_("Fill selection") },
    { "refine", N_("Refine") },
    { "expand", N_("Expand canvas") },
    { NULL, NULL },
};

static const char *const contexts[][2] = {
    { "automatic", N_("Automatic") },
    { "selection", N_("Selection only") },
    { "image", N_("Whole image") },
    { "channel", N_("From channel") },
    { NULL, NULL },
};

static const char *const prefills[][2] = {
    { "automatic", N_("Automatic") }, { "none", N_("None") },     { "neutral", N_("Neutral grey") },
    { "blur", N_("Blur") },           { "border", N_("Border") }, { NULL, NULL },
};

static const char *const metadatas[][2] = {
    { "preference", N_("As the preferences say") },
    { "none", N_("Nothing") },
    { "source", N_("That it is generated") },
    { "all", N_("Prompt and settings") },
    { NULL, NULL },
};

#define FIELD(f) offsetof(struct settings, f)

static const struct argument arguments[] = {
    { "mode", N_("_Mode"), N_("What becomes of the picture"), CHOICE, 0, 0, 0, FIELD(mode), modes },
    { "model", N_("M_odel"), N_("File, folder or name of the model; empty: the first one found"),
      STRING, 0, 0, 0, FIELD(model), NULL },
    { "vocabulary", N_("Vocabular_y"),
      N_("Folder with vocab.json and merges.txt; empty: looked for"), STRING, 0, 0, 0,
      FIELD(vocabulary), NULL },
    { "vae", N_("VA_E"), N_("File with another autoencoder; empty: the model's own"), STRING, 0, 0,
      0, FIELD(vae), NULL },
    { "threads", N_("Threa_ds"), N_("Processor threads to use; 0: as the preferences say"), INTEGER,
      0, 1024, 0, FIELD(threads), NULL },
    { "context", N_("Conte_xt"), N_("What the model sees around the selection"), CHOICE, 0, 0, 0,
      FIELD(context), contexts },
    { "context-channel", N_("C_hannel"),
      N_("Name of the channel whose extent the model sees, when the context is from a channel"),
      STRING, 0, 0, 0, FIELD(context_channel), NULL },
    { "padding", N_("Paddin_g"), N_("Pixels of context on every side; 0: automatic"), INTEGER, 0,
      4096, 0, FIELD(padding), NULL },
    { "grow", N_("Gr_ow"), N_("Pixels beyond the selection that may change"), INTEGER, 0, 512, 4,
      FIELD(grow), NULL },
    { "feather", N_("_Feather"), N_("Soft border, in percent of the selection's diagonal"), REAL, 0,
      100, 10, FIELD(feather), NULL },
    { "blend", N_("_Blend"), N_("Pixels over which the result fades in, at most"), INTEGER, 0, 512,
      25, FIELD(blend), NULL },
    { "prefill", N_("Pre-f_ill"), N_("What stands in the selection before it is painted"), CHOICE,
      0, 0, 0, FIELD(prefill), prefills },
    { "match-colours", N_("_Match colours"),
      N_("Shift the colours of the result to those around the selection"), SWITCH, 0, 0, 1,
      FIELD(match_colours), NULL },
    { "layer-mask", N_("Mask as layer mas_k"),
      N_("The border of the result is a layer mask, which can be changed later; else it is part of "
         "the layer's transparency"),
      SWITCH, 0, 0, 1, FIELD(layer_mask), NULL },
    { "sample-merged", N_("_Sample merged"),
      N_("Read what all visible layers show together, not the active layer alone"), SWITCH, 0, 0, 1,
      FIELD(sample_merged), NULL },
    { "style", N_("St_yle"), N_("Name or file of a style that is put around the prompt"), STRING, 0,
      0, 0, FIELD(style), NULL },
    { "metadata", N_("_Write to exported files"),
      N_("What EXIF and XMP of an exported file say of the making"), CHOICE, 0, 0, 0,
      FIELD(metadata), metadatas },
    { "fine", N_("Second _pass at full size"),
      N_("Paints what is larger than the model likes again, in tiles, for fine detail"), SWITCH, 0,
      0, 0, FIELD(fine), NULL },
    { "left", N_("Le_ft"), N_("Pixels to add at the left when the canvas is expanded"), INTEGER, 0,
      8192, 0, FIELD(margins.left), NULL },
    { "right", N_("R_ight"), N_("Pixels to add at the right when the canvas is expanded"), INTEGER,
      0, 8192, 0, FIELD(margins.right), NULL },
    { "top", N_("_Top"), N_("Pixels to add at the top when the canvas is expanded"), INTEGER, 0,
      8192, 0, FIELD(margins.top), NULL },
    { "bottom", N_("_Bottom"), N_("Pixels to add at the bottom when the canvas is expanded"),
      INTEGER, 0, 8192, 0, FIELD(margins.bottom), NULL },
};

static const struct initial *find_initial(const struct initial *list, const char *name)
{
    for (; list && list->name; list++)
        if (!strcmp(list->name, name))
            return list;
    return NULL;
}

static GimpChoice *choices_from_table(const char *const (*table)[2])
{
    GimpChoice *const choices = gimp_choice_new();

    for (int i = 0; table[i][0]; i++)
        gimp_choice_add(choices, table[i][0], i, _(table[i][1]), NULL);
    return choices;
}

static void add_argument(GimpProcedure *p, const struct argument *a, const struct initial *own)
{
    const GParamFlags rw = G_PARAM_READWRITE;
    const char *const label = _(a->label), *const blurb = _(a->blurb);
    const double initial = own ? own->number : a->initial;

    switch (a->kind) {
    case STRING:
        gimp_procedure_add_string_argument(p, a->name, label, blurb, "", rw);
        break;
    case INTEGER:
        gimp_procedure_add_int_argument(p, a->name, label, blurb, (int)a->min, (int)a->max,
                                        (int)initial, rw);
        break;
    case REAL:
        gimp_procedure_add_double_argument(p, a->name, label, blurb, a->min, a->max, initial, rw);
        break;
    case SWITCH:
        gimp_procedure_add_boolean_argument(p, a->name, label, blurb, initial != 0, rw);
        break;
    case CHOICE:
        gimp_procedure_add_choice_argument(p, a->name, label, blurb, choices_from_table(a->choices),
                                           own ? own->choice : a->choices[0][0], rw);
        break;
    }
}

/* --- the engine's --------------------------------------------------------- */

static GimpChoice *choices_of(const ebru_param *p)
{
    GimpChoice *const choices = gimp_choice_new();
    const char *name, *label;

    for (int i = 0; (name = p->choice(i, &label)); i++)
        gimp_choice_add(choices, name, i, _(label), NULL);
    return choices;
}

static void add_param(GimpProcedure *proc, const ebru_param *p, const struct initial *own)
{
    const GParamFlags rw = G_PARAM_READWRITE;
    const char *const label = _(p->label), *const blurb = _(p->blurb), *first;
    const double initial = own ? own->number : p->initial;

    switch (p->type) {
    case EBRU_TEXT:
        gimp_procedure_add_string_argument(proc, p->name, label, blurb, "", rw);
        break;
    case EBRU_INT:
        gimp_procedure_add_int_argument(proc, p->name, label, blurb, (int)p->min, (int)p->max,
                                        (int)initial, rw);
        break;
    case EBRU_REAL:
    case EBRU_SEED: /* integers are 32 bits and signed here, seeds have one bit more */
        gimp_procedure_add_double_argument(proc, p->name, label, blurb, p->min, p->max, initial,
                                           rw);
        break;
    case EBRU_CHOICE:
        gimp_procedure_add_choice_argument(proc, p->name, label, blurb, choices_of(p),
                                           own ? own->choice : p->choice(0, &first), rw);
        break;
    }
}

void procedure_add_arguments(GimpProcedure *procedure, const struct initial *initial)
{
    int n;
    const ebru_param *const params = ebru_params(&n);

    for (int i = 0; i < n; i++)
        add_param(procedure, &params[i], find_initial(initial, params[i].name));
    for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++)
        add_argument(procedure, &arguments[i], find_initial(initial, arguments[i].name));
    /* the window's own: kept, saved and reset with the others, but no script can choose of drafts
     */
    gimp_procedure_add_boolean_aux_argument(
        procedure, "drafts", _("_Drafts first"),
        _("Make part of the steps of every variant, then only the rest of the best"), FALSE,
        G_PARAM_READWRITE);
}

void procedure_add_return_values(GimpProcedure *procedure)
{
    const GParamFlags rw = G_PARAM_READWRITE;

    gimp_procedure_add_image_return_value(procedure, "image", _("Image"),
                                          _("The image with the new layers"), TRUE, rw);
    gimp_procedure_add_core_object_array_return_value(
        procedure, "layers", _("Layers"), _("The new layers, topmost first"), GIMP_TYPE_LAYER, rw);
    gimp_procedure_add_double_array_return_value(procedure, "seeds", _("Seeds"),
                                                 _("The seed of each layer"), rw);
    gimp_procedure_add_double_return_value(procedure, "seconds", _("Seconds"),
                                           _("How long the engine worked"), 0, G_MAXDOUBLE, 0, rw);
}

/* --- back ----------------------------------------------------------------- */

static char *kept(struct settings *s, char *text)
{
    if (!text)
        text = g_strdup("");
    g_ptr_array_add(s->strings, text);
    return text;
}

static void read_param(struct settings *s, const ebru_param *p, GObject *config)
{
    void *const field = (char *)&s->request + p->offset;
    double seed;
    char *text;

    switch (p->type) {
    case EBRU_TEXT:
    case EBRU_CHOICE:
        g_object_get(config, p->name, &text, NULL);
        *(const char **)field = kept(s, text);
        break;
    case EBRU_INT:
    case EBRU_REAL:
        g_object_get(config, p->name, field, NULL);
        break;
    case EBRU_SEED:
        g_object_get(config, p->name, &seed, NULL);
        *(int64_t *)field = (int64_t)floor(seed);
        break;
    }
}

void settings_read(struct settings *s, GimpProcedureConfig *config)
{
    int n;
    const ebru_param *const params = ebru_params(&n);

    *s = (struct settings){ .strings = g_ptr_array_new_with_free_func(g_free) };
    ebru_request_init(&s->request, NULL);
    for (int i = 0; i < n; i++)
        read_param(s, &params[i], G_OBJECT(config));
    for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++) {
        const struct argument *const a = &arguments[i];
        void *const field = (char *)s + a->offset;
        if (a->kind == CHOICE)
            *(int *)field = gimp_procedure_config_get_choice_id(config, a->name);
        else
            g_object_get(config, a->name, field, NULL);
        if (a->kind == STRING && !*(char **)field) /* a script that gives none may give NULL */
            *(char **)field = g_strdup("");
    }
}

void settings_clear(struct settings *s)
{
    g_clear_pointer(&s->strings, g_ptr_array_unref);
    g_free(s->model);
    g_free(s->vocabulary);
    g_free(s->vae);
    g_free(s->context_channel);
    g_free(s->style);
    *s = (struct settings){ 0 };
}

static yyjson_mut_val *argument_value(yyjson_mut_doc *d, const struct argument *a,
                                      const void *field)
{
    switch (a->kind) {
    case INTEGER:
        return yyjson_mut_int(d, *(const int *)field);
    case REAL:
        return yyjson_mut_real(d, *(const double *)field);
    case SWITCH:
        return yyjson_mut_bool(d, *(const gboolean *)field);
    case CHOICE:
        return yyjson_mut_str(d, a->choices[*(const int *)field][0]);
    case STRING:
        break;
    }
    const char *const text = *(char *const *)field, *const slash = strrchr(text, G_DIR_SEPARATOR);
    g_autofree char *valid = g_utf8_make_valid(slash && slash[1] ? slash + 1 : text, -1);
    return yyjson_mut_strcpy(d, valid);
}

char *settings_json(const struct settings *s)
{
    yyjson_mut_doc *const d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *const root = yyjson_mut_obj(d);

    yyjson_mut_doc_set_root(d, root);
    for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++) {
        const struct argument *const a = &arguments[i];
        yyjson_mut_obj_add(root, yyjson_mut_str(d, a->name),
                           argument_value(d, a, (const char *)s + a->offset));
    }
    char *const text = yyjson_mut_write(d, 0, NULL);
    char *const copy = g_strdup(text);
    free(text);
    yyjson_mut_doc_free(d);
    return copy;
}

char *settings_text(GimpProcedureConfig *config)
{
    return gimp_config_serialize_to_string(GIMP_CONFIG(config), NULL);
}

gboolean settings_from_text(struct settings *s, GimpProcedure *procedure, const char *text)
{
    g_autoptr(GimpProcedureConfig) config = gimp_procedure_create_config(procedure);

    if (!gimp_config_deserialize_string(GIMP_CONFIG(config), text, (int)strlen(text), NULL, NULL))
        return FALSE;
    settings_read(s, config);
    return TRUE;
}

struct edges settings_edges(const struct settings *s)
{
    return (struct edges){ s->grow,    s->feather / 100,         s->blend,
                           s->padding, (enum context)s->context, { 0 } };
}
