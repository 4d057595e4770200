/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs run on the model. */
#ifndef TV_CLI_RUN_MODEL_H
#define TV_CLI_RUN_MODEL_H

#include "cli/outcome.h"
#include "cli/run_object.h"

struct tracer;

/*
 * Verifies @prog, then runs it as @task, whose world has slots (model/object.h) and is as the program left
 * it afterwards. @tracer: NULL, or looks on. @outcome has been initialised. What goes wrong on this side has
 * been told: CLI_CANNOT, CLI_BAD.
 */
enum cli_status run_model(const struct run_options *opts, const struct run_object *object,
			  const struct tv_bpf_prog *prog, struct task_struct *task,
			  struct tracer *tracer, struct outcome *outcome);

#endif
