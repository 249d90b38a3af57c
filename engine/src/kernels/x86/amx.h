/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * amx.h - whether this process may use AMX tiles in bf16.
 */
#ifndef ENGINE_KERNELS_X86_AMX_H
#define ENGINE_KERNELS_X86_AMX_H

#include <stdbool.h>

bool amx_present(void);

#endif
