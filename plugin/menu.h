/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * menu.h - the procedures as a table: what each is called, where its menu has it, what it begins
 * with.
 */
#ifndef PLUGIN_MENU_H
#define PLUGIN_MENU_H

#include "procedure.h"

enum task { TASK_PAINT, TASK_AGAIN, TASK_RECALL, TASK_HISTORY, TASK_CHECK, TASK_MODELS };

struct menu_item {
    enum task task;
    const char *name, *label, *path, *title, *blurb;
    int sensitivity;
    struct initial initial[3];
};

/* In the order of the menu; NULL after the last. */
const struct menu_item *menu_at(int i);

/* By the name of its procedure; NULL: there is none of that name. */
const struct menu_item *menu_find(const char *name);

#endif
