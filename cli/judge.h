/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The verdict on a program: libbpf's, where that refuses it, else the simulated verifier's. */
#ifndef TV_CLI_JUDGE_H
#define TV_CLI_JUDGE_H

#include "cli/target.h"
#include "verifier_sim/verifier_sim.h"

/* What @opts has of the kernel that objects are read for. */
void cli_judge_by(struct tv_verify_opts *opts, const struct cli_target *target);

/* As tv_verify(), for programs that were not loaded, too. */
int cli_judge(const struct cli_target *target, const struct tv_bpf_object *obj,
	      const struct tv_bpf_prog *prog, const struct tv_verify_opts *opts,
	      struct tv_verify_result *res);

#endif
