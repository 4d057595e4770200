// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs run on the model (run_model.h). */
#include "cli/run_model.h"

enum cli_status run_model(const struct run_options *opts, const struct run_object *object,
			  const struct tv_bpf_prog *prog, struct task_struct *task,
			  struct outcome *outcome)
{
	return cli_unsupported("run without --live");
}
