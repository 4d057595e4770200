// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * boot_guest OBJECTS OUT [SECONDS]: runs in the booted kernel, as root. Walks
 * address spaces of its own children with OBJECTS/boot_walks.bpf.o, and its own
 * with OBJECTS/iters_task_vma.bpf.o, the kernel's selftest. Each case is a
 * folder under OUT, for boot_compare.sh to hold against the emulator:
 *
 *   maps     what /proc/PID/maps said before and after
 *   asked    options of `taskvma walk` for the same scenario
 *   answer   0 or the name of new's errno; then a line a VMA, the first five
 *            fields of a line of maps, or the first alone where the program
 *            keeps no more
 *
 * At last, for SECONDS (2), walks of a process that changes all the time: only
 * the console knows whether that went well.
 *
 * Exit 0: all cases were asked; 1: some could not be, said on stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernel/boot_ask.h"
#include "kernel/boot_child.h"
#include "kernel/boot_walks.h"

#define MAPS_SIZE	(1u << 20)
#define MANY_VMAS	3000
#define FORKING_VMAS	8000
#define FORKING_TRIES	20000
#define KTHREADD	2

/* flags of struct vm_area_struct, which are part of no header */
#define VM_READ		0x1ull
#define VM_WRITE	0x2ull
#define VM_EXEC		0x4ull
#define VM_MAYSHARE	0x80ull

static const char *out_dir;
static int failures;

/* The program and what it is asked by. */
static struct bpf_object *walks;
static struct boot_ask *ask;
static struct boot_answer *answers;

static void fail(const char *what, int err)
{
	fprintf(stderr, "boot_guest: %s: %s\n", what, strerror(-err));
	failures++;
}

/* --- what a case leaves behind ----------------------------------------------------------- */

static FILE *open_out(const char *name, const char *file)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", out_dir, name);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", out_dir, name, file);
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

static void put_text(const char *name, const char *file, const char *text)
{
	FILE *f = open_out(name, file);

	fputs(text, f);
	fclose(f);
}

static void put_vma(FILE *f, const struct boot_vma *vma)
{
	fprintf(f, "%08llx-%08llx %c%c%c%c %08llx %02x:%02x %llu\n", vma->start, vma->end,
		vma->flags & VM_READ ? 'r' : '-', vma->flags & VM_WRITE ? 'w' : '-',
		vma->flags & VM_EXEC ? 'x' : '-', vma->flags & VM_MAYSHARE ? 's' : 'p',
		vma->offset, vma->device >> 20, vma->device & 0xfffff, vma->inode);
}

static void put_answer(const char *name, const struct boot_answer *answer, bool ranges)
{
	FILE *f = open_out(name, "answer");

	fprintf(f, "%s\n", answer->err ? strerrorname_np(-answer->err) : "0");
	for (__u32 i = 0; ranges && i < answer->count; i++)
		put_vma(f, &answer->vmas[i]);
	fclose(f);
}

/* --- maps -------------------------------------------------------------------------------- */

/* Into a buffer that is there already: reading must not change what is read. */
static size_t read_maps(pid_t pid, char *text)
{
	char path[64];
	size_t len = 0;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	fd = open(path, O_RDONLY);
	while (fd >= 0 && (got = read(fd, text + len, MAPS_SIZE - 1 - len)) > 0)
		len += got;
	text[len] = 0;
	if (fd >= 0)
		close(fd);
	return len;
}

static char maps_before[MAPS_SIZE], maps_after[MAPS_SIZE];

/* --- walks of children ------------------------------------------------------------------- */

static int walk_once(const char *prog, pid_t pid, __u64 from, enum boot_context context)
{
	int err;

	ask->pid = pid;
	ask->from = from;
	answers[0].done = 0;
	answers[1].done = 0;
	err = boot_run(walks, prog, context, &answers[0].done);
	if (!err && !answers[0].done)
		err = -ESRCH;
	return err;
}

static const char *prog_for(enum boot_context context)
{
	return context == BOOT_SOFTIRQ ? "walk_later" : "walk";
}

/* A walk of @pid from @from; @faults: more options for the emulator. */
static void one_case(const char *name, pid_t pid, __u64 from, enum boot_context context,
		     const char *faults)
{
	char asked[128];
	int err;

	if (pid < 0) {
		fail(name, pid);
		return;
	}
	read_maps(pid, maps_before);
	err = walk_once(prog_for(context), pid, from, context);
	if (err) {
		fail(name, err);
		return;
	}
	read_maps(pid, maps_after);
	if (strcmp(maps_before, maps_after)) {
		fail(name, -EAGAIN);
		return;
	}
	snprintf(asked, sizeof(asked), "--from 0x%llx --context %s %s\n", from,
		 boot_context_name(context), faults);
	put_text(name, "maps", maps_before);
	put_text(name, "asked", asked);
	put_answer(name, &answers[0], true);
}

static void in_each_context(const char *name, pid_t pid, const char *faults)
{
	char full[64];

	for (int context = BOOT_PROCESS; context <= BOOT_IRQS_OFF; context++) {
		snprintf(full, sizeof(full), "%s-%s", name, boot_context_name(context));
		one_case(full, pid, 0, context, faults);
	}
}

/* From each end, the middle and the outside of mappings. */
static void from_each_edge(const char *name, pid_t pid)
{
	static const long offsets[] = { -4096, -1, 0, 1, 4096 };
	char full[64], *line;
	int n = 0;

	if (pid < 0 || !read_maps(pid, maps_after))
		return;
	/* one_case() reads maps itself: the edges are picked off a copy */
	char *copy = strdup(maps_after);

	for (line = copy; line && *line && n < 12; line = strchr(line, '\n'), line += !!line, n++) {
		__u64 start = strtoull(line, NULL, 16);

		snprintf(full, sizeof(full), "%s-from-%d", name, n);
		one_case(full, pid, start + offsets[n % 5], BOOT_PROCESS, "");
	}
	free(copy);
	snprintf(full, sizeof(full), "%s-from-last", name);
	one_case(full, pid, ~0ull, BOOT_PROCESS, "");
}

static void spaces(void)
{
	pid_t plain = boot_child(boot_shape_plain, 0);
	pid_t many = boot_child(boot_shape_many, MANY_VMAS);
	pid_t mixed = boot_child(boot_shape_mixed, 0);

	in_each_context("plain", plain, "");
	in_each_context("many", many, "");
	in_each_context("mixed", mixed, "");
	from_each_edge("mixed", mixed);
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

/* Two walks, one after the other: what the first left to irq_work is still to be done. */
static void irq_work_busy(enum boot_context context, const char *name, const char *faults)
{
	pid_t pid = boot_child(boot_shape_plain, 0);
	char asked[128];
	int err = pid < 0 ? pid : walk_once("walk_twice", pid, 0, context);

	if (err || !answers[1].done) {
		fail(name, err ? err : -ESRCH);
	} else {
		read_maps(pid, maps_before);
		snprintf(asked, sizeof(asked), "--context %s %s\n", boot_context_name(context),
			 faults);
		put_text(name, "maps", maps_before);
		put_text(name, "asked", asked);
		put_answer(name, &answers[1], true);
	}
	boot_child_end(pid);
}

/* A writer has mmap_lock: tried until it is met. Which VMAs the fork has locked is by chance. */
static void writer_holds_lock(void)
{
	pid_t pid = boot_child_forking(FORKING_VMAS);
	int err = pid < 0 ? pid : 0;

	for (int i = 0; !err && i < FORKING_TRIES; i++) {
		err = walk_once("walk", pid, ~0ull, BOOT_PROCESS);
		if (err || answers[0].err)
			break;
	}
	if (err) {
		fail("writer", err);
	} else {
		put_text("writer", "maps", "");
		put_text("writer", "asked", "--fault mmap-lock=write\n");
		put_answer("writer", &answers[0], false);
	}
	boot_child_end(pid);
}

/* --- the kernel's selftest, and our own -------------------------------------------------- */

struct selftest_range {
	__u64 start, end;
};

static void selftest(const char *objects)
{
	static char file[256];
	struct bpf_object *obj;
	int *target;
	unsigned int *seen;
	struct selftest_range *ranges;
	FILE *f;
	int err;

	snprintf(file, sizeof(file), "%s/iters_task_vma.bpf.o", objects);
	obj = boot_load(file);
	target = obj ? boot_var(obj, "target_pid") : NULL;
	seen = obj ? boot_var(obj, "vmas_seen") : NULL;
	ranges = obj ? boot_var(obj, "vm_ranges") : NULL;
	if (!target || !seen || !ranges) {
		fail(file, -ENOEXEC);
		return;
	}
	*target = getpid();
	read_maps(getpid(), maps_before);
	err = boot_run(obj, "iter_task_vma_for_each", BOOT_PROCESS, NULL);
	read_maps(getpid(), maps_after);
	if (err || strcmp(maps_before, maps_after)) {
		fail("selftest", err ? err : -EAGAIN);
		return;
	}
	put_text("selftest", "maps", maps_before);
	put_text("selftest", "asked", "\n");
	f = open_out("selftest", "answer");
	fputs("0\n", f);
	for (unsigned int i = 0; i < *seen; i++)
		fprintf(f, "%08llx-%08llx\n", ranges[i].start, ranges[i].end);
	fclose(f);
	bpf_object__close(obj);
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

static void churn(int seconds)
{
	time_t end = time(NULL) + seconds;
	long walked = 0, refused = 0;
	pid_t pid = boot_child_churning();

	for (int i = 0; pid > 0 && time(NULL) < end; i++) {
		enum boot_context context = i % 3;
		int err = walk_once(prog_for(context), pid, 0, context);

		if (err)
			fail("churn", err);
		else if (answers[0].err)
			refused++;
		else if (!ascending(&answers[0]))
			fail("churn: VMAs out of order", -EILSEQ);
		else
			walked++;
		/* it dies while walked, at times, and another one takes its place */
		if (i % 500 == 499) {
			boot_child_end(pid);
			pid = boot_child_churning();
		}
	}
	boot_child_end(pid);
	printf("a process that changes all the time: %ld walks, %ld refused\n", walked, refused);
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
	char file[256];

	if (argc < 3) {
		fprintf(stderr, "usage: boot_guest OBJECTS OUT [SECONDS]\n");
		return 2;
	}
	out_dir = argv[2];
	keep_to_first_cpu();
	snprintf(file, sizeof(file), "%s/boot_walks.bpf.o", argv[1]);
	walks = boot_load(file);
	if (!walks)
		return 1;
	ask = boot_var(walks, "ask");
	answers = boot_var(walks, "answers");
	if (!ask || !answers)
		return 1;

	selftest(argv[1]);
	spaces();
	no_address_space();
	irq_work_busy(BOOT_IRQS_OFF, "second-irqs-off", "--fault irq-work-busy");
	irq_work_busy(BOOT_PROCESS, "second-process", "--fault irq-work-busy");
	writer_holds_lock();
	churn(argc > 3 ? atoi(argv[3]) : 2);
	return failures != 0;
}
