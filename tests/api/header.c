/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The public header stands alone, in every language that may include it. */
#include <ebru/ebru.h>

int main(void)
{
    return 0;
}
