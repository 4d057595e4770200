// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The verdict on a program (judge.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/judge.h"

void cli_judge_by(struct tv_verify_opts *opts, const struct cli_target *target)
{
	opts->vmlinux = target->vmlinux;
	opts->nr_cpus = target->opts.nr_cpus;
	if (target->running)
		opts->ksym = target->opts.ksym;
}

/* What libbpf would refuse before a kernel is asked. */
static int refused(const struct cli_target *target, const struct tv_bpf_prog *prog,
		   struct tv_verify_result *res)
{
	bool unknown = target->builtin && (prog->err == -ENOENT || prog->err == -ESRCH);
	int n;

	memset(res, 0, sizeof(*res));
	res->verdict = prog->err == -ENOTSUP || unknown ? TV_UNSUPPORTED : TV_REJECT;
	res->err = res->verdict == TV_REJECT ? prog->err : 0;
	n = asprintf(&res->message, "%s%s", prog->why ? prog->why : strerror(-prog->err),
		     unknown ? " (the built-in types are few: --vmlinux names others)" : "");
	if (n < 0)
		res->message = NULL;
	res->log = strdup("");
	if (res->message && res->log)
		return 0;
	tv_verify_result_fini(res);
	return -ENOMEM;
}

int cli_judge(const struct cli_target *target, const struct tv_bpf_object *obj,
	      const struct tv_bpf_prog *prog, const struct tv_verify_opts *opts,
	      struct tv_verify_result *res)
{
	if (prog->err)
		return refused(target, prog, res);
	return tv_verify(obj, prog, opts, res);
}
