// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Programs as no compiler and no loader makes them: those of tests/verifier/altered.bpf.c, each changed
 * in one place after it was loaded, and what the verifier says then.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/vmlinux.h"
#include "verifier_sim/verifier_sim.h"

#ifndef VERIFIER_PROGRAMS
#error "the folder of the compiled programs"
#endif

#define ARENA 33 /* BPF_MAP_TYPE_ARENA, newer than some headers */

static struct tv_btf *vmlinux;

/* One program, and how it is verified. */
struct trial {
	struct tv_bpf_object *obj;
	struct tv_bpf_prog *prog;
	struct tv_verify_opts opts;
};

static int set_up(void **state)
{
	struct tv_bpf_error error;

	tv_bpf_error_init(&error, "built-in");
	return tv_vmlinux_open(TV_VMLINUX_BUILTIN, &vmlinux, &error);
}

static int tear_down(void **state)
{
	tv_btf_free(vmlinux);
	return 0;
}

static struct trial trial_of(const char *name)
{
	const struct tv_bpf_opts opts = { .vmlinux = vmlinux, .kernel_version = 6 << 16 | 12 << 8 };
	struct trial t = { .opts = { .kernel = TV_KERNEL_6_18, .vmlinux = vmlinux } };
	struct tv_bpf_error error;

	tv_bpf_error_init(&error, "altered");
	assert_int_equal(
		tv_bpf_object_open(VERIFIER_PROGRAMS "/altered.bpf.o", &opts, &t.obj, &error), 0);
	for (uint32_t i = 0; i < t.obj->prog_cnt; i++)
		if (!strcmp(t.obj->progs[i].name, name))
			t.prog = &t.obj->progs[i];
	assert_non_null(t.prog);
	return t;
}

/* Says what the verifier has to say, and ends the trial. */
static void judge(struct trial *t, enum tv_verify_verdict verdict, int err, const char *message)
{
	struct tv_verify_result res;

	assert_int_equal(tv_verify(t->obj, t->prog, &t->opts, &res), 0);
	assert_string_equal(res.message, message);
	assert_int_equal(res.verdict, verdict);
	assert_int_equal(res.err, err);
	tv_verify_result_fini(&res);
	tv_bpf_object_close(t->obj);
}

static struct tv_bpf_map *map_of(struct trial *t, const char *name)
{
	for (uint32_t i = 0; i < t->obj->map_cnt; i++)
		if (!strcmp(t->obj->maps[i].name, name))
			return &t->obj->maps[i];
	fail_msg("no map %s", name);
	return NULL;
}

/* The first instruction with this opcode. */
static struct bpf_insn *insn_of(struct trial *t, uint8_t code)
{
	for (uint32_t i = 0; i < t->prog->insn_cnt; i++)
		if (t->prog->insns[i].code == code)
			return &t->prog->insns[i];
	fail_msg("no instruction %02x", code);
	return NULL;
}

#define LDIMM64 (BPF_LD | BPF_DW | BPF_IMM)
#define CALL (BPF_JMP | BPF_CALL)

#define NO_SLEEP \
	"Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable"

/* --- sleeping ----------------------------------------------------------------------------- */

static void may_not_sleep(void **state)
{
	static const char *const names[] = { "raw", "tracepoint" };

	for (int i = 0; i < 2; i++) {
		struct trial t = trial_of(names[i]);

		t.opts.set_flags = true;
		t.opts.flags = BPF_F_SLEEPABLE;
		judge(&t, TV_REJECT, -EINVAL, NO_SLEEP);
	}
}

static void may_sleep(void **state)
{
	struct trial t = trial_of("probe");

	t.opts.set_flags = true;
	t.opts.flags = BPF_F_SLEEPABLE;
	judge(&t, TV_ACCEPT, 0, "");
	t = trial_of("entry");
	t.opts.set_flags = true;
	t.opts.flags = BPF_F_SLEEPABLE;
	judge(&t, TV_UNSUPPORTED, 0, "sleepable programs attached to functions");
}

static void has_to_sleep(void **state)
{
	struct trial t = trial_of("call");

	t.prog->flags = 0;
	judge(&t, TV_REJECT, -EINVAL, "Syscall programs can only be sleepable");
}

/* --- what it is attached to --------------------------------------------------------------- */

static void attached_to(const char *name, uint32_t id, const char *message)
{
	struct trial t = trial_of(name);

	t.prog->attach_btf_id = id;
	judge(&t, TV_REJECT, -EINVAL, message);
}

static void attached_to_nothing(void **state)
{
	attached_to("tracepoint", 0, "Tracing programs must provide btf_id");
	attached_to("tracepoint", 1 << 24, "attach_btf_id 16777216 is invalid");
	attached_to("tracepoint", 1, "attach_btf_id 1 is not a typedef");
	attached_to("entry", 1, "attach_btf_id 1 is not a function");
}

static void attached_as(uint32_t type, const char *message)
{
	struct trial t = trial_of("entry");

	t.prog->attach_type = type;
	judge(&t, TV_UNSUPPORTED, 0, message);
	t = trial_of("entry");
	t.prog->attach_type = type;
	t.prog->flags = BPF_F_SLEEPABLE;
	if (type == BPF_LSM_CGROUP)
		judge(&t, TV_REJECT, -EINVAL, NO_SLEEP);
	else
		judge(&t, TV_UNSUPPORTED, 0, message);
}

static void attached_otherwise(void **state)
{
	attached_as(BPF_MODIFY_RETURN, "fmod_ret programs");
	attached_as(BPF_TRACE_ITER, "bpf_iter programs");
	attached_as(BPF_LSM_CGROUP, "tracing attach type 43");
}

/* --- maps ----------------------------------------------------------------------------------- */

static void map_of_type(uint32_t type, enum tv_verify_verdict verdict, int err, const char *message)
{
	struct trial t = trial_of("with_map");

	map_of(&t, "table")->type = type;
	judge(&t, verdict, err, message);
}

static void maps_of_other_types(void **state)
{
	map_of_type(BPF_MAP_TYPE_STRUCT_OPS, TV_REJECT, -EINVAL,
		    "bpf_struct_ops map cannot be used in prog");
	map_of_type(ARENA, TV_UNSUPPORTED, 0, "arena maps");
}

static void descriptor(int imm, int err, const char *message)
{
	struct trial t = trial_of("with_map");

	insn_of(&t, LDIMM64)->imm = imm;
	judge(&t, TV_REJECT, err, message);
}

static void descriptors_that_are_no_maps(void **state)
{
	descriptor(-1 - 1, -EINVAL, "fd 1 is not pointing to valid bpf_map");
	descriptor(-1 - 3, -EBADF, "fd 3 is not pointing to valid bpf_map");
	descriptor(1000, -EBADF, "fd -1001 is not pointing to valid bpf_map");
}

static void map_with_an_offset(void **state)
{
	struct trial t = trial_of("with_map");

	insn_of(&t, LDIMM64)[1].imm = 8;
	judge(&t, TV_REJECT, -EINVAL, "unrecognized bpf_ld_imm64 insn");
}

static void address_in_a_table(void **state)
{
	struct trial t = trial_of("with_map");

	insn_of(&t, LDIMM64)->src_reg = BPF_PSEUDO_MAP_VALUE;
	judge(&t, TV_REJECT, -EINVAL, "no direct value access support for this map type");
}

static void address_outside_a_value(void **state)
{
	struct trial t = trial_of("with_value");

	insn_of(&t, LDIMM64)[1].imm = 8;
	judge(&t, TV_REJECT, -EINVAL, "invalid access to map value pointer, value_size=8 off=8");
}

static void address_in_one_of_several(void **state)
{
	struct trial t = trial_of("with_value");
	struct bpf_insn *insn = insn_of(&t, LDIMM64);

	t.obj->maps[insn->imm].max_entries = 2;
	judge(&t, TV_REJECT, -524, "invalid access to map value pointer, value_size=8 off=0");
}

/* each of the fields that have to be 0 in the second half */
static void second_half_of_an_immediate(void **state)
{
	static const struct bpf_insn second[] = {
		{ .code = 1 },
		{ .dst_reg = 1 },
		{ .src_reg = 1 },
		{ .off = 1 },
	};

	for (size_t i = 0; i < sizeof(second) / sizeof(second[0]); i++) {
		struct trial t = trial_of("with_value");

		insn_of(&t, LDIMM64)[1] = second[i];
		judge(&t, TV_REJECT, -EINVAL, "invalid bpf_ld_imm64 insn");
	}
}

/* --- functions ---------------------------------------------------------------------------- */

static void call_to_nowhere(void **state)
{
	struct trial t = trial_of("with_function");

	insn_of(&t, CALL)->imm = 1000;
	judge(&t, TV_REJECT, -EINVAL, "call to invalid destination");
	t = trial_of("with_function");
	insn_of(&t, CALL)->imm = -1000;
	judge(&t, TV_REJECT, -EINVAL, "call to invalid destination");
}

static void records_of_functions(void **state)
{
	struct trial t = trial_of("with_function");

	t.prog->func_info_cnt = 1;
	judge(&t, TV_REJECT, -EINVAL,
	      "number of funcs in func_info doesn't match number of subprogs");
	t = trial_of("with_function");
	t.prog->func_info[1].insn_off--;
	judge(&t, TV_REJECT, -EINVAL,
	      "func_info BTF section doesn't match subprog layout in BPF program");
	t = trial_of("with_function");
	t.prog->func_info[1].type_id = 1;
	judge(&t, TV_REJECT, -EINVAL, "invalid type id 1 in func info");
	t = trial_of("with_function");
	t.prog->func_info[1].type_id = 1 << 24;
	judge(&t, TV_REJECT, -EINVAL, "invalid type id 16777216 in func info");
	t = trial_of("with_function");
	t.prog->func_info_cnt = 0;
	judge(&t, TV_ACCEPT, 0, "");
}

/* --- kernels without types, without symbols ------------------------------------------------- */

static void no_types(const char *name, enum tv_verify_verdict verdict, int err, const char *message)
{
	struct trial t = trial_of(name);

	t.opts.vmlinux = NULL;
	judge(&t, verdict, err, message);
}

static void kernel_without_types(void **state)
{
	no_types("with_kernel_function", TV_REJECT, -524,
		 "calling kernel function is not supported without CONFIG_DEBUG_INFO_BTF");
	no_types("with_task", TV_UNSUPPORTED, 0, "kernel type task_struct (not in BTF)");
	no_types("with_task_argument", TV_UNSUPPORTED, 0, "kernel type task_struct (not in BTF)");
	no_types("raw", TV_ACCEPT, 0, "");
}

/* --- kernels whose function is of another type ------------------------------------------------ */

static uint32_t kernel_type(const char *name, uint32_t kind)
{
	int id = tv_btf_find(vmlinux, name, kind);

	assert_true(id > 0);
	return (uint32_t)id;
}

/* The parameters of bpf_iter_num_new() in the kernel's types, which are ours to change. */
static struct btf_type *iter_num_new(struct btf_param **params)
{
	const struct btf_type *fn = tv_btf_type(vmlinux, kernel_type("bpf_iter_num_new", BTF_KIND_FUNC));
	struct btf_type *proto = (struct btf_type *)tv_btf_type(vmlinux, fn->type);

	*params = btf_params(proto);
	assert_int_equal(btf_vlen(proto), 3);
	return proto;
}

/* It is loaded by the types as they are, and judged by the altered ones. */
static void functions_of_other_types(void **state)
{
	const uint32_t task = kernel_type("task_struct", BTF_KIND_STRUCT);
	struct btf_param *params, saved;
	struct btf_type *proto = iter_num_new(&params), *iter, was = *proto;
	struct trial t = trial_of("with_iterator");

	proto->info += 3;		/* parameters */
	judge(&t, TV_REJECT, -EINVAL, "Function bpf_iter_num_new has 6 > 5 args");
	*proto = was;

	t = trial_of("with_iterator");
	saved = params[1];
	params[1].type = task;
	judge(&t, TV_REJECT, -EINVAL, "Unrecognized arg#1 type STRUCT");
	params[1] = saved;

	t = trial_of("with_iterator");
	iter = (struct btf_type *)tv_btf_type(vmlinux, params[0].type);
	was = *iter;
	iter->type = task;
	judge(&t, TV_REJECT, -EINVAL, "expected valid iter pointer as arg #0");
	*iter = was;
}

static int some_symbol(void *ctx, const char *name, uint64_t *addr)
{
	const char **asked = ctx;

	assert_string_equal(name, "bpf_prog_active");
	*addr = UINT64_C(0xffffffff81000000);
	return *asked ? -ENOENT : 0;
}

static void variable_without_address(void **state)
{
	const char *missing = NULL;
	struct trial t = trial_of("with_kernel_variable");

	t.opts.ksym = some_symbol;
	t.opts.ksym_ctx = &missing;
	judge(&t, TV_ACCEPT, 0, "");
	missing = "bpf_prog_active";
	t = trial_of("with_kernel_variable");
	t.opts.ksym = some_symbol;
	t.opts.ksym_ctx = &missing;
	judge(&t, TV_REJECT, -ENOENT,
	      "ldimm64 failed to find the address for kernel symbol 'bpf_prog_active'.");
}

static void not_altered(void **state)
{
	static const char *const names[] = { "raw",
					     "call",
					     "probe",
					     "with_iterator",
					     "tracepoint",
					     "entry",
					     "with_map",
					     "with_value",
					     "with_kernel_variable",
					     "with_kernel_function",
					     "with_task",
					     "with_function" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct trial t = trial_of(names[i]);

		judge(&t, TV_ACCEPT, 0, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(not_altered),
		cmocka_unit_test(may_not_sleep),
		cmocka_unit_test(may_sleep),
		cmocka_unit_test(has_to_sleep),
		cmocka_unit_test(attached_to_nothing),
		cmocka_unit_test(attached_otherwise),
		cmocka_unit_test(maps_of_other_types),
		cmocka_unit_test(descriptors_that_are_no_maps),
		cmocka_unit_test(map_with_an_offset),
		cmocka_unit_test(address_in_a_table),
		cmocka_unit_test(address_outside_a_value),
		cmocka_unit_test(address_in_one_of_several),
		cmocka_unit_test(second_half_of_an_immediate),
		cmocka_unit_test(call_to_nowhere),
		cmocka_unit_test(records_of_functions),
		cmocka_unit_test(kernel_without_types),
		cmocka_unit_test(functions_of_other_types),
		cmocka_unit_test(variable_without_address),
	};

	return cmocka_run_group_tests_name("altered programs", tests, set_up, tear_down) != 0;
}
