/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What letters may mean: pieces before words, tags by their aliases, the most frequent first. */
#include "check.h"
#include "prompt_complete.h"

#include <string.h>

enum { MOST = 8 };

static GPtrArray *make_words(void)
{
    GPtrArray *const words = words_array_new();

    words_array_add_text(words, "a fox in the Snow, großer Fuß", NULL);
    words_array_add_text(words, "a fox", NULL);
    words_array_add_tags(words, "tag,type,count,aliases\n"
                                "red_fox,0,900,\"vulpes,foxy_thing\"\n"
                                "fox_(animal),0,100,\r\n"
                                "forest,0,5000\n"
                                "\n"
                                "bad line,0,not a number,\n"
                                "fog");
    return words;
}

/* What is found for a text with the cursor at its end, "a; b; c" with the letters' places. */
static bool finds(GPtrArray *words, const char *text, const char *expected)
{
    gsize from[MOST];
    const struct fragment f = fragment_at(text, strlen(text));
    g_autoptr(GPtrArray) found = fragment_words(text, f, words, MOST, from);
    g_autoptr(GString) list = g_string_new(NULL);

    for (guint i = 0; i < found->len; i++) {
        const struct word *const w = found->pdata[i];
        g_string_append_printf(list, "%s%d:%s", i ? "; " : "", (int)from[i], w->text);
    }
    if (!strcmp(list->str, expected))
        return true;
    fprintf(stderr, "\"%s\" finds \"%s\", not \"%s\"\n", text, list->str, expected);
    return false;
}

int main(void)
{
    GPtrArray *const words = make_words();

    CHECK(finds(words, "fo", "0:forest; 0:red fox; 0:fox \\(animal\\); 0:fog; 0:fox"));
    CHECK(finds(words, "a red fo", "6:forest; 6:red fox; 6:fox \\(animal\\); 6:fog; 6:fox"));
    CHECK(
        finds(words, "night, red fo", "7:red fox; 11:forest; 11:fox \\(animal\\); 11:fog; 11:fox"));
    CHECK(finds(words, "(red", "1:red fox"));
    CHECK(finds(words, "VULP", "0:red fox"));
    CHECK(finds(words, "a foxy, foxy t", "8:red fox; 13:the"));
    CHECK(finds(words, "sno", "0:Snow"));
    CHECK(finds(words, "GROSS", "0:großer"));
    CHECK(finds(words, "forest", "")); /* it is there already */
    CHECK(finds(words, "xyz", ""));
    CHECK(finds(words, "bad", ""));

    GPtrArray *const own = words_array_new();
    words_array_add(own, "Ölbild", &(struct word){ .text = (char *)"Ölbild", .style = TRUE });
    CHECK(finds(own, "öl", "0:Ölbild"));
    g_ptr_array_unref(own);
    g_ptr_array_unref(words);
    return check_done();
}
