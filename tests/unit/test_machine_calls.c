// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Helpers and kernel functions that the machine has itself: answers, errnos, and what a hostile program gets. */
#include "bpf/btf.h"
#include "tests/unit/machine_object.h"

#define COUNT(array)	((uint32_t)(sizeof(array) / sizeof((array)[0])))

enum { ARRAY, HASH, RING, PERF, QUEUE, PERCPU };

static struct tv_bpf_map maps[] = {
	[ARRAY] = { .name = "array", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 3 },
	[HASH] = { .name = "hash", .type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 2 },
	[RING] = { .name = "ring", .type = BPF_MAP_TYPE_RINGBUF, .max_entries = 4096 },
	[PERF] = { .name = "perf", .type = BPF_MAP_TYPE_PERF_EVENT_ARRAY, .key_size = 4, .value_size = 4,
		   .max_entries = 1 },
	[PERCPU] = { .name = "percpu", .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4, .value_size = 8,
		     .max_entries = 1 },
	[QUEUE] = { .name = "queue", .type = BPF_MAP_TYPE_QUEUE, .value_size = 8, .max_entries = 2 },
};

/* One run with the maps; they are left in @machine, which is not destroyed when @kept is given. */
static struct tv_run_result run(struct tv_bpf_prog prog, const struct tv_machine_opts *opts,
				struct tv_machine **kept)
{
	static struct tv_bpf_prog programs[1];
	static struct tv_bpf_object obj = { .progs = programs, .prog_cnt = 1, .maps = maps, .map_cnt = COUNT(maps) };
	struct tv_run_result result;
	struct tv_machine *machine;

	programs[0] = prog;
	machine = machine_of(&obj, opts);
	tv_machine_run(machine, &programs[0], NULL, 0, &result);
	if (kept)
		*kept = machine;
	else
		tv_machine_destroy(machine);
	return result;
}

/* A key at fp-4, a value at fp-16. */
#define KEY_VALUE(key, value)	ST(BPF_W, R10, -4, key), ST(BPF_DW, R10, -16, value)
#define ARGS_KEY(map)		LDMAP(R1, map), MOVX(R2, R10), ALU64K(BPF_ADD, R2, -4)
#define ARGS_VALUE(flags)	MOVX(R3, R10), ALU64K(BPF_ADD, R3, -16), MOVK(R4, flags)

static void map_calls(void **state)
{
	assert_returns(run(PROGRAM(KEY_VALUE(7, 70), ARGS_KEY(HASH), ARGS_VALUE(0), HELPER(BPF_FUNC_map_update_elem),
				   ARGS_KEY(HASH), HELPER(BPF_FUNC_map_lookup_elem), LDX(BPF_DW, R0, R0, 0), EXIT),
			   NULL, NULL), 70);
	assert_returns(run(PROGRAM(KEY_VALUE(7, 70), ARGS_KEY(HASH), HELPER(BPF_FUNC_map_lookup_elem), EXIT), NULL, NULL),
		       0);
	assert_returns(run(PROGRAM(KEY_VALUE(7, 70), ARGS_KEY(HASH), HELPER(BPF_FUNC_map_delete_elem), EXIT), NULL, NULL),
		       -ENOENT);
	assert_returns(run(PROGRAM(KEY_VALUE(3, 70), ARGS_KEY(ARRAY), ARGS_VALUE(0), HELPER(BPF_FUNC_map_update_elem),
				   EXIT), NULL, NULL), -E2BIG);
	assert_returns(run(PROGRAM(KEY_VALUE(0, 70), LDMAP(R1, QUEUE), MOVX(R2, R10), ALU64K(BPF_ADD, R2, -16),
				   MOVK(R3, 0), HELPER(BPF_FUNC_map_push_elem), ST(BPF_DW, R10, -16, 1),
				   LDMAP(R1, QUEUE), MOVX(R2, R10), ALU64K(BPF_ADD, R2, -16),
				   HELPER(BPF_FUNC_map_pop_elem), LDX(BPF_DW, R0, R10, -16), EXIT), NULL, NULL), 70);
	assert_ends(run(PROGRAM(MOVK(R1, 5), HELPER(BPF_FUNC_map_lookup_elem), EXIT), NULL, NULL), TV_RUN_FAULT, 1,
		    "bpf_map_lookup_elem: r1 is no map");
	assert_ends(run(PROGRAM(LDMAP(R1, ARRAY), MOVX(R2, R10), HELPER(BPF_FUNC_map_lookup_elem), EXIT), NULL, NULL),
		    TV_RUN_FAULT, 3, "bpf_map_lookup_elem: 4 bytes cannot be read at 0 bytes past stack");
}

/* Writes 70 to its own CPU's value, then reads that of @cpu. */
static struct tv_run_result of_cpu(int32_t cpu)
{
	const struct tv_machine_opts opts = { .nr_cpus = 2, .max_insns = 100 };

	return run(PROGRAM(KEY_VALUE(0, 0), ARGS_KEY(PERCPU), HELPER(BPF_FUNC_map_lookup_elem), ST(BPF_DW, R0, 0, 70),
			   ARGS_KEY(PERCPU), MOVK(R3, cpu), HELPER(BPF_FUNC_map_lookup_percpu_elem),
			   JMP64K(BPF_JEQ, R0, 0, 2), LDX(BPF_DW, R0, R0, 0), EXIT, MOVK(R0, -1), EXIT), &opts, NULL);
}

static void values_of_cpus(void **state)
{
	assert_returns(of_cpu(0), 70);
	assert_returns(of_cpu(1), 0);
	assert_returns(of_cpu(2), -1);
}

static void elements_in_turn(void **state)
{
	/* the callback adds key + 1 to the value and counts on the caller's stack */
	struct tv_bpf_prog prog = PROGRAM(
		ST(BPF_DW, R10, -8, 0), LDMAP(R1, ARRAY), LDFUNC(R2, 8), MOVX(R3, R10), MOVK(R4, 0),
		HELPER(BPF_FUNC_for_each_map_elem), LDX(BPF_DW, R1, R10, -8), ALU64K(BPF_LSH, R1, 8),
		ALU64X(BPF_OR, R0, R1), EXIT,
		/* 12: map, key, value, stack */
		LDX(BPF_W, R5, R2, 0), ALU64K(BPF_ADD, R5, 1), ATOMIC(BPF_DW, BPF_ADD, R3, 0, R5),
		ATOMIC(BPF_DW, BPF_ADD, R4, -8, R5), MOVK(R0, 0), JMP64K(BPF_JNE, R5, 2, 1), MOVK(R0, 1), EXIT);
	struct tv_machine *machine;
	uint32_t key = 1;

	/* it stops at the second */
	assert_returns(run(prog, NULL, &machine), 3 << 8 | 2);
	assert_int_equal(*(uint64_t *)tv_map_value(tv_machine_map(machine, ARRAY), &key, 0), 2);
	tv_machine_destroy(machine);
	prog.insns[6] = MOVK(R4, 1);
	assert_returns(run(prog, NULL, NULL), -EINVAL);
	prog.insns[6] = MOVK(R4, 0);
	prog.insns[1].imm = QUEUE;
	assert_returns(run(prog, NULL, NULL), -EOPNOTSUPP);
}

static void assert_record(struct tv_map *map, uint64_t want)
{
	const void *data;
	uint64_t value;
	uint32_t size;

	assert_true(tv_map_consume(map, &data, &size));
	assert_true(size >= sizeof(value));
	memcpy(&value, data, sizeof(value));
	assert_true(value == want);
	assert_false(tv_map_consume(map, &data, &size));
}

static void records(void **state)
{
	struct tv_machine *machine;

	assert_returns(run(PROGRAM(LDMAP(R1, RING), MOVK(R2, 8), MOVK(R3, 0), HELPER(BPF_FUNC_ringbuf_reserve),
				   ST(BPF_DW, R0, 0, 77), MOVX(R1, R0), MOVK(R2, 0),
				   HELPER(BPF_FUNC_ringbuf_submit), MOVK(R0, 0), EXIT), NULL, &machine), 0);
	assert_record(tv_machine_map(machine, RING), 77);
	tv_machine_destroy(machine);
	assert_returns(run(PROGRAM(KEY_VALUE(0, 78), LDMAP(R1, RING), MOVX(R2, R10), ALU64K(BPF_ADD, R2, -16),
				   MOVK(R3, 8), MOVK(R4, 0), HELPER(BPF_FUNC_ringbuf_output), EXIT), NULL, &machine), 0);
	assert_record(tv_machine_map(machine, RING), 78);
	tv_machine_destroy(machine);
	assert_returns(run(PROGRAM(KEY_VALUE(0, 78), LDMAP(R1, RING), MOVX(R2, R10), ALU64K(BPF_ADD, R2, -16),
				   MOVK(R3, 8), MOVK(R4, 8), HELPER(BPF_FUNC_ringbuf_output), EXIT), NULL, NULL),
		       -EINVAL);
	assert_returns(run(PROGRAM(KEY_VALUE(0, 79), LDMAP(R2, PERF), MOVK(R3, 0), MOVX(R4, R10), ALU64K(BPF_ADD, R4, -16),
				   MOVK(R5, 8), HELPER(BPF_FUNC_perf_event_output), EXIT), NULL, &machine), 0);
	assert_record(tv_machine_map(machine, PERF), 79);
	tv_machine_destroy(machine);
	assert_ends(run(PROGRAM(MOVX(R1, R10), HELPER(BPF_FUNC_ringbuf_submit), EXIT), NULL, NULL), TV_RUN_FAULT, 1,
		    "bpf_ringbuf_submit: r1 is no record that was reserved");
	assert_ends(run(PROGRAM(LDMAP(R1, HASH), MOVK(R2, 8), MOVK(R3, 0), HELPER(BPF_FUNC_ringbuf_reserve), EXIT),
			NULL, NULL), TV_RUN_FAULT, 4,
		    "bpf_ringbuf_reserve: no map of that kind is at that address");
}

/* strncmp of "abc" at fp-8 with @size and @other at fp-16 */
static struct tv_run_result compared(const char *other, int32_t size)
{
	int32_t word = 0;

	memcpy(&word, other, strlen(other));
	return run(PROGRAM(ST(BPF_DW, R10, -8, 0x636261), ST(BPF_DW, R10, -16, word), MOVX(R1, R10),
			   ALU64K(BPF_ADD, R1, -8), MOVK(R2, size), MOVX(R3, R10), ALU64K(BPF_ADD, R3, -16),
			   HELPER(BPF_FUNC_strncmp), EXIT), NULL, NULL);
}

static void strings_compare(void **state)
{
	assert_returns(compared("abc", 8), 0);
	assert_returns(compared("abd", 8), -1);
	assert_returns(compared("abb", 8), 1);
	assert_returns(compared("ab", 8), 1);
	assert_returns(compared("abd", 2), 0);
	assert_returns(compared("abc", 3), 0);
}

/* A user's string is not known. Where users' addresses end is the machine's: elsewhere nothing is there. */
static void strings_of_users(void **state)
{
	static const struct {
		uint64_t user_end;	/* 0: nobody says */
		int shift;		/* the string is at 2 to the power of it */
		bool is_user;
	} rows[] = {
		{ 0, 46, true }, { 0, 47, false }, { UINT64_C(1) << 48, 47, true }, { UINT64_C(1) << 48, 48, false },
		{ (UINT64_C(1) << 56) - 4096, 55, true }, { (UINT64_C(1) << 56) - 4096, 56, false },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		const struct tv_env env = { .user_end = rows[i].user_end };
		const struct tv_machine_opts opts = { .env = &env, .max_insns = 100 };
		/* bpf_snprintf(fp-32, 8, "%s", fp-16, 8) */
		struct tv_run_result result = run(
			PROGRAM(ST(BPF_DW, R10, -8, 0x7325), MOVK(R1, 1), ALU64K(BPF_LSH, R1, rows[i].shift),
				STX(BPF_DW, R10, -16, R1), MOVX(R1, R10), ALU64K(BPF_ADD, R1, -32), MOVK(R2, 8),
				MOVX(R3, R10), ALU64K(BPF_ADD, R3, -8), MOVX(R4, R10), ALU64K(BPF_ADD, R4, -16),
				MOVK(R5, 8), HELPER(BPF_FUNC_snprintf), EXIT), &opts, NULL);

		if (rows[i].is_user)
			assert_non_null(strstr(result.why, "a string in user memory"));
		assert_int_equal(result.end, rows[i].is_user ? TV_RUN_UNSUPPORTED : TV_RUN_DONE);
		if (!rows[i].is_user)
			assert_int_equal(result.retval, 1);
	}
}

/* --- formats ----------------------------------------------------------------------- */

/* What bpf_trace_printk() says. */
static char said[128];

static void hear(void *arg, const char *line)
{
	snprintf(said, sizeof(said), "%s", line);
}

/* bpf_trace_printk(@fmt, size, @arg): a format of 16 bytes at most, its end included. */
static int64_t printed(const char *fmt, uint64_t arg)
{
	const struct tv_env env = { .printk = hear };
	const struct tv_machine_opts opts = { .env = &env, .max_insns = 100 };
	char padded[16] = "";
	int32_t words[4];
	struct tv_run_result result;

	said[0] = 0;
	snprintf(padded, sizeof(padded), "%s", fmt);
	memcpy(words, padded, sizeof(words));
	result = run(PROGRAM(ST(BPF_W, R10, -16, words[0]), ST(BPF_W, R10, -12, words[1]),
			     ST(BPF_W, R10, -8, words[2]), ST(BPF_W, R10, -4, words[3]), MOVX(R1, R10),
			     ALU64K(BPF_ADD, R1, -16), MOVK(R2, (int32_t)strlen(fmt) + 1), LD64(R3, arg),
			     HELPER(BPF_FUNC_trace_printk), EXIT), &opts, NULL);
	assert_int_equal(result.end, TV_RUN_DONE);
	return (int64_t)result.retval;
}

static void assert_says(const char *fmt, uint64_t arg, const char *text)
{
	assert_true(printed(fmt, arg) > 0);
	assert_string_equal(said, text);
}

static void addresses_are_spelt(void **state)
{
	/* as they are, or by the name of a symbol, where there is one */
	assert_says("at %px", 0x1234, "at 0000000000001234");
	assert_says("%pS\n", 0x1234, "0x1234");
	assert_says("%ps.", 0x1234, "0x1234.");
	assert_says("%pB", 0x1234, "0x1234");
	/* hidden, unless they are none */
	assert_says("%p", 0, "0000000000000000");
	assert_says("<%pK>", (uint64_t)-22, "<ffffffffffffffea>");
	assert_true(printed("%p", 0x1234) > 0);
	assert_string_not_equal(said, "0000000000001234");
	assert_int_equal(strlen(said), 16);
}

static void formats_that_are_none(void **state)
{
	assert_int_equal(printed("%pz", 1), -EINVAL);
	assert_int_equal(printed("%pi5", 1), -EINVAL);
	assert_int_equal(printed("%pksx", 1), -EINVAL);
	assert_int_equal(printed("%q", 1), -EINVAL);
	assert_int_equal(printed("%", 1), -EINVAL);
	assert_string_equal(said, "");
}

/* bpf_strtol or bpf_strtoul of @text (@size bytes of it); the number at fp-8 in *@number. */
static int64_t number_in(int32_t helper, const char *text, int32_t size, int32_t flags, int64_t *number)
{
	struct tv_bpf_prog prog = PROGRAM(
		MOVX(R1, R10), ALU64K(BPF_ADD, R1, -80), MOVK(R2, size), MOVK(R3, flags), MOVX(R4, R10),
		ALU64K(BPF_ADD, R4, -8), HELPER(helper), MOVX(R6, R0), LDMAP(R1, ARRAY), ST(BPF_W, R10, -84, 0),
		MOVX(R2, R10), ALU64K(BPF_ADD, R2, -84), MOVX(R3, R10), ALU64K(BPF_ADD, R3, -8), MOVK(R4, 0),
		HELPER(BPF_FUNC_map_update_elem), MOVX(R0, R6), EXIT);
	struct bpf_insn insns[40];
	struct tv_machine *machine;
	struct tv_run_result result;
	char padded[72] = "";
	uint32_t i, key = 0;

	snprintf(padded, sizeof(padded), "%s", text);
	for (i = 0; i < 18; i++) {
		int32_t word;

		memcpy(&word, padded + 4 * i, 4);
		insns[i] = ST(BPF_W, R10, -80 + 4 * (int16_t)i, word);
	}
	memcpy(insns + 18, prog.insns, prog.insn_cnt * sizeof(*insns));
	prog.insns = insns;
	prog.insn_cnt += 18;
	result = run(prog, NULL, &machine);
	assert_int_equal(result.end, TV_RUN_DONE);
	memcpy(number, tv_map_value(tv_machine_map(machine, ARRAY), &key, 0), sizeof(*number));
	tv_machine_destroy(machine);
	return (int64_t)result.retval;
}

static void numbers_in_text(void **state)
{
	static const struct {
		const char *text;
		int32_t flags;
		int64_t signed_len, signed_value, unsigned_len, unsigned_value;
	} rows[] = {
		{ "42", 0, 2, 42, 2, 42 },
		{ "  42 ", 0, 4, 42, 4, 42 },
		{ "-42", 0, 3, -42, -EINVAL, 0 },
		{ "42x", 10, 2, 42, 2, 42 },
		{ "0x2a", 0, 4, 42, 4, 42 },
		{ "0x2a", 16, 4, 42, 4, 42 },
		{ "2a", 16, 2, 42, 2, 42 },
		{ "052", 0, 3, 42, 3, 42 },
		{ "0xz", 0, 1, 0, 1, 0 },
		{ "0xz", 16, -EINVAL, 0, -EINVAL, 0 },
		{ "089", 0, 1, 0, 1, 0 },
		{ "9", 8, -EINVAL, 0, -EINVAL, 0 },
		{ "", 0, -EINVAL, 0, -EINVAL, 0 },
		{ "-", 0, -EINVAL, 0, -EINVAL, 0 },
		{ "42", 2, -EINVAL, 0, -EINVAL, 0 },
		{ "42", 32, -EINVAL, 0, -EINVAL, 0 },
		{ "9223372036854775807", 0, 19, INT64_MAX, 19, INT64_MAX },
		{ "9223372036854775808", 0, -ERANGE, 0, 19, INT64_MIN },
		{ "-9223372036854775808", 0, 20, INT64_MIN, -EINVAL, 0 },
		{ "-9223372036854775809", 0, -ERANGE, 0, -EINVAL, 0 },
		{ "18446744073709551615", 0, -ERANGE, 0, 20, -1 },
		{ "18446744073709551616", 0, -ERANGE, 0, -ERANGE, 0 },
	};
	int64_t number;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		assert_int_equal(number_in(BPF_FUNC_strtol, rows[i].text, 64, rows[i].flags, &number),
				 rows[i].signed_len);
		assert_int_equal(number, rows[i].signed_value);
		assert_int_equal(number_in(BPF_FUNC_strtoul, rows[i].text, 64, rows[i].flags, &number),
				 rows[i].unsigned_len);
		assert_int_equal(number, rows[i].unsigned_value);
	}
	/* no further than it is told */
	assert_int_equal(number_in(BPF_FUNC_strtol, "1234", 2, 0, &number), 2);
	assert_int_equal(number, 12);
	/* all that is looked at is blanks, or a sign */
	assert_int_equal(number_in(BPF_FUNC_strtol, "  34", 2, 0, &number), -EINVAL);
	assert_int_equal(number_in(BPF_FUNC_strtol, " -34", 2, 0, &number), -EINVAL);
}

/* --- kernel functions --------------------------------------------------------------- */

static const char *const kfuncs[] = {
	"bpf_iter_num_new", "bpf_iter_num_next", "bpf_iter_num_destroy",
	"bpf_iter_bits_new", "bpf_iter_bits_next", "bpf_iter_bits_destroy", "bpf_no_such_function",
};
enum { NUM_NEW = 2, NUM_NEXT, NUM_DESTROY, BITS_NEW, BITS_NEXT, BITS_DESTROY, MISSING };	/* type 1: the prototype */
static struct tv_machine_opts with_kfuncs;
static struct tv_btf *vmlinux;

static int make_kfuncs(void **state)
{
	struct btf *raw = btf__new_empty();
	struct tv_bpf_error error;
	int proto = btf__add_func_proto(raw, 0);
	uint32_t i;

	tv_bpf_error_init(&error, "made");
	for (i = 0; i < COUNT(kfuncs); i++)
		btf__add_func(raw, kfuncs[i], BTF_FUNC_GLOBAL, proto);
	if (tv_btf_adopt(raw, "made", &vmlinux, &error))
		return -1;
	with_kfuncs = (struct tv_machine_opts){ .vmlinux = vmlinux, .max_insns = 1 << 20 };
	return 0;
}

static int forget(void **state)
{
	tv_btf_free(vmlinux);
	return 0;
}

#define ITER			MOVX(R1, R10), ALU64K(BPF_ADD, R1, -16)
#define ITER_AT(at)		MOVX(R1, R10), ALU64K(BPF_ADD, R1, at)
#define BITS_OF_48		MOVX(R2, R10), ALU64K(BPF_ADD, R2, -48), MOVK(R3, 2), KFUNC(BITS_NEW)
#define RUN_KFUNCS(...)		run(PROGRAM(__VA_ARGS__), &with_kfuncs, NULL)

static void numbers(void **state)
{
	/* the sum of 3 to 6, and what new said in the upper half */
	assert_returns(RUN_KFUNCS(ITER, MOVK(R2, 3), MOVK(R3, 7), KFUNC(NUM_NEW), MOVX(R7, R0), MOVK(R6, 0),
				  ITER, KFUNC(NUM_NEXT), JMP64K(BPF_JEQ, R0, 0, 3), LDX(BPF_W, R1, R0, 0),
				  ALU64X(BPF_ADD, R6, R1), JA(-7), ITER, KFUNC(NUM_DESTROY), MOVX(R0, R6),
				  ALU64X(BPF_ADD, R0, R7), EXIT), 18);
	assert_returns(RUN_KFUNCS(ITER, MOVK(R2, 3), MOVK(R3, 2), KFUNC(NUM_NEW), EXIT), (uint32_t)-EINVAL);
	assert_returns(RUN_KFUNCS(ITER, MOVK(R2, 0), MOVK(R3, 8 << 20), KFUNC(NUM_NEW), EXIT), 0);
	assert_returns(RUN_KFUNCS(ITER, MOVK(R2, -1), MOVK(R3, 8 << 20), KFUNC(NUM_NEW), EXIT), (uint32_t)-E2BIG);
	assert_returns(RUN_KFUNCS(ITER, MOVK(R2, 3), MOVK(R3, 2), KFUNC(NUM_NEW), ITER, KFUNC(NUM_NEXT), EXIT), 0);
	/* the ends of int */
	assert_returns(RUN_KFUNCS(ITER, MOVK(R2, INT32_MIN), MOVK(R3, INT32_MIN + 1), KFUNC(NUM_NEW), ITER, KFUNC(NUM_NEXT),
				  LDX(BPF_W, R0, R0, 0), EXIT), (uint32_t)INT32_MIN);
	/* whatever stands there */
	assert_returns(RUN_KFUNCS(ST(BPF_DW, R10, -16, -1), ITER, KFUNC(NUM_NEXT), EXIT), 0);
	assert_int_equal(RUN_KFUNCS(MOVK(R1, 5), KFUNC(NUM_NEXT), EXIT).end, TV_RUN_FAULT);
}

static void bits(void **state)
{
	int i;

	/* two words at fp-48: bits 1 and 64 + 31 */
	assert_returns(RUN_KFUNCS(ST(BPF_DW, R10, -48, 2), ST(BPF_DW, R10, -40, 0), ST(BPF_B, R10, -37, 0x80), ITER,
				  MOVX(R2, R10), ALU64K(BPF_ADD, R2, -48), MOVK(R3, 2), KFUNC(BITS_NEW), MOVX(R6, R0),
				  ITER, KFUNC(BITS_NEXT), JMP64K(BPF_JEQ, R0, 0, 4), LDX(BPF_W, R1, R0, 0),
				  ALU64K(BPF_LSH, R6, 8), ALU64X(BPF_ADD, R6, R1), JA(-8), ITER,
				  KFUNC(BITS_DESTROY), MOVX(R0, R6), EXIT), 1 << 8 | 95);
	/* two at once, at fp-16 and fp-32: either goes first, and the other has its words still */
	for (i = 0; i < 2; i++)
		assert_returns(RUN_KFUNCS(ST(BPF_DW, R10, -48, 2), ST(BPF_DW, R10, -40, 0), ITER, BITS_OF_48,
					  ITER_AT(-32), BITS_OF_48, ITER_AT(i ? -32 : -16), KFUNC(BITS_DESTROY),
					  ITER_AT(i ? -16 : -32), KFUNC(BITS_NEXT), LDX(BPF_W, R6, R0, 0),
					  ITER_AT(i ? -16 : -32), KFUNC(BITS_DESTROY), MOVX(R0, R6), EXIT), 1);
	assert_returns(RUN_KFUNCS(ST(BPF_DW, R10, -48, 4), ITER, MOVX(R2, R10), ALU64K(BPF_ADD, R2, -48), MOVK(R3, 1),
				  KFUNC(BITS_NEW), ITER, KFUNC(BITS_NEXT), LDX(BPF_W, R0, R0, 0), EXIT), 2);
	assert_returns(RUN_KFUNCS(ITER, MOVX(R2, R10), MOVK(R3, 0), KFUNC(BITS_NEW), EXIT), (uint32_t)-EINVAL);
	assert_returns(RUN_KFUNCS(ITER, MOVX(R2, R10), MOVK(R3, 512), KFUNC(BITS_NEW), EXIT), (uint32_t)-E2BIG);
	assert_returns(RUN_KFUNCS(ITER, MOVX(R2, R10), MOVK(R3, 3), KFUNC(BITS_NEW), EXIT), (uint32_t)-EFAULT);
	/* an iterator that the program made up: 128 bits at an address of its own, or of nothing */
	assert_ends(RUN_KFUNCS(ST(BPF_DW, R10, -16, 4096), ST(BPF_W, R10, -8, 128), ST(BPF_W, R10, -4, -1), ITER,
			       KFUNC(BITS_NEXT), EXIT), TV_RUN_FAULT, 5,
		    "bpf_iter_bits_next: 16 bytes cannot be read at address 0x1000");
	assert_ends(RUN_KFUNCS(ST(BPF_DW, R10, -16, 4096), ST(BPF_W, R10, -8, 128), ST(BPF_W, R10, -4, -1), ITER,
			       KFUNC(BITS_DESTROY), EXIT), TV_RUN_FAULT, 5,
		    "bpf_iter_bits_destroy: r1 is no iterator");
	assert_ends(RUN_KFUNCS(ST(BPF_W, R10, -8, 100), ST(BPF_W, R10, -4, -9), ITER, KFUNC(BITS_NEXT), EXIT),
		    TV_RUN_FAULT, 4, "bpf_iter_bits_next: r1 is no iterator");
}

static void what_is_missing_is_named(void **state)
{
	assert_ends(RUN_KFUNCS(MOVK(R0, 0), KFUNC(MISSING), EXIT), TV_RUN_UNSUPPORTED, 1,
		    "kernel function bpf_no_such_function is not modelled");
	assert_ends(RUN_KFUNCS(MOVK(R0, 0), HELPER(BPF_FUNC_redirect), EXIT), TV_RUN_UNSUPPORTED, 1,
		    "helper bpf_redirect#23 is not modelled");
	assert_ends(RUN_KFUNCS(LDI(BPF_PSEUDO_BTF_ID, R1, NUM_NEW, 0), EXIT), TV_RUN_UNSUPPORTED, 0,
		    "kernel variable bpf_iter_num_new is not modelled");
	assert_ends(RUN_KFUNCS(LDMAP(R1, -4), EXIT), TV_RUN_UNSUPPORTED, 0, "a map by file descriptor 3");
	assert_ends(RUN_KFUNCS(KFUNC(0), EXIT), TV_RUN_FAULT, 0, "a kernel function that is not there");
}

/* Asked while the program is decoded, when none is under way. */
static uint64_t variable_of(void *arg, struct tv_machine *machine, const char *name)
{
	uint32_t insn = 1;

	assert_null(tv_machine_at(machine, &insn));
	assert_int_equal(insn, 0);
	return strcmp(name, "bpf_iter_num_next") ? 0 : 0x1234567890;
}

static uint64_t answer(struct tv_machine *machine, const uint64_t args[5])
{
	uint32_t insn;

	assert_non_null(tv_machine_at(machine, &insn));
	return 1000 + insn;
}

static tv_call_fn *own_number(void *arg, int id)
{
	return id == BPF_FUNC_get_numa_node_id ? answer : NULL;
}

static void the_callers_table_is_first(void **state)
{
	const struct tv_env env = { .variable = variable_of, .helper = own_number };
	struct tv_machine_opts opts = with_kfuncs;

	opts.env = &env;
	assert_returns(run(PROGRAM(LDI(BPF_PSEUDO_BTF_ID, R0, NUM_NEXT, 0), EXIT), &opts, NULL), 0x1234567890);
	assert_int_equal(run(PROGRAM(LDI(BPF_PSEUDO_BTF_ID, R0, NUM_NEW, 0), EXIT), &opts, NULL).end,
			 TV_RUN_UNSUPPORTED);
	assert_returns(run(PROGRAM(MOVK(R0, 0), HELPER(BPF_FUNC_get_numa_node_id), EXIT), &opts, NULL), 1001);
	assert_returns(run(PROGRAM(HELPER(BPF_FUNC_get_smp_processor_id), EXIT), &opts, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(map_calls),
		cmocka_unit_test(values_of_cpus),
		cmocka_unit_test(elements_in_turn),
		cmocka_unit_test(records),
		cmocka_unit_test(strings_compare),
		cmocka_unit_test(strings_of_users),
		cmocka_unit_test(addresses_are_spelt),
		cmocka_unit_test(formats_that_are_none),
		cmocka_unit_test(numbers_in_text),
		cmocka_unit_test(numbers),
		cmocka_unit_test(bits),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(the_callers_table_is_first),
	};

	return cmocka_run_group_tests(tests, make_kfuncs, forget) != 0;
}
