// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * verify_bench [--each] OBJECT...: the time the simulated verifier takes over what the running kernel's
 * own "verification time" is, for the same programs in the same run, without logs; and the most memory
 * that states took. Of each program the least of several runs counts, of either side, taken by turns.
 *
 * Exit 3 when this machine has no bpf(2) or no BTF.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bpf/vmlinux.h"
#include "tests/differential/verifier_kernel.h"
#include "verifier_sim/verifier_sim.h"

#define ROUNDS	5

struct sum {
	uint64_t ours, theirs;		/* microseconds */
	uint64_t memory;
	unsigned int programs, slower;
	double worst;
	char worst_name[128];
};

static int no_print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return !a || b < a ? b : a;
}

static void add(struct sum *sum, const char *file, const char *prog, uint64_t ours, uint64_t theirs,
		bool each)
{
	double ratio = (double)ours / (double)theirs;

	sum->ours += ours;
	sum->theirs += theirs;
	sum->programs++;
	sum->slower += ratio > 1;
	if (each)
		printf("  %-40.40s %9lu us, kernel %9lu us, %5.2f\n", prog, (unsigned long)ours,
		       (unsigned long)theirs, ratio);
	if (ratio <= sum->worst)
		return;
	sum->worst = ratio;
	snprintf(sum->worst_name, sizeof(sum->worst_name), "%s", prog);
}

static void run_round(const char *file, const struct tv_bpf_object *obj, const struct tv_btf *vmlinux,
		      uint64_t *ours, uint64_t *theirs, struct sum *sum)
{
	struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18, .vmlinux = vmlinux };
	struct kernel_verdict *verdicts = calloc(obj->prog_cnt + 1, sizeof(*verdicts));
	struct tv_verify_result res;

	if (!verdicts || kernel_time(file, obj, verdicts)) {
		free(verdicts);
		return;
	}
	/* twice: the logs asked for above have been given back to the system, page by page */
	for (uint32_t n = 0; n < 2 * obj->prog_cnt; n++) {
		uint32_t i = n % obj->prog_cnt;

		if (obj->progs[i].err || !verdicts[i].usec || tv_verify(obj, &obj->progs[i], &opts, &res))
			continue;
		if (res.verdict != TV_UNSUPPORTED) {
			ours[i] = least(ours[i], res.duration_us ? res.duration_us : 1);
			theirs[i] = least(theirs[i], verdicts[i].usec);
			if (res.peak_memory > sum->memory)
				sum->memory = res.peak_memory;
		}
		tv_verify_result_fini(&res);
	}
	kernel_verdicts_free(obj, verdicts);
	free(verdicts);
}

static void bench_object(const char *file, const struct tv_btf *vmlinux, struct sum *sum, bool each)
{
	struct tv_bpf_opts opts = { .vmlinux = vmlinux, .nr_cpus = (uint32_t)libbpf_num_possible_cpus(),
				    .size_maps = true };
	struct tv_bpf_object *obj;
	uint64_t *ours, *theirs;

	if (tv_bpf_object_open(file, &opts, &obj, NULL))
		return;
	ours = calloc(obj->prog_cnt + 1, sizeof(*ours));
	theirs = calloc(obj->prog_cnt + 1, sizeof(*theirs));
	for (int round = 0; ours && theirs && round < ROUNDS; round++)
		run_round(file, obj, vmlinux, ours, theirs, sum);
	for (uint32_t i = 0; ours && theirs && i < obj->prog_cnt; i++)
		if (ours[i] && theirs[i])
			add(sum, file, obj->progs[i].name, ours[i], theirs[i], each);
	free(ours);
	free(theirs);
	tv_bpf_object_close(obj);
}

int main(int argc, char **argv)
{
	bool each = argc > 1 && !strcmp(argv[1], "--each");
	struct sum sum = { 0 };
	struct tv_btf *vmlinux;

	libbpf_set_print(no_print);
	if (access("/sys/kernel/btf/vmlinux", R_OK) || tv_vmlinux_open(TV_VMLINUX_RUNNING, &vmlinux, NULL) ||
	    libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_RAW_TRACEPOINT, NULL) != 1)
		return 3;
	for (int i = 1 + each; i < argc; i++)
		bench_object(argv[i], vmlinux, &sum, each);
	tv_btf_free(vmlinux);
	if (!sum.theirs) {
		printf("verify: no program was judged by both\n");
		return 1;
	}
	printf("verify: %u programs, ours %.1f ms, the kernel %.1f ms: %.2f in sum; %u slower than the kernel, "
	       "worst %.2f (%s); peak memory of states %.1f MB\n", sum.programs, (double)sum.ours / 1000,
	       (double)sum.theirs / 1000, (double)sum.ours / (double)sum.theirs, sum.slower, sum.worst,
	       sum.worst_name, (double)sum.memory / (1 << 20));
	return 0;
}
