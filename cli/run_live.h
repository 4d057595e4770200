/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs run on the running kernel, by BPF_PROG_TEST_RUN in an own child. Nothing is attached. */
#ifndef TV_CLI_RUN_LIVE_H
#define TV_CLI_RUN_LIVE_H

#include "cli/child.h"
#include "cli/outcome.h"
#include "cli/run_options.h"

struct bpf_object;
struct live_perf;

/* Steps of a run; each has been told when it fails. */
struct live_run {
	const struct run_options *opts;
	const struct tv_bpf_prog *prog;
	struct child *child;		/* started */
	struct bpf_object *loaded;
	struct outcome *outcome;	/* initialised for the program */
	struct live_perf *perf;		/* beside the object's maps */
};

/* Loads the program; a rejection is in the outcome, and there is nothing more to do then. */
enum cli_status live_run_load(struct live_run *run);
/* The child gets it and stops; with @shape (may be NULL) it takes the address space of that task. */
enum cli_status live_run_stop(struct live_run *run, const struct task_struct *shape);
/* Runs it, once, and fetches what its maps hold. */
enum cli_status live_run_go(struct live_run *run);
void live_run_fini(struct live_run *run);

/* Whether the running kernel runs programs of this type on request. */
bool live_can_run(const struct tv_bpf_prog *prog);

/* The contents of all maps of the loaded object. 0 or -errno. */
int live_fetch_maps(struct live_run *run);

/* Buffers for what the program sends through perf event arrays; what map number @index got. 0 or -errno. */
int live_perf_open(struct live_run *run);
int live_perf_read(struct live_run *run, uint32_t index, struct outcome_map *to);
void live_perf_close(struct live_run *run);

#endif
