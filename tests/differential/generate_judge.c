// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Two verifiers judge one draft. libbpf loads the frame's object once (bpf_capture.h); each draft then
 * takes the place of a program's instructions in the very attributes that libbpf handed over.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "tests/differential/generate.h"
#include "tests/differential/verifier_text.h"
#include "verifier_sim/log_read.h"
#include "verifier_sim/verifier_sim.h"

#define LOG_SIZE	(4u << 20)
#define LOG_PATH	1u
#define LOG_STATS	4u
#define MAX_LOGGED	50000	/* instructions: what is simulated longer has no log that fits */

/* --- frames --------------------------------------------------------------------- */

static uint32_t running_version(void)
{
	unsigned int a = 0, b = 0, c = 0;
	struct utsname u;

	uname(&u);
	sscanf(u.release, "%u.%u.%u", &a, &b, &c);
	return a << 16 | b << 8 | (c > 255 ? 255 : c);
}

static void prepare_theirs(struct frame *frame)
{
	struct bpf_program *prog;
	struct bpf_map *map;

	bpf_object__for_each_map(map, frame->theirs)
		bpf_map__set_pin_path(map, NULL);
	bpf_object__for_each_program(prog, frame->theirs) {
		const struct tv_bpf_prog *ours = tv_bpf_object_prog(frame->obj, bpf_program__name(prog));
		struct seen_prog *seen = ours ? &frame->capture.progs[ours - frame->obj->progs] : NULL;

		bpf_program__set_autoload(prog, ours && !ours->err);
		if (!ours || ours->err)
			continue;
		bpf_program__set_log_buf(prog, seen->log, seen->log_size);
		bpf_program__set_log_level(prog, 1);
	}
}

/* A buffer each, only to tell programs apart. */
static int make_logs(struct frame *frame)
{
	uint32_t i, n = frame->obj->prog_cnt;

	frame->log = malloc(LOG_SIZE);
	frame->capture.progs = calloc(n + 1, sizeof(*frame->capture.progs));
	if (!frame->log || !frame->capture.progs)
		return -ENOMEM;
	frame->capture.prog_cnt = n;
	for (i = 0; i < n; i++) {
		frame->capture.progs[i].log_size = 4096;
		frame->capture.progs[i].log = malloc(4096);
		if (!frame->capture.progs[i].log)
			return -ENOMEM;
	}
	return 0;
}

int frame_open(struct frame *frame, const char *file, const struct tv_btf *vmlinux)
{
	struct tv_bpf_opts opts = { .vmlinux = vmlinux, .kernel_version = running_version(),
				    .nr_cpus = (uint32_t)libbpf_num_possible_cpus() };
	struct tv_bpf_error error;
	int err;

	memset(frame, 0, sizeof(*frame));
	frame->file = file;
	frame->vmlinux = vmlinux;
	tv_bpf_error_init(&error, file);
	err = tv_bpf_object_open(file, &opts, &frame->obj, &error);
	if (err)
		return err;
	err = make_logs(frame);
	frame->theirs = err ? NULL : bpf_object__open_file(file, NULL);
	if (!frame->theirs) {
		frame_close(frame);
		return err ? err : -EINVAL;
	}
	prepare_theirs(frame);
	frame->capture.object = frame->theirs;
	capture_start(&frame->capture);
	bpf_object__load(frame->theirs);
	capture_stop();
	return 0;
}

void frame_close(struct frame *frame)
{
	uint32_t i;

	for (i = 0; i < frame->capture.prog_cnt; i++)
		free(frame->capture.progs[i].log);
	free(frame->log);
	bpf_object__close(frame->theirs);
	if (frame->capture.progs) {
		struct seen_prog *progs = frame->capture.progs;

		capture_free(&frame->capture);
		free(progs);
	}
	tv_bpf_object_close(frame->obj);
	memset(frame, 0, sizeof(*frame));
}

bool frame_has(const struct frame *frame, uint32_t prog)
{
	const struct seen_prog *seen = &frame->capture.progs[prog];

	return seen->seen && !frame->obj->progs[prog].err &&
	       seen->attr.insn_cnt == frame->obj->progs[prog].insn_cnt;
}

/* --- the kernel's verdict ------------------------------------------------------- */

/* Maps by descriptor, as the kernel wants them. */
static void name_maps(const struct frame *frame, struct bpf_insn *insns, uint32_t cnt)
{
	uint32_t i;

	for (i = 0; i < cnt; i += tv_insn_is_ldimm64(&insns[i]) ? 2 : 1) {
		struct bpf_insn *insn = &insns[i];

		if (!tv_insn_is_ldimm64(insn) || (insn->src_reg != BPF_PSEUDO_MAP_FD &&
						  insn->src_reg != BPF_PSEUDO_MAP_VALUE))
			continue;
		if (insn->imm < 0)
			insn->imm = -1 - insn->imm;
		else if ((uint32_t)insn->imm < frame->capture.map_fd_cnt)
			insn->imm = frame->capture.map_fds[insn->imm];
	}
}

int frame_load(const struct frame *frame, uint32_t prog, const struct draft *draft, uint32_t level)
{
	const struct seen_prog *seen = &frame->capture.progs[prog];
	static struct bpf_insn insns[MAX_INSNS + 1];
	struct bpf_func_info funcs[MAX_FUNCS];
	union bpf_attr attr = seen->attr;
	uint32_t i;
	int fd;

	memcpy(insns, draft->insns, draft->cnt * sizeof(insns[0]));
	name_maps(frame, insns, draft->cnt);
	for (i = 0; i < draft->func_cnt; i++)
		funcs[i] = (struct bpf_func_info){ draft->funcs[i].insn_off, draft->funcs[i].type_id };
	if (draft->type)
		attr.prog_type = draft->type;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = draft->cnt;
	attr.func_info = (uintptr_t)funcs;
	attr.func_info_cnt = draft->func_cnt;
	attr.func_info_rec_size = sizeof(funcs[0]);
	attr.line_info = attr.line_info_cnt = 0;
	attr.license = (uintptr_t)seen->license;
	attr.prog_flags = draft->flags;
	attr.log_level = level;
	attr.log_buf = (uintptr_t)frame->log;
	attr.log_size = LOG_SIZE;
	frame->log[0] = 0;
	fd = (int)syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* Verdict and counts first; the words, which take time, only where there are any. */
static int ask_kernel(const struct frame *frame, uint32_t prog, const struct draft *draft, bool *words)
{
	struct tv_log_counts c;
	int err = frame_load(frame, prog, draft, LOG_STATS);

	tv_log_counts(frame->log, &c);
	*words = err && c.insns <= MAX_LOGGED;
	return *words ? frame_load(frame, prog, draft, LOG_PATH) : err;
}

/* --- both ----------------------------------------------------------------------- */

static bool same_counts(const struct tv_verify_result *ours, const char *log)
{
	struct tv_log_counts c;

	return !tv_log_counts(log, &c) ||
	       (c.insns == ours->total_insns && c.total_states == ours->total_states &&
		c.max_states_per_insn == ours->max_states_per_insn && c.peak_states == ours->peak_states);
}

static enum finding compare(const struct tv_verify_result *ours, int theirs, const char *log, bool words,
			    struct judgement *j)
{
	char *message = tv_log_message(log, strlen(log));
	struct tv_log_counts c = { 0 };
	enum finding found = SAME;

	if (ours->verdict == TV_UNSUPPORTED)
		found = UNSUPPORTED;
	else if (theirs && words && !*log)
		found = NO_ORACLE;
	else if (ours->err != theirs)
		found = VERDICT_DIFFERS;
	else if (words && !(message && log_same(ours->message, message)))
		found = MESSAGE_DIFFERS;
	else if (!same_counts(ours, log))
		found = COUNTS_DIFFER;
	tv_log_counts(log, &c);
	snprintf(j->text, sizeof(j->text), "ours %d %.400s (%u/%u/%u) | kernel %d %.400s (%u/%u/%u)",
		 ours->err, ours->message, ours->total_insns, ours->total_states, ours->peak_states,
		 theirs, words && message ? message : "", c.insns, c.total_states, c.peak_states);
	free(message);
	return found;
}

void judge(struct frame *frame, uint32_t prog, const struct draft *draft, struct judgement *result)
{
	struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18, .vmlinux = frame->vmlinux,
				       .set_flags = true, .flags = draft->flags };
	struct tv_bpf_prog ours = frame->obj->progs[prog];
	struct tv_verify_result res;
	struct draft copy = *draft;
	bool words;

	memset(result, 0, sizeof(*result));
	ours.insns = copy.insns;
	ours.insn_cnt = copy.cnt;
	ours.func_info = copy.funcs;
	ours.func_info_cnt = copy.func_cnt;
	ours.line_info = NULL;
	ours.line_info_cnt = 0;
	ours.subprogs = NULL;
	ours.subprog_cnt = 0;
	result->theirs = ask_kernel(frame, prog, draft, &words);
	/* the last line of a log may begin with an instruction */
	opts.log_level = words ? LOG_PATH : 0;
	if (tv_verify(frame->obj, &ours, &opts, &res)) {
		result->finding = UNSUPPORTED;
		snprintf(result->text, sizeof(result->text), "could not be judged");
		return;
	}
	result->ours = res.err;
	result->finding = compare(&res, result->theirs, frame->log, words, result);
	tv_verify_result_fini(&res);
}

/* --- shrinking ------------------------------------------------------------------ */

static bool still_found(struct frame *frame, uint32_t prog, const struct draft *draft,
			const struct judgement *first)
{
	struct judgement now;

	judge(frame, prog, draft, &now);
	return now.finding == first->finding && now.ours == first->ours && now.theirs == first->theirs;
}

#define MAX_TRIALS	4000
#define MAX_SECONDS	60

/* From the end, again and again, until nothing more can go. */
void shrink(struct frame *frame, uint32_t prog, struct draft *draft, const struct judgement *first)
{
	static struct draft tried;
	time_t end = time(NULL) + MAX_SECONDS;
	uint32_t at, before, trials = 0;

	do {
		before = draft->cnt;
		for (at = draft->cnt; at-- > 0; ) {
			if (at >= draft->cnt || draft_is_second(draft, at) || draft->cnt < 2)
				continue;
			if (trials++ == MAX_TRIALS || time(NULL) > end)
				return;
			tried = *draft;
			draft_remove(&tried, at);
			if (still_found(frame, prog, &tried, first))
				*draft = tried;
		}
	} while (draft->cnt < before);
}
