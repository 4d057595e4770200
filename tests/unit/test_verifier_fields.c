// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Kernel pointers in map values. What says where they are is a tag that clang 14 forgets, so the
 * programs of tests/verifier/fields.bpf.c that touch one are judged here with the field put in its
 * place by hand.
 */
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

static const struct wanted {
	const char *prog;
	enum tv_verify_verdict verdict;
	const char *message;
} wanted[] = {
	{ "beside_a_pointer", TV_ACCEPT, "" },
	{ "pointer_loaded", TV_UNSUPPORTED, "kernel pointers in map values (kptr)" },
	{ "half_a_pointer", TV_REJECT, "kptr access size must be BPF_DW" },
	{ "across_a_pointer", TV_REJECT, "kptr access misaligned expected=8 off=4" },
	{ "perhaps_a_pointer", TV_REJECT, "kptr access cannot have variable offset" },
	{ "pointer_passed_to_helper", TV_REJECT, "kptr cannot be accessed indirectly by helper" },
};

static struct tv_btf *vmlinux;
static struct tv_bpf_object *object;
/* the one at bytes 8 to 15 of the value of @pointers */
static struct tv_bpf_field pointer = { .offset = 8, .size = 8 };

static int set_up(void **state)
{
	const struct tv_bpf_opts opts = { .kernel_version = 6 << 16 | 12 << 8 };
	struct tv_bpf_error error;

	tv_bpf_error_init(&error, "built-in");
	if (tv_vmlinux_open(TV_VMLINUX_BUILTIN, &vmlinux, &error) ||
	    tv_bpf_object_open(VERIFIER_PROGRAMS "/fields.bpf.o", &opts, &object, &error))
		return -1;
	for (uint32_t i = 0; i < object->map_cnt; i++) {
		if (strcmp(object->maps[i].name, "pointers"))
			continue;
		object->maps[i].fields = &pointer;
		object->maps[i].field_cnt = 1;
		return 0;
	}
	return -1;
}

static int tear_down(void **state)
{
	tv_bpf_object_close(object);
	tv_btf_free(vmlinux);
	return 0;
}

static const struct tv_bpf_prog *prog_of(const char *name)
{
	for (uint32_t i = 0; i < object->prog_cnt; i++)
		if (!strcmp(object->progs[i].name, name))
			return &object->progs[i];
	fail_msg("no program %s", name);
	return NULL;
}

static void judge(const struct wanted *w, enum tv_kernel kernel)
{
	const struct tv_verify_opts opts = { .kernel = kernel, .vmlinux = vmlinux };
	struct tv_verify_result res;

	assert_int_equal(tv_verify(object, prog_of(w->prog), &opts, &res), 0);
	assert_string_equal(res.message, w->message);
	assert_int_equal(res.verdict, w->verdict);
	tv_verify_result_fini(&res);
}

static void judge_all(enum tv_field_kind kind)
{
	pointer.kind = kind;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		judge(&wanted[i], TV_KERNEL_6_12);
		judge(&wanted[i], TV_KERNEL_6_18);
	}
}

static void unreferenced(void **state)
{
	judge_all(TV_FIELD_KPTR_UNREF);
}

static void referenced(void **state)
{
	judge_all(TV_FIELD_KPTR_REF);
}

static void of_each_cpu(void **state)
{
	judge_all(TV_FIELD_KPTR_PERCPU);
}

static void of_user_memory(void **state)
{
	judge_all(TV_FIELD_UPTR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unreferenced),
		cmocka_unit_test(referenced),
		cmocka_unit_test(of_each_cpu),
		cmocka_unit_test(of_user_memory),
	};

	return cmocka_run_group_tests_name("verifier fields", tests, set_up, tear_down) != 0;
}
