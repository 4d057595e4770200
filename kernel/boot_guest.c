// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * boot_guest OBJECTS OUT [SECONDS]: runs in the booted kernel, as root. Walks
 * address spaces of its own children with OBJECTS/boot_walks.bpf.o, and its own
 * with OBJECTS/iters_task_vma.bpf.o, the kernel's selftest. Each case becomes a
 * folder under OUT (boot_case.h).
 *
 * At last, for SECONDS (2), walks of a process that changes all the time: only
 * the console knows whether that went well.
 *
 * Exit 0: all cases were asked; 1: some could not be, said on stderr.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/boot_ask.h"
#include "kernel/boot_case.h"
#include "kernel/boot_child.h"

#define PAGE		4096
#define MANY_VMAS	3000
#define EDGES		12
#define FORKING_VMAS	8000
#define FORKING_TRIES	20000
#define CHURN_ROUNDS	500	/* walks of one process, before another takes its place */
#define KTHREADD	2

/* The program and what it is asked by. */
static struct bpf_object *walks;
static struct boot_ask *ask;
static struct boot_answer *answers;

static bool one_cpu;
static int failures;

static char maps_before[BOOT_MAPS_SIZE], maps_after[BOOT_MAPS_SIZE];

static void fail(const char *what, int err)
{
	fprintf(stderr, "boot_guest: %s: %s\n", what, strerror(-err));
	failures++;
}

/* --- walks ------------------------------------------------------------------------------- */

static const char *prog_for(enum boot_context context)
{
	return context == BOOT_SOFTIRQ ? "walk_later" : "walk";
}

/* Runs @prog on @pid; the answers are set when it returns 0. */
static int walk(const char *prog, pid_t pid, __u64 from, enum boot_context context)
{
	int err;

	if (pid < 0)
		return pid;
	ask->pid = pid;
	ask->from = from;
	answers[0].done = 0;
	answers[1].done = 0;
	err = boot_run(walks, prog, context, &answers[0].done);
	return !err && !answers[0].done ? -ESRCH : err;
}

/* As walk(), of a process whose maps are the same before and after. */
static int walk_still(const char *prog, pid_t pid, __u64 from, enum boot_context context)
{
	int err;

	boot_read_maps(pid, maps_before);
	err = walk(prog, pid, from, context);
	boot_read_maps(pid, maps_after);
	return !err && strcmp(maps_before, maps_after) ? -EAGAIN : err;
}

static void put(const char *name, const char *maps, const char *asked,
		const struct boot_answer *answer)
{
	FILE *f;

	boot_case_begin(name, maps, asked);
	f = boot_case_answer(name, answer->err);
	for (__u32 i = 0; i < answer->count; i++)
		boot_case_vma(f, &answer->vmas[i]);
	fclose(f);
}

/* A walk of @pid from @from; @faults: more options for the emulator. */
static void one_case(const char *name, pid_t pid, __u64 from, enum boot_context context,
		     const char *faults)
{
	int err = walk_still(prog_for(context), pid, from, context);
	char asked[128];

	if (err) {
		fail(name, err);
		return;
	}
	snprintf(asked, sizeof(asked), "--from 0x%llx --context %s %s\n", from,
		 boot_context_name(context), faults);
	put(name, maps_before, asked, &answers[0]);
}

static enum boot_context last_context(void)
{
	return one_cpu ? BOOT_SOFTIRQ : BOOT_IRQS_OFF;
}

static void in_each_context(const char *name, pid_t pid, const char *faults)
{
	char full[64];

	for (enum boot_context context = BOOT_PROCESS; context <= last_context(); context++) {
		snprintf(full, sizeof(full), "%s-%s", name, boot_context_name(context));
		one_case(full, pid, 0, context, faults);
	}
}

/* From before, at, inside and behind where mappings begin. */
static void from_edges(const char *name, pid_t pid)
{
	static const long offsets[] = { -PAGE, -1, 0, 1, PAGE };
	__u64 from[EDGES + 1];
	char full[64], *line;
	int n = 0;

	boot_read_maps(pid, maps_before);
	for (line = maps_before; line && *line && n < EDGES; n++) {
		from[n] = strtoull(line, NULL, 16) + offsets[n % 5];
		line = strchr(line, '\n');
		line += !!line;
	}
	from[n++] = ~0ull;
	for (int i = 0; i < n; i++) {
		snprintf(full, sizeof(full), "%s-from-%d", name, i);
		one_case(full, pid, from[i], BOOT_PROCESS, "");
	}
}

static void spaces(void)
{
	pid_t plain = boot_child(boot_shape_plain, 0);
	pid_t many = boot_child(boot_shape_many, MANY_VMAS);
	pid_t mixed = boot_child(boot_shape_mixed, 0);

	in_each_context("plain", plain, "");
	in_each_context("many", many, "");
	in_each_context("mixed", mixed, "");
	from_edges("mixed", mixed);
	boot_child_end(plain);
	boot_child_end(many);
	boot_child_end(mixed);
}

/* --- failures of new --------------------------------------------------------------------- */

static void no_address_space(void)
{
	pid_t zombie = boot_child_zombie();

	in_each_context("kthread", KTHREADD, "--fault kthread");
	in_each_context("exited", zombie, "--fault exited");
	boot_child_end(zombie);
}

/* The second of two walks of one run: what the first left to irq_work is still to be done. */
static void second_walk(const char *name, enum boot_context context)
{
	pid_t pid = boot_child(boot_shape_plain, 0);
	int err = walk_still("walk_twice", pid, 0, context);
	char asked[128];

	if (!err && !answers[1].done)
		err = -ESRCH;
	snprintf(asked, sizeof(asked), "--context %s --fault irq-work-busy\n",
		 boot_context_name(context));
	if (err)
		fail(name, err);
	else
		put(name, maps_before, asked, &answers[1]);
	boot_child_end(pid);
}

/* A writer has mmap_lock: tried until one is met, from an address behind all VMAs. */
static void writer_holds_lock(void)
{
	pid_t pid = boot_child_forking(FORKING_VMAS);
	int err = 0;

	for (int i = 0; i < FORKING_TRIES && !err; i++) {
		err = walk("walk", pid, ~0ull, BOOT_PROCESS);
		if (!err && answers[0].err)
			break;
	}
	if (err)
		fail("writer", err);
	else
		put("writer", "", "--fault mmap-lock=write\n", &answers[0]);
	boot_child_end(pid);
}

/* --- the kernel's selftest --------------------------------------------------------------- */

struct selftest_range {
	__u64 start, end;
};

static void put_selftest(const struct selftest_range *ranges, unsigned int seen)
{
	FILE *f;

	boot_case_begin("selftest", maps_before, "\n");
	f = boot_case_answer("selftest", 0);
	for (unsigned int i = 0; i < seen; i++)
		fprintf(f, "%08llx-%08llx\n", ranges[i].start, ranges[i].end);
	fclose(f);
}

/* Of this process itself, as the selftest's own runner does it. */
static void selftest(struct bpf_object *obj)
{
	const unsigned int *seen = obj ? boot_var(obj, "vmas_seen") : NULL;
	const struct selftest_range *ranges = obj ? boot_var(obj, "vm_ranges") : NULL;
	int *target = obj ? boot_var(obj, "target_pid") : NULL;
	int err;

	if (!target || !seen || !ranges) {
		fail("iters_task_vma", -ENOEXEC);
		return;
	}
	*target = getpid();
	boot_read_maps(getpid(), maps_before);
	err = boot_run(obj, "iter_task_vma_for_each", BOOT_PROCESS, NULL);
	boot_read_maps(getpid(), maps_after);
	if (!err && strcmp(maps_before, maps_after))
		err = -EAGAIN;
	if (err)
		fail("selftest", err);
	else
		put_selftest(ranges, *seen);
}

/* --- walks of what moves ----------------------------------------------------------------- */

static bool ascending(const struct boot_answer *answer)
{
	__u64 last = 0;

	for (__u32 i = 0; i < answer->count; i++) {
		if (answer->vmas[i].start < last || answer->vmas[i].end <= answer->vmas[i].start)
			return false;
		last = answer->vmas[i].end;
	}
	return true;
}

/* Returns whether it could walk; that new refuses, while a writer has the lock, is no failure. */
static bool churn_walk(pid_t pid, enum boot_context context)
{
	int err = walk(prog_for(context), pid, 0, context);

	if (err)
		fail("churn", err);
	else if (!answers[0].err && !ascending(&answers[0]))
		fail("churn: VMAs out of order", -EILSEQ);
	return !err && !answers[0].err;
}

static void churn(int seconds)
{
	const int contexts = last_context() + 1;
	time_t end = time(NULL) + seconds;
	long walked = 0, refused = 0;

	while (time(NULL) < end) {
		pid_t pid = boot_child_churning();

		for (int i = 0; i < CHURN_ROUNDS && time(NULL) < end; i++) {
			if (churn_walk(pid, i % contexts))
				walked++;
			else
				refused++;
		}
		boot_child_end(pid);
	}
	printf("a process that changes all the time: %ld walks, %ld refused\n", walked, refused);
}

/* --- all of it --------------------------------------------------------------------------- */

static struct bpf_object *load(const char *folder, const char *name)
{
	char file[256];
	struct bpf_object *obj;

	snprintf(file, sizeof(file), "%s/%s.bpf.o", folder, name);
	obj = boot_load(file);
	if (!obj)
		fail(file, -ENOEXEC);
	return obj;
}

static void keep_to_first_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: boot_guest OBJECTS OUT [SECONDS]\n");
		return 2;
	}
	boot_case_dir = argv[2];
	one_cpu = sysconf(_SC_NPROCESSORS_ONLN) == 1;
	keep_to_first_cpu();
	walks = load(argv[1], "boot_walks");
	ask = walks ? boot_var(walks, "ask") : NULL;
	answers = walks ? boot_var(walks, "answers") : NULL;
	if (!ask || !answers)
		return 1;

	selftest(load(argv[1], "iters_task_vma"));
	spaces();
	no_address_space();
	second_walk("second-process", BOOT_PROCESS);
	if (one_cpu) {
		printf("one CPU: nothing was asked with interrupts off, or while a writer has mmap_lock\n");
	} else {
		second_walk("second-irqs-off", BOOT_IRQS_OFF);
		writer_holds_lock();
	}
	churn(argc > 3 ? atoi(argv[3]) : 2);
	return failures != 0;
}
