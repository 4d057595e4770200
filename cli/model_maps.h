/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the maps of a machine hold. */
#ifndef TV_CLI_MODEL_MAPS_H
#define TV_CLI_MODEL_MAPS_H

#include "bpf/machine.h"
#include "cli/outcome.h"

/* The contents of all maps; ring buffers and queues are empty afterwards. 0 or -ENOMEM. */
int model_fetch_maps(struct tv_machine *machine, uint32_t nr_cpus, struct outcome *outcome);

#endif
