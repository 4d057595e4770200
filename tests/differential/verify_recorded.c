// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * verify_recorded FRAME-OBJECT: the running kernel judges the programs of tests/unit/verifier_composed.h
 * and verifier_iter_*.h, and must say what is written there. With --make COUNT behind it, it prints that
 * many rows instead, of composed programs that have an iterator and that it judges in a while which a
 * test can wait for; with --log SEED
 * the kernel's log of that one.
 *
 * On a 6.12 it prints what that says of all of them (tests/unit/verifier_6_12.h).
 *
 * Nothing is attached. Exit 1 when something is not as written, 3 without such a kernel to ask.
 */
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "bpf/vmlinux.h"
#include "tests/differential/verifier_text.h"
#include "tests/unit/verifier_composed.h"
#include "tests/unit/verifier_iter_around.h"
#include "tests/unit/verifier_iter_life.h"
#include "verifier_sim/log_read.h"
#include "verifier_sim/verifier_sim.h"

#define MAX_LOGGED	3000	/* instructions simulated */

static struct frame frame;

static int no_print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return 0;
}

static bool has_iterator(const struct draft *draft)
{
	uint32_t i;

	for (i = 0; i < draft->cnt; i++)
		if (tv_insn_is_kfunc_call(&draft->insns[i]))
			return true;
	return false;
}

/* False: nothing to be written down of this one. */
static bool ask(uint64_t seed, struct recorded_program *row)
{
	static struct draft draft;
	uint32_t prog = recorded_draft(frame.obj, seed, &draft);
	struct tv_log_counts counts;

	if (!frame_has(&frame, prog) || !has_iterator(&draft))
		return false;
	row->seed = seed;
	row->err = frame_load(&frame, prog, &draft, TV_LOG_STATS);
	if (!tv_log_counts(frame.log, &counts) || counts.insns > MAX_LOGGED)
		return false;
	row->insns = counts.insns;
	row->total_states = counts.total_states;
	if (frame_load(&frame, prog, &draft, TV_LOG_ALL) != row->err)
		return false;
	row->log = log_digest(frame.log);
	return true;
}

static void make(int count)
{
	struct recorded_program row;
	uint64_t seed;

	for (seed = 1; count; seed++) {
		if (!ask(seed, &row))
			continue;
		printf("\t{ %llu, %d, %u, %u, 0x%016llx },\n", (unsigned long long)row.seed, row.err,
		       row.insns, row.total_states, (unsigned long long)row.log);
		count--;
	}
}

static unsigned int check_composed(void)
{
	const struct recorded_program *p;
	struct recorded_program row;
	unsigned int wrong = 0;

	for (p = recorded_programs; p < recorded_programs + NR_RECORDED; p++) {
		if (ask(p->seed, &row) && row.err == p->err && row.insns == p->insns &&
		    row.total_states == p->total_states && row.log == p->log)
			continue;
		printf("program %llu is not recorded as this kernel judges it\n",
		       (unsigned long long)p->seed);
		wrong++;
	}
	return wrong;
}

/* Programs by hand. What is not as written is printed, so that it can be written down. */
static unsigned int check_known(const struct known_program *p, size_t cnt)
{
	const struct known_program *end = p + cnt;
	static struct draft draft;
	struct tv_log_counts c;
	unsigned int wrong = 0;
	uint32_t prog;
	char *message;
	int err;

	for (; p < end; p++) {
		prog = known_draft(p, frame.obj, frame.vmlinux, &draft);
		err = frame_load(&frame, prog, &draft, TV_LOG_PATH);
		message = err ? tv_log_message(frame.log, strlen(frame.log)) : strdup("");
		frame_load(&frame, prog, &draft, TV_LOG_ALL);
		tv_log_counts(frame.log, &c);
		if (err != p->err || !log_same(message, p->message ? p->message : "?") ||
		    c.insns != p->total_insns || c.total_states != p->total_states ||
		    log_digest(frame.log) != p->log) {
			printf("%s:\n\t  %d, %u, %u, 0x%016llx, \"%s\"\n", p->name, err, c.insns,
			       c.total_states, (unsigned long long)log_digest(frame.log), message);
			wrong++;
		}
		free(message);
	}
	return wrong;
}

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static int check(void)
{
	unsigned int wrong = check_known(iter_life, COUNT_OF(iter_life));

	wrong += check_known(iter_around, COUNT_OF(iter_around));
	wrong += check_composed();
	printf("%zu recorded programs, %u wrong\n",
	       COUNT_OF(iter_life) + COUNT_OF(iter_around) + NR_RECORDED, wrong);
	return wrong != 0;
}

/* --- 6.12, booted: verdicts and counts of the same programs -------------------------------- */

static void print_answer(const char *name, uint32_t prog, const struct draft *draft)
{
	struct tv_log_counts c = { 0 };
	int err = frame_load(&frame, prog, draft, TV_LOG_STATS);

	tv_log_counts(frame.log, &c);
	printf("\t{ \"%s\", %d, %u, %u },\n", name, err, c.insns, c.total_states);
}

static void print_answers(const struct known_program *p, size_t cnt)
{
	static struct draft draft;

	for (; cnt--; p++)
		print_answer(p->name, known_draft(p, frame.obj, frame.vmlinux, &draft), &draft);
}

static void print_composed(void)
{
	const struct recorded_program *p;
	static struct draft draft;
	char name[32];
	uint32_t prog;

	for (p = recorded_programs; p < recorded_programs + NR_RECORDED; p++) {
		prog = recorded_draft(frame.obj, p->seed, &draft);
		snprintf(name, sizeof(name), "composed %llu", (unsigned long long)p->seed);
		print_answer(name, prog, &draft);
	}
}

int main(int argc, char **argv)
{
	struct tv_bpf_error error;
	struct tv_btf *vmlinux;
	struct utsname system;

	libbpf_set_print(no_print);
	tv_bpf_error_init(&error, "vmlinux");
	if (argc != 2 && !(argc == 4 && (!strcmp(argv[2], "--make") || !strcmp(argv[2], "--log"))))
		return 2;
	if (!strncmp(argv[1], "own=", 4))	/* as verifier_boot.sh names it */
		argv[1] += 4;
	uname(&system);
	if (tv_vmlinux_open(TV_VMLINUX_RUNNING, &vmlinux, &error) ||
	    libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_RAW_TRACEPOINT, NULL) != 1)
		return 3;
	if (frame_open(&frame, argv[1], vmlinux))
		return 2;
	if (!strncmp(system.release, "6.12.", 5)) {
		print_answers(iter_life, COUNT_OF(iter_life));
		print_answers(iter_around, COUNT_OF(iter_around));
		print_composed();
		return 0;
	}
	if (strncmp(system.release, "6.18.", 5))
		return 3;
	if (argc == 2)
		return check();
	if (!strcmp(argv[2], "--make"))
		make(atoi(argv[3]));
	else if (ask(strtoull(argv[3], NULL, 10), &(struct recorded_program){ 0 }))
		fputs(frame.log, stdout);
	return 0;
}
