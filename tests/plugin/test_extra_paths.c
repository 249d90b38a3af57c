/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders of ComfyUI's extra_model_paths.yaml. */
#include "check.h"
#include "extra_paths.h"

#include <glib/gstdio.h>
#include <string.h>

static const char text[] = "#Rename this to extra_model_paths.yaml\n"
                           "\n"
                           "a111:\r\n"
                           "    base_path: /srv/webui/   # where it is\n"
                           "\n"
                           "    checkpoints: models/Stable-diffusion\r\n"
                           "    vae: \"models/VAE of mine\"\n"
                           "    loras: |\n"
                           "         models/Lora\n"
                           "         vae: models/no\n"
                           "    #vae: models/commented\n"
                           "other:\n"
                           "    checkpoints: |\n"
                           "        one\n"
                           "        /two # absolute\n"
                           "    is_default: true\n"
                           "    base_path: ~/models\n"
                           "near:\n"
                           "    vae: here\n";

static void check_key(const char *file, const char *key, const char *const *wanted)
{
    g_auto(GStrv) got = extra_paths(file, key);
    int n = 0;

    for (; wanted[n]; n++)
        CHECK(got[n] && !strcmp(got[n], wanted[n]));
    CHECK(g_strv_length(got) == (guint)n);
}

int main(void)
{
    g_autofree char *folder = g_dir_make_tmp("ebru-paths-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "extra_model_paths.yaml", NULL);
    g_autofree char *here = g_build_filename(folder, "here", NULL);
    g_autofree char *one = g_build_filename(g_get_home_dir(), "models", "one", NULL);

    CHECK(g_file_set_contents(file, text, -1, NULL));
    check_key(file, "checkpoints",
              (const char *[]){ "/srv/webui/models/Stable-diffusion", one, "/two", NULL });
    check_key(file, "vae", (const char *[]){ "/srv/webui/models/VAE of mine", here, NULL });
    check_key(file, "unet", (const char *[]){ NULL });
    check_key("/nowhere/at/all", "vae", (const char *[]){ NULL });
    g_unlink(file);
    g_rmdir(folder);
    return check_done();
}
