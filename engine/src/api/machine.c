/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "base/machine.h"

#include "base/error.h"
#include "kernels/kernels.h"

const char *ebru_version(void)
{
    return EBRU_VERSION;
}

void ebru_machine_describe(ebru_machine *machine)
{
    struct kernels k;

    kernels_init(&k, machine_isa());
    *machine =
        (ebru_machine){ k.isa, machine_cores(), machine_memory_total(), machine_memory_free() };
}

void ebru_wait_briefly(char **argv)
{
    machine_wait_briefly(argv);
}

const char *ebru_precision_name(int i)
{
    return kernel_precision_name(i);
}

const char *ebru_isa_name(int i)
{
    return kernel_isa_name(i);
}
