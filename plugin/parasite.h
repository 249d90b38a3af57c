/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parasite.h - texts that are attached to images and layers. */
#ifndef PLUGIN_PARASITE_H
#define PLUGIN_PARASITE_H

#include <libgimp/gimp.h>

/* What is in it, to be freed; NULL: nothing, or there is no parasite. It is freed. */
char *parasite_take_text(GimpParasite *parasite);

#endif
