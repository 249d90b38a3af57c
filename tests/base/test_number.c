/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Numbers have a point in files, in the C locale and in one whose own point is a comma. */
#include "../check.h"
#include "base/number.h"
#include "ebru/ebru.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check_read(const char *text, double value, size_t used)
{
    const char *end;

    CHECK(fabs(number_read(text, &end) - value) < 1e-12 && end == text + used);
}

static void check_numbers(void)
{
    char text[NUMBER_MAX];

    check_read("4.5", 4.5, 3);
    check_read("-0.25e1, Seed", -2.5, 7);
    check_read("12", 12, 2);
    check_read("7,5", 7, 1);
    check_read("1.2.3", 1.2, 3);
    check_read("x", 0, 0);
    check_read("", 0, 0);
    check_read("150.", 150, 4);
    CHECK(!strcmp(number_print(text, 7.5), "7.5"));
    CHECK(!strcmp(number_print(text, -12), "-12"));
    CHECK(!strcmp(number_print(text, 0.00001), "1e-05"));
}

static void check_recipe(void)
{
    ebru_request req;
    ebru_image image = { 8, 8, 3, NULL };
    ebru_error err = { 0 };

    ebru_request_init(&req, NULL);
    CHECK(ebru_request_set(&req, "guidance", "4.5", &err) && req.guidance == 4.5);
    CHECK(ebru_request_set(&req, "strength", "0.4", &err) && req.strength == 0.4);
    CHECK(!ebru_request_set(&req, "strength", "0,4", &err) && err.status == EBRU_BAD_REQUEST);
    req.prompt = "caf\xe9";
    req.image = &image;
    char *const text = ebru_recipe_text_of("sd15", &req, 12);
    CHECK(text && strstr(text, ", CFG scale: 4.5, Seed: 12, "));
    CHECK(text && strstr(text, ", Denoising strength: 0.4"));
    CHECK(text && strstr(text, "caf\xef\xbf\xbd\n"));
    free(text);
}

int main(void)
{
    static const char *const commas[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8" };
    bool comma = false;

    check_numbers();
    check_recipe();
    for (size_t i = 0; !comma && i < sizeof(commas) / sizeof(*commas); i++)
        comma = setlocale(LC_NUMERIC, commas[i]) && !strcmp(localeconv()->decimal_point, ",");
    if (!comma)
        printf("no locale with a comma is installed: half of it is not tested\n");
    check_numbers();
    check_recipe();
    return check_done();
}
