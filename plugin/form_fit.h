/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * form_fit.h - the size of the window, and where the results stand in it.
 *
 * Below the fields, as long as these keep the height of all that is visible at
 * first. On a lower screen the results move beside the fields, and stay there as
 * long as there are any: nothing jumps to and fro. Where the screen is too narrow
 * for that too, as with large fonts, they are small. A window that the user has made
 * higher keeps its height; it is never lower than what is in it, as far as the screen
 * goes.
 */
#ifndef PLUGIN_FORM_FIT_H
#define PLUGIN_FORM_FIT_H

#include "form.h"

/* Height that the fields would take were there no end to the screen. */
int form_wish(const struct form *form);

#endif
