// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Instruction soup on the machine, unverified: random instructions, helpers and kernel functions with
 * arguments that are sometimes right. Whatever it is, the run ends, and memory checkers stay silent.
 * SOUP_SECONDS and SOUP_SEED in the environment make it longer, and other.
 */
#include <time.h>

#include "bpf/btf.h"
#include "tests/unit/machine_object.h"

#define MAX_INSNS	120
#define MAX_RUN		20000
#define PROGS		3
#define COUNT(array)	((uint32_t)(sizeof(array) / sizeof((array)[0])))

static uint64_t seed = 424242;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 16) % below;
}

static struct tv_bpf_slot prog_slots[] = { { 0, -1, 0 }, { 1, -1, 1 }, { 2, -1, 2 } };
static struct tv_bpf_map inner = {
	.name = "inner", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1,
};
static struct tv_bpf_slot map_slots[] = { { 0, 0, -1 } };
static struct tv_bpf_map maps[] = {
	{ .name = "data", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1 },
	{ .name = "array", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 24, .max_entries = 3 },
	{ .name = "hash", .type = BPF_MAP_TYPE_HASH, .key_size = 8, .value_size = 16, .max_entries = 4 },
	{ .name = "lru", .type = BPF_MAP_TYPE_LRU_HASH, .key_size = 4, .value_size = 8, .max_entries = 4 },
	{ .name = "percpu", .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 2 },
	{ .name = "percpu_hash", .type = BPF_MAP_TYPE_PERCPU_HASH, .key_size = 4, .value_size = 8, .max_entries = 3 },
	{ .name = "ring", .type = BPF_MAP_TYPE_RINGBUF, .max_entries = 4096 },
	{ .name = "perf", .type = BPF_MAP_TYPE_PERF_EVENT_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 2 },
	{ .name = "queue", .type = BPF_MAP_TYPE_QUEUE, .value_size = 8, .max_entries = 3 },
	{ .name = "stack", .type = BPF_MAP_TYPE_STACK, .value_size = 8, .max_entries = 3 },
	{ .name = "bloom", .type = BPF_MAP_TYPE_BLOOM_FILTER, .value_size = 8, .max_entries = 3 },
	{ .name = "lpm", .type = BPF_MAP_TYPE_LPM_TRIE, .key_size = 8, .value_size = 8, .max_entries = 3,
	  .flags = BPF_F_NO_PREALLOC },
	{ .name = "progs", .type = BPF_MAP_TYPE_PROG_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 4,
	  .slots = prog_slots, .slot_cnt = 3 },
	{ .name = "outer", .type = BPF_MAP_TYPE_ARRAY_OF_MAPS, .key_size = 4, .value_size = 4, .max_entries = 2,
	  .inner = &inner, .slots = map_slots, .slot_cnt = 1 },
};

static const int helpers[] = {
	BPF_FUNC_map_lookup_elem, BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem, BPF_FUNC_map_push_elem,
	BPF_FUNC_map_pop_elem, BPF_FUNC_map_peek_elem, BPF_FUNC_map_lookup_percpu_elem,
	BPF_FUNC_for_each_map_elem, BPF_FUNC_tail_call, BPF_FUNC_ringbuf_output, BPF_FUNC_ringbuf_reserve,
	BPF_FUNC_ringbuf_submit, BPF_FUNC_ringbuf_discard, BPF_FUNC_ringbuf_query, BPF_FUNC_perf_event_output,
	BPF_FUNC_snprintf, BPF_FUNC_trace_printk, BPF_FUNC_trace_vprintk, BPF_FUNC_loop, BPF_FUNC_strncmp,
	BPF_FUNC_get_smp_processor_id, BPF_FUNC_get_numa_node_id, BPF_FUNC_strtol, BPF_FUNC_strtoul,
};
static const char *const kfuncs[] = {
	"bpf_iter_num_new", "bpf_iter_num_next", "bpf_iter_num_destroy",
	"bpf_iter_bits_new", "bpf_iter_bits_next", "bpf_iter_bits_destroy",
};
static struct tv_btf *vmlinux;
static int32_t kfunc_ids[COUNT(kfuncs)];

/* Instructions as they are written; @cnt of them so far. */
struct soup {
	struct bpf_insn insns[MAX_INSNS + 16];
	uint32_t cnt;
};

static void add(struct soup *soup, struct bpf_insn insn)
{
	soup->insns[soup->cnt++] = insn;
}

static void add2(struct soup *soup, const struct bpf_insn two[2])
{
	add(soup, two[0]);
	add(soup, two[1]);
}

/* Something that the argument may be: a place on the stack, a map, a function, a number, what a register has. */
static void add_argument(struct soup *soup, uint32_t reg)
{
	switch (draw(reg == R1 ? 3 : 9)) {
	case 0:
		add(soup, MOVX(reg, R10));
		add(soup, ALU64K(BPF_ADD, reg, -(int32_t)draw(80)));
		break;
	case 1:
	case 2:
		if (draw(3))
			add2(soup, (struct bpf_insn[]){ LDMAP(reg, (int32_t)draw(COUNT(maps))) });
		else
			add(soup, MOVX(reg, draw(11)));
		break;
	case 3:
		add2(soup, (struct bpf_insn[]){ LDFUNC(reg, (int32_t)draw(40) - 20) });
		break;
	case 4:
	case 5:
		add(soup, MOVX(reg, R10));
		add(soup, ALU64K(BPF_ADD, reg, -8 * (int32_t)(1 + draw(8))));
		break;
	case 6:
		add2(soup, (struct bpf_insn[]){ LDVALUE(reg, 0, (int32_t)draw(10)) });
		break;
	default:
		add(soup, MOVK(reg, draw(4) ? (int32_t)draw(20) : (int32_t)draw(UINT32_MAX)));
		break;
	}
}

static void add_call(struct soup *soup)
{
	uint32_t reg;

	for (reg = R1; reg <= R5; reg++)
		add_argument(soup, reg);
	if (draw(4))
		add(soup, HELPER(helpers[draw(COUNT(helpers))]));
	else
		add(soup, KFUNC(kfunc_ids[draw(COUNT(kfuncs))]));
	if (draw(2))
		add(soup, MOVX(R6 + draw(4), R0));
}

static void add_text(struct soup *soup)
{
	static const char *const texts[] = { "%s%d", "%pI4%c", "%-9d%", "%llx ", "%05u", "%s", "%ps%px", "%pi6" };
	int32_t words[2] = { 0 };
	const char *text = texts[draw(COUNT(texts))];

	memcpy(words, text, strlen(text));
	add(soup, ST(BPF_W, R10, -8 * (int32_t)(1 + draw(4)), words[0]));
	add(soup, ST(BPF_W, R10, -8 * (int32_t)(1 + draw(4)) + 4, words[1]));
}

/* Any bits at all. */
static void add_noise(struct soup *soup)
{
	struct bpf_insn insn = INSN(draw(256), draw(12), draw(12), (int16_t)draw(UINT16_MAX), (int32_t)draw(UINT32_MAX));

	insn.off = draw(2) ? insn.off : (int16_t)(draw(41) - 20);
	add(soup, insn);
}

static void add_memory(struct soup *soup)
{
	static const uint8_t sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };
	static const int32_t atomics[] = {
		BPF_ADD, BPF_AND | BPF_FETCH, BPF_XCHG, BPF_CMPXCHG, BPF_LOAD_ACQ, BPF_STORE_REL,
	};
	uint32_t reg = draw(6) ? R10 : R6 + draw(4);
	int16_t off = reg == R10 ? -(int16_t)(8 + draw(56)) : (int16_t)draw(9);
	uint8_t size = sizes[draw(4)];

	switch (draw(4)) {
	case 0:
		add(soup, LDX(size, draw(10), reg, off));
		break;
	case 1:
		add(soup, STX(size, reg, off, draw(10)));
		break;
	case 2:
		add(soup, ST(size, reg, off, (int32_t)draw(UINT32_MAX)));
		break;
	default:
		add(soup, ATOMIC(draw(2) ? BPF_DW : BPF_W, atomics[draw(4)], reg, off, draw(10)));
		break;
	}
}

static void add_sum(struct soup *soup)
{
	static const uint8_t ops[] = {
		BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_MOD, BPF_OR, BPF_AND, BPF_XOR, BPF_LSH, BPF_RSH, BPF_ARSH, BPF_MOV,
	};
	uint8_t op = ops[draw(COUNT(ops))], class = draw(2) ? BPF_ALU : BPF_ALU64;

	if (draw(2))
		add(soup, INSN(class | op | BPF_X, draw(10), draw(11), 0, 0));
	else
		add(soup, INSN(class | op | BPF_K, draw(10), 0, (op == BPF_DIV || op == BPF_MOD) && draw(2),
			       draw(3) ? (int32_t)draw(64) : (int32_t)draw(UINT32_MAX)));
}

static void add_jump(struct soup *soup)
{
	static const uint8_t ops[] = { BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JSLT, BPF_JSET, BPF_JCOND, BPF_JA };
	uint8_t op = ops[draw(COUNT(ops))];

	/* mostly forwards */
	add(soup, INSN((draw(2) && op < BPF_JCOND ? BPF_JMP32 : BPF_JMP) | op, op < BPF_JCOND ? draw(10) : 0, 0,
		       (int16_t)draw(6) - (draw(5) ? 0 : 8), (int32_t)draw(5)));
}

static void make_soup(struct soup *soup)
{
	uint32_t cnt = 2 + draw(draw(2) ? 20 : MAX_INSNS - 20);

	soup->cnt = 0;
	while (soup->cnt < cnt) {
		static void (*const parts[])(struct soup *) = {
			add_call, add_call, add_text, add_memory, add_memory, add_sum, add_sum, add_jump,
		};

		if (draw(60))
			parts[draw(COUNT(parts))](soup);
		else
			add_noise(soup);
	}
	add(soup, MOVK(R0, 0));
	add(soup, EXIT);
}

static void serve(struct soup *soups, unsigned long *ends)
{
	struct tv_bpf_prog progs[PROGS];
	struct tv_bpf_object obj = { .progs = progs, .prog_cnt = PROGS, .maps = maps, .map_cnt = COUNT(maps) };
	struct tv_machine_opts opts = {
		.vmlinux = vmlinux, .max_insns = MAX_RUN, .max_memory = 1 << 20, .nr_cpus = 2,
		.kernel = draw(2) ? TV_KERNEL_6_12 : TV_KERNEL_6_18,
	};
	struct tv_run_result result;
	struct tv_machine *machine;
	uint64_t ctx[4] = { 0 };
	const void *record;
	uint32_t i, size;
	uint8_t loads[64];

	for (i = 0; i < PROGS; i++) {
		make_soup(&soups[i]);
		progs[i] = (struct tv_bpf_prog){
			.name = "soup", .section = "raw_tp", .insns = soups[i].insns, .insn_cnt = soups[i].cnt,
		};
	}
	machine = machine_of(&obj, &opts);
	memset(loads, (int)draw(256), sizeof(loads));
	tv_machine_load(machine, &progs[0], draw(2) ? loads : NULL);
	for (i = 0; i < 4; i++) {
		tv_machine_set_cpu(machine, draw(3));
		tv_machine_run(machine, &progs[i % PROGS], ctx, sizeof(ctx), &result);
		assert_true(result.insns <= MAX_RUN);
		assert_true(result.end == TV_RUN_DONE || result.why[0]);
		ends[result.end]++;
	}
	for (i = 0; i < COUNT(maps); i++)
		while (tv_machine_map(machine, i) && tv_map_consume(tv_machine_map(machine, i), &record, &size))
			;
	tv_machine_destroy(machine);
}

static void soup_ends(void **state)
{
	struct soup *soups = calloc(PROGS, sizeof(*soups));
	const char *seconds = getenv("SOUP_SECONDS"), *other = getenv("SOUP_SEED");
	time_t end = time(NULL) + (seconds ? atol(seconds) : 4);
	unsigned long ends[8] = { 0 };

	if (other)
		seed = strtoull(other, NULL, 0);
	while (time(NULL) < end)
		serve(soups, ends);
	free(soups);
	print_message("done %lu, max_insns %lu, fault %lu, unsupported %lu, no memory %lu\n", ends[TV_RUN_DONE],
		      ends[TV_RUN_MAX_INSNS], ends[TV_RUN_FAULT], ends[TV_RUN_UNSUPPORTED], ends[TV_RUN_NOMEM]);
	assert_true(ends[TV_RUN_DONE] && ends[TV_RUN_FAULT]);
}

/* Types of a kernel that has these functions, and nothing else. */
static int make_kfuncs(void **state)
{
	struct btf *raw = btf__new_empty();
	struct tv_bpf_error error;
	int proto;
	uint32_t i;

	tv_bpf_error_init(&error, "made");
	proto = btf__add_func_proto(raw, 0);
	for (i = 0; i < COUNT(kfuncs); i++)
		kfunc_ids[i] = btf__add_func(raw, kfuncs[i], BTF_FUNC_GLOBAL, proto);
	return tv_btf_adopt(raw, "made", &vmlinux, &error);
}

static int forget(void **state)
{
	tv_btf_free(vmlinux);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(soup_ends) };

	return cmocka_run_group_tests(tests, make_kfuncs, forget) != 0;
}
