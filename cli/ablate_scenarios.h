/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The scenarios that decisions are tried on, as the command carries them. */
#ifndef TV_CLI_ABLATE_SCENARIOS_H
#define TV_CLI_ABLATE_SCENARIOS_H

#include "model/scenario.h"

/* fixtures/scenarios/@name.yaml as it was when the command was made. 0, -EINVAL or -ENOMEM. */
int cli_ablate_scenario(const char *name, struct tv_scenario **scenario, struct tv_diag *diag);

#endif
