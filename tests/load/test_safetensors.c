/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Damaged and hostile safetensors files: each gives an error that names the file and what
 * is wrong, none crashes, none takes long. Sound ones are read as they were written.
 */
#include "../check.h"
#include "base/machine.h"
#include "load/checkpoint.h"
#include "load/safetensors.h"
#include "temp.h"

#include <sys/stat.h>

static void put_length(char *at, uint64_t n)
{
    for (int i = 0; i < 8; i++)
        at[i] = (char)(n >> (8 * i));
}

/* Write a file of this header and `data` bytes; -> its path. */
static const char *write_file(const char *name, const char *header, size_t bytes, size_t data)
{
    const char *path = temp_path(name);
    char *all = calloc(1, 8 + bytes + data);

    put_length(all, bytes);
    memcpy(all + 8, header, bytes);
    CHECK(file_write(path, all, 8 + bytes + data, NULL));
    free(all);
    return path;
}

/* Open it; it must fail with a message that names it and says `why`. */
static void check_refused(const char *path, const char *why)
{
    ebru_error err = { 0 };
    struct checkpoint *c = checkpoint_open(path, &err);
    const bool names_it = strstr(err.message, temp_folder) != NULL;

    if (c || !names_it || !strstr(err.message, why))
        printf("wanted \"%s\": %s\n", why, c ? "accepted" : err.message);
    CHECK(!c && err.status != EBRU_OK);
    CHECK(names_it && strstr(err.message, why));
    checkpoint_close(c);
}

/* ---- Headers ----------------------------------------------------------- */

#define ENTRY(type, shape, begin, end)                                                             \
    "{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"
#define ONE(type, shape, begin, end) "{\"a\":" ENTRY(type, shape, begin, end) "}"
#define TWO(first, second) "{\"a\":" first ",\"b\":" second "}"

static const struct {
    const char *header;
    size_t data;
    const char *says; /* NULL: accepted */
} headers[] = {
    /* sound */
    { "{}", 0, NULL },
    { "{\"__metadata__\":{}}", 0, NULL },
    { "{\"__metadata__\":{\"format\":\"pt\"}}  ", 0, NULL },
    { ONE("F32", "[1]", "0", "4"), 4, NULL },
    { ONE("F16", "[]", "0", "2"), 2, NULL },
    { ONE("F32", "[0]", "0", "0"), 0, NULL },
    { ONE("F32", "[0,9007199254740991,9007199254740991]", "0", "0"), 0, NULL },
    { ONE("BF16", "[1,1,1,1,1,1,1,2]", "0", "4"), 4, NULL },
    { TWO(ENTRY("U8", "[3]", "1", "4"), ENTRY("BOOL", "[1]", "0", "1")), 4, NULL },
    { TWO(ENTRY("I64", "[1]", "0", "8"), ENTRY("F64", "[0]", "8", "8")), 8, NULL },
    { TWO(ENTRY("I8", "[0]", "0", "0"), ENTRY("I8", "[1]", "0", "1")), 1, NULL },
    { "{\"../../a/b\\\\c\":" ENTRY("U16", "[1]", "0", "2") "}", 2, NULL },
    { "{\"a\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":[{}]}}", 4, NULL },
    /* not a header */
    { " {}", 0, "begins with byte 0x20 at byte 8" },
    { "[]", 0, "begins with byte 0x5b" },
    { "\"{\"", 0, "begins with byte 0x22" },
    { "{}x", 0, "not JSON" },
    { "{} {}", 0, "not JSON" },
    { "{\"a\":1,}", 0, "not JSON" },
    { "{\"\xFF\":1}", 0, "not JSON" },
    { "{\"\\uD800\":1}", 0, "not JSON" },
    { "{\"a\":" ENTRY("F32", "[1]", "0", "4"), 4, "not JSON" },
    { "{'a':1}", 0, "not JSON" },
    /* names */
    { TWO("1", "2"), 0, "a is not an object" },
    { "{\"a\":" ENTRY("U8", "[1]", "0", "1") ",\"a\":" ENTRY("U8", "[1]", "1", "2") "}", 2,
      "key \"a\" twice" },
    { "{\"a\":" ENTRY("U8", "[1]", "0", "1") ",\"\\u0061\":" ENTRY("U8", "[1]", "1", "2") "}", 2,
      "key \"a\" twice" },
    { "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
      "key \"dtype\" twice" },
    { "{\"\":" ENTRY("U8", "[1]", "0", "1") "}", 1, "empty" },
    { "{\"a\\u0000b\":" ENTRY("U8", "[1]", "0", "1") "}", 1, "NUL" },
    /* metadata */
    { "{\"__metadata__\":1}", 0, "__metadata__ is not an object" },
    { "{\"__metadata__\":[]}", 0, "__metadata__ is not an object" },
    { "{\"__metadata__\":{\"a\":1}}", 0, "__metadata__.a is 1, not a string" },
    { "{\"__metadata__\":{\"a\":null}}", 0, "__metadata__.a is null" },
    { "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "twice" },
    { "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0, "__metadata__.a is an object" },
    /* fields */
    { "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "a.dtype is missing" },
    { "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "a.shape is missing" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "a.data_offsets is missing" },
    { "{\"a\":{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "a.dtype is 1" },
    { "{\"a\":{\"dtype\":null,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "a.dtype is null" },
    { "{\"a\":null}", 0, "a is not an object" },
    { "{\"a\":[]}", 0, "a is not an object" },
    { "{\"a\":\"x\"}", 0, "a is not an object" },
    { ONE("F31", "[1]", "0", "4"), 4, "no known type" },
    { ONE("f32", "[1]", "0", "4"), 4, "no known type" },
    { ONE("", "[1]", "0", "4"), 4, "no known type" },
    { ONE("F8_E4M3", "[4]", "0", "4"), 4, "not supported" },
    { ONE("F8_E5M2", "[4]", "0", "4"), 4, "not supported" },
    { ONE("F8_E8M0", "[4]", "0", "4"), 4, "not supported" },
    { ONE("F4", "[8]", "0", "4"), 4, "not supported" },
    { ONE("F6_E2M3", "[16]", "0", "12"), 12, "not supported" },
    { ONE("C64", "[1]", "0", "8"), 8, "not supported" },
    /* shapes */
    { ONE("F32", "1", "0", "4"), 4, "a.shape is 1" },
    { ONE("F32", "{}", "0", "4"), 4, "a.shape is an object" },
    { ONE("F32", "[-1]", "0", "4"), 4, "a.shape[0] is -1" },
    { ONE("F32", "[1.0]", "0", "4"), 4, "a.shape[0] is 1" },
    { ONE("F32", "[1e0]", "0", "4"), 4, "a.shape[0] is 1" },
    { ONE("F32", "[\"1\"]", "0", "4"), 4, "a.shape[0] is \"1\"" },
    { ONE("F32", "[null]", "0", "4"), 4, "a.shape[0] is null" },
    { ONE("F32", "[[1]]", "0", "4"), 4, "a.shape[0] is an array" },
    { ONE("F32", "[1,1,1,1,1,1,1,1,1]", "0", "4"), 4, "a.shape has 9 elements" },
    { ONE("F32", "[9007199254740992]", "0", "4"), 4, "a.shape[0] is 9007199254740992" },
    { ONE("F32", "[18446744073709551615]", "0", "4"), 4, "a.shape[0] is 1.8" },
    { ONE("F32", "[18446744073709551617]", "0", "4"), 4, "a.shape[0] is 1.8" },
    { ONE("F32", "[4294967296,4294967296]", "0", "4"), 4, "more than any file" },
    { ONE("F32", "[4611686018427387905]", "0", "4"), 4, "a.shape[0]" },
    { ONE("U8", "[9007199254740991,2,1024]", "0", "4"), 4, "more than any file" },
    { ONE("F32", "[2]", "0", "4"), 4, "spans 4 bytes, type and shape need 8" },
    { ONE("F16", "[2]", "0", "8"), 8, "spans 8 bytes, type and shape need 4" },
    { ONE("F32", "[0]", "0", "4"), 4, "spans 4 bytes, type and shape need 0" },
    { ONE("F32", "[]", "0", "0"), 0, "spans 0 bytes, type and shape need 4" },
    { ONE("F32", "[1]", "0", "3"), 3, "spans 3 bytes" },
    /* offsets */
    { ONE("F32", "[1]", "4", "0"), 4, "a begin and an end" },
    { ONE("F32", "[1]", "0", "4,8"), 4, "a.data_offsets has 3 elements" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4]}}", 4, "a begin and an end" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[]}}", 4, "a begin and an end" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":{}}}", 4, "is an object" },
    { ONE("F32", "[1]", "-4", "0"), 4, "a.data_offsets[0] is -4" },
    { ONE("F32", "[1]", "0", "4.0"), 4, "a.data_offsets[1] is 4" },
    { ONE("F32", "[1]", "0", "4e0"), 4, "a.data_offsets[1] is 4" },
    { ONE("F32", "[1]", "9007199254740992", "9007199254740996"), 4, "a.data_offsets[0]" },
    { ONE("F32", "[1]", "18446744073709551612", "18446744073709551616"), 4, "a.data_offsets[0]" },
    { ONE("F32", "[1]", "0", "4"), 3, "incomplete: the header promises" },
    { ONE("F32", "[1]", "0", "4"), 0, "incomplete: the header promises" },
    { ONE("F32", "[1]", "0", "4"), 5, "1 bytes after byte" },
    { "{}", 1, "1 bytes after byte 10 belong to no tensor" },
    { ONE("F32", "[1]", "1", "5"), 5, "which leaves a hole after byte" },
    { TWO(ENTRY("U8", "[2]", "0", "2"), ENTRY("U8", "[2]", "3", "5")), 5, "b: begins at byte" },
    { TWO(ENTRY("U8", "[2]", "0", "2"), ENTRY("U8", "[2]", "1", "3")), 3, "inside the tensor" },
    { TWO(ENTRY("U8", "[2]", "0", "2"), ENTRY("U8", "[2]", "0", "2")), 2, "inside the tensor" },
    { TWO(ENTRY("U8", "[4]", "0", "4"), ENTRY("U8", "[2]", "1", "3")), 4, "inside the tensor" },
    { TWO(ENTRY("U8", "[2]", "0", "2"), ENTRY("U8", "[0]", "1", "1")), 2, "begins at byte" },
    { TWO(ENTRY("U8", "[2]", "0", "2"), ENTRY("U8", "[0]", "9", "9")), 2, "hole" },
    { ONE("F32", "[1000000000000]", "0", "4000000000000"), 4, "incomplete" },
};

static void test_headers(void)
{
    CHECK(sizeof(headers) / sizeof(*headers) >= 60);
    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
        const char *path = write_file("h.safetensors", headers[i].header, strlen(headers[i].header),
                                      headers[i].data);
        ebru_error err = { 0 };
        struct checkpoint *c;

        if (headers[i].says) {
            check_refused(path, headers[i].says);
            continue;
        }
        c = checkpoint_open(path, &err);
        if (!c)
            printf("%s: %s\n", headers[i].header, err.message);
        CHECK(c);
        checkpoint_close(c);
    }
}

/* ---- Files that are none ----------------------------------------------- */

static const struct {
    const char *bytes;
    size_t count;
    const char *says;
} files[] = {
#define FILE_OF(s) s, sizeof(s) - 1
    { FILE_OF(""), "0 bytes are too few" },
    { FILE_OF("\2\0\0\0\0\0\0"), "7 bytes are too few" },
    { FILE_OF("\2\0\0\0\0\0\0\0{"), "9 bytes are too few" },
    { FILE_OF("\0\0\0\0\0\0\0\0{}"), "header of 0 bytes" },
    { FILE_OF("\1\0\0\0\0\0\0\0{}"), "header of 1 bytes" },
    { FILE_OF("\3\0\0\0\0\0\0\0{}"), "incomplete: the header promises 11 bytes, the file has 10" },
    { FILE_OF("\1\xE1\xF5\5\0\0\0\0{}"), "header of 100000001 bytes" },
    { FILE_OF("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF{}"), "header of 18446744073709551615 bytes" },
    { FILE_OF("\xF8\xFF\xFF\xFF\xFF\xFF\xFF\xFF{}"), "header of 18446744073709551608 bytes" },
    { FILE_OF("\2\0\0\0\0\0\0\0\0\0"), "begins with byte 0x00 at byte 8" },
    { FILE_OF("PK\3\4\0\0\10\10\0\0\0\0"), "a pickle file" },
    { FILE_OF("\x80\2\x8A\nl\xFC\x9C\x46\xF9 j"), "a pickle file" },
    { FILE_OF("GGUF\3\0\0\0\0\0\0\0"), "GGUF" },
    { FILE_OF("\x89HDF\r\n\x1A\n\0\0"), "HDF5" },
    { FILE_OF("7z\xBC\xAF\x27\x1C\0\4\0\0"), "an archive" },
    { FILE_OF("version https://git-lfs.github.com/spec/v1\n"), "Git LFS" },
    { FILE_OF("<!DOCTYPE html>"), "a web page" },
    { FILE_OF("{\"error\":\"gone\"}"), "a text file" },
    { FILE_OF("\211PNG\r\n\x1A\n\0\0\0\rIHDR"), "not a safetensors file" },
};

static void test_files(void)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        const char *path = temp_path("f.safetensors");

        CHECK(file_write(path, files[i].bytes, files[i].count, NULL));
        check_refused(path, files[i].says);
        ebru_error err = { 0 };
        checkpoint_close(checkpoint_open(path, &err));
        CHECK(err.reason == EBRU_PICKLE || err.reason == EBRU_INCOMPLETE ||
              (err.reason == EBRU_OTHER_FORMAT && err.kind));
    }
}

static void test_places(void)
{
    const char *path = temp_path("loop.safetensors");

    check_refused(temp_path("none.safetensors"), "No such file");
    CHECK(!symlink(path, path));
    check_refused(path, "symbolic links");
    CHECK(!mkfifo(temp_path("fifo.safetensors"), 0600));
    check_refused(temp_path("fifo.safetensors"), "a FIFO");
    path = temp_path("zero.safetensors");
    CHECK(!symlink("/dev/zero", path));
    check_refused(path, "a device");
    CHECK(!mkdir(temp_path("empty"), 0700));
    check_refused(temp_path("empty"), "no .safetensors file");
}

/* ---- Files that change ------------------------------------------------- */

static const char two_floats[] = ONE("F32", "[2,1]", "0", "8");

static void test_shrink(void)
{
    const char *path = write_file("shrink.safetensors", two_floats, strlen(two_floats), 8);
    struct checkpoint *c = checkpoint_open(path, NULL);
    const struct checkpoint_tensor *t = checkpoint_find(c, "a");
    ebru_error err = { 0 };
    float values[2];

    CHECK(checkpoint_read_floats(c, t, values, NULL));
    CHECK(!truncate(path, (off_t)(8 + strlen(two_floats) + 4)));
    CHECK(checkpoint_read_rows(c, t, 0, 1, values, NULL));
    CHECK(!checkpoint_read_rows(c, t, 1, 1, values, &err) && err.status == EBRU_BAD_FILE);
    CHECK(strstr(err.message, "shrink.safetensors: ends at byte"));
    CHECK(!checkpoint_read_floats(c, t, values, &err));
    /* another file of that name: the one that was opened is still read */
    path = write_file("shrink.safetensors", two_floats, strlen(two_floats), 8);
    CHECK(!checkpoint_read_floats(c, t, values, &err));
    checkpoint_close(c);
}

/* Every beginning of a file is refused; with any bit of the header another, it is refused
 * or read, but nothing breaks. */
static void test_damage(void)
{
    static const char header[] = "{\"__metadata__\":{\"k\":\"v\"},\"a\":" ENTRY(
        "F16", "[2,1]", "0", "4") ",\"b\":" ENTRY("I64", "[1]", "4", "12") "}";
    const size_t total = 8 + strlen(header) + 12;
    char *bytes = calloc(1, total);
    const char *path = temp_path("d.safetensors");
    struct checkpoint *c;

    put_length(bytes, strlen(header));
    memcpy(bytes + 8, header, strlen(header));
    for (size_t n = 0; n <= total; n++) {
        CHECK(file_write(path, bytes, n, NULL));
        c = checkpoint_open(path, NULL);
        CHECK((c != NULL) == (n == total));
        checkpoint_close(c);
    }
    for (size_t bit = 0; bit < 8 * (total - 12); bit++) {
        ebru_error err = { 0 };

        bytes[bit / 8] ^= (char)(1 << bit % 8);
        CHECK(file_write(path, bytes, total, NULL));
        c = checkpoint_open(path, &err);
        CHECK(c || strlen(err.message) > 20);
        checkpoint_close(c);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    free(bytes);
}

/* ---- Size -------------------------------------------------------------- */

static double open_seconds(const char *path, bool sound)
{
    const double start = machine_seconds();
    struct checkpoint *c = checkpoint_open(path, NULL);
    const double seconds = machine_seconds() - start;

    CHECK((c != NULL) == sound);
    checkpoint_close(c);
    return seconds;
}

/* 10^6 tensors in a header of 100 MB, the most there may be. */
static void test_many(void)
{
    enum { TENSORS = 1000000, LINE = 101, PADDING = 30 };
    char *all = malloc(8 + TENSORS * LINE + 4);
    char *at = all + 8;
    double seconds;

    at += sprintf(at, "{");
    for (int i = 0; i < TENSORS; i++) {
        const int n = sprintf(at, "%s\"t%07d%*s\":{\"dtype\":\"U8\",\"shape\":[1],", i ? "," : "",
                              i, PADDING, "");

        at += n + sprintf(at + n, "\"data_offsets\":[%d,%d]}", i, i + 1);
    }
    at += sprintf(at, "}");
    put_length(all, (uint64_t)(at - all - 8));
    CHECK(at - all > 90000000 && at - all <= 100000008);
    CHECK(file_write(temp_path("many.safetensors"), all, (size_t)(at - all), NULL));
    CHECK(!truncate(temp_path("many.safetensors"), at - all + TENSORS));
    free(all);
    seconds = open_seconds(temp_path("many.safetensors"), true);
    printf("10^6 tensors: %.2f s\n", seconds);
    CHECK(seconds < 30); /* what is quadratic takes hours; 0.5 to 3 s by machine and load */
    unlink(temp_path("many.safetensors"));
}

static void test_deep(void)
{
    enum { DEPTH = 10000000 };
    char *header = malloc(DEPTH + 5);
    const char *path;

    memcpy(header, "{\"a\":", 5);
    memset(header + 5, '[', DEPTH);
    path = write_file("deep.safetensors", header, DEPTH + 5, 0);
    free(header);
    CHECK(open_seconds(path, false) < 10);
    check_refused(path, "nested more than 64 deep at byte 68");
}

/* A name of almost 1 MB works; one above is refused. */
static void test_long_name(void)
{
    enum { NAME = 1000000 };
    static const char rest[] = "\":" ENTRY("U8", "[1]", "0", "1") "}";
    char *header = malloc(2 * NAME + sizeof(rest));

    memset(header, 'n', 2 * NAME);
    memcpy(header, "{\"", 2);
    memcpy(header + NAME, rest, strlen(rest));
    CHECK(open_seconds(write_file("n.safetensors", header, NAME + strlen(rest), 1), true) < 60);
    check_refused(write_file("n.safetensors", header, NAME + strlen(rest), 3), "belong to no");
    memset(header + NAME, 'n', strlen(rest));
    memcpy(header + 2 * NAME, rest, strlen(rest));
    check_refused(write_file("n.safetensors", header, 2 * NAME + strlen(rest), 1),
                  "string of more than");
    free(header);
}

/* ---- Writing ----------------------------------------------------------- */

static void test_write(void)
{
    const float a[] = { 1, -2, 0x1p-149f };
    const int64_t b[] = { -1 };
    const uint16_t half[] = { 0x0001, 0x03FF, 0x0400, 0x3C00, 0x7BFF, 0x7C00, 0xFE00, 0x8000 };
    const float want[] = { 0x1p-24f, 1023 * 0x1p-24f, 0x1p-14f, 1, 65504, INFINITY, NAN, 0 };
    const char *const metadata[] = { "quote \"", "line\nbreak", "b", "", NULL };
    const struct safetensors_item items[] = {
        { "first", TYPE_F32, 2, { 3, 1 }, a },
        { "\"\\\t", TYPE_I64, 0, { 0 }, b },
        { "half", TYPE_F16, 1, { 8 }, half },
        { "none", TYPE_F32, 1, { 0 }, NULL },
    };
    const char *path = temp_path("w.safetensors");
    ebru_error err = { 0 };
    struct checkpoint *c;
    float floats[8];
    int64_t ints[1];

    CHECK(safetensors_write(path, items, 4, metadata, &err));
    c = checkpoint_open(path, &err);
    CHECK(c && checkpoint_count(c) == 4 && checkpoint_bytes(c) > 36);
    CHECK(!strcmp(checkpoint_metadata(c, "quote \""), "line\nbreak"));
    CHECK(!checkpoint_metadata(c, "c"));
    CHECK(checkpoint_read_floats(c, checkpoint_find(c, "first"), floats, NULL));
    CHECK(!memcmp(floats, a, sizeof(a)));
    CHECK(checkpoint_read_ints(c, checkpoint_find(c, "\"\\\t"), ints, NULL) && ints[0] == -1);
    CHECK(!checkpoint_read_ints(c, checkpoint_find(c, "first"), ints, NULL));
    CHECK(checkpoint_read_floats(c, checkpoint_find(c, "half"), floats, NULL));
    for (int i = 0; i < 8; i++)
        CHECK(i == 6 ? isnan(floats[i]) : floats[i] == want[i]);
    CHECK(checkpoint_read_floats(c, checkpoint_find(c, "none"), floats, NULL));
    CHECK(checkpoint_find(c, "first")->offset % 8 == 0);
    checkpoint_close(c);
    CHECK(safetensors_write(path, NULL, 0, metadata, &err) && open_seconds(path, true) < 60);
    CHECK(!safetensors_write(temp_path("no/where"), items, 4, NULL, &err));
    CHECK(err.status == EBRU_NO_FILE);
}

int main(void)
{
    temp_open();
    test_headers();
    test_files();
    test_places();
    test_shrink();
    test_damage();
    test_many();
    test_deep();
    test_long_name();
    test_write();
    temp_close();
    return check_done();
}
