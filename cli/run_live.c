// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs run on the running kernel (run_live.h). */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bpf/prog_type.h"
#include "cli/run_live.h"
#include "cli/shape.h"
#include "cli/verify_live.h"

#define FRAME_SIZE	14	/* ETH_HLEN: the smallest packet there is */

/* What the kernel answers for types that have no test run: ENOTSUPP, which user space has no name for. */
#define NO_TEST_RUN	524

static bool takes_packet(uint32_t type)
{
	return type == BPF_PROG_TYPE_SOCKET_FILTER || type == BPF_PROG_TYPE_SCHED_CLS ||
	       type == BPF_PROG_TYPE_SCHED_ACT;
}

bool live_can_run(const struct tv_bpf_prog *prog)
{
	return prog->type == BPF_PROG_TYPE_RAW_TRACEPOINT || prog->type == BPF_PROG_TYPE_SYSCALL ||
	       takes_packet(prog->type);
}

enum cli_status live_run_load(struct live_run *run)
{
	struct tv_verify_result res;
	int err;

	err = verify_live_load(run->outcome->obj, run->prog, &run->opts->verify, &res, &run->loaded);
	if (err) {
		cli_error("--live: %s", strerror(-err));
		return CLI_CANNOT;
	}
	if (res.verdict == TV_REJECT)
		outcome_end(run->outcome, OUTCOME_REJECTED, res.err, "%s", res.message);
	else if (res.verdict == TV_UNSUPPORTED)
		outcome_end(run->outcome, OUTCOME_UNVERIFIED, -ENOTSUP, "%s", res.message);
	tv_verify_result_fini(&res);
	return CLI_OK;
}

enum cli_status live_run_stop(struct live_run *run, const struct task_struct *shape)
{
	const struct bpf_program *prog = bpf_object__find_program_by_name(run->loaded, run->prog->name);
	long stop_at = run->opts->command ? run->opts->stop_at : CHILD_STAYS;
	enum cli_status status;

	if (!prog) {
		cli_error("--live: libbpf has no program '%s'", run->prog->name);
		return CLI_CANNOT;
	}
	status = child_give(run->child, bpf_program__fd(prog), stop_at);
	if (!status && shape)
		status = shape_child(run->child, shape);
	return status;
}

/* --- the run ------------------------------------------------------------------- */

/* What lies in the child's room: the call's argument, and what that points to. */
struct request {
	union bpf_attr attr;
	uint8_t frame[64];	/* a packet of zeroes */
	uint64_t ctx[];
};

static size_t request_size(const struct run_options *opts)
{
	return sizeof(struct request) + opts->nr_ctx * sizeof(uint64_t);
}

static void fill_request(const struct live_run *run, struct request *request)
{
	uint64_t room = run->child->room;

	request->attr.test.prog_fd = (uint32_t)run->child->prog_fd;
	if (takes_packet(run->prog->type)) {
		request->attr.test.data_in = room + offsetof(struct request, frame);
		request->attr.test.data_size_in = FRAME_SIZE;
	}
	if (!run->opts->nr_ctx)
		return;
	memcpy(request->ctx, run->opts->ctx, run->opts->nr_ctx * sizeof(uint64_t));
	request->attr.test.ctx_in = room + offsetof(struct request, ctx);
	request->attr.test.ctx_size_in = (uint32_t)(run->opts->nr_ctx * sizeof(uint64_t));
}

static int make_call(struct live_run *run, struct request *request, int64_t *ret)
{
	size_t size = request_size(run->opts);
	uint64_t args[6] = { BPF_PROG_TEST_RUN, run->child->room, sizeof(request->attr) };
	int err;

	if (size > run->child->room_size)
		return -E2BIG;
	fill_request(run, request);
	err = child_write(run->child, run->child->room, request, size);
	if (!err)
		err = child_call(run->child, SYS_bpf, args, ret);
	return err ? err : child_read(run->child, run->child->room, request, sizeof(request->attr));
}

static void tell_refusal(struct live_run *run, int err)
{
	const char *type = tv_prog_type_name(run->prog->type);

	if (err == -NO_TEST_RUN)
		outcome_end(run->outcome, OUTCOME_REFUSED, err,
			    "BPF_PROG_TEST_RUN: no kernel runs programs of type %s on request",
			    type ? type : "unknown");
	else
		outcome_end(run->outcome, OUTCOME_REFUSED, err, "BPF_PROG_TEST_RUN: -%s%s",
			    tv_errno_name(err), err == -EINVAL ?
			    ", as when a program reads more of its context than --ctx gives" : "");
}

enum cli_status live_run_go(struct live_run *run)
{
	struct request *request = calloc(1, request_size(run->opts));
	int64_t ret = 0;
	int err;

	if (!request) {
		cli_error("out of memory");
		return CLI_CANNOT;
	}
	err = live_perf_open(run);
	if (!err)
		err = make_call(run, request, &ret);
	if (!err && ret < 0)
		tell_refusal(run, (int)ret);
	else if (!err)
		run->outcome->retval = request->attr.test.retval;
	free(request);
	if (!err && run->outcome->end == OUTCOME_DONE)
		err = live_fetch_maps(run);
	if (!err)
		return CLI_OK;
	cli_error("--live: %s", strerror(-err));
	return CLI_CANNOT;
}

void live_run_fini(struct live_run *run)
{
	live_perf_close(run);
	bpf_object__close(run->loaded);
	run->loaded = NULL;
}
