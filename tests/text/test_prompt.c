/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The language of prompts, their chunks, and what weights do to an encoding. */
#include "scratch.h"

#include "text/emphasis.h"
#include "text/prompt.h"

#include <locale.h>
#include <yyjson.h>

static char own[FILE_PATH_MAX];

/* ---- The grammar ------------------------------------------------------- */

/* Parts as "text*weight;", BREAK as "/". */
static void write_parts(const struct emphasis *e, char *to, size_t size)
{
    size_t at = 0;

    to[0] = '\0';
    for (size_t i = 0; i < e->count && at < size; i++) {
        const struct emphasis_part *p = &e->parts[i];

        if (p->new_chunk)
            at += (size_t)snprintf(to + at, size - at, "/");
        else if (p->end > p->start)
            at += (size_t)snprintf(to + at, size - at, "%.*s*%.6g;", (int)(p->end - p->start),
                                   e->text + p->start, p->weight);
    }
}

static void test_grammar(void)
{
    static const struct {
        const char *text, *parts;
    } rows[] = {
        { "", "" },
        { "a cat", "a cat*1;" },
        { "a (red) cat", "a *1;red*1.1; cat*1;" },
        { "(red:1.3)", "red*1.3;" },
        { "[red]", "red*0.909091;" },
        { "((red))", "red*1.21;" },
        { "[[red]]", "red*0.826446;" },
        { "(a [b])", "a *1.1;b*1;" },
        { "(a (b:1.5):2)", "a *2;b*3;" },
        { "(a:0)", "a*0;" },
        { "(a: -1.5 )", "a*-1.5;" },
        { "(a:+.5)(b:2.)", "a*0.5;b*2;" },
        { "(a:1)b", "ab*1;" },
        /* brackets that do not pair */
        { "(a b", "a b*1.1;" },
        { "a [b (c", "a *1;b *0.909091;c*1;" },
        { "a) b]", "a) b]*1;" },
        { "(a[b)c]", "a*1.1;b*1;c*0.909091;" },
        { "()", "" },
        /* what only looks like a weight */
        { "16:9", "16:9*1;" },
        { "a:1.3)", "a:1.3)*1;" },
        { "[a:1.3]", "a:1.3*0.909091;" },
        { "(a:b)", "a:b*1.1;" },
        { "(a:)", "a:*1.1;" },
        { "(a:.)", "a:.*1.1;" },
        { "(a:1.2.3)", "a:1.2.3*1.1;" },
        { "(a:1.3", "a:1.3*1.1;" },
        { "(a:1,3)", "a:1,3*1.1;" },
        { "(a:1e3)", "a:1e3*1.1;" },
        /* escapes */
        { "\\(a\\)", "(a)*1;" },
        { "\\[a\\]", "[a]*1;" },
        { "(a\\):1.2)", "a)*1.2;" },
        { "a\\\\(b)", "a\\*1;b*1.1;" },
        { "a\\b\\", "ab*1;" },
        /* BREAK */
        { "a BREAK b", "a *1;/ b*1;" },
        { "BREAK", "/" },
        { "(a BREAK b:1.2)", "a *1.2;/ b*1.2;" },
        { "BREAKFAST _BREAK BREAK1 \u00E9BREAK BREAK\u00E9", "BREAKFAST _BREAK BREAK1 "
                                                             "\u00E9BREAK BREAK\u00E9*1;" },
        { "a,BREAK,b", "a,*1;/,b*1;" },
        { "break", "break*1;" },
        /* comments */
        { "a # b\nc", "a \nc*1;" },
        { "# (a\nb", "\nb*1;" },
        { "a #b", "a \n*1;" },
        { "#ff8800 sky", "#ff8800 sky*1;" },
        { "a #FF88, b", "a \n*1;" },
        { "#ff88001", "\n*1;" },
        { "#ff880g", "\n*1;" },
        { "#ff8800", "#ff8800*1;" },
        { "C\\# \\\\# a", "C# \\\n*1;" },
        /* not of this language */
        { "{a|b} __c__ <d>", "{a|b} __c__ <d>*1;" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char parts[256];
        struct emphasis e;

        CHECK(emphasis_parse(&e, rows[i].text, NULL));
        write_parts(&e, parts, sizeof(parts));
        CHECK(!strcmp(parts, rows[i].parts));
        if (strcmp(parts, rows[i].parts))
            printf("  %s: \"%s\", not \"%s\"\n", rows[i].text, parts, rows[i].parts);
        emphasis_clear(&e);
    }
}

static ebru_reason refuse(const char *text, const char *message)
{
    ebru_error err = { 0 };
    struct emphasis e;

    CHECK(!emphasis_parse(&e, text, &err) && err.status == EBRU_BAD_REQUEST);
    CHECK(strstr(err.message, message) && !e.text && !e.parts);
    if (!strstr(err.message, message))
        printf("  \"%s\" lacks \"%s\"\n", err.message, message);
    return err.reason;
}

static void test_refused(void)
{
    char deep[2 * EMPHASIS_MAX_DEPTH + 3], many[400];
    struct emphasis e;

    CHECK(refuse("a cat <lora:ink:0.8>, b", "\"<lora:ink:0.8>\", but LoRA") == EBRU_NETWORK);
    refuse("<hypernet:a", "\"<hypernet:a\"");
    CHECK(emphasis_parse(&e, "a # <lora:ink>", NULL));
    emphasis_clear(&e);
    memset(deep, '(', EMPHASIS_MAX_DEPTH + 1);
    deep[EMPHASIS_MAX_DEPTH + 1] = '\0';
    CHECK(refuse(deep, "nest more than 64 deep") == EBRU_DEEP_PROMPT);
    deep[EMPHASIS_MAX_DEPTH] = 'a';
    CHECK(emphasis_parse(&e, deep, NULL));
    CHECK_NEAR(e.parts[0].weight, pow(1.1, EMPHASIS_MAX_DEPTH), 1e-9);
    emphasis_clear(&e);
    memset(many, '9', sizeof(many));
    memcpy(many, "(a:", 3);
    memcpy(many + 350, ")", 2);
    refuse(many, "a weight in the prompt is too large");
    memcpy(many + 50, ")", 2); /* 1e47, beyond float */
    refuse(many, "a weight in the prompt is too large");
}

/* "1.3" is 1.3 also where people write "1,3". */
static void test_locale(void)
{
    struct emphasis e;

    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        setlocale(LC_NUMERIC, "");
    CHECK(emphasis_parse(&e, "(a:1.3)", NULL) && e.parts[0].weight == 1.3);
    emphasis_clear(&e);
    setlocale(LC_NUMERIC, "C");
}

/* ---- Chunks ------------------------------------------------------------ */

/* Without grammar the ids are those of the reference, cut at 77. */
static void check_rows(const char *root, const char *name, const struct bpe *b)
{
    char path[FILE_PATH_MAX];
    yyjson_doc *doc;
    yyjson_val *row, *id;
    size_t i, max, j, count;
    int compared = 0;

    file_join(path, root, name, NULL);
    doc = yyjson_read_file(path, 0, NULL, NULL);
    CHECK(doc);
    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "prompts"), i, max, row)
    {
        const char *text = yyjson_get_str(yyjson_obj_get(row, "text"));
        yyjson_val *ids = yyjson_obj_get(row, "ids77");
        struct prompt p;
        bool same = true;

        if (strpbrk(text, "()[]\\#") ||
            strlen(text) < yyjson_get_len(yyjson_obj_get(row, "text")) ||
            yyjson_arr_size(yyjson_obj_get(row, "ids")) > PROMPT_LENGTH)
            continue;
        compared++;
        CHECK(prompt_parse(&p, b, text, NULL));
        CHECK(p.chunks == 1 && !p.weighted);
        CHECK(p.tokens + 2 == (int)yyjson_arr_size(yyjson_obj_get(row, "ids")));
        yyjson_arr_foreach(ids, j, count, id) same &=
            p.ids[0][j] == yyjson_get_int(id) && p.weights[0][j] == 1;
        CHECK(same && count == PROMPT_LENGTH);
        prompt_clear(&p);
    }
    CHECK(compared >= 20);
    yyjson_doc_free(doc);
}

/* `chunks` chunks with so many tokens of text each. */
static void check_lengths(const struct bpe *b, const char *text, int chunks, const int *lengths)
{
    struct prompt p;
    int tokens = 0;

    CHECK(prompt_parse(&p, b, text, NULL));
    CHECK(p.chunks == chunks);
    for (int i = 0; i < chunks && i < p.chunks; i++) {
        const int n = lengths[i];

        CHECK(p.ids[i][0] == b->start && p.ids[i][n + 1] == b->end);
        CHECK(n == 0 || (p.ids[i][n] != b->end && p.ids[i][n] != b->padding));
        for (int j = n + 2; j < PROMPT_LENGTH; j++)
            CHECK(p.ids[i][j] == b->padding && p.weights[i][j] == 1);
        tokens += n;
    }
    CHECK(p.tokens == tokens);
    prompt_clear(&p);
}

/* `count` times `word`, with commas at the places named, counted in tokens. */
static void check_commas(const struct bpe *b, int count, const int *commas, int chunks,
                         const int *lengths)
{
    char text[1024] = "";
    size_t at = 0;

    for (int i = 0; i < count; i++) {
        bool comma = false;

        for (const int *c = commas; *c >= 0; c++)
            comma |= *c == i;
        at += (size_t)snprintf(text + at, sizeof(text) - at, comma ? ", " : "the ");
    }
    check_lengths(b, text, chunks, lengths);
}

static void test_chunks(const struct bpe *b)
{
#define LIST(...) ((const int[]){ __VA_ARGS__ })
    check_commas(b, 0, LIST(-1), 1, LIST(0));
    check_commas(b, 75, LIST(-1), 1, LIST(75));
    check_commas(b, 76, LIST(-1), 2, LIST(75, 1));
    check_commas(b, 151, LIST(-1), 3, LIST(75, 75, 1));
    /* a comma among the last 20: what follows it moves */
    check_commas(b, 76, LIST(70, -1), 2, LIST(71, 5));
    check_commas(b, 76, LIST(55, -1), 2, LIST(56, 20));
    check_commas(b, 76, LIST(54, -1), 2, LIST(75, 1));
    check_commas(b, 76, LIST(60, 74, -1), 2, LIST(75, 1));
    check_commas(b, 75, LIST(70, -1), 1, LIST(75));
    /* the 76th is itself a comma: nothing moves */
    check_commas(b, 77, LIST(70, 75, -1), 2, LIST(75, 2));
    /* commas of a chunk that is done do not count for the next */
    check_commas(b, 151, LIST(70, 140, -1), 3, LIST(71, 70, 10));
    check_lengths(b, "the BREAK the the", 2, LIST(1, 2));
    check_lengths(b, "BREAK the", 2, LIST(0, 1));
    check_lengths(b, "the BREAK", 1, LIST(1));
    check_lengths(b, "BREAK BREAK", 2, LIST(0, 0));
    check_lengths(b, "the (the BREAK the:1.5)", 2, LIST(2, 1));
#undef LIST
}

static void test_weights(const struct bpe *b)
{
    static const float wanted[] = { 1, 1, 1.5f, 1.5f, 1, 1 / 1.1f, 1, 1 };
    struct prompt p;
    ebru_error err;

    CHECK(prompt_parse(&p, b, "the (the the:1.5) the [the]", NULL));
    CHECK(p.chunks == 1 && p.weighted && p.tokens == 5);
    for (int i = 0; i < 8; i++)
        CHECK_NEAR(p.weights[0][i], wanted[i], 1e-7);
    for (int i = 1; i < 6; i++)
        CHECK(p.ids[0][i] == p.ids[0][1]);
    CHECK(prompt_pad(&p, b, 5, NULL) && p.chunks == 5 && p.tokens == 5);
    for (int i = 1; i < 5; i++)
        CHECK(p.ids[i][0] == b->start && p.ids[i][1] == b->end && p.ids[i][2] == b->padding &&
              p.ids[i][76] == b->padding && p.weights[i][1] == 1);
    CHECK(prompt_pad(&p, b, 2, NULL) && p.chunks == 5);
    prompt_clear(&p);
    CHECK(!p.ids && !p.weights && !p.chunks);
    prompt_clear(&p);
    CHECK(prompt_parse(&p, b, "(the:1) ((the):0.90909090909)", NULL) && p.weights[0][1] == 1);
    prompt_clear(&p);
    CHECK(!prompt_parse(&p, b, "the <lora:a:1>", &err) && !p.ids);
    prompt_clear(&p);
}

/* ---- Encodings --------------------------------------------------------- */

static void test_apply(void)
{
    static const float weights[] = { 1, 1.5f, 0.5f };
    float x[] = { 1, 2, 3, 4, 5, 9 }, zero[] = { 1, -1 }, still[] = { 0.1f, 0.2f, 0.3f };
    /* before: mean 4; times the weights: 1 2 4.5 6 2.5 4.5, mean 41/12 */
    const double factor = 4 / (20.5 / 6);

    prompt_apply_weights(x, weights, 3, 2);
    CHECK_NEAR(x[0], 1 * factor, 1e-6);
    CHECK_NEAR(x[1], 2 * factor, 1e-6);
    CHECK_NEAR(x[2], 4.5 * factor, 1e-6);
    CHECK_NEAR(x[3], 6 * factor, 1e-6);
    CHECK_NEAR(x[4], 2.5 * factor, 1e-6);
    CHECK_NEAR(x[5], 4.5 * factor, 1e-6);
    prompt_apply_weights(zero, weights + 1, 1, 2); /* mean 0 after weighing: left as weighed */
    CHECK(zero[0] == 1.5f && zero[1] == -1.5f);
    prompt_apply_weights(still, weights, 1, 3);
    CHECK(still[0] == 0.1f && still[1] == 0.2f && still[2] == 0.3f);
}

int main(void)
{
    const char *shared = check_shared(), *tests = getenv("EBRU_TESTS");
    char path[FILE_PATH_MAX];
    struct bpe *b, *other;

    snprintf(own, sizeof(own), "%s", tests ? tests : "");
    file_join(path, own, "goldens/a/models/sd1/tokenizer", NULL);
    b = bpe_open(path, NULL, NULL);
    other = bpe_open(path, "!", NULL); /* as Stable Diffusion 2 pads */
    CHECK(b && other);
    test_grammar();
    test_refused();
    test_locale();
    test_apply();
    if (b && other) {
        CHECK(other->padding == 0);
        check_rows(own, "goldens/a/cases/tokenizer_reduced.json", b);
        test_chunks(b);
        test_chunks(other);
        test_weights(b);
        test_weights(other);
    }
    bpe_close(b);
    bpe_close(other);
    file_join(path, shared ? shared : "", "clip-tokenizer", NULL);
    b = shared ? bpe_open(path, NULL, NULL) : NULL;
    if (b)
        check_rows(shared, "goldens/a/cases/tokenizer.json", b);
    else
        SKIP("no ../shared: not compared with the full vocabulary");
    bpe_close(b);
    return check_done();
}
