/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The running kernel's verdicts. Programs are loaded and let go; nothing is attached or pinned. */
#ifndef TV_CLI_VERIFY_LIVE_H
#define TV_CLI_VERIFY_LIVE_H

#include "bpf/object.h"
#include "cli/cli.h"
#include "verifier_sim/verifier_sim.h"

/* Whether this machine can; says why not (CLI_CANNOT). */
enum cli_status verify_live_ready(void);

/*
 * Loads @prog of @obj alone, as veristat does. The log is of opts->log_level, flags as opts has
 * them. 0 with @res filled as tv_verify() fills it; -ENOMEM.
 */
int verify_live(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
		const struct tv_verify_opts *opts, struct tv_verify_result *res);

struct bpf_object;

/*
 * The same for a program that is to be run: when the kernel took it, *@loaded is libbpf's object, in which
 * the maps are in the order of @obj (bpf_object__close() lets go of it), else NULL. Programs that stand in
 * its maps are loaded with it. Data is that of @obj, as it is now.
 */
int verify_live_load(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
		     const struct tv_verify_opts *opts, struct tv_verify_result *res,
		     struct bpf_object **loaded);

#endif
