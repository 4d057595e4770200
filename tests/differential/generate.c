// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * generate [-n COUNT] [-s SEED] [-o DIR] OBJECT... : COUNT programs, each judged by the simulated
 * verifier and by the running kernel. Half are mutations of the objects' programs, half are composed
 * (in the frame of the object "carrier.bpf.o", when it is among them). What they do not agree on is
 * made smaller and written to DIR.
 *
 * generate -r OBJECTS-DIR FILE... : judges programs written before.
 *
 * Nothing is attached. Exit 1 when a verdict or a final error differs, 3 without a kernel to ask.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bpf/vmlinux.h"
#include "tests/differential/generate.h"

#define BATCH		200	/* programs of one process */
#define BATCH_SECONDS	120	/* then the rest is left to the next */
#define HANG_SECONDS	900

static const char *const finding_names[FINDINGS] = {
	[SAME] = "same", [COUNTS_DIFFER] = "counts differ", [MESSAGE_DIFFERS] = "message differs",
	[VERDICT_DIFFERS] = "verdict differs", [UNSUPPORTED] = "unsupported", [NO_ORACLE] = "no oracle",
};

/* Shared with the children. */
struct shared {
	uint64_t seed;		/* of the program in hand */
	uint32_t found[2][FINDINGS];	/* of mutations, of composed ones */
	uint32_t accepted[2], died, written;
};

static struct shared *shared;
static struct tv_btf *vmlinux;
static const char *out_dir = "generated";
static bool keep_counts;

static int no_print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return 0;
}

/* --- one program ------------------------------------------------------------------ */

static void write_down(struct frame *frame, uint32_t prog, struct draft *draft,
		       const struct judgement *first, uint64_t seed)
{
	struct judgement last = *first;
	char path[4096];
	FILE *f;

	shrink(frame, prog, draft, first);
	judge(frame, prog, draft, &last);
	snprintf(path, sizeof(path), "%s/%llu.txt", out_dir, (unsigned long long)seed);
	f = fopen(path, "we");
	if (!f)
		return;
	draft_print(f, frame, prog, draft, &last);
	fclose(f);
	shared->written++;
	printf("  %s: %s: %s\n", finding_names[first->finding], path, last.text);
}

static void try_one(struct frame *frame, uint32_t prog, uint64_t seed, bool composed)
{
	struct chance chance = { seed };
	static struct draft draft;
	struct judgement j;

	if (!draft_of(&draft, &frame->obj->progs[prog]))
		return;
	if (composed)
		compose(&draft, frame->obj, &chance);
	else
		mutate(&draft, &chance);
	shared->seed = seed;
	judge(frame, prog, &draft, &j);
	shared->found[composed][j.finding]++;
	shared->accepted[composed] += !j.theirs;
	if (j.finding == VERDICT_DIFFERS || j.finding == MESSAGE_DIFFERS ||
	    (j.finding == COUNTS_DIFFER && keep_counts))
		write_down(frame, prog, &draft, &j, seed);
	else if (j.finding == UNSUPPORTED)
		printf("  unsupported: %.100s\n", j.text);
}

/* --- many programs ---------------------------------------------------------------- */

static bool is_carrier(const char *file)
{
	const char *slash = strrchr(file, '/');

	return !strcmp(slash ? slash + 1 : file, "carrier.bpf.o");
}

/* @count programs of one object; seeds follow each other. */
static void batch(const char *file, uint64_t seed, uint32_t count)
{
	time_t end = time(NULL) + BATCH_SECONDS;
	struct frame frame;
	uint32_t i, prog, tries;

	alarm(HANG_SECONDS);
	if (frame_open(&frame, file, vmlinux))
		return;
	for (i = 0; i < count && frame.obj->prog_cnt && time(NULL) < end; i++) {
		struct chance chance = { seed + i };

		for (tries = 0; tries < 50; tries++) {
			prog = chance_below(&chance, frame.obj->prog_cnt);
			if (frame_has(&frame, prog))
				break;
		}
		if (tries < 50)
			try_one(&frame, prog, seed + i, is_carrier(file));
	}
	frame_close(&frame);
}

static void batch_apart(const char *file, uint64_t seed, uint32_t count)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		batch(file, seed, count);
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status) {
		printf("  DIED %s, seed %llu: status %d\n", file, (unsigned long long)shared->seed, status);
		shared->died++;
	}
}

static uint32_t judged(void)
{
	uint32_t sum = 0, i;

	for (i = 0; i < FINDINGS; i++)
		sum += shared->found[0][i] + shared->found[1][i];
	return sum;
}

static void generate(char **files, int file_cnt, uint32_t count, uint64_t seed)
{
	const char *carrier = NULL;
	struct chance chance = { seed };
	uint32_t round, before;
	int i;

	for (i = 0; i < file_cnt; i++)
		carrier = is_carrier(files[i]) ? files[i] : carrier;
	for (round = 0; judged() < count; round++) {
		const char *file = files[chance_below(&chance, (uint32_t)file_cnt)];
		uint32_t left = count - judged();

		before = judged() + shared->died;
		if (carrier && round % 2)
			file = carrier;
		batch_apart(file, seed * 1000000 + (uint64_t)round * BATCH, left < BATCH ? left : BATCH);
		if (round > count && before == judged() + shared->died)
			break;	/* nothing can be judged here */
	}
}

static void print_table(void)
{
	int i;

	printf("%-18s %9s %9s\n", "programs", "mutated", "composed");
	for (i = 0; i < FINDINGS; i++)
		printf("%-18s %9u %9u\n", finding_names[i], shared->found[0][i], shared->found[1][i]);
	printf("%-18s %9u %9u\n", "(accepted)", shared->accepted[0], shared->accepted[1]);
	printf("died: %u\n", shared->died);
}

static bool all_well(void)
{
	return !shared->died && !shared->found[0][VERDICT_DIFFERS] && !shared->found[1][VERDICT_DIFFERS] &&
	       !shared->found[0][MESSAGE_DIFFERS] && !shared->found[1][MESSAGE_DIFFERS];
}

/* --- replaying -------------------------------------------------------------------- */

static int replay_one(const char *dir, const char *path)
{
	char object[512], program[512], file[4096];
	const struct tv_bpf_prog *prog;
	static struct draft draft;
	struct judgement j = { .finding = NO_ORACLE };
	struct frame frame;
	int err;

	err = draft_frame(path, object, program, sizeof(object));
	snprintf(file, sizeof(file), "%s/%s", dir, object);
	if (err || frame_open(&frame, file, vmlinux)) {
		printf("  no oracle: %s: no frame %s\n", path, file);
		return 0;
	}
	prog = tv_bpf_object_prog(frame.obj, program);
	err = prog ? draft_read(path, &frame, &draft) : -ENOENT;
	if (!err && frame_has(&frame, (uint32_t)(prog - frame.obj->progs)))
		judge(&frame, (uint32_t)(prog - frame.obj->progs), &draft, &j);
	printf("  %s: %s: %s\n", finding_names[j.finding], path, err ? strerror(-err) : j.text);
	frame_close(&frame);
	return err || j.finding == VERDICT_DIFFERS || j.finding == MESSAGE_DIFFERS || j.finding == COUNTS_DIFFER;
}

static int replay(char **paths, int cnt)
{
	int failed = 0, i;

	for (i = 1; i < cnt; i++)
		failed += replay_one(paths[0], paths[i]);
	printf("%d programs of earlier differences, %d differ\n", cnt - 1, failed);
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct tv_bpf_error error;
	uint32_t count = 1000;
	uint64_t seed = 1;
	bool again = false;
	int option;

	while ((option = getopt(argc, argv, "n:s:o:rc")) != -1) {
		if (option == 'n')
			count = (uint32_t)strtoul(optarg, NULL, 10);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 10);
		else if (option == 'o')
			out_dir = optarg;
		else if (option == 'r')
			again = true;
		else if (option == 'c')
			keep_counts = true;
		else
			return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	libbpf_set_print(no_print);
	tv_bpf_error_init(&error, "vmlinux");
	if (geteuid() || tv_vmlinux_open(TV_VMLINUX_RUNNING, &vmlinux, &error) ||
	    libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_RAW_TRACEPOINT, NULL) != 1)
		return 3;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || optind >= argc)
		return 2;
	if (again)
		return replay(argv + optind, argc - optind);
	generate(argv + optind, argc - optind, count, seed);
	print_table();
	tv_btf_free(vmlinux);
	return !all_well();
}
