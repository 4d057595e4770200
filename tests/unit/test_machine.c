// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs on the machine: frames, callbacks, tail calls, maps, limits, and how runs end. */
#include "tests/unit/machine_object.h"

static void returns(void **state)
{
	assert_returns(run_alone(PROGRAM(MOVK(R0, -7), EXIT), NULL), -7);
	assert_returns(run_alone(PROGRAM(LD64(R0, 0x1122334455667788), EXIT), NULL), 0x1122334455667788);
	assert_int_equal(run_alone(PROGRAM(LD64(R0, 1), EXIT), NULL).insns, 2);
}

static void context_is_copied(void **state)
{
	uint64_t ctx[2] = { 5, 6 };
	struct tv_bpf_prog prog = PROGRAM(LDX(BPF_DW, R0, R1, 8), ST(BPF_DW, R1, 8, 9), EXIT);
	struct tv_bpf_object obj = { .progs = &prog, .prog_cnt = 1 };
	struct tv_machine *machine = machine_of(&obj, NULL);
	struct tv_run_result result;

	tv_machine_run(machine, &prog, ctx, sizeof(ctx), &result);
	assert_returns(result, 6);
	assert_int_equal(ctx[1], 6);
	tv_machine_run(machine, &prog, ctx, sizeof(ctx), &result);
	assert_returns(result, 6);
	tv_machine_run(machine, &prog, ctx, 8, &result);
	assert_ends(result, TV_RUN_FAULT, 0, "8 bytes cannot be read at 0 bytes past context");
	tv_machine_destroy(machine);
}

static void functions_keep_registers(void **state)
{
	/* r6 to r9 and the stack are the caller's own */
	assert_returns(run_alone(PROGRAM(MOVK(R6, 40), ST(BPF_DW, R10, -8, 1), MOVX(R1, R6), CALL(3),
					 LDX(BPF_DW, R1, R10, -8), ALU64X(BPF_ADD, R0, R1), EXIT,
					 ST(BPF_DW, R10, -8, 99), MOVK(R6, 0), MOVX(R0, R1),
					 ALU64K(BPF_ADD, R0, 1), EXIT), NULL), 42);
	/* and can be reached by a pointer */
	assert_returns(run_alone(PROGRAM(MOVX(R1, R10), CALL(2), LDX(BPF_DW, R0, R10, -8), EXIT,
					 ST(BPF_DW, R1, -8, 77), EXIT), NULL), 77);
	assert_ends(run_alone(PROGRAM(CALL(-1), EXIT), NULL), TV_RUN_FAULT, 0,
		    "more than 8 frames of calls");
}

/* A function that calls itself @times. */
static struct tv_run_result deep(int32_t times)
{
	return run_alone(PROGRAM(MOVK(R1, times), CALL(1), EXIT, MOVK(R0, 5), JMP64K(BPF_JEQ, R1, 0, 2),
				 ALU64K(BPF_SUB, R1, 1), CALL(-4), EXIT), NULL);
}

static void eight_frames(void **state)
{
	assert_returns(deep(6), 5);
	assert_ends(deep(7), TV_RUN_FAULT, 6, "more than 8 frames of calls");
}

static void out_of_frame(void **state)
{
	assert_ends(run_alone(PROGRAM(LDX(BPF_W, R0, R10, 0), EXIT), NULL), TV_RUN_FAULT, 0,
		    "4 bytes cannot be read at 0 bytes past stack");
	assert_ends(run_alone(PROGRAM(ST(BPF_DW, R10, -4, 0), EXIT), NULL), TV_RUN_FAULT, 0,
		    "8 bytes cannot be written at stack+508");
	assert_int_equal(run_alone(PROGRAM(ST(BPF_DW, R10, -520, 0), EXIT), NULL).end, TV_RUN_FAULT);
	assert_returns(run_alone(PROGRAM(ST(BPF_B, R10, -512, 3), LDX(BPF_B, R0, R10, -512), EXIT), NULL), 3);
	assert_ends(run_alone(PROGRAM(MOVK(R1, 8), LDX(BPF_W, R0, R1, 0), EXIT), NULL), TV_RUN_FAULT, 1,
		    "4 bytes cannot be read at NULL+8");
}

static void nonsense_is_refused(void **state)
{
	assert_ends(run_alone(PROGRAM(MOVK(R0, 0)), NULL), TV_RUN_FAULT, 1, "the program ends without exit");
	assert_ends(run_alone(PROGRAM(JA(5), EXIT), NULL), TV_RUN_FAULT, 0, "a jump out of the program");
	assert_ends(run_alone(PROGRAM(MOVK(R0, 0), JA(0)), NULL), TV_RUN_FAULT, 1, "a jump out of the program");
	assert_ends(run_alone(PROGRAM(JA(1), LD64(R0, 1), EXIT), NULL), TV_RUN_FAULT, 2,
		    "a jump into a 64-bit immediate");
	assert_ends(run_alone(PROGRAM(INSN(0xff, 0, 0, 0, 0), EXIT), NULL), TV_RUN_FAULT, 0,
		    "opcode 0xff is none");
	assert_ends(run_alone(PROGRAM(MOVK(R0, 0), MOVK(12, 0), EXIT), NULL), TV_RUN_FAULT, 1,
		    "register r12 is none");
	assert_ends(run_alone(PROGRAM(HELPER(0x7fff), EXIT), NULL), TV_RUN_UNSUPPORTED, 0,
		    "helper unknown#32767 is not modelled");
	assert_ends(run_alone(PROGRAM(INSN(BPF_LD | BPF_ABS | BPF_W, 0, 0, 0, 0), EXIT), NULL),
		    TV_RUN_UNSUPPORTED, 0, "packet access (LD_ABS, LD_IND) is not modelled");
	assert_ends(run_alone(PROGRAM(LDMAP(R1, 5), EXIT), NULL), TV_RUN_FAULT, 0, "map number 5 is none");
	assert_ends(run_alone(PROGRAM(LDI(9, R1, 0, 0), EXIT), NULL), TV_RUN_FAULT, 0, "opcode 0x18 is none");
	assert_ends(run_alone(PROGRAM(INSN(BPF_ALU64 | BPF_MOV | BPF_X, R1, R2, 1, 1), EXIT), NULL),
		    TV_RUN_UNSUPPORTED, 0, "addr_space_cast (arenas) is not modelled");
	/* what is never reached does not matter */
	assert_returns(run_alone(PROGRAM(MOVK(R0, 1), EXIT, INSN(0xff, 0, 0, 0, 0)), NULL), 1);
}

static void endless_ends(void **state)
{
	struct tv_machine_opts opts = { .max_insns = 1000 };
	struct tv_run_result result = run_alone(PROGRAM(JA(-1), EXIT), &opts);

	assert_ends(result, TV_RUN_MAX_INSNS, 0, "1000 instructions were executed");
	assert_int_equal(result.insns, 1000);
	opts.max_insns = 2;
	assert_returns(run_alone(PROGRAM(MOVK(R0, 1), EXIT), &opts), 1);
	opts.max_insns = 1;
	assert_int_equal(run_alone(PROGRAM(MOVK(R0, 1), EXIT), &opts).end, TV_RUN_MAX_INSNS);
}

struct watch {
	uint32_t steps, stop_at;
	uint64_t r3;
};

static int watch_step(void *arg, struct tv_machine *machine, uint32_t insn, const uint64_t regs[11])
{
	struct watch *watch = arg;

	watch->r3 = regs[3];
	return ++watch->steps == watch->stop_at;
}

static void watched(void **state)
{
	struct watch watch = { 0 };
	struct tv_env env = { .arg = &watch, .step = watch_step };
	struct tv_machine_opts opts = { .env = &env };
	struct tv_run_result result;

	result = run_alone(PROGRAM(MOVK(R3, 5), MOVK(R0, 1), EXIT), &opts);
	assert_returns(result, 1);
	assert_int_equal(watch.steps, 3);
	assert_int_equal(watch.r3, 5);
	assert_int_equal(result.insns, 3);
	watch = (struct watch){ .stop_at = 2 };
	result = run_alone(PROGRAM(MOVK(R3, 5), MOVK(R0, 1), EXIT), &opts);
	assert_ends(result, TV_RUN_STOPPED, 1, "stopped before this instruction");
	assert_int_equal(result.insns, 1);
	opts.max_insns = 2;
	watch = (struct watch){ 0 };
	assert_int_equal(run_alone(PROGRAM(MOVK(R3, 5), MOVK(R0, 1), EXIT), &opts).end, TV_RUN_MAX_INSNS);
	assert_int_equal(watch.steps, 2);
}

/* loop(n, callback at the end, stack, flags): the callback adds its number to the caller's stack. */
static struct tv_run_result loop(int32_t n, int32_t flags, int32_t stop_at)
{
	return run_alone(PROGRAM(ST(BPF_DW, R10, -8, 0), MOVK(R1, n), LDFUNC(R2, 8), MOVX(R3, R10), MOVK(R4, flags),
				 HELPER(BPF_FUNC_loop), LDX(BPF_DW, R1, R10, -8), ALU64K(BPF_LSH, R0, 32),
				 ALU64X(BPF_OR, R0, R1), EXIT,
				 /* the callback */
				 MOVX(R6, R1), LDX(BPF_DW, R0, R2, -8), ALU64X(BPF_ADD, R0, R1),
				 STX(BPF_DW, R2, -8, R0), MOVK(R0, 0), JMP64K(BPF_JNE, R6, stop_at, 1),
				 MOVK(R0, 1), EXIT), NULL);
}

static void loops(void **state)
{
	assert_returns(loop(10, 0, -1), UINT64_C(10) << 32 | 45);
	assert_returns(loop(0, 0, -1), 0);
	assert_returns(loop(10, 0, 3), UINT64_C(4) << 32 | 6);
	assert_returns(loop(10, 1, 3), (uint64_t)-EINVAL << 32);
	assert_returns(loop((8 << 20) + 1, 0, 3), (uint64_t)-E2BIG << 32);
	assert_returns(loop(8 << 20, 0, 3), UINT64_C(4) << 32 | 6);
	assert_ends(run_alone(PROGRAM(MOVK(R1, 3), MOVK(R2, 7), MOVK(R4, 0), HELPER(BPF_FUNC_loop), EXIT), NULL),
		    TV_RUN_FAULT, 3, "0x7 is no function to call back");
	/* in the middle of an instruction */
	assert_int_equal(run_alone(PROGRAM(MOVK(R1, 3), LDFUNC(R2, 4), ALU64K(BPF_ADD, R2, 4), MOVK(R4, 0),
					   HELPER(BPF_FUNC_loop), EXIT, MOVK(R0, 0), EXIT), NULL).end, TV_RUN_FAULT);
}

static void may_goto_ends(void **state)
{
	struct tv_machine_opts opts = { .kernel = TV_KERNEL_6_12 };
	struct tv_bpf_prog prog = PROGRAM(MOVK(R0, 0), MAY_GOTO(2), ALU64K(BPF_ADD, R0, 1), JA(-3), EXIT);

	assert_returns(run_alone(prog, &opts), 8 << 20);
	opts.kernel = TV_KERNEL_6_18;
	/* a quarter of a second at an instruction a nanosecond, looked at each 65535 turns */
	assert_returns(run_alone(PROGRAM(MOVK(R0, 0), MAY_GOTO(2), ALU64K(BPF_ADD, R0, 1), JA(-3), EXIT), &opts),
		       65535 * ((250000000 / (3 * 65535) + 1) + 1));
}

static void tail_calls(void **state)
{
	struct tv_bpf_slot slots[] = { { .key = 1, .map = -1, .prog = 1 }, { .key = 2, .map = -1, .prog = 0 } };
	struct tv_bpf_map map = {
		.name = "progs", .section = ".maps", .type = BPF_MAP_TYPE_PROG_ARRAY, .key_size = 4,
		.value_size = 4, .max_entries = 3, .slots = slots, .slot_cnt = 2,
	};
	struct tv_bpf_prog progs[] = {
		/* counts in the context how often it begins, then calls slot r3 of the context */
		PROGRAM(MOVX(R6, R1), LDX(BPF_DW, R0, R6, 0), ALU64K(BPF_ADD, R0, 1), STX(BPF_DW, R6, 0, R0),
			LDMAP(R2, 0), LDX(BPF_DW, R3, R6, 8), HELPER(BPF_FUNC_tail_call),
			LDX(BPF_DW, R0, R6, 0), EXIT),
		PROGRAM(LDX(BPF_DW, R0, R1, 0), ALU64K(BPF_ADD, R0, 1000), EXIT),
	};
	struct tv_bpf_object obj = { .progs = progs, .prog_cnt = 2, .maps = &map, .map_cnt = 1 };
	struct tv_machine *machine = machine_of(&obj, NULL);
	struct tv_run_result result;
	uint64_t ctx[2] = { 0, 1 };

	tv_machine_run(machine, &progs[0], ctx, sizeof(ctx), &result);
	assert_returns(result, 1001);
	assert_ptr_equal(result.prog, &progs[1]);
	/* 33 deep, then it goes on where it is */
	ctx[1] = 2;
	tv_machine_run(machine, &progs[0], ctx, sizeof(ctx), &result);
	assert_returns(result, 34);
	ctx[1] = 0;
	tv_machine_run(machine, &progs[0], ctx, sizeof(ctx), &result);
	assert_returns(result, 1);
	ctx[1] = 3;
	tv_machine_run(machine, &progs[0], ctx, sizeof(ctx), &result);
	assert_returns(result, 1);
	/* what it calls was refused when the object was opened */
	progs[1].err = -EINVAL;
	progs[1].name = "refused";
	progs[1].why = "of a reason";
	tv_machine_destroy(machine);
	machine = machine_of(&obj, NULL);
	ctx[1] = 1;
	tv_machine_run(machine, &progs[0], ctx, sizeof(ctx), &result);
	assert_int_equal(result.end, TV_RUN_UNSUPPORTED);
	assert_string_equal(result.why, "program refused cannot be loaded: of a reason");
	tv_machine_destroy(machine);
}

/* Maps in maps, as an object file has them. */
static void maps_that_cannot_be(void **state)
{
	struct tv_bpf_slot slot = { .key = 0, .map = 1, .prog = -1 };
	struct tv_bpf_map shape = {
		.name = "shape", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1,
	};
	struct tv_bpf_map maps[] = {
		{ .name = "outer", .section = ".maps", .type = BPF_MAP_TYPE_ARRAY_OF_MAPS, .key_size = 4,
		  .value_size = 4, .max_entries = 1, .inner = &shape, .slots = &slot, .slot_cnt = 1 },
		{ .name = "other", .section = ".maps", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
		  .value_size = 16, .max_entries = 1 },
	};
	struct tv_bpf_prog prog = PROGRAM(LDMAP(R1, 1), MOVK(R0, 5), EXIT);
	struct tv_bpf_object obj = { .progs = &prog, .prog_cnt = 1, .maps = maps, .map_cnt = 2 };
	const struct tv_machine_opts opts = { 0 };
	struct tv_bpf_error error = { 0 };
	struct tv_run_result result;
	struct tv_machine *machine;

	assert_int_equal(tv_machine_create(&obj, &opts, &machine, &error), -EINVAL);
	assert_string_equal(error.text, "map outer: its initial values do not fit");
	assert_null(machine);
	/* a kind that is not modelled is nobody's trouble until a program takes it */
	obj.maps = &maps[1];
	obj.map_cnt = 1;
	maps[1].type = BPF_MAP_TYPE_CPUMAP;
	prog.insns[0].imm = 0;
	machine = machine_of(&obj, NULL);
	tv_machine_run(machine, &prog, NULL, 0, &result);
	assert_ends(result, TV_RUN_UNSUPPORTED, 0, "map other is of a kind that is not modelled");
	tv_machine_destroy(machine);
}

/* Instruction 1 loads through a guarded pointer, 2 does not. */
static struct tv_run_result guarded(int32_t address)
{
	struct tv_bpf_prog prog = PROGRAM(MOVK(R1, address), LDX(BPF_W, R0, R1, 8), LDX(BPF_W, R0, R1, 8), EXIT);
	struct tv_bpf_object obj = { .progs = &prog, .prog_cnt = 1 };
	struct tv_machine *machine = machine_of(&obj, NULL);
	const uint8_t loads[1] = { 1 << 1 };
	struct tv_run_result result;

	assert_int_equal(tv_machine_load(machine, &prog, loads), 0);
	tv_machine_run(machine, &prog, NULL, 0, &result);
	tv_machine_destroy(machine);
	return result;
}

static void guarded_loads_read_zero(void **state)
{
	assert_ends(guarded(0), TV_RUN_FAULT, 2, "4 bytes cannot be read at NULL+8");
	assert_ends(guarded(0x12345678), TV_RUN_FAULT, 2, "4 bytes cannot be read at address 0x12345680");
	assert_ends(guarded(-64), TV_RUN_FAULT, 2, "4 bytes cannot be read at address 0xffffffffffffffc8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(returns),
		cmocka_unit_test(context_is_copied),
		cmocka_unit_test(functions_keep_registers),
		cmocka_unit_test(eight_frames),
		cmocka_unit_test(out_of_frame),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(endless_ends),
		cmocka_unit_test(watched),
		cmocka_unit_test(loops),
		cmocka_unit_test(may_goto_ends),
		cmocka_unit_test(tail_calls),
		cmocka_unit_test(maps_that_cannot_be),
		cmocka_unit_test(guarded_loads_read_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
