/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "help_page.h"

#include "fields.h"
#include "markdown.h"

#include <string.h>

enum { GAP = 6, COLUMN = 76, WIDEST = 560 };

const char *const help_pages[] = { "guide.md",     "prompts.md",         "models.md",
                                   "scripting.md", "troubleshooting.md", NULL };

/* --- what is in the plug-in ----------------------------------------------- */

static char *path_of(const char *name)
{
    return g_strconcat("/ebru/docs/", name, NULL);
}

static GPtrArray *blocks_of(const char *page)
{
    g_autofree char *path = path_of(page);
    g_autoptr(GBytes) bytes = g_resources_lookup_data(path, 0, NULL);

    g_assert(bytes); /* docs.gresource.xml has it */
    return markdown_read(g_bytes_get_data(bytes, NULL));
}

char *help_page_title(const char *page)
{
    g_autoptr(GPtrArray) blocks = blocks_of(page);
    const struct markdown_block *const first = blocks->pdata[0];

    return g_strdup(first->text);
}

static gboolean leads(const char *to)
{
    const gsize length = strcspn(to, "#");

    for (int i = 0; help_pages[i]; i++)
        if (length == strlen(help_pages[i]) && !strncmp(help_pages[i], to, length))
            return TRUE;
    return g_str_has_prefix(to, "https://");
}

/* --- blocks --------------------------------------------------------------- */

struct page {
    GtkWidget *box;
    GtkWidget *table; /* to which the next row belongs; NULL: begins one */
    int rows;
    gboolean (*follow)(void *user, const char *to);
    void *user;
};

static gboolean on_link(GtkLabel *label, const char *to, struct page *p)
{
    (void)label;
    return p->follow(p->user, to);
}

static GtkWidget *label_new(struct page *p, const char *markup, int width)
{
    GtkWidget *const label = gtk_label_new(NULL);

    gtk_label_set_markup(GTK_LABEL(label), markup);
    gtk_label_set_track_visited_links(GTK_LABEL(label), FALSE);
    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_line_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_max_width_chars(GTK_LABEL(label), width);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_yalign(GTK_LABEL(label), 0);
    g_signal_connect(label, "activate-link", G_CALLBACK(on_link), p);
    return label;
}

static GtkWidget *line_new(struct page *p, const char *text, int width)
{
    g_autofree char *markup = markdown_line(text, leads);

    return label_new(p, markup, width);
}

static GtkWidget *heading_new(struct page *p, const struct markdown_block *b)
{
    static const char *const sizes[] = { "xx-large", "x-large", "large" };
    g_autofree char *line = markdown_line(b->text, NULL);
    g_autofree char *markup =
        g_strdup_printf("<span weight=\"bold\" size=\"%s\">%s</span>",
                        sizes[MIN(b->level, (int)G_N_ELEMENTS(sizes)) - 1], line);
    GtkWidget *const label = label_new(p, markup, COLUMN);

    gtk_widget_set_margin_top(label, b->level > 1 ? 2 * GAP : 0);
    atk_object_set_role(gtk_widget_get_accessible(label), ATK_ROLE_HEADING);
    return label;
}

static GtkWidget *item_new(struct page *p, const struct markdown_block *b)
{
    GtkWidget *const row = fields_row_new();
    GtkWidget *const dot = gtk_label_new("•");

    gtk_widget_set_valign(dot, GTK_ALIGN_START);
    fields_pack(row, dot, FALSE);
    fields_pack(row, line_new(p, b->text, COLUMN - 2), TRUE);
    return row;
}

static GtkWidget *picture_new(const struct markdown_block *b)
{
    g_autofree char *path = path_of(b->path);
    g_autoptr(GdkPixbuf) whole = gdk_pixbuf_new_from_resource(path, NULL);
    const int w = whole ? gdk_pixbuf_get_width(whole) : 1, fit = MIN(w, WIDEST);
    g_autoptr(GdkPixbuf) shown =
        whole ? gdk_pixbuf_scale_simple(whole, fit, gdk_pixbuf_get_height(whole) * fit / w,
                                        GDK_INTERP_BILINEAR)
              : NULL;
    GtkWidget *const picture = gtk_image_new_from_pixbuf(shown);
    g_autofree char *markup = markdown_line(b->text, NULL);
    g_autofree char *text = NULL;

    pango_parse_markup(markup, -1, 0, NULL, &text, NULL, NULL);
    gtk_widget_set_halign(picture, GTK_ALIGN_START);
    gtk_widget_set_tooltip_text(picture, text);
    atk_object_set_name(gtk_widget_get_accessible(picture), text);
    return picture;
}

/* To be copied, so it can be selected; long lines scroll. */
static GtkWidget *code_new(const struct markdown_block *b)
{
    GtkWidget *const scrolled = gtk_scrolled_window_new(NULL, NULL);
    GtkWidget *const label = gtk_label_new(NULL);
    g_autofree char *markup = g_markup_printf_escaped("<tt>%s</tt>", b->text);

    gtk_label_set_markup(GTK_LABEL(label), markup);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    g_object_set(label, "margin", GAP, NULL);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_AUTOMATIC,
                                   GTK_POLICY_NEVER);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(scrolled), GTK_SHADOW_IN);
    gtk_container_add(GTK_CONTAINER(scrolled), label);
    return scrolled;
}

static void add_row(struct page *p, const struct markdown_block *b)
{
    const int n = (int)g_strv_length(b->cells);

    if (!p->table) {
        p->table = gtk_grid_new();
        gtk_grid_set_row_spacing(GTK_GRID(p->table), GAP);
        gtk_grid_set_column_spacing(GTK_GRID(p->table), 3 * GAP);
        fields_pack(p->box, p->table, FALSE);
        p->rows = 0;
    }
    for (int i = 0; i < n; i++)
        gtk_grid_attach(GTK_GRID(p->table),
                        line_new(p, b->cells[i], i ? (COLUMN - 24) / (n - 1) : 24), i, p->rows, 1,
                        1);
    p->rows++;
}

static void add_block(struct page *p, const struct markdown_block *b)
{
    if (b->kind == MARKDOWN_ROW) {
        add_row(p, b);
        return;
    }
    p->table = NULL;
    fields_pack(p->box,
                b->kind == MARKDOWN_HEADING   ? heading_new(p, b)
                : b->kind == MARKDOWN_ITEM    ? item_new(p, b)
                : b->kind == MARKDOWN_PICTURE ? picture_new(b)
                : b->kind == MARKDOWN_CODE    ? code_new(b)
                                              : line_new(p, b->text, COLUMN),
                FALSE);
}

GtkWidget *help_page_new(const char *page, gboolean (*follow)(void *user, const char *to),
                         void *user)
{
    struct page *const p = g_new0(struct page, 1);
    g_autoptr(GPtrArray) blocks = blocks_of(page);

    p->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 10);
    p->follow = follow;
    p->user = user;
    g_object_set_data_full(G_OBJECT(p->box), "page", p, g_free);
    g_object_set(p->box, "margin", 12, NULL);
    for (guint i = 0; i < blocks->len; i++)
        add_block(p, blocks->pdata[i]);
    gtk_widget_show_all(p->box);
    return p->box;
}
