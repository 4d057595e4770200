// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Instruction soup: programs of random instructions, and damaged objects, through the simulated verifier. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "tests/unit/bpf_compile.h"
#include "verifier_sim/verifier_sim.h"

#define SECONDS		4
#define MEMORY		(64u << 20)
#define MAX_INSNS	300

static uint64_t seed = 20240229;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % below;
}

static void verify(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog)
{
	struct tv_verify_opts opts = {
		.kernel = draw(4) ? TV_KERNEL_6_18 : TV_KERNEL_6_12, .vmlinux = compiled.vmlinux,
		.log_level = draw(4) ? 0 : TV_LOG_ALL, .log_limit = 1 << 20, .memory_limit = MEMORY,
		.set_flags = true, .flags = draw(3) ? 0 : BPF_F_TEST_STATE_FREQ,
	};
	struct tv_verify_result res;

	if (tv_verify(obj, prog, &opts, &res))
		return;
	assert_non_null(res.message);
	assert_true(res.verdict == TV_ACCEPT || res.message[0]);
	assert_true(res.peak_memory <= MEMORY + (1 << 20));
	tv_verify_result_fini(&res);
}

/* Mostly opcodes that exist, registers that exist, jumps that stay near. */
static struct bpf_insn random_insn(const struct tv_bpf_prog *like)
{
	struct bpf_insn insn = { .code = (uint8_t)draw(256), .dst_reg = draw(11), .src_reg = draw(11) };

	/* half of them from a real program */
	if (draw(2))
		insn = like->insns[draw(like->insn_cnt)];
	if (!draw(4))
		insn.off = (int16_t)(draw(41) - 20);
	if (!draw(4))
		insn.imm = (int32_t)(draw(2) ? draw(256) : draw(UINT32_MAX));
	if (!draw(8))
		insn.dst_reg = draw(16);
	if (!draw(8))
		insn.src_reg = draw(16);
	return insn;
}

static void soup_is_judged(void **state)
{
	static struct bpf_insn insns[MAX_INSNS];
	time_t end = time(NULL) + SECONDS;
	struct tv_bpf_object *obj;
	struct tv_bpf_error error;
	uint32_t i;

	tv_bpf_error_init(&error, "soup");
	assert_int_equal(tv_bpf_object_open_mem(compiled.data, compiled.size, "soup.bpf.o", &compiled.opts,
						&obj, &error), 0);
	while (time(NULL) < end) {
		struct tv_bpf_prog prog = obj->progs[draw(obj->prog_cnt)];

		if (prog.err)
			continue;
		prog.insn_cnt = 1 + draw(draw(2) ? 12 : MAX_INSNS);
		for (i = 0; i < prog.insn_cnt; i++)
			insns[i] = random_insn(&obj->progs[0]);
		/* or the program itself, with a few changes */
		if (draw(2) && obj->progs[0].insn_cnt <= MAX_INSNS) {
			memcpy(insns, obj->progs[0].insns, obj->progs[0].insn_cnt * sizeof(insns[0]));
			prog.insn_cnt = obj->progs[0].insn_cnt;
			for (i = 0; i < 3; i++)
				insns[draw(prog.insn_cnt)] = random_insn(&obj->progs[0]);
		}
		prog.insns = insns;
		prog.func_info_cnt = draw(2) ? 0 : prog.func_info_cnt;
		prog.line_info_cnt = 0;
		verify(obj, &prog);
	}
	tv_bpf_object_close(obj);
}

/* Objects with a few bytes changed: what still opens is judged. */
static void damaged_objects_are_judged(void **state)
{
	unsigned char *copy = malloc(compiled.size);
	time_t end = time(NULL) + SECONDS;
	struct tv_bpf_object *obj;
	struct tv_bpf_error error;
	uint32_t i, n;

	while (time(NULL) < end) {
		memcpy(copy, compiled.data, compiled.size);
		for (n = 1 + draw(4); n; n--)
			copy[draw((uint32_t)compiled.size)] = (unsigned char)draw(256);
		tv_bpf_error_init(&error, "damaged");
		if (tv_bpf_object_open_mem(copy, compiled.size, "damaged.bpf.o", &compiled.opts, &obj, &error))
			continue;
		for (i = 0; i < obj->prog_cnt; i++)
			if (!obj->progs[i].err)
				verify(obj, &obj->progs[i]);
		tv_bpf_object_close(obj);
	}
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(soup_is_judged),
		cmocka_unit_test(damaged_objects_are_judged),
	};

	return cmocka_run_group_tests(tests, compile_program, forget_program) != 0;
}
