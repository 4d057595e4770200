// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * returns_run OBJECT...: the kernel's own verifier tests say of many programs what they return
 * (__retval). Those that the simulated verifier accepts are run on the interpreter, and have to return that.
 * Each program that was left out is counted, by why. Exit: 0 all do, 1 some do not.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/machine.h"
#include "bpf/tags.h"
#include "bpf/vmlinux.h"
#include "verifier_sim/verifier_sim.h"

#define ANY_VALUE	0xcafe4a	/* the kernel's POINTER_VALUE, as far as it is a number: not compared */
#define MAX_RUN		2000000000u
#define CTX_SIZE	96		/* a raw tracepoint's most */

static unsigned int same, other, unverified, unmodelled;
static uint64_t seed = 88172645463325252;

/* Time and chance: any number will do. */
static uint64_t some_number(struct tv_machine *machine, const uint64_t args[5])
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 8);
}

static tv_call_fn *number_helper(void *arg, int id)
{
	return id == BPF_FUNC_get_prandom_u32 || id == BPF_FUNC_ktime_get_ns || id == BPF_FUNC_jiffies64 ?
	       some_number : NULL;
}

/* What the kernel's runner puts into the maps of two of its files before it runs their programs. */
static void fill_maps(const struct tv_bpf_object *obj, struct tv_machine *machine)
{
	const bool access = strstr(obj->path, "/verifier_array_access.");
	const uint32_t index = 7 * 4, sixth = 0xabcdef12, key = 0;
	uint32_t i;

	if (!access && !strstr(obj->path, "/verifier_value_ptr_arith."))
		return;
	for (i = 0; i < obj->map_cnt; i++) {
		uint8_t *value;

		if (strcmp(obj->maps[i].name, access ? "map_array_ro" : "map_array_48b") ||
		    !tv_machine_map(machine, i))
			continue;
		value = tv_map_value(tv_machine_map(machine, i), &key, 0);
		memcpy(value, &index, sizeof(index));
		memcpy(value + 4 + 6 * 4, &sixth, sizeof(sixth));
	}
}

static void run(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog, const struct tv_btf *vmlinux,
		const uint8_t *probe_loads, int want)
{
	static const struct tv_env env = { .helper = number_helper };
	const struct tv_machine_opts opts = {
		.vmlinux = vmlinux, .env = &env, .max_insns = MAX_RUN, .kernel = TV_KERNEL_6_18,
	};
	static const uint8_t ctx[CTX_SIZE];
	struct tv_run_result result;
	struct tv_machine *machine;
	struct tv_bpf_error error;

	tv_bpf_error_init(&error, obj->path);
	if (tv_machine_create(obj, &opts, &machine, &error) || tv_machine_load(machine, prog, probe_loads)) {
		printf("%s: %s: %s\n", obj->name, prog->name, error.text);
		other++;
		return;
	}
	fill_maps(obj, machine);
	tv_machine_run(machine, prog, ctx, sizeof(ctx), &result);
	tv_machine_destroy(machine);
	if (result.end == TV_RUN_UNSUPPORTED) {
		unmodelled++;
	} else if (result.end != TV_RUN_DONE) {
		printf("%s: %s: %s\n", obj->name, prog->name, result.why);
		other++;
	} else if (want != ANY_VALUE && (int)result.retval != want) {
		printf("%s: %s: returns %d, not %d\n", obj->name, prog->name, (int)result.retval, want);
		other++;
	} else {
		same++;
	}
}

static void try_program(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog, const struct tv_btf *vmlinux)
{
	const struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18, .vmlinux = vmlinux };
	struct tv_verify_result verdict;
	struct tv_bpf_expect expect;
	bool wanted;
	int want;

	if (prog->err || tv_bpf_expect_init(&expect, obj, prog))
		return;
	wanted = expect.has_retval && expect.verdict != TV_VERDICT_REJECT;
	/* 0xcafe4all is read as far as it is a number */
	want = expect.retval;
	tv_bpf_expect_fini(&expect);
	if (!wanted)
		return;
	if (tv_verify(obj, prog, &opts, &verdict) || verdict.verdict != TV_ACCEPT)
		unverified++;
	else
		run(obj, prog, vmlinux, verdict.probe_loads, want);
	tv_verify_result_fini(&verdict);
}

int main(int argc, char **argv)
{
	struct tv_bpf_opts opts = { .kernel_version = 6 << 16 | 18 << 8, .size_maps = true };
	struct tv_bpf_object *obj;
	struct tv_bpf_error error;
	struct tv_btf *vmlinux;
	uint32_t i;

	tv_bpf_error_init(&error, "/sys/kernel/btf/vmlinux");
	if (tv_vmlinux_open("/sys/kernel/btf/vmlinux", &vmlinux, &error)) {
		fprintf(stderr, "returns_run: no BTF of a kernel here\n");
		return 3;
	}
	opts.vmlinux = vmlinux;
	while (*++argv) {
		tv_bpf_error_init(&error, *argv);
		if (tv_bpf_object_open(*argv, &opts, &obj, &error))
			continue;
		for (i = 0; i < obj->prog_cnt; i++)
			try_program(obj, &obj->progs[i], vmlinux);
		tv_bpf_object_close(obj);
	}
	tv_btf_free(vmlinux);
	printf("%u programs return what the kernel's tests say, %u do not; left out: %u that the simulated "
	       "verifier does not accept (packets, bpf_iter), %u that call what is not modelled\n", same, other,
	       unverified, unmodelled);
	return other ? 1 : 0;
}
