/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * ebru.h - pictures from text, on the CPU.
 *
 *     ebru_error err;
 *     ebru_model *model = ebru_model_open("sd15.safetensors", NULL, &err);
 *
 *     ebru_request req;
 *     ebru_request_init(&req, model);
 *     req.prompt = "a lighthouse at dusk";
 *
 *     ebru_result result;
 *     if (!model || !ebru_generate(model, &req, NULL, &result, &err))
 *         fprintf(stderr, "%s\n", err.message);
 *
 * Conventions. A function that can fail returns false or NULL and fills *err,
 * which may be NULL; on success *err is left alone. What the caller passes in
 * stays the caller's and must live until the call returns. What the library
 * hands out is released with the _close or _clear function of its type, which
 * accepts NULL or an already cleared object. Strings are UTF-8. A model may be
 * used from several threads at once, but each call wants all cores; nothing
 * else is shared, and the library has no global state.
 */
#ifndef EBRU_EBRU_H
#define EBRU_EBRU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EBRU_API __attribute__((visibility("default")))
#else
#define EBRU_API
#endif

/* "0.1.0" */
EBRU_API const char *ebru_version(void);

/* ---- Errors ------------------------------------------------------------ */

typedef enum ebru_status {
    EBRU_OK,
    EBRU_CANCELLED,     /* ebru_watch.progress said so */
    EBRU_BAD_REQUEST,   /* a parameter out of range, or not for this model */
    EBRU_NO_FILE,       /* a file cannot be opened, read or written */
    EBRU_BAD_FILE,      /* a file is damaged or of an unknown format */
    EBRU_BAD_MODEL,     /* not a model, or weights are missing or of the wrong shape */
    EBRU_NO_VOCABULARY, /* the model is a single file and no vocabulary was found */
    EBRU_NO_MEMORY,     /* more than the machine has, or than was allowed */
    EBRU_NOT_FINITE     /* a weight, latent or picture holds NaN or infinity */
} ebru_status;

/* What is wrong exactly, for programs that say it in words of their own. */
typedef enum ebru_reason {
    EBRU_NO_REASON,
    EBRU_PICKLE,       /* the file can run programs when opened, and is not */
    EBRU_INCOMPLETE,   /* the file is shorter than its header says */
    EBRU_OTHER_KIND,   /* the file is no checkpoint that makes pictures alone */
    EBRU_TOO_LARGE,    /* more memory than may be used */
    EBRU_UNREADABLE,   /* the file cannot be opened or read */
    EBRU_OTHER_FORMAT, /* the file is none that is read here, whatever is in it */
    EBRU_NO_WEIGHTS,   /* the folder has no file of weights that is read here */
    EBRU_LACKS_PART,   /* the checkpoint is not whole */
    EBRU_MISFIT,       /* weights are missing, of another shape, or NaN */
    EBRU_NO_VAE,       /* the file has no autoencoder that fits the model */
    EBRU_NO_TINY,      /* the model has no tiny autoencoder to decode with */
    EBRU_NO_LIST,      /* the prompt asks for a list of words that is not there */
    EBRU_EMPTY_LIST,   /* or that has no words in it */
    EBRU_NETWORK,      /* the prompt asks for a LoRA or the like */
    EBRU_DEEP_PROMPT,  /* its brackets or alternatives nest too deep */
    EBRU_DIVERGED      /* numbers became infinite on the way to a picture */
} ebru_reason;

typedef struct ebru_error {
    ebru_status status;
    char message[1024]; /* English, one sentence, without a full stop */
    ebru_reason reason;
    char file[256];   /* path of the file or folder that is meant, perhaps shortened; may be
                       * empty; EBRU_NETWORK: what the prompt says, "<lora:name:1>" */
    const char *kind; /* EBRU_OTHER_KIND: "a LoRA"; EBRU_OTHER_FORMAT: "a GGUF file";
                       * EBRU_LACKS_PART: "VAE"; constant */
    int64_t wanted,
        found; /* bytes; EBRU_INCOMPLETE, EBRU_TOO_LARGE. found: of EBRU_UNREADABLE errno,
                * of EBRU_NO_WEIGHTS the files there are, of which none is chosen */
} ebru_error;

/* ---- Pictures ---------------------------------------------------------- */

/* [height][width][channels], sRGB-encoded (babl: "R'G'B' float"), 0 to 1.
 * channels is 3 for colour and 1 for a mask. */
typedef struct ebru_image {
    int height, width, channels;
    float *data;
} ebru_image;

/* All zero. Sides from 1 to 65536. */
EBRU_API bool ebru_image_alloc(ebru_image *image, int height, int width, int channels,
                               ebru_error *err);
EBRU_API void ebru_image_clear(ebru_image *image);

/* Latents as diffusers lays them out: [count][channels][height][width]. */
typedef struct ebru_latents {
    int count, channels, height, width;
    float *data;
} ebru_latents;

EBRU_API void ebru_latents_clear(ebru_latents *latents);

/* ---- The machine ------------------------------------------------------- */

typedef struct ebru_options {
    int threads;            /* 0: as many as the machine has cores */
    size_t memory;          /* bytes the library may use, weights included; 0: what is free */
    const char *isa;        /* newest instruction set to use; NULL: all the CPU has */
    const char *precision;  /* of products, see ebru_precision_name(); NULL or "auto": the
                             * fastest for this CPU that is no worse to look at */
    const char *vae;        /* a checkpoint whose autoencoder replaces the model's; NULL: its own */
    const char *vocabulary; /* folder with vocab.json and merges.txt; NULL: looked for */
    const char *prediction; /* "epsilon", "v" or "sample"; NULL or "auto": as the model says */
    bool (*stopped)(void *user); /* asked again and again while weights are read, by several threads
                                  * at once: true gives up with EBRU_CANCELLED; NULL: nobody is */
    void *user;                  /* of stopped() */
} ebru_options;

/* Where ebru_options.isa is NULL, the environment's EBRU_ISA is the newest instruction set to
 * use; and no more than EBRU_MEMORY bytes count as free. Either may be unset. */
typedef struct ebru_machine {
    const char *isa; /* the newest instruction set the library would use: "avx2" */
    int cores;
    size_t memory_total, memory_free; /* bytes, as this process may use them */
} ebru_machine;

EBRU_API void ebru_machine_describe(ebru_machine *machine);

/* For programs, first of all in main(). Threads that wait for one another shall spin for some
 * ten microseconds and then sleep: on a busy machine longer spinning makes short layers many
 * times slower. OpenMP reads this from the environment before main() begins, so the program
 * starts itself anew, once, unless the environment already says how to wait. Returns where
 * there is nothing to do, or it cannot. */
EBRU_API void ebru_wait_briefly(char **argv);

/* Names of the instruction sets this processor can use, slowest first; NULL after the last. */
EBRU_API const char *ebru_isa_name(int i);

/* Names of the precisions products can be computed in, "f32" first; NULL after the last. */
EBRU_API const char *ebru_precision_name(int i);

/* FLOP/s that the networks reach here, measured for about 0.2 s. */
EBRU_API double ebru_machine_speed(const ebru_options *options);

/* ---- Models ------------------------------------------------------------ */

typedef struct ebru_model ebru_model;

typedef enum ebru_task {
    EBRU_TEXT_TO_IMAGE = 1 << 0,
    EBRU_IMAGE_TO_IMAGE = 1 << 1,
    EBRU_INPAINT = 1 << 2
} ebru_task;

typedef enum ebru_part {
    EBRU_PART_TEXT = 1 << 0, /* text encoder */
    EBRU_PART_UNET = 1 << 1,
    EBRU_PART_VAE = 1 << 2,
    EBRU_PART_TAESD = 1 << 3,
    EBRU_PART_VOCABULARY = 1 << 4
} ebru_part;

/* What it points to is constant. */
typedef struct ebru_model_info {
    char name[256];         /* of the file or folder, without the ending */
    const char *family;     /* "Stable Diffusion 1" */
    const char *format;     /* "safetensors" or "diffusers" */
    const char *precision;  /* of the UNet's weights in the file: "f32", "f16", "bf16", "int8" */
    const char *prediction; /* "epsilon", "v", "sample" */
    unsigned tasks;         /* ebru_task, combined */
    unsigned parts;         /* ebru_part, combined: what the file or folder holds */
    int64_t parameters;     /* of the parts used */
    int64_t bytes;          /* on disk */
    int width, height;      /* what it was trained on */
    int multiple;           /* width and height must be multiples of this */
    double guidance;        /* the weight that suits it; 0: it does not say */
} ebru_model_info;

/* What the checkpoint at `path` is, from its headers alone: fast enough to call
 * for every file in a folder. `path` is a .safetensors file or a folder in the
 * layout of diffusers. */
EBRU_API bool ebru_model_probe(const char *path, ebru_model_info *info, ebru_error *err);

/* Open the checkpoint at `path`. `options` may be NULL. The weights are read
 * into memory: afterwards the file may change. */
EBRU_API ebru_model *ebru_model_open(const char *path, const ebru_options *options,
                                     ebru_error *err);
EBRU_API void ebru_model_close(ebru_model *model);

/* Valid as long as the model. */
EBRU_API const ebru_model_info *ebru_model_describe(const ebru_model *model);

/* What its products are computed in: one of ebru_precision_name(). */
EBRU_API const char *ebru_model_precision(const ebru_model *model);

/* Tokens of `prompt` without start, end and padding, as this model counts them,
 * and, when `blocks` is not NULL, how many blocks of 75 they fill. */
EBRU_API int ebru_model_count_tokens(const ebru_model *model, const char *prompt, int *blocks);

/* Write a small model with random weights and a vocabulary of its own to the
 * new folder `path`, in the layout of diffusers: for trials and tests. Its
 * pictures are noise. */
EBRU_API bool ebru_make_random(const char *path, int64_t seed, ebru_error *err);

/* Write an 8-bit copy of the checkpoint `from`, a .safetensors file of a model or of one
 * part or a folder of diffusers, to `to`, which must not exist and is of the same kind: half
 * the size of 16 bits. The copy gives the bytes that `from` gives with the precision "int8",
 * which is its own unless told otherwise. Of a folder it has what the engine reads, each
 * part's weights in one file, and the texts beside them. It is there complete or not at all. go_on:
 * told the fraction done, on the calling thread; false stops with EBRU_CANCELLED. May be NULL. */
EBRU_API bool ebru_convert_int8(const char *from, const char *to,
                                bool (*go_on)(void *user, double fraction), void *user,
                                ebru_error *err);

/* ---- Prompts ----------------------------------------------------------- */

/* `prompt` with what it leaves open decided by `seed`: one of {a|b|c}, a line of
 * the list name.txt in the folder `wildcards` for __name__. The engine itself
 * takes what it is given, so resolve a prompt before the request is made; what
 * has nothing open comes back as it is. `wildcards` may be NULL. To be released
 * with free(). */
EBRU_API char *ebru_prompt_resolve(const char *prompt, int64_t seed, const char *wildcards,
                                   ebru_error *err);

/* `style` with its {prompt} replaced; without one it follows the prompt. To be
 * released with free(), NULL without memory. */
EBRU_API char *ebru_prompt_style(const char *style, const char *prompt);

/* ---- Requests ---------------------------------------------------------- */

/* A picture part way: all that its sampler knows. */
typedef struct ebru_draft {
    int64_t seed;
    int calls;    /* of the network, made so far */
    size_t count; /* of data */
    float *data;
} ebru_draft;

EBRU_API void ebru_draft_clear(ebru_draft *draft);

typedef struct ebru_request {
    const char *prompt;
    const char *negative; /* what to avoid; may be NULL */
    int width, height;    /* pixels; with `image`, its size counts */
    int count;            /* pictures; picture i is seeded seed + i */
    int steps;
    double guidance;                      /* classifier-free guidance; 1: off */
    double guidance_rescale;              /* Lin et al. (arXiv:2305.08891), section 3.4; 0: off */
    double guidance_start, guidance_stop; /* part of the steps that is guided, 0 to 1 */
    double strength;                      /* of the change to `image`: 0 keeps it, 1 ignores it */
    int64_t seed;            /* same request and seed: same result; -1: drawn from the clock */
    int clip_skip;           /* as A1111 counts: 1 is the encoder's own output */
    const char *sampler;     /* name, see ebru_params(); "auto": the model's own; a file that names
                              * none and predicts noise: "dpmpp-2m" with "karras" */
    const char *schedule;    /* likewise; a sampler that is named does not get that "karras" */
    int reuse;               /* steps that share the UNet's inner layers; 1: none do */
    const char *decoder;     /* "model" or "taesd" */
    const char *tile;        /* "none"; "x", "y", "xy": these sides of the picture fit together */
    const ebru_image *image; /* to start from; NULL: from noise */
    const ebru_image *mask;  /* 1 where `image` may change; between: less; NULL: everywhere */
    bool decoded;            /* where the mask is 0, too, the result is as it was decoded, for who
                              * compares it with `image` there; else it is `image`, bit by bit */
    const ebru_latents *noise; /* unit normal start noise; NULL: drawn from the seed */
    double pause;              /* part of the steps after which to stop for now; 0: none */
    /* [count] of an earlier result for the same request, to be gone on with: the same pictures as
     * without a pause, but with `reuse`: its first step then computes anew. NULL: from the
     * start. */
    const ebru_draft *drafts;
} ebru_request;

/* Every field at its default for `model`, which may be NULL. */
EBRU_API void ebru_request_init(ebru_request *req, const ebru_model *model);

/* Everything a user can set, in one table: the dialog, the arguments of the
 * batch procedures, the options of the command line and the checks in
 * ebru_generate() are all made from it. */
typedef enum ebru_type {
    EBRU_TEXT,   /* const char * */
    EBRU_INT,    /* int */
    EBRU_REAL,   /* double */
    EBRU_CHOICE, /* const char *, one of a list */
    EBRU_SEED    /* int64_t */
} ebru_type;

typedef struct ebru_param {
    const char *name;  /* "strength"; never changes once released */
    const char *label; /* English with mnemonic, for gettext */
    const char *blurb; /* likewise, one sentence */
    ebru_type type;
    double min, max, initial;                         /* EBRU_INT, EBRU_REAL, EBRU_SEED */
    size_t offset;                                    /* of the field in ebru_request */
    unsigned tasks;                                   /* the ebru_task it means something to */
    const char *(*choice)(int i, const char **label); /* EBRU_CHOICE: NULL after the last */
} ebru_param;

EBRU_API const ebru_param *ebru_params(int *count);

/* Set a field by the name of its parameter; EBRU_TEXT keeps the pointer. */
EBRU_API bool ebru_request_set(ebru_request *req, const char *name, const char *value,
                               ebru_error *err);

/* ---- Work -------------------------------------------------------------- */

typedef struct ebru_progress {
    const char *phase; /* "text", "encode", "denoise", "decode" */
    int step, steps;   /* of the phase */
    int picture;       /* from 0 */
    double fraction;   /* of all the work of the call, 0 to 1 */
} ebru_progress;

typedef enum ebru_answer {
    EBRU_GO_ON,
    EBRU_FINISH, /* no further steps: decode what there is; pictures not yet begun are left out */
    EBRU_STOP    /* give up: the call fails with EBRU_CANCELLED */
} ebru_answer;

/* How to follow a call. Both functions may be NULL; both are called on the
 * thread that made the call. `progress` is called many times a second. */
typedef struct ebru_watch {
    ebru_answer (*progress)(void *user, const ebru_progress *p);
    void (*preview)(void *user, const ebru_progress *p, const ebru_image *rough);
    void *user;
} ebru_watch;

typedef struct ebru_cost {
    size_t bytes; /* peak of the process: weights, activations, scratch, pictures */
    double flops; /* floating-point operations */
} ebru_cost;

/* What ebru_generate() would need for `req`; takes less than a millisecond. */
EBRU_API bool ebru_estimate(const ebru_model *model, const ebru_request *req, ebru_cost *cost,
                            ebru_error *err);

typedef struct ebru_result {
    int count;
    ebru_image *images;   /* [count] */
    int64_t *seeds;       /* [count] */
    int steps_done;       /* fewer than asked for after EBRU_FINISH */
    ebru_latents latents; /* those that were decoded */
    ebru_draft *drafts;   /* [count] after a pause, else NULL: the images are then rough, and may be
                             smaller */
} ebru_result;

EBRU_API void ebru_result_clear(ebru_result *result);

/* Fill *out, to be released with ebru_result_clear(). On failure *out is empty. */
EBRU_API bool ebru_generate(const ebru_model *model, const ebru_request *req,
                            const ebru_watch *watch, ebru_result *out, ebru_error *err);

/* How a picture was made, for its metadata; to be released with free(), NULL
 * without memory. JSON: every parameter by its name, the model, the size, the
 * version of the library, and as "sampler-used" and "schedule-used" what "auto"
 * stood for. Text: as A1111 writes it under "parameters", with these two. */
EBRU_API char *ebru_recipe_json(const ebru_model *model, const ebru_request *req, int64_t seed);
EBRU_API char *ebru_recipe_text(const ebru_model *model, const ebru_request *req, int64_t seed);
/* The same by the name of a model that is not open; `req` names what was used. */
EBRU_API char *ebru_recipe_text_of(const char *model, const ebru_request *req, int64_t seed);

#ifdef __cplusplus
}
#endif

#endif
