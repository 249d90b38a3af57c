/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt_history.h"

#include "store.h"

#include <string.h>

enum { RECENT = 20, STARRED = 100 };

static void push(const char *list, const char *prompt, guint most)
{
    g_auto(GStrv) old = store_texts(list);
    g_autoptr(GPtrArray) new = g_ptr_array_new();

    g_ptr_array_add(new, (gpointer)prompt);
    for (char **text = old; *text && new->len < most; text++)
        if (strcmp(*text, prompt))
            g_ptr_array_add(new, *text);
    g_ptr_array_add(new, NULL);
    store_keep_texts(list, (const char *const *)new->pdata);
}

void prompt_history_add(const char *prompt)
{
    g_autofree char *text = g_strstrip(g_strdup(prompt));

    if (*text)
        push("recent", text, RECENT);
}

char **prompt_history_recent(void)
{
    return store_texts("recent");
}

char **prompt_history_starred(void)
{
    return store_texts("starred");
}

static void remove_star(const char *prompt)
{
    g_auto(GStrv) old = store_texts("starred");
    g_autoptr(GPtrArray) new = g_ptr_array_new();

    for (char **text = old; *text; text++)
        if (strcmp(*text, prompt))
            g_ptr_array_add(new, *text);
    g_ptr_array_add(new, NULL);
    store_keep_texts("starred", (const char *const *)new->pdata);
}

void prompt_history_toggle_star(const char *prompt)
{
    g_auto(GStrv) starred = prompt_history_starred();

    if (g_strv_contains((const char *const *)starred, prompt))
        remove_star(prompt);
    else
        push("starred", prompt, STARRED);
}
