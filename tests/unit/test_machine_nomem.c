// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Each allocation of a machine's life fails once: what was asked says so, and nothing leaks.
 */
#include "bpf/btf.h"
#include "tests/unit/fail_nth.h"
#include "tests/unit/machine_object.h"

enum { HASH, RING, PROGS, FORMAT };

static struct tv_bpf_slot slots[] = { { 0, -1, 1 } };
static struct tv_bpf_map maps[] = {
	[HASH] = { .name = "hash", .section = ".maps", .type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8,
		   .max_entries = 9, .flags = BPF_F_NO_PREALLOC },
	[RING] = { .name = "ring", .section = ".maps", .type = BPF_MAP_TYPE_RINGBUF, .max_entries = 4096 },
	[PROGS] = { .name = "progs", .section = ".maps", .type = BPF_MAP_TYPE_PROG_ARRAY, .key_size = 4,
		    .value_size = 4, .max_entries = 1, .slots = slots, .slot_cnt = 1 },
	[FORMAT] = { .name = "format", .section = ".maps", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8,
		     .max_entries = 1 },
};

/* Puts an element, shows all, formats, iterates bits, leaves a record, and goes on in the other program. */
static struct tv_bpf_prog busy_program(struct bpf_insn *insns, int32_t bits_new)
{
	const struct tv_bpf_prog prog = PROGRAM(
		MOVX(R6, R1), ST(BPF_W, R10, -4, 1), ST(BPF_DW, R10, -16, 7), LDMAP(R1, HASH), MOVX(R2, R10),
		ALU64K(BPF_ADD, R2, -4), MOVX(R3, R10), ALU64K(BPF_ADD, R3, -16), MOVK(R4, 0),
		HELPER(BPF_FUNC_map_update_elem), LDMAP(R1, HASH), LDFUNC(R2, 34), MOVK(R3, 0), MOVK(R4, 0),
		HELPER(BPF_FUNC_for_each_map_elem), MOVX(R1, R10), ALU64K(BPF_ADD, R1, -64), MOVK(R2, 16),
		LDVALUE(R3, FORMAT, 0), MOVK(R4, 0), MOVK(R5, 0), HELPER(BPF_FUNC_snprintf), MOVX(R1, R10),
		ALU64K(BPF_ADD, R1, -80), MOVX(R2, R10), ALU64K(BPF_ADD, R2, -32), MOVK(R3, 2), KFUNC(bits_new),
		LDMAP(R1, RING), MOVK(R2, 8), MOVK(R3, 0), HELPER(BPF_FUNC_ringbuf_reserve),
		JMP64K(BPF_JEQ, R0, 0, 3), MOVX(R1, R0), MOVK(R2, 0), HELPER(BPF_FUNC_ringbuf_submit), MOVX(R1, R6),
		LDMAP(R2, PROGS), MOVK(R3, 0), HELPER(BPF_FUNC_tail_call), MOVK(R0, 1), EXIT,
		/* the callback */
		MOVK(R0, 0), EXIT);
	struct tv_bpf_prog copy = prog;

	memcpy(insns, prog.insns, prog.insn_cnt * sizeof(*insns));
	copy.insns = insns;
	return copy;
}

/* A life with allocation number @nth failing; what it ended with, and returned. */
static enum tv_run_end live(const struct tv_bpf_object *obj, const struct tv_machine_opts *opts,
			    unsigned int nth, uint64_t *ret)
{
	struct tv_run_result result = { .end = TV_RUN_NOMEM };
	struct tv_bpf_error error;
	struct tv_machine *machine;
	uint64_t ctx[4] = { 0 };
	int err;

	tv_bpf_error_init(&error, "nomem");
	fail_nth(nth);
	err = tv_machine_create(obj, opts, &machine, &error);
	if (err) {
		assert_int_equal(err, -ENOMEM);
		assert_null(machine);
		assert_true(error.text[0]);
		return TV_RUN_NOMEM;
	}
	tv_machine_run(machine, &obj->progs[0], ctx, sizeof(ctx), &result);
	if (result.end == TV_RUN_NOMEM)
		assert_true(result.why[0]);
	*ret = result.retval;
	tv_machine_destroy(machine);
	return result.end;
}

static void each_fails_once(void **state)
{
	struct btf *raw = btf__new_empty();
	struct bpf_insn insns[100];
	struct tv_bpf_prog progs[2] = {
		busy_program(insns, btf__add_func(raw, "bpf_iter_bits_new", BTF_FUNC_GLOBAL, btf__add_func_proto(raw, 0))),
		PROGRAM(MOVK(R0, 99), EXIT),
	};
	struct tv_bpf_object obj = { .progs = progs, .prog_cnt = 2, .maps = maps, .map_cnt = 4 };
	struct tv_machine_opts opts = { .max_insns = 1000 };
	struct tv_bpf_error error;
	struct tv_btf *vmlinux;
	unsigned int nth, nomem = 0;
	uint64_t ret;

	tv_bpf_error_init(&error, "made");
	assert_int_equal(tv_btf_adopt(raw, "made", &vmlinux, &error), 0);
	opts.vmlinux = vmlinux;
	assert_int_equal(live(&obj, &opts, 0, &ret), TV_RUN_DONE);
	assert_int_equal(ret, 99);
	for (nth = 1; nth < 1000; nth++) {
		enum tv_run_end end = live(&obj, &opts, nth, &ret);

		assert_true(end == TV_RUN_NOMEM || end == TV_RUN_DONE);
		nomem += end == TV_RUN_NOMEM;
		if (!fail_nth_end())
			break;
	}
	tv_btf_free(vmlinux);
	assert_true(nth > 20 && nth < 1000 && nomem > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_fails_once) };

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
