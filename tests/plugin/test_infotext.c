/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings that other programs write, as ours; nonsense gives nothing, and never a crash. */
#include "check.h"
#include "infotext.h"
#include "selection.h"

#include <ebru/ebru.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <yyjson.h>

static yyjson_doc *parse(char *json)
{
    yyjson_doc *const doc = json ? yyjson_read(json, strlen(json), 0) : NULL;

    g_free(json);
    return doc;
}

static const char *text(yyjson_doc *doc, const char *name)
{
    const char *const value = yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(doc), name));

    return value ? value : "";
}

static double number(yyjson_doc *doc, const char *name)
{
    return yyjson_get_num(yyjson_obj_get(yyjson_doc_get_root(doc), name));
}

static void check_a1111(void)
{
    yyjson_doc *doc = parse(infotext_from_a1111(
        "a (red:1.2) fox,\nsnow\nNegative prompt: blurry, text\nSteps: 25, Sampler: DPM++ 2M SDE, "
        "Schedule type: Karras, CFG scale: 6.5, Seed: 4294967295, Size: 512x768, Model hash: "
        "abc123, Model: fox_v2, Lora hashes: \"a: 1, Seed: 2\", Denoising strength: 0.45, Clip "
        "skip: 2, Version: v1.9"));

    CHECK(doc != NULL);
    CHECK(!strcmp(text(doc, "prompt"), "a (red:1.2) fox,\nsnow"));
    CHECK(!strcmp(text(doc, "negative"), "blurry, text"));
    CHECK(!strcmp(text(doc, "sampler"), "dpmpp-2m-sde"));
    CHECK(!strcmp(text(doc, "schedule"), "karras"));
    CHECK(!strcmp(text(doc, "model"), "fox_v2"));
    CHECK(number(doc, "steps") == 25 && number(doc, "guidance") == 6.5);
    CHECK(number(doc, "seed") == 4294967295.0);
    CHECK(number(doc, "width") == 512 && number(doc, "height") == 768);
    CHECK(number(doc, "strength") == 0.45 && number(doc, "clip-skip") == 2);
    yyjson_doc_free(doc);
    doc = parse(infotext_from_a1111("fox\nSteps: 20, Sampler: DPM++ 2S a Karras, Seed: 1"));
    CHECK(!strcmp(text(doc, "sampler"), "dpmpp-2s") && !strcmp(text(doc, "schedule"), "karras"));
    yyjson_doc_free(doc);
}

static void check_comfyui(void)
{
    yyjson_doc *const doc = parse(infotext_from_comfyui(
        "{\"3\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":99,\"steps\":12,\"cfg\":8,"
        "\"sampler_name\":\"euler_ancestral\",\"scheduler\":\"karras\",\"denoise\":1,"
        "\"model\":[\"10\",0],\"positive\":[\"6\",0],\"negative\":[\"7\",0],"
        "\"latent_image\":[\"5\",0]}},"
        "\"4\":{\"class_type\":\"CheckpointLoaderSimple\",\"inputs\":{\"ckpt_name\":"
        "\"sd/fox.safetensors\"}},\"10\":{\"class_type\":\"LoraLoader\",\"inputs\":{\"model\":"
        "[\"4\",0]}},\"5\":{\"class_type\":\"EmptyLatentImage\",\"inputs\":{\"width\":640,"
        "\"height\":512}},\"6\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":\"a "
        "fox\"}},\"7\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":\"bad\"}}}"));

    CHECK(doc != NULL);
    CHECK(!strcmp(text(doc, "prompt"), "a fox") && !strcmp(text(doc, "negative"), "bad"));
    CHECK(!strcmp(text(doc, "sampler"), "euler-ancestral"));
    CHECK(!strcmp(text(doc, "model"), "fox"));
    CHECK(number(doc, "seed") == 99 && number(doc, "steps") == 12);
    CHECK(number(doc, "width") == 640 && number(doc, "height") == 512);
    yyjson_doc_free(doc);
}

/* A node with two sides is passed on the one that is looked for; seeds are as torch takes them;
 * what only names a sampler is none. */
static void check_comfyui_ways(void)
{
    yyjson_doc *const doc = parse(infotext_from_comfyui(
        "{\"1\":{\"class_type\":\"KSamplerSelect\",\"inputs\":{\"sampler_name\":\"lcm\"}},"
        "\"3\":{\"class_type\":\"KSamplerAdvanced\",\"inputs\":{\"noise_seed\":"
        "156680208700286,\"steps\":12,\"cfg\":8,\"positive\":[\"10\",0],\"negative\":"
        "[\"10\",1],\"latent_image\":[\"8\",0]}},"
        "\"10\":{\"class_type\":\"ControlNetApplyAdvanced\",\"inputs\":{\"positive\":"
        "[\"6\",0],\"negative\":[\"7\",0]}},"
        "\"6\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":\"a fox\",\"clip\":"
        "[\"9\",0]}},\"7\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":\"bad\"}},"
        "\"8\":{\"class_type\":\"Circle\",\"inputs\":{\"a\":[\"8\",0],\"b\":[\"8\",0],\"c\":"
        "[\"8\",0],\"d\":[\"8\",0],\"e\":[\"8\",0],\"f\":[\"8\",0],\"g\":[\"8\",0]}},"
        "\"9\":{\"class_type\":\"CLIPSetLastLayer\",\"inputs\":{\"stop_at_clip_layer\":-2}}}"));

    CHECK(!strcmp(text(doc, "prompt"), "a fox") && !strcmp(text(doc, "negative"), "bad"));
    CHECK(number(doc, "seed") == (double)(156680208700286 & 0xffffffff));
    CHECK(number(doc, "clip-skip") == 2 && number(doc, "steps") == 12);
    CHECK(!*text(doc, "sampler"));
    yyjson_doc_free(doc);
    yyjson_doc *const none = parse(infotext_from_comfyui(
        "{\"1\":{\"class_type\":\"KSamplerSelect\",\"inputs\":{\"sampler_name\":\"lcm\"}}}"));
    CHECK(!none);
}

/* SDXL-Turbo's graph: the method and the steps are nodes of their own. */
static void check_comfyui_custom(void)
{
    yyjson_doc *const doc = parse(infotext_from_comfyui(
        "{\"14\":{\"class_type\":\"KSamplerSelect\",\"inputs\":{\"sampler_name\":"
        "\"euler_ancestral\"}},\"22\":{\"class_type\":\"SDTurboScheduler\",\"inputs\":{"
        "\"steps\":1,\"denoise\":1}},\"13\":{\"class_type\":\"SamplerCustom\",\"inputs\":{"
        "\"noise_seed\":7,\"cfg\":1,\"positive\":[\"6\",0],\"sampler\":[\"14\",0],"
        "\"sigmas\":[\"22\",0]}},\"6\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{"
        "\"text\":\"a fox\"}}}"));

    CHECK(!strcmp(text(doc, "prompt"), "a fox"));
    CHECK(!strcmp(text(doc, "sampler"), "euler-ancestral"));
    CHECK(number(doc, "steps") == 1 && number(doc, "seed") == 7 && number(doc, "guidance") == 1);
    CHECK(number(doc, "strength") == 1);
    yyjson_doc_free(doc);
}

static const char *left(yyjson_doc *doc, const char *name)
{
    yyjson_val *const not_taken = yyjson_obj_get(yyjson_doc_get_root(doc), "not-taken");
    const char *const value = yyjson_get_str(yyjson_obj_get(not_taken, name));

    return value ? value : "";
}

/* All is a node of its own there, and values are linked: by a primitive, by dice, by a node of
 * text; what is computed is not read. */
static void check_comfyui_linked(void)
{
    yyjson_doc *const doc = parse(infotext_from_comfyui(
        "{\"1\":{\"class_type\":\"SamplerCustomAdvanced\",\"inputs\":{\"noise\":[\"2\",0],"
        "\"guider\":[\"3\",0],\"sampler\":[\"4\",0],\"sigmas\":[\"5\",0],"
        "\"latent_image\":[\"6\",0]}},"
        "\"2\":{\"class_type\":\"RandomNoise\",\"inputs\":{\"noise_seed\":[\"20\",0]}},"
        "\"20\":{\"class_type\":\"Seed (rgthree)\",\"inputs\":{\"seed\":4294967303}},"
        "\"3\":{\"class_type\":\"CFGGuider\",\"inputs\":{\"cfg\":4.5,\"model\":[\"9\",0],"
        "\"positive\":[\"7\",0],\"negative\":[\"8\",0]}},"
        "\"4\":{\"class_type\":\"KSamplerSelect\",\"inputs\":{\"sampler_name\":\"euler\"}},"
        "\"5\":{\"class_type\":\"BasicScheduler\",\"inputs\":{\"scheduler\":\"karras\","
        "\"steps\":[\"50\",0],\"denoise\":1}},"
        "\"50\":{\"class_type\":\"Reroute\",\"inputs\":{\"value\":[\"51\",0]}},"
        "\"51\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":14}},"
        "\"6\":{\"class_type\":\"EmptyLatentImage\",\"inputs\":{\"width\":[\"60\",0],"
        "\"height\":384}},"
        "\"60\":{\"class_type\":\"MathExpression\",\"inputs\":{\"a\":[\"51\",0]}},"
        "\"7\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":[\"70\",0]}},"
        "\"70\":{\"class_type\":\"PrimitiveString\",\"inputs\":{\"value\":\"a fox\"}},"
        "\"8\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":\"bad\"}},"
        "\"9\":{\"class_type\":\"CheckpointLoaderSimple\",\"inputs\":{\"ckpt_name\":"
        "\"fox.safetensors\"}}}"));
    yyjson_doc *const basic = parse(infotext_from_comfyui(
        "{\"1\":{\"class_type\":\"SamplerCustomAdvanced\",\"inputs\":{\"guider\":[\"3\",0]}},"
        "\"3\":{\"class_type\":\"BasicGuider\",\"inputs\":{\"conditioning\":[\"7\",0]}},"
        "\"7\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":[\"7\",0]}}}"));

    CHECK(!strcmp(text(doc, "prompt"), "a fox") && !strcmp(text(doc, "negative"), "bad"));
    CHECK(!strcmp(text(doc, "sampler"), "euler") && !strcmp(text(doc, "schedule"), "karras"));
    CHECK(!strcmp(text(doc, "model"), "fox"));
    CHECK(number(doc, "seed") == 7 && number(doc, "steps") == 14);
    CHECK(number(doc, "guidance") == 4.5 && number(doc, "height") == 384);
    CHECK(!yyjson_obj_get(yyjson_doc_get_root(doc), "width"));
    CHECK(basic && !*text(basic, "prompt")); /* a circle */
    yyjson_doc *const kinds =
        parse(infotext_from_comfyui(/* of one node each its own, and its kind */
                                    "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":["
                                    "\"2\",0],\"steps\":[\"2\",1],"
                                    "\"cfg\":[\"2\",2],\"positive\":[\"3\",0]}},"
                                    "\"2\":{\"class_type\":\"Inputs\",\"inputs\":{\"seed\":1234567,"
                                    "\"steps\":20,\"cfg\":7}},"
                                    "\"3\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":"
                                    "[\"4\",0]}},"
                                    "\"4\":{\"class_type\":\"Prompts\",\"inputs\":{\"seed\":5,"
                                    "\"text\":\"a fox\"}},"
                                    "\"5\":{\"class_type\":\"LoraLoader\",\"inputs\":{\"lora_"
                                    "name\":\"one\"}},"
                                    "\"6\":{\"class_type\":\"LoraLoader\",\"inputs\":{\"lora_"
                                    "name\":\"two\"}}}"));
    CHECK(number(kinds, "seed") == 1234567 && number(kinds, "steps") == 20);
    CHECK(number(kinds, "guidance") == 7 && !strcmp(text(kinds, "prompt"), "a fox"));
    CHECK(!strcmp(left(kinds, "LoRA"), "one, two"));
    yyjson_doc_free(kinds);
    yyjson_doc_free(doc);
    yyjson_doc_free(basic);
}

/* What would change the picture and is not understood is said; the text itself is kept. */
static void check_left(void)
{
    static const char theirs[] = "fox\nSteps: 20, Sampler: Restart, Schedule type: Turbo, Seed: 1, "
                                 "Model hash: ab, Lora hashes: \"a: b\", Hires upscale: 2, "
                                 "Version: v1.9";
    yyjson_doc *doc = parse(infotext_read(theirs));

    CHECK(!strcmp(left(doc, "sampler"), "Restart") && !strcmp(left(doc, "schedule"), "Turbo"));
    CHECK(!strcmp(left(doc, "Hires upscale"), "2"));
    CHECK(yyjson_obj_size(yyjson_obj_get(yyjson_doc_get_root(doc), "not-taken")) == 3);
    CHECK(!strcmp(text(doc, "original"), theirs));
    yyjson_doc_free(doc);
    doc = parse(infotext_read("{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":1}},"
                              "\"2\":{\"class_type\":\"LoraLoader\",\"inputs\":{\"lora_name\":"
                              "\"x.safetensors\"}}}"));
    CHECK(!strcmp(left(doc, "LoRA"), "x.safetensors"));
    yyjson_doc_free(doc);
    doc = parse(infotext_read("fox\nSteps: 20, Sampler: Euler a, Seed: 1"));
    CHECK(!yyjson_obj_get(yyjson_doc_get_root(doc), "not-taken"));
    yyjson_doc_free(doc);
}

/* Values in quotes, with quotes in them; a second pass and its strength; words of the format in the
 * prompt. */
static void check_a1111_quotes(void)
{
    yyjson_doc *doc = parse(infotext_from_a1111(
        "fox, Negative prompt: none\nNegative prompt: fog\nSteps: 20, Seed: 7, Denoising strength: "
        "0.7, Hires prompt: \"a \\\"b\\\", Steps: 3, c\", Hires upscale: 2, Model: \"foo, "
        "v2\", Clip skip: 2\n"));

    CHECK(!strcmp(text(doc, "prompt"), "fox, Negative prompt: none"));
    CHECK(!strcmp(text(doc, "negative"), "fog") && !strcmp(text(doc, "model"), "foo, v2"));
    CHECK(number(doc, "steps") == 20 && number(doc, "clip-skip") == 2);
    CHECK(!yyjson_obj_get(yyjson_doc_get_root(doc), "strength"));
    CHECK(!strcmp(left(doc, "Denoising strength"), "0.7"));
    CHECK(!strcmp(left(doc, "Hires prompt"), "a \"b\", Steps: 3, c"));
    yyjson_doc_free(doc);
    doc = parse(infotext_from_a1111("fox\nSteps: 20, Model: v1-5\n"));
    CHECK(!strcmp(text(doc, "model"), "v1-5"));
    yyjson_doc_free(doc);
}

/* A quote that does not end, lines behind the fields, long seeds, and what is no number in JSON. */
static void check_a1111_ends(void)
{
    yyjson_doc *doc = parse(infotext_from_a1111(
        "fox\nSteps: 20, Note: \"open, Seed: 156680208700286, CFG scale: inf, Model: v1-5 \r\n"
        "Template: a {red|blue} fox"));

    CHECK(number(doc, "steps") == 20 && number(doc, "seed") == (156680208700286 & 0xffffffff));
    CHECK(!strcmp(text(doc, "model"), "v1-5"));
    CHECK(!strcmp(left(doc, "Note"), "\"open"));
    CHECK(!strcmp(left(doc, "Template"), "a {red|blue} fox"));
    CHECK(!yyjson_obj_get(yyjson_doc_get_root(doc), "guidance"));
    yyjson_doc_free(doc);
    doc = parse(infotext_read("{\"prompt\":\"fox\",\"steps\":9,\"seed\":156680208700286}"));
    CHECK(number(doc, "seed") == (156680208700286 & 0xffffffff));
    yyjson_doc_free(doc);
    doc = parse(infotext_read("{\"prompt\":\"fox\",\"steps\":9,\"seed\":-1}"));
    CHECK(number(doc, "seed") == -1);
    yyjson_doc_free(doc);
    doc = parse(infotext_read("{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":"
                              "18446744073709551615,\"cfg\":NaN,\"steps\":9}}}"));
    CHECK(number(doc, "seed") == 4294967295.0 && number(doc, "steps") == 9);
    yyjson_doc_free(doc);
}

/* A recipe as text and read back is the same; the text of another program stays as it was. */
static void check_write(void)
{
    g_autofree char *own = infotext_write(
        "{\"recipe\": 1, \"prompt\": \"a fox\", \"negative\": \"fog\", \"steps\": 12, \"seed\": "
        "4294967295, \"guidance\": 6.5, \"sampler\": \"euler-ancestral\", \"width\": 512, "
        "\"height\": 640, \"strength\": 0.4, \"task\": \"inpaint\", \"model\": \"fox\", \"crop\": "
        "[1, 2, 3, 4], \"mode\": \"fill\", \"grow\": 4}");
    yyjson_doc *doc = parse(infotext_read(own));

    CHECK(g_str_has_prefix(own, "a fox\nNegative prompt: fog\nSteps: 12, Sampler: Euler a, "));
    CHECK(strstr(own, "Seed: 4294967295, Size: 512x640, Model: fox, Denoising strength: 0.4"));
    CHECK(!strcmp(text(doc, "sampler"), "euler-ancestral") && number(doc, "guidance") == 6.5);
    yyjson_doc_free(doc);
    g_autofree char *theirs = infotext_read("fox\nSteps: 20, Hires upscale: 2, Seed: 1");
    g_autofree char *again = infotext_write(theirs);
    CHECK(!strcmp(again, "fox\nSteps: 20, Hires upscale: 2, Seed: 1"));
    g_autofree char *seed = infotext_write("{\"recipe\": 1, \"seed\": 156680208700286}");
    CHECK(strstr(seed, "Seed: 4096709502, "));
    g_autofree char *nothing = infotext_write("nonsense");
    CHECK(!*nothing);
}

/* "auto" is not what A1111 can make the picture with: the text names what was used, and the hash of
 * the model; LCM has no schedule there that means anything here. */
static void check_used(void)
{
    g_autofree char *own = infotext_write(
        "{\"recipe\": 1, \"prompt\": \"a fox\", \"steps\": 12, \"seed\": 1, \"sampler\": \"auto\", "
        "\"schedule\": \"auto\", \"sampler-used\": \"dpmpp-2m\", \"schedule-used\": \"karras\", "
        "\"model\": \"fox\", \"model-sha256\": \"0123456789\"}");
    yyjson_doc *doc = parse(infotext_read(own));

    CHECK(strstr(own, "Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: "));
    CHECK(strstr(own, ", Model hash: 0123456789, Model: fox, Version: Ebru "));
    CHECK(!strcmp(text(doc, "sampler"), "dpmpp-2m") && !strcmp(text(doc, "schedule"), "karras"));
    yyjson_doc_free(doc);
    doc = parse(infotext_read("fox\nSteps: 4, Sampler: LCM, Schedule type: SGM Uniform, Seed: 1"));
    CHECK(!strcmp(text(doc, "sampler"), "lcm") && !strcmp(text(doc, "schedule"), ""));
    yyjson_doc_free(doc);
}

static const ebru_param *param(const char *name)
{
    int n;
    const ebru_param *const all = ebru_params(&n);

    for (int i = 0; i < n; i++)
        if (!strcmp(all[i].name, name))
            return &all[i];
    return NULL;
}

/* Every sampler and schedule comes back from A1111's names for them. */
static void check_names(void)
{
    const char *sampler, *schedule;

    for (int i = 1; (sampler = param("sampler")->choice(i, NULL)); i++)
        for (int k = 0; (schedule = param("schedule")->choice(k, NULL)); k++) {
            const gboolean own = (!strcmp(sampler, "ddim") || !strcmp(sampler, "pndm")) &&
                                 !strcmp(schedule, "leading");
            const char *const want = !strcmp(sampler, "lcm") ? "" : own ? "auto" : schedule;
            g_autofree char *json = g_strdup_printf(
                "{\"recipe\":1,\"prompt\":\"x\",\"sampler\":\"%s\",\"schedule\":\"%s\"}", sampler,
                schedule);
            g_autofree char *written = infotext_write(json);
            yyjson_doc *const doc = parse(infotext_read(written));
            CHECK(!strcmp(text(doc, "sampler"), sampler) && !strcmp(text(doc, "schedule"), want));
            yyjson_doc_free(doc);
        }
}

static void check_nonsense(void)
{
    static const char circle[] = "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{"
                                 "\"positive\":[\"1\",0],\"latent_image\":[\"1\",0]}}}";
    static const char *const texts[] = {
        "",        "{",  "{}",        "[]",   "Steps",
        "Steps: ", "\"", "{\"3\":1}", circle, "Steps: x, Size: y, Sampler: , : , \""
    };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        char *const json = infotext_read(texts[i]);
        CHECK(!json || json[0] == '{');
        g_free(json);
    }
    CHECK(infotext_read("only a comment") == NULL);
    char *const own = infotext_read("{\"recipe\": 1, \"seed\": 5}");
    CHECK(own && strstr(own, "\"seed\""));
    g_free(own);
}

/* A file that is too long for settings is not read into memory. */
static void check_file(void)
{
    enum { LONG = 256 << 20, MOST_KIB = 64 << 10 };
    g_autofree char *path = NULL;
    struct rusage before, after;
    const int file = g_file_open_tmp("infotext-XXXXXX.txt", &path, NULL);

    CHECK(file >= 0 && write(file, "fox\nSteps: 9", 12) == 12);
    yyjson_doc *const doc = parse(infotext_read_file(path));
    CHECK(number(doc, "steps") == 9);
    yyjson_doc_free(doc);
    CHECK(!ftruncate(file, LONG) && !getrusage(RUSAGE_SELF, &before));
    CHECK(!infotext_read_file(path));
    CHECK(!getrusage(RUSAGE_SELF, &after) && after.ru_maxrss - before.ru_maxrss < MOST_KIB);
    close(file);
    g_unlink(path);
    CHECK(!infotext_read_file(path));
}

/* What is packed comes back, to the last bit of 8 and 16 bits. */
static void check_selection(void)
{
    ebru_image values, back;
    gsize size;
    int x, y;

    CHECK(ebru_image_alloc(&values, 37, 53, 1, NULL));
    for (int i = 0; i < 37 * 53; i++)
        values.data[i] = i % 2 ? (float)(i % 256) / 255 : (float)(i * 31 % 65536 / 65535.0);
    g_autoptr(GBytes) bytes = selection_pack(&values, -12, 7);
    const void *const data = g_bytes_get_data(bytes, &size);
    CHECK(selection_unpack(data, size, &back, &x, &y));
    CHECK(x == -12 && y == 7 && back.width == 53 && back.height == 37);
    float worst = 0;
    for (int i = 0; i < 37 * 53; i++)
        worst = MAX(worst, ABS(back.data[i] - values.data[i]));
    CHECK(worst < 1e-6f);
    ebru_image_clear(&back);
    CHECK(!selection_unpack(data, size / 2, &back, &x, &y));
    CHECK(!selection_unpack(data, 3, &back, &x, &y));
    ebru_image_clear(&values);
}

static void check_api(void)
{
    yyjson_doc *const doc = parse(infotext_read(
        "{\"prompt\":\"a fox\",\"negative_prompt\":\"fog\",\"steps\":9,\"cfg_scale\":4.5,"
        "\"seed\":\"12\",\"denoising_strength\":0.8,\"sampler_name\":\"DPM++ 2M Karras\","
        "\"width\":512,\"height\":640,\"model\":\"sd/fox.safetensors\",\"api_base\":\"x\"}"));
    yyjson_val *const root = yyjson_doc_get_root(doc);

    CHECK(!g_strcmp0(yyjson_get_str(yyjson_obj_get(root, "prompt")), "a fox"));
    CHECK(!g_strcmp0(yyjson_get_str(yyjson_obj_get(root, "negative")), "fog"));
    CHECK(!g_strcmp0(yyjson_get_str(yyjson_obj_get(root, "sampler")), "dpmpp-2m"));
    CHECK(!g_strcmp0(yyjson_get_str(yyjson_obj_get(root, "schedule")), "karras"));
    CHECK(!g_strcmp0(yyjson_get_str(yyjson_obj_get(root, "model")), "fox"));
    CHECK(yyjson_get_num(yyjson_obj_get(root, "guidance")) == 4.5);
    CHECK(yyjson_get_num(yyjson_obj_get(root, "seed")) == 12);
    CHECK(yyjson_get_num(yyjson_obj_get(root, "strength")) == 0.8);
    CHECK(yyjson_get_num(yyjson_obj_get(root, "height")) == 640);
    yyjson_doc_free(doc);
    yyjson_doc *const hires = parse(infotext_read(
        "{\"prompt\":\"a fox\",\"steps\":9,\"denoising_strength\":0.8,\"enable_hr\":true,"
        "\"hr_scale\":1.5,\"sampler_name\":\"Euler\",\"scheduler\":\"Exponential\"}"));
    CHECK(!strcmp(left(hires, "Hires upscale"), "1.5"));
    CHECK(!strcmp(left(hires, "Denoising strength"), "0.8"));
    CHECK(!yyjson_obj_get(yyjson_doc_get_root(hires), "strength"));
    CHECK(!strcmp(text(hires, "schedule"), "exponential"));
    yyjson_doc_free(hires);
    yyjson_doc *const braces = parse(infotext_read("{{a fox}}, sky\nSteps: 9, Sampler: Euler"));
    CHECK(!strcmp(text(braces, "prompt"), "{{a fox}}, sky"));
    yyjson_doc_free(braces);
    CHECK(!infotext_read("{\"prompt\":\"words alone\"}"));
    CHECK(!infotext_read("{\"steps\":[1]}"));
}

int main(void)
{
    check_a1111();
    check_comfyui();
    check_comfyui_ways();
    check_comfyui_custom();
    check_comfyui_linked();
    check_a1111_quotes();
    check_a1111_ends();
    check_api();
    check_left();
    check_write();
    check_used();
    check_names();
    check_nonsense();
    check_file();
    check_selection();
    return check_done();
}
