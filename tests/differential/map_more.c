// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Lines of map_ops that are not operations on one map after another (map_more.h). */
#include "tests/differential/map_more.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "tests/differential/map_sides.h"

#define MOST_TOLD	5u
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ONE_OF(array, dice)	(array)[(dice)(COUNT(array))]

/* --- creation --- */

static const uint32_t kinds[] = {
	BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_PROG_ARRAY,
	BPF_MAP_TYPE_PERF_EVENT_ARRAY, BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY,
	BPF_MAP_TYPE_STACK_TRACE, BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH,
	BPF_MAP_TYPE_LPM_TRIE, BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK, BPF_MAP_TYPE_RINGBUF,
	BPF_MAP_TYPE_BLOOM_FILTER,
};

/* Around every limit, but nothing that is both allowed and big. */
static void draw_def(struct tv_bpf_map *def, dice_fn *dice)
{
	static const uint32_t keys[] = { 0, 1, 4, 4, 4, 4, 5, 8, 260, 261 };
	static const uint32_t values[] = {
		0, 1, 4, 4, 4, 8, 8, 32, 1016, 1024, 4064, 4096, 32768, 32769, 4194048, 4194304,
		4194305, 0x80000000,
	};
	static const uint32_t entries[] = {
		0, 1, 2, 3, 16, 4096, 8192, 5000, 0x8000001, 0x80000001, 0xffffffff,
	};
	uint64_t size;

	do {
		*def = (struct tv_bpf_map){
			.name = "tested", .type = ONE_OF(kinds, dice), .key_size = ONE_OF(keys, dice),
			.value_size = ONE_OF(values, dice), .max_entries = ONE_OF(entries, dice),
			.extra = dice(10) ? 0 : dice(20),
		};
		if (dice(2))
			def->flags = dice(2) ? BPF_F_NO_PREALLOC : 1u << dice(16);
		if (!dice(5))
			def->flags |= 1u << dice(16);
		size = ((uint64_t)def->key_size + def->value_size + 64) * def->max_entries;
		if (def->type == BPF_MAP_TYPE_RINGBUF)
			size = def->max_entries;
	} while (size > (16u << 20) && def->max_entries < 0x8000000 && def->value_size < 0x80000000);
	if (def->max_entries >= 0x8000000)
		def->value_size |= 0x80000000;
}

static int try_ours(const struct tv_bpf_map *def, uint32_t cpus)
{
	struct our_map *map;
	int err = our_map_make(def, cpus, &map);

	our_map_free(map);
	return err;
}

static int try_kernel(const struct tv_bpf_map *def)
{
	struct kernel_map *map;
	int err = kernel_map_make(def, NULL, NULL, &map);

	kernel_map_free(map);
	return err;
}

struct more_result more_creation(uint64_t cnt, uint32_t cpus, dice_fn *dice)
{
	struct more_result result = { 0 };
	struct tv_bpf_map def;
	int theirs, ours;

	for (; result.ops < cnt; result.ops++) {
		draw_def(&def, dice);
		theirs = try_kernel(&def);
		ours = try_ours(&def, cpus);
		result.maps += !theirs;
		if (theirs != ours && result.differences++ < MOST_TOLD)
			printf("  creation: type %u, key %u, value %u, entries %u, flags %x, extra %u: "
			       "kernel %d, ours %d\n", def.type, def.key_size, def.value_size,
			       def.max_entries, def.flags, (uint32_t)def.extra, theirs, ours);
	}
	return result;
}

/* --- stacks --- */

/* How many frames are stored: those behind are zero. */
static uint32_t frames_of(const uint64_t *ips, uint32_t most)
{
	while (most && !ips[most - 1])
		most--;
	return most;
}

/* One batch of ids; what the kernel keeps under each must get that id from ours. */
static void check_ids(struct more_result *result, struct kernel_map *map, struct our_map *ours,
		      const struct tv_bpf_map *def, const struct map_answer *answers, uint32_t cnt)
{
	uint32_t depth = def->value_size / sizeof(uint64_t), i;
	struct map_op look = { .kind = OP_LOOKUP };
	struct map_answer found;
	uint64_t ips[127];
	int64_t id;

	for (i = 0; i < cnt; i++, result->ops++) {
		if (answers[i].ret < 0)
			continue;
		memcpy(look.key, &answers[i].ret, sizeof(uint32_t));
		kernel_map_call(map, &look, ips, &found);
		if (found.ret)
			continue;
		id = tv_map_stack_id(our_map_instance(ours), ips, frames_of(ips, depth), BPF_F_REUSE_STACKID);
		result->maps++;
		if (id != answers[i].ret && result->differences++ < MOST_TOLD)
			printf("  stack_trace: %u frames: kernel %lld, ours %lld\n", frames_of(ips, depth),
			       answers[i].ret, (long long)id);
	}
}

static void one_stack_map(struct more_result *result, uint32_t cpus, const char *object, dice_fn *dice)
{
	struct tv_bpf_map def = {
		.name = "tested", .type = BPF_MAP_TYPE_STACK_TRACE, .key_size = 4,
		.value_size = 8 * (1 + dice(20)), .max_entries = 1000 + dice(5000),
	};
	struct map_answer answers[16];
	struct map_op ops[16] = { 0 };
	struct kernel_map *map;
	struct our_map *ours;
	uint32_t i;

	for (i = 0; i < COUNT(ops); i++)
		ops[i].flags = dice(6) | BPF_F_REUSE_STACKID | (dice(2) ? BPF_F_USER_STACK : 0);
	if (kernel_map_make(&def, object, "stack", &map) || our_map_make(&def, cpus, &ours) ||
	    !kernel_map_batch(map, dice(cpus), ops, COUNT(ops), answers)) {
		result->differences++;
		puts("  stack_trace: the program did not run");
		return;
	}
	check_ids(result, map, ours, &def, answers, COUNT(ops));
	kernel_map_free(map);
	our_map_free(ours);
}

struct more_result more_stacks(uint64_t cnt, uint32_t cpus, const char *object, dice_fn *dice)
{
	struct more_result result = { 0 };

	while (result.ops < cnt && !result.differences)
		one_stack_map(&result, cpus, object, dice);
	return result;
}
