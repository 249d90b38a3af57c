/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What is JSON and what is not (RFC 8259), what we refuse beyond that, and how values are
 * read from it.
 */
#include "../check.h"
#include "load/json.h"
#include "temp.h"

/* A text that may hold NULs. */
#define TEXT(s) s, sizeof(s) - 1

static const struct {
    const char *text;
    size_t bytes;
} bad[] = {
    /* arrays */
    { TEXT("[1 true]") },
    { TEXT("[a\xE5]") },
    { TEXT("[\"\": 1]") },
    { TEXT("[\"\"],") },
    { TEXT("[,1]") },
    { TEXT("[1,,2]") },
    { TEXT("[\"x\",,]") },
    { TEXT("[\"x\"]]") },
    { TEXT("[\"\",]") },
    { TEXT("[\"x\"") },
    { TEXT("[x") },
    { TEXT("[3[4]]") },
    { TEXT("[\xFF]") },
    { TEXT("[1:2]") },
    { TEXT("[,]") },
    { TEXT("[-]") },
    { TEXT("[   , \"\"]") },
    { TEXT("[\"a\",\n4\n,1,") },
    { TEXT("[1,]") },
    { TEXT("[1,\n1\n,1") },
    { TEXT("[{}") },
    { TEXT("[*]") },
    { TEXT("[\"a\" \"b\"]") },
    { TEXT("[\"\x0B"
           "a\"\\f]") },
    { TEXT("[") },
    { TEXT("]") },
    { TEXT("[]]") },
    { TEXT("[1}") },
    { TEXT("[1;2]") },
    { TEXT("[\f1]") },
    { TEXT("[\v1]") },
    /* literals */
    { TEXT("[fals]") },
    { TEXT("[nul]") },
    { TEXT("[tru]") },
    { TEXT("[True]") },
    { TEXT("[NULL]") },
    { TEXT("[truee]") },
    { TEXT("[undefined]") },
    { TEXT("tru") },
    { TEXT("nulll") },
    /* numbers */
    { TEXT("[++1234]") },
    { TEXT("[+1]") },
    { TEXT("[+Inf]") },
    { TEXT("[-01]") },
    { TEXT("[-1.0.]") },
    { TEXT("[-2.]") },
    { TEXT("[-NaN]") },
    { TEXT("[.-1]") },
    { TEXT("[.2e-3]") },
    { TEXT("[.5]") },
    { TEXT("[0.1.2]") },
    { TEXT("[0.3e+]") },
    { TEXT("[0.3e]") },
    { TEXT("[0.e1]") },
    { TEXT("[0E+]") },
    { TEXT("[0E]") },
    { TEXT("[1.0e+]") },
    { TEXT("[1.0e-]") },
    { TEXT("[1.0e]") },
    { TEXT("[1 000.0]") },
    { TEXT("[1eE2]") },
    { TEXT("[2.e+3]") },
    { TEXT("[2.e3]") },
    { TEXT("[9.e+]") },
    { TEXT("[Inf]") },
    { TEXT("[Infinity]") },
    { TEXT("[NaN]") },
    { TEXT("[\xEF\xBC\x91]") },
    { TEXT("[1+2]") },
    { TEXT("[0x1]") },
    { TEXT("[0x42]") },
    { TEXT("[-Infinity]") },
    { TEXT("[-foo]") },
    { TEXT("[- 1]") },
    { TEXT("[-012]") },
    { TEXT("[-.123]") },
    { TEXT("[-1x]") },
    { TEXT("[1ea]") },
    { TEXT("[1e\xE5]") },
    { TEXT("[1.]") },
    { TEXT("[1.8011670033376514H-308]") },
    { TEXT("[1.2a-3]") },
    { TEXT("[012]") },
    { TEXT("[00]") },
    { TEXT("[123\xE5]") },
    { TEXT("[1e400]") },
    { TEXT("[-1e400]") },
    { TEXT("[1_000]") },
    { TEXT("[1,5e]") },
    { TEXT("2@") },
    /* objects */
    { TEXT("[\"x\", truth]") },
    { TEXT("{[: \"x\"}\n") },
    { TEXT("{\"x\", null}") },
    { TEXT("{\"x\"::\"b\"}") },
    { TEXT("{\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD}") },
    { TEXT("{\"a\":\"a\" 123}") },
    { TEXT("{key: 'value'}") },
    { TEXT("{\"\xB9\":\"0\",}") },
    { TEXT("{\"a\" b}") },
    { TEXT("{:\"b\"}") },
    { TEXT("{\"a\" \"b\"}") },
    { TEXT("{\"a\":") },
    { TEXT("{\"a\"") },
    { TEXT("{1:1}") },
    { TEXT("{9999E9999:1}") },
    { TEXT("{null:null,null:null}") },
    { TEXT("{\"id\":0,,,,,}") },
    { TEXT("{'a':0}") },
    { TEXT("{\"id\":0,}") },
    { TEXT("{\"a\":\"b\"}/**/") },
    { TEXT("{\"a\":\"b\"}/**//") },
    { TEXT("{\"a\":\"b\"}//") },
    { TEXT("{\"a\":/*x*/\"b\"}") },
    { TEXT("{\"a\":\"b\",,\"c\":\"d\"}") },
    { TEXT("{a: \"b\"}") },
    { TEXT("{\"a\":\"a") },
    { TEXT("{ \"foo\" : \"bar\", \"a\" }") },
    { TEXT("{\"a\":\"b\"}#") },
    { TEXT("{\"a\":1:2}") },
    { TEXT("{,}") },
    { TEXT("{\"a\":}") },
    { TEXT("{\"a\":1]") },
    { TEXT("{\"asd\":\"asd\"") },
    { TEXT("{") },
    { TEXT("}") },
    { TEXT("{]") },
    { TEXT("{\"\":") },
    /* strings */
    { TEXT("[\"\\uD800\\\"]") },
    { TEXT("[\"\\uD800\\u\"]") },
    { TEXT("[\"\\uD800\\u1\"]") },
    { TEXT("[\"\\uD800\\u1x\"]") },
    { TEXT("[\"\\uD800\"]") },
    { TEXT("[\"\\uDC00\"]") },
    { TEXT("[\"\\uD800abc\"]") },
    { TEXT("[\"\\uD800\\uD800\\n\"]") },
    { TEXT("[\"\\uDd1e\\uD834\"]") },
    { TEXT("[\xC3\xA9]") },
    { TEXT("[\"\\\x00\"]") },
    { TEXT("[\"\\x00\"]") },
    { TEXT("[\"\\\\\\\"]") },
    { TEXT("[\"\\\t\"]") },
    { TEXT("[\"\\\xF0\x9F\x8C\x80\"]") },
    { TEXT("[\"\\\"]") },
    { TEXT("[\"\\u00A\"]") },
    { TEXT("[\"\\uD834\\uDd\"]") },
    { TEXT("[\"\\uD800\\uD800\\x\"]") },
    { TEXT("[\"\\u\xE5\"]") },
    { TEXT("[\"\\a\"]") },
    { TEXT("[\"\\uqqqq\"]") },
    { TEXT("[\"\\\xE5\"]") },
    { TEXT("[\\u0020\"asd\"]") },
    { TEXT("[\\n]") },
    { TEXT("\"") },
    { TEXT("['single quote']") },
    { TEXT("abc") },
    { TEXT("[\"\\") },
    { TEXT("[\"a\x00"
           "a\"]") },
    { TEXT("[\"new\nline\"]") },
    { TEXT("[\"\t\"]") },
    { TEXT("[\"\x1F\"]") },
    { TEXT("\"\\UA66D\"") },
    { TEXT("\"\"x") },
    { TEXT("[\"\xFF\"]") },
    { TEXT("[\"\xC0\xAF\"]") },
    { TEXT("[\"\xE0\x80\xAF\"]") },
    { TEXT("[\"\xED\xA0\x80\"]") },
    { TEXT("[\"\xF4\xBF\xBF\xBF\"]") },
    { TEXT("[\"\xFC\x83\xBF\xBF\xBF\xBF\"]") },
    { TEXT("[\"\xE6\x97\xA5\xD1\x88\xFA\"]") },
    { TEXT("[\"\x80\"]") },
    { TEXT("[\"\xC3\"]") },
    { TEXT("{\"\\uD800\":1}") },
    /* the whole */
    { TEXT("") },
    { TEXT(" ") },
    { TEXT("\xEF\xBB\xBF{}") },
    { TEXT("\xEF\xBB\xBF") },
    { TEXT("\xEF\xBB{}") },
    { TEXT("\xFF\xFE[\0\"\0\xE9\0\"\0]\0") },
    { TEXT("\0[\0\"\0\xE9\0\"\0]") },
    { TEXT("<.>") },
    { TEXT("[<null>]") },
    { TEXT("[1]x") },
    { TEXT("[1]]") },
    { TEXT("[\"asd]") },
    { TEXT("a\xC3\xA5") },
    { TEXT("[True]") },
    { TEXT("1]") },
    { TEXT("{\"x\": true,") },
    { TEXT("[][]") },
    { TEXT("\xE5") },
    { TEXT("[\"a\"]\0") },
    { TEXT("123\0") },
    { TEXT("[\0]") },
    { TEXT("{\"a\":\"b\"}{}") },
    { TEXT("[\xE2\x81\xA0]") },
    { TEXT("\xC2\xA0[]") },
    { TEXT("[\"a\",") },
    { TEXT("[{\"\":[{\"\":") },
    { TEXT("/* c */ []") },
    { TEXT("[] // c") },
    { TEXT("[1\xC2\xA0]") },
    { TEXT("*") },
    { TEXT("<html><body>404</body></html>") },
    { TEXT("version https://git-lfs.github.com/spec/v1\n") },
    /* beyond RFC 8259: a key twice */
    { TEXT("{\"a\":1,\"a\":1}") },
    { TEXT("{\"a\":1,\"b\":2,\"a\":3}") },
    { TEXT("{\"a\":1,\"\\u0061\":2}") },
    { TEXT("[[{\"x\":{\"\":1,\"\":2}}]]") },
    { TEXT("{\"a\\u0000b\":1,\"a\\u0000b\":2}") },
};

static const struct {
    const char *text;
    size_t bytes;
} good[] = {
    { TEXT("[]") },
    { TEXT("[[]   ]") },
    { TEXT("{}") },
    { TEXT("0") },
    { TEXT("-0") },
    { TEXT("\"\"") },
    { TEXT("null") },
    { TEXT(" [1] \n\r\t") },
    { TEXT("[\"\"]") },
    { TEXT("[1,null,null,null,2]") },
    { TEXT("[123e65]") },
    { TEXT("[0e+1]") },
    { TEXT("[1E22]") },
    { TEXT("[1E-2]") },
    { TEXT("[1e-400]") },
    { TEXT("[123.456e78]") },
    { TEXT("[-0.0]") },
    { TEXT("[-0.000000000000000000000000000000000000000000000000000000000000000000000001]") },
    { TEXT("[18446744073709551615]") },
    { TEXT("[-9223372036854775808]") },
    { TEXT("[18446744073709551616]") },
    { TEXT("{\"asd\":\"sdf\", \"dfg\":\"fgh\"}") },
    { TEXT("{\"a\":{\"a\":1}}") },
    { TEXT("{\"\":0}") },
    { TEXT("{\"foo\\u0000bar\": 42}") },
    { TEXT("{\"a\":1,\"A\":2}") },
    { TEXT("[\"\\u0060\\u012a\\u12AB\"]") },
    { TEXT("[\"\\uD801\\udc37\"]") },
    { TEXT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]") },
    { TEXT("[\"\\\\u0000\"]") },
    { TEXT("[\"a/*b*/c\"]") },
    { TEXT("[\"\\uFFFF\"]") },
    { TEXT("[\"\xEF\xBF\xBF\"]") },
    { TEXT("[\"\xF4\x8F\xBF\xBF\"]") },
    { TEXT("[\"\x7F\"]") },
    { TEXT("[\"\\u0000\"]") },
    { TEXT("[\"\xE2\x82\xAC\xF0\x9D\x84\x9E\"]") },
    { TEXT("[\"]\"]") },
    { TEXT(
        "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]") },
};

static struct json *parse(const char *text, size_t bytes, ebru_error *err)
{
    char *copy = malloc(bytes + JSON_PADDING);

    memcpy(copy, text, bytes);
    return json_parse(copy, bytes, "x.json", err);
}

static void test_grammar(void)
{
    CHECK(sizeof(bad) / sizeof(*bad) >= 150);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        ebru_error err = { 0 };
        struct json *doc = parse(bad[i].text, bad[i].bytes, &err);

        if (doc)
            printf("taken for JSON: %s\n", bad[i].text);
        CHECK(!doc && err.status == EBRU_BAD_FILE);
        CHECK(!strncmp(err.message, "x.json: ", 8));
        CHECK(strstr(err.message, "at byte "));
        json_close(doc);
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        ebru_error err = { 0 };
        struct json *doc = parse(good[i].text, good[i].bytes, &err);

        if (!doc)
            printf("%s: %s\n", good[i].text, err.message);
        CHECK(doc);
        json_close(doc);
    }
}

/* ---- Limits ------------------------------------------------------------ */

/* `n` times `open`, the middle, `m` times `close`. */
static struct json *parse_repeated(const char *open, size_t n, const char *middle,
                                   const char *close, size_t m, ebru_error *err)
{
    const size_t o = strlen(open), c = strlen(close);
    char *text = malloc(n * o + strlen(middle) + m * c + JSON_PADDING), *at = text;

    for (size_t i = 0; i < n; i++, at += o)
        memcpy(at, open, o);
    memcpy(at, middle, strlen(middle));
    at += strlen(middle);
    for (size_t i = 0; i < m; i++, at += c)
        memcpy(at, close, c);
    return json_parse(text, (size_t)(at - text), "x.json", err);
}

static void check_refused(struct json *doc, const ebru_error *err, const char *why)
{
    CHECK(!doc && err->status == EBRU_BAD_FILE);
    if (!strstr(err->message, why))
        printf("%s\n", err->message);
    CHECK(strstr(err->message, why));
    json_close(doc);
}

static void test_depth(void)
{
    enum { DEEP = JSON_MAX_DEPTH };
    ebru_error err = { 0 };
    struct json *doc = parse_repeated("[", DEEP, "1", "]", DEEP, &err);

    CHECK(doc);
    json_close(doc);
    check_refused(parse_repeated("[", DEEP + 1, "1", "]", DEEP + 1, &err), &err,
                  "more than 64 deep at byte 64");
    check_refused(parse_repeated("{\"\":", DEEP + 1, "1", "}", DEEP + 1, &err), &err,
                  "more than 64 deep at byte 256");
    check_refused(parse_repeated("[", 10000000, "", "", 0, &err), &err, "64 deep at byte 64");
    check_refused(parse_repeated("[{\"\":", 100000, "", "", 0, &err), &err, "64 deep");
    check_refused(parse_repeated("", 0, "[", "]", 10000000, &err), &err, "not JSON");
}

static void test_sizes(void)
{
    ebru_error err = { 0 };
    struct json *doc;
    const char *string;

    /* a string of 1 MiB with its quotes, and one byte more */
    for (size_t n = JSON_MAX_STRING - 2; n < JSON_MAX_STRING; n++) {
        char *text = malloc(n + 2 + JSON_PADDING);

        memset(text, 'a', n + 2);
        text[0] = text[n + 1] = '"';
        doc = json_parse(text, n + 2, "x.json", &err);
        if (n == JSON_MAX_STRING - 2) {
            CHECK(doc && json_string(json_root(doc), &string, NULL) && strlen(string) == n);
            json_close(doc);
        } else {
            check_refused(doc, &err, "string of more than 1048576 bytes at byte 0");
        }
    }
    /* two bytes of text for sixteen of memory */
    check_refused(parse_repeated("[", 1, "0", ",0", 4000000, &err), &err, "four times");
}

/* ---- Files ------------------------------------------------------------- */

static void test_files(void)
{
    ebru_error err = { 0 };
    const char *path = temp_path("a.json");
    struct json *doc;

    CHECK(!json_open(path, 100, &err) && err.status == EBRU_NO_FILE);
    CHECK(file_write(path, "{\"a\":[1,2]}", 11, NULL));
    CHECK(!json_open(path, 10, &err) && err.status == EBRU_BAD_FILE);
    CHECK(strstr(err.message, "has 11 bytes, at most 10"));
    doc = json_open(path, 11, &err);
    CHECK(doc && json_count(json_get(json_root(doc), "a")) == 2);
    json_close(doc);
    CHECK(!json_open(temp_folder, 100, &err) && strstr(err.message, "a folder"));
}

/* ---- Values ------------------------------------------------------------ */

static const char config[] =
    "{\"n\":3,\"minus\":-1,\"x\":0.5,\"big\":18446744073709551615,\"yes\":true,\"nil\":null,"
    "\"s\":\"text\",\"nul\":\"a\\u0000b\",\"list\":[1,2,3],\"mixed\":[1,\"2\",3],\"empty\":[],"
    "\"o\":{\"deep\":[{\"leaf\":7}]},\"line\\nbreak\":1}";

/* The message of the last failure. */
static ebru_error problem;

static bool says(const char *message)
{
    if (strcmp(problem.message, message))
        printf("%s\n", problem.message);
    return !strcmp(problem.message, message);
}

static void test_scalars(struct json_node root)
{
    int64_t i = 0;
    double x = 0;
    bool b = false;
    const char *s = NULL;

    CHECK(json_int(json_get(root, "n"), 1, 3, &i, NULL) && i == 3);
    CHECK(json_int(json_get(root, "minus"), -1, 3, &i, NULL) && i == -1);
    CHECK(!json_int(json_get(root, "n"), 4, 9, &i, &problem) && i == -1);
    CHECK(says("x.json: n is 3, not an integer from 4 to 9"));
    CHECK(!json_int(json_get(root, "x"), 0, 9, &i, &problem));
    CHECK(says("x.json: x is 0.5, not an integer from 0 to 9"));
    CHECK(!json_int(json_get(root, "big"), 0, INT64_MAX, &i, &problem));
    CHECK(!json_int(json_get(root, "yes"), 0, 1, &i, &problem));
    CHECK(says("x.json: yes is true, not an integer from 0 to 1"));
    CHECK(!json_int(json_get(root, "none"), 0, 1, &i, &problem));
    CHECK(says("x.json: none is missing, not an integer from 0 to 1"));
    CHECK(!json_int(json_get(json_get(root, "gone"), "deeper"), 0, 1, &i, &problem));
    CHECK(says("x.json: gone is missing, not an integer from 0 to 1"));
    CHECK(!json_int(root, 0, 1, &i, &problem));
    CHECK(says("x.json: the whole is an object, not an integer from 0 to 1"));
    CHECK(json_real(json_get(root, "x"), 0, 1, &x, NULL) && x == 0.5);
    CHECK(json_real(json_get(root, "n"), 0, 3, &x, NULL) && x == 3);
    CHECK(!json_real(json_get(root, "n"), 0, 2, &x, &problem));
    CHECK(says("x.json: n is 3, not a number from 0 to 2"));
    CHECK(json_bool(json_get(root, "yes"), &b, NULL) && b);
    CHECK(!json_bool(json_get(root, "n"), &b, &problem));
    CHECK(says("x.json: n is 3, not true or false"));
    CHECK(json_string(json_get(root, "s"), &s, NULL) && !strcmp(s, "text"));
    CHECK(!json_string(json_get(root, "nul"), &s, &problem));
    CHECK(says("x.json: nul holds a NUL character"));
    CHECK(!json_string(json_get(root, "line\nbreak"), &s, &problem));
    CHECK(says("x.json: line?break is 1, not a string"));
}

static void test_lists(struct json_node root)
{
    int64_t v[3];
    int w[3] = { 9, 9, 9 }, count = 0;
    size_t sum = 0;

    CHECK(json_ints(json_get(root, "list"), 1, 3, v, 3, &count, NULL) && count == 3 && v[2] == 3);
    CHECK(!json_ints(json_get(root, "list"), 1, 3, v, 2, &count, &problem));
    CHECK(says("x.json: list has 3 elements, at most 2 are possible"));
    CHECK(!json_ints(json_get(root, "mixed"), 1, 3, v, 3, &count, &problem));
    CHECK(says("x.json: mixed[1] is \"2\", not an integer from 1 to 3"));
    CHECK(json_ints(json_get(root, "empty"), 1, 3, v, 3, &count, NULL) && count == 0);
    CHECK(!json_get_ints(root, "empty", 1, 3, w, 3, &count, &problem));
    CHECK(!json_get_ints(root, "list", 1, 2, w, 3, &count, &problem));
    CHECK(says("x.json: list[2] is 3, not an integer from 1 to 2"));
    CHECK(json_get_ints(root, "list", 1, 3, w, 3, &count, NULL) && count == 3 && w[1] == 2);
    CHECK(!json_fail(json_get(root, "o"), &problem, "is odd") && says("x.json: o is odd"));
    for (struct json_iter i = json_iterate(json_get(root, "list")); json_next(&i); sum++)
        CHECK(!i.key && json_int(i.value, 1, 3, v, NULL) && v[0] == (int64_t)sum + 1);
    CHECK(sum == 3);
    for (struct json_iter i = json_iterate(json_get(json_get(root, "o"), "deep")); json_next(&i);)
        CHECK(!json_int(json_get(i.value, "leaf"), 0, 1, v, &problem));
    CHECK(says("x.json: o.deep[0].leaf is 7, not an integer from 0 to 1"));
    sum = 0;
    for (struct json_iter i = json_iterate(root); json_next(&i);)
        sum += i.key_bytes;
    CHECK(sum == strlen("nminusxbigyesnilsnullistmixedemptyoline.break"));
    CHECK(!json_count(json_get(root, "n")) && json_count(root) == 13);
}

static void test_members(struct json_node root)
{
    int i = 5;
    double x = 5;
    bool b = true;
    const char *s = "as it was";

    CHECK(json_get_int(root, "none", 0, 1, &i, NULL) && i == 5);
    CHECK(json_get_int(root, "nil", 0, 1, &i, NULL) && i == 5);
    CHECK(json_get_int(root, "n", 0, 3, &i, NULL) && i == 3);
    CHECK(!json_get_int(root, "s", 0, 3, &i, &problem) && i == 3);
    CHECK(says("x.json: s is \"text\", not an integer from 0 to 3"));
    CHECK(json_get_real(root, "nil", 0, 1, &x, NULL) && x == 5);
    CHECK(!json_get_real(root, "x", 1, 2, &x, &problem));
    CHECK(json_get_bool(root, "none", &b, NULL) && b);
    CHECK(!json_get_bool(root, "list", &b, &problem));
    CHECK(says("x.json: list is an array, not true or false"));
    CHECK(json_get_string(root, "nil", &s, NULL) && !strcmp(s, "as it was"));
    CHECK(json_get_string(root, "s", &s, NULL) && !strcmp(s, "text"));
}

int main(void)
{
    struct json *doc = parse(config, sizeof(config) - 1, NULL);

    temp_open();
    test_grammar();
    test_depth();
    test_sizes();
    test_files();
    CHECK(doc);
    if (doc) {
        test_scalars(json_root(doc));
        test_lists(json_root(doc));
        test_members(json_root(doc));
    }
    json_close(doc);
    temp_close();
    return check_done();
}
