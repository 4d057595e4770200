// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Random operations on maps of every kind, on the running kernel and on ours: the same answers, the
 * same content, the same records.
 *
 *	map_ops OBJECT [--ops N] [--seed S] [KIND...]
 *
 * OBJECT is map_ops.bpf.c compiled: programs do what only programs do; the rest goes by system
 * calls. N operations of each line of the table. Exit status: 0 no difference, 1 differences, 2 usage,
 * 3 this machine cannot.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/differential/map_more.h"
#include "tests/differential/map_sides.h"

#define MOST_TOLD	5u	/* differences printed of each line */
#define MOST_KEYS	2048u
#define VALUE_ROOM	(MOST_CPUS * 16)
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

struct subject {
	const char *name;
	uint32_t type;
	const char *program;	/* NULL: by system calls */
	uint32_t flags[3];	/* of the map, one of them */
	uint8_t ops[12];	/* one of them */
	uint8_t op_cnt;
};

#define OPS(...) .ops = { __VA_ARGS__ }, .op_cnt = sizeof((uint8_t[]){ __VA_ARGS__ })

static const struct subject subjects[] = {
	{ "array", BPF_MAP_TYPE_ARRAY, NULL, { 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_DELETE, OP_NEXT_KEY) },
	{ "hash", BPF_MAP_TYPE_HASH, NULL, { 0, BPF_F_NO_PREALLOC, 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_DELETE) },
	{ "percpu_array", BPF_MAP_TYPE_PERCPU_ARRAY, NULL, { 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_DELETE, OP_NEXT_KEY) },
	{ "percpu_hash", BPF_MAP_TYPE_PERCPU_HASH, NULL, { 0, BPF_F_NO_PREALLOC, 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_DELETE) },
	{ "lru_hash", BPF_MAP_TYPE_LRU_HASH, NULL, { 0, BPF_F_NO_COMMON_LRU, 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_UPDATE, OP_DELETE) },
	{ "lpm_trie", BPF_MAP_TYPE_LPM_TRIE, NULL,
	  { BPF_F_NO_PREALLOC, BPF_F_NO_PREALLOC, BPF_F_NO_PREALLOC },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_DELETE, OP_NEXT_KEY) },
	{ "queue", BPF_MAP_TYPE_QUEUE, NULL, { 0 }, OPS(OP_PUSH, OP_PUSH, OP_POP, OP_PEEK) },
	{ "stack", BPF_MAP_TYPE_STACK, NULL, { 0 }, OPS(OP_PUSH, OP_PUSH, OP_POP, OP_PEEK) },
	{ "array, program", BPF_MAP_TYPE_ARRAY, "walked", { 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_DELETE, OP_FOR_EACH) },
	{ "hash, program", BPF_MAP_TYPE_HASH, "walked", { 0, BPF_F_NO_PREALLOC, 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_DELETE, OP_LOOKUP, OP_UPDATE, OP_FOR_EACH) },
	{ "percpu_array, program", BPF_MAP_TYPE_PERCPU_ARRAY, "percpu", { 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_LOOKUP_CPU, OP_DELETE, OP_FOR_EACH) },
	{ "percpu_hash, program", BPF_MAP_TYPE_PERCPU_HASH, "percpu", { 0, BPF_F_NO_PREALLOC, 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_LOOKUP_CPU, OP_DELETE, OP_UPDATE, OP_FOR_EACH) },
	{ "lru_hash, program", BPF_MAP_TYPE_LRU_HASH, "walked", { 0, BPF_F_NO_COMMON_LRU, 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_UPDATE, OP_LOOKUP, OP_DELETE, OP_UPDATE, OP_UPDATE,
	      OP_UPDATE, OP_LOOKUP, OP_FOR_EACH) },
	{ "lru_percpu_hash, program", BPF_MAP_TYPE_LRU_PERCPU_HASH, "percpu",
	  { 0, BPF_F_NO_COMMON_LRU, 0 },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_UPDATE, OP_LOOKUP_CPU, OP_DELETE, OP_UPDATE,
	      OP_UPDATE, OP_LOOKUP, OP_FOR_EACH) },
	{ "lpm_trie, program", BPF_MAP_TYPE_LPM_TRIE, "keyed",
	  { BPF_F_NO_PREALLOC, BPF_F_NO_PREALLOC, BPF_F_NO_PREALLOC },
	  OPS(OP_LOOKUP, OP_UPDATE, OP_UPDATE, OP_DELETE) },
	{ "queue, program", BPF_MAP_TYPE_QUEUE, "pushed", { 0 },
	  OPS(OP_PUSH, OP_PUSH, OP_POP, OP_PEEK) },
	{ "stack, program", BPF_MAP_TYPE_STACK, "pushed", { 0 },
	  OPS(OP_PUSH, OP_PUSH, OP_POP, OP_PEEK) },
	{ "ringbuf, program", BPF_MAP_TYPE_RINGBUF, "ringbuf", { 0 },
	  OPS(OP_OUTPUT, OP_RECORDS, OP_QUERY) },
	{ "perf_event_array, program", BPF_MAP_TYPE_PERF_EVENT_ARRAY, "perf", { 0 }, OPS(OP_PERF) },
	{ "task_storage, program", BPF_MAP_TYPE_TASK_STORAGE, "stored",
	  { BPF_F_NO_PREALLOC, BPF_F_NO_PREALLOC, BPF_F_NO_PREALLOC },
	  OPS(OP_STORAGE_GET, OP_STORAGE_GET, OP_STORAGE_DELETE) },
};

/* A line of the table under way. */
struct run {
	const struct subject *subject;
	const char *object;
	struct tv_bpf_map def;
	struct kernel_map *kernel;
	struct our_map *ours;
	uint32_t cpus;
	uint64_t ops, maps, differences;
	uint64_t starved;	/* maps given up since the kernel had no memory for an element */
};

static uint64_t seed = 1;

static uint32_t dice(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % sides;
}

static bool told(struct run *run)
{
	return ++run->differences > MOST_TOLD;
}

static void tell(struct run *run, const struct map_op *op, const struct map_answer *theirs,
		 const struct map_answer *ours)
{
	if (told(run))
		return;
	printf("  %s: %u entries, key %u, value %u, flags %x: operation %u, arg %u, flags %llx, "
	       "key %u: kernel %lld (%llu), ours %lld (%llu)\n", run->subject->name,
	       run->def.max_entries, run->def.key_size, run->def.value_size, run->def.flags,
	       op->kind, op->arg, op->flags, *(const uint32_t *)op->key, theirs->ret,
	       theirs->value, ours->ret, ours->value);
}

/* --- what is asked --- */

static uint32_t draw_entries(void)
{
	static const uint32_t sizes[] = { 1, 2, 3, 4, 7, 16, 60, 100, 300, 600, 1000 };

	return sizes[dice(COUNT(sizes))];
}

static void draw_def(struct run *run)
{
	const struct subject *subject = run->subject;
	struct tv_bpf_map *def = &run->def;

	*def = (struct tv_bpf_map){
		.name = "tested", .type = subject->type, .flags = subject->flags[dice(3)],
		.key_size = 4u << dice(3), .value_size = 8 + 8 * dice(2), .max_entries = draw_entries(),
	};
	switch (subject->type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
		def->key_size = 4;
		break;
	case BPF_MAP_TYPE_LPM_TRIE:
		def->key_size = 5 + dice(8);
		break;
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
		def->key_size = 0;
		break;
	case BPF_MAP_TYPE_RINGBUF:
		def->key_size = def->value_size = 0;
		def->max_entries = 4096u << dice(4);
		break;
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
		def->key_size = def->value_size = 4;
		def->max_entries = run->cpus + dice(2);
		break;
	case BPF_MAP_TYPE_TASK_STORAGE:
		def->key_size = 4;
		def->value_size = 8;
		def->max_entries = 0;
		def->key_type_id = def->value_type_id = 1;
		break;
	}
}

static uint64_t draw_flags(const struct run *run)
{
	static const uint64_t odd[] = { 3, 8, UINT64_C(1) << 32, UINT64_MAX, BPF_F_LOCK };
	uint32_t roll = dice(20);

	switch (run->subject->type) {
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_TASK_STORAGE:
		return roll < 18 ? roll % 4 : odd[dice(4)];
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
		return roll < 16 ? BPF_F_CURRENT_CPU : roll < 19 ? dice(run->cpus + 2) : odd[dice(4)];
	}
	if (roll < 18)
		return roll < 14 ? BPF_ANY : roll < 16 ? BPF_NOEXIST : BPF_EXIST;
	/* the system call itself refuses a lock that is not there, before it looks at the key */
	return odd[dice(run->subject->program ? 5 : 4)];
}

static void draw_key(const struct run *run, uint8_t key[16])
{
	static const uint8_t bits[] = { 0, 0, 0x80, 0xc0, 0xc1, 0xff };
	uint32_t i, number;

	memset(key, 0, 16);
	if (run->def.type == BPF_MAP_TYPE_LPM_TRIE) {
		number = dice((run->def.key_size - 4) * 8 + 2);
		for (i = 4; i < run->def.key_size; i++)
			key[i] = bits[dice(COUNT(bits))];
	} else {
		number = dice(run->def.max_entries + run->def.max_entries / 2 + 2);
		for (i = 4; i < run->def.key_size; i++)
			key[i] = number * 31 >> i;
	}
	memcpy(key, &number, sizeof(number));
}

static void draw_op(const struct run *run, struct map_op *op)
{
	uint32_t i;

	*op = (struct map_op){
		.kind = run->subject->ops[dice(run->subject->op_cnt)], .flags = draw_flags(run),
		.arg = dice(3) ? dice(64) : dice(5000),
	};
	draw_key(run, op->key);
	for (i = 0; i < sizeof(op->value); i++)
		op->value[i] = dice(256);
	if (op->kind == OP_LOOKUP_CPU)
		op->arg = dice(run->cpus + 1);
	if (op->kind == OP_FOR_EACH) {
		/* seldom: it takes long */
		if (dice(8))
			op->kind = OP_LOOKUP;
		op->arg = dice(2) ? 0 : 2 + dice(5);
		op->flags = dice(10) ? 0 : 1;
	}
	if (op->kind == OP_QUERY)
		op->flags = dice(6);
	if (op->kind == OP_NEXT_KEY)
		op->arg = dice(10);
}

/* --- the whole content --- */

struct content {
	uint32_t cnt;
	uint8_t keys[MOST_KEYS][16];
	uint8_t values[MOST_KEYS][VALUE_ROOM];
	uint32_t order[MOST_KEYS];
};

static const struct content *sorted;

static int compare_keys(const void *left, const void *right)
{
	return memcmp(sorted->keys[*(const uint32_t *)left], sorted->keys[*(const uint32_t *)right], 16);
}

static void call(struct run *run, bool kernel, const struct map_op *op, void *values,
		 struct map_answer *answer)
{
	if (kernel)
		kernel_map_call(run->kernel, op, values, answer);
	else
		our_map_call(run->ours, op, values, answer);
}

static void collect(struct run *run, bool kernel, bool in_order, struct content *content)
{
	struct map_op next = { .kind = OP_NEXT_KEY }, look = { .kind = OP_LOOKUP };
	struct map_answer answer;
	uint32_t cnt;

	memset(content, 0, sizeof(*content));
	for (cnt = 0; cnt < MOST_KEYS; cnt++) {
		call(run, kernel, &next, content->keys[cnt], &answer);
		if (answer.ret)
			break;
		memcpy(look.key, content->keys[cnt], 16);
		call(run, kernel, &look, content->values[cnt], &answer);
		next.arg = 1;
		memcpy(next.key, content->keys[cnt], 16);
		content->order[cnt] = cnt;
	}
	content->cnt = cnt;
	sorted = content;
	if (!in_order)
		qsort(content->order, cnt, sizeof(content->order[0]), compare_keys);
}

static struct content theirs, mine;

static void compare_content(struct run *run)
{
	bool in_order = run->def.type == BPF_MAP_TYPE_LPM_TRIE;
	uint32_t i, a, b;

	collect(run, true, in_order, &theirs);
	collect(run, false, in_order, &mine);
	if (theirs.cnt != mine.cnt && !told(run))
		printf("  %s: the kernel has %u keys, ours %u\n", run->subject->name, theirs.cnt, mine.cnt);
	for (i = 0; i < theirs.cnt && i < mine.cnt; i++) {
		a = theirs.order[i];
		b = mine.order[i];
		if (memcmp(theirs.keys[a], mine.keys[b], 16) ||
		    memcmp(theirs.values[a], mine.values[b], VALUE_ROOM)) {
			if (!told(run))
				printf("  %s: element %u of %u differs: key %u, ours %u\n",
				       run->subject->name, i, theirs.cnt, *(uint32_t *)theirs.keys[a],
				       *(uint32_t *)mine.keys[b]);
			return;
		}
	}
}

/* --- what was sent --- */

struct sent {
	uint64_t records, bytes, hash;
};

static void add_bytes(struct sent *sent, const uint8_t *bytes, uint32_t size)
{
	for (; size; size--)
		sent->hash = (sent->hash ^ *bytes++) * UINT64_C(0x100000001b3);
}

static void count_record(void *arg, const void *data, uint32_t size)
{
	struct sent *sent = arg;

	sent->records++;
	sent->bytes += size;
	add_bytes(sent, data, size);
}

/* Behind a sample's data, in up to 7 bytes, the kernel leaves what was there before. */
static void count_sample(void *arg, const void *data, uint32_t size)
{
	struct sent *sent = arg;

	sent->records++;
	sent->bytes += size;
	add_bytes(sent, data, size > 7 ? size - 7 : 0);
}

static void compare_sent(struct run *run)
{
	bool perf = run->def.type == BPF_MAP_TYPE_PERF_EVENT_ARRAY;
	struct sent theirs = { 0 }, ours = { 0 };

	kernel_map_consume(run->kernel, perf ? count_sample : count_record, &theirs);
	our_map_consume(run->ours, perf ? count_sample : count_record, &ours);
	if (memcmp(&theirs, &ours, sizeof(ours)) && !told(run))
		printf("  %s: the kernel sent %" PRIu64 " records of %" PRIu64 " bytes, ours %" PRIu64
		       " of %" PRIu64 "%s\n", run->subject->name, theirs.records, theirs.bytes,
		       ours.records, ours.bytes, theirs.hash != ours.hash ? ", and not the same" : "");
}

/* --- one map --- */

static void by_calls(struct run *run, uint32_t cnt)
{
	uint8_t a[VALUE_ROOM], b[VALUE_ROOM];
	struct map_answer theirs, ours;
	struct map_op op;
	uint32_t i;

	for (; cnt; cnt--, run->ops++) {
		draw_op(run, &op);
		for (i = 0; i < sizeof(a); i++)
			a[i] = b[i] = dice(256);
		kernel_map_call(run->kernel, &op, a, &theirs);
		our_map_call(run->ours, &op, b, &ours);
		if (theirs.ret != ours.ret || (!theirs.ret && memcmp(a, b, sizeof(a))))
			tell(run, &op, &theirs, &ours);
	}
}

/* Elements that are not preallocated need memory, which an interrupt finds or not. */
static bool is_starved(const struct run *run, const struct map_op *op, const struct map_answer *theirs)
{
	if (op->kind == OP_STORAGE_GET)
		return op->flags == BPF_LOCAL_STORAGE_GET_F_CREATE && !theirs->ret;
	return op->kind == OP_UPDATE && run->def.flags & BPF_F_NO_PREALLOC && theirs->ret == -ENOMEM;
}

/* False: the map is not to be used any more. */
static bool by_program(struct run *run, uint32_t cnt)
{
	struct map_answer theirs[MAP_OPS_BATCH], ours[MAP_OPS_BATCH];
	struct map_op ops[MAP_OPS_BATCH] = { 0 };
	uint32_t i, cpu = dice(run->cpus);

	for (i = 0; i < cnt; i++)
		draw_op(run, &ops[i]);
	if (!kernel_map_batch(run->kernel, cpu, ops, cnt, theirs)) {
		if (!told(run))
			printf("  %s: the program did not run: %s\n", run->subject->name, strerror(errno));
		return false;
	}
	our_map_batch(run->ours, cpu, ops, cnt, ours);
	for (i = 0; i < cnt; i++, run->ops++) {
		if (theirs[i].ret == ours[i].ret && theirs[i].value == ours[i].value)
			continue;
		if (is_starved(run, &ops[i], &theirs[i])) {
			run->starved++;
			return false;
		}
		tell(run, &ops[i], &theirs[i], &ours[i]);
	}
	return true;
}

static bool has_keys(uint32_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_TASK_STORAGE:
		return false;
	}
	return true;
}

static void one_map(struct run *run, uint64_t most)
{
	uint32_t rounds = 1 + dice(40), cnt;
	int a, b;

	draw_def(run);
	a = kernel_map_make(&run->def, run->object, run->subject->program, &run->kernel);
	b = our_map_make(&run->def, run->cpus, &run->ours);
	run->maps++;
	if (a != b && !told(run))
		printf("  %s: the kernel makes the map with %d, ours with %d\n", run->subject->name, a, b);
	while (run->kernel && run->ours && rounds-- && run->ops < most) {
		/* records must find room: the readers come after each batch */
		cnt = 1 + dice(run->def.type == BPF_MAP_TYPE_PERF_EVENT_ARRAY ? 12 : MAP_OPS_BATCH);
		if (!run->subject->program)
			by_calls(run, cnt);
		else if (!by_program(run, cnt))
			break;
		if (has_keys(run->def.type))
			compare_content(run);
		else
			compare_sent(run);
	}
	kernel_map_free(run->kernel);
	our_map_free(run->ours);
}

static uint64_t one_subject(const struct subject *subject, const char *object, uint32_t cpus,
			    uint64_t ops)
{
	struct run run = { .subject = subject, .object = object, .cpus = cpus };

	while (run.ops < ops && run.differences < 1000 && run.maps < ops)
		one_map(&run, ops);
	if (run.starved)
		printf("  %s: %" PRIu64 " maps not used to the end: the kernel had no memory\n",
		       subject->name, run.starved);
	/* once in a while it has none; more often it is no answer */
	if (run.starved > 2 + run.maps / 4)
		run.differences++;
	printf("%-26s %8" PRIu64 " operations on %6" PRIu64 " maps, %" PRIu64 " differences\n",
	       subject->name, run.ops, run.maps, run.differences);
	fflush(stdout);
	return run.differences;
}

static bool is_chosen(const char *name, char **chosen, int cnt)
{
	int i;

	for (i = 0; i < cnt; i++)
		if (!strncmp(name, chosen[i], strlen(chosen[i])))
			return true;
	return !cnt;
}

static uint64_t show(const char *name, struct more_result result, const char *done, const char *of)
{
	printf("%-26s %8" PRIu64 " %s, %" PRIu64 " %s, %" PRIu64 " differences\n", name, result.ops, done,
	       result.maps, of, result.differences);
	return result.differences;
}

static int usage(void)
{
	fputs("usage: map_ops OBJECT [--ops N] [--seed S] [KIND...]\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	uint64_t ops = 60000, differences = 0, *number;
	const char *why, *object;
	int at = 2, cpus;
	size_t i;

	if (argc < 2)
		return usage();
	object = argv[1];
	for (; at + 1 < argc && !strncmp(argv[at], "--", 2); at += 2) {
		number = !strcmp(argv[at], "--ops") ? &ops : !strcmp(argv[at], "--seed") ? &seed : NULL;
		if (!number)
			return usage();
		*number = strtoull(argv[at + 1], NULL, 0);
	}
	if (!seed)
		return usage();
	if (!kernel_can(&why)) {
		fprintf(stderr, "map_ops: %s here\n", why);
		return 3;
	}
	cpus = libbpf_num_possible_cpus();
	if (cpus < 1 || cpus > (int)MOST_CPUS) {
		fprintf(stderr, "map_ops: made for up to %u CPUs\n", MOST_CPUS);
		return 3;
	}
	for (i = 0; i < COUNT(subjects); i++)
		if (is_chosen(subjects[i].name, argv + at, argc - at))
			differences += one_subject(&subjects[i], object, cpus, ops);
	if (is_chosen("creation", argv + at, argc - at))
		differences += show("creation", more_creation(ops, cpus, dice), "attempts", "of them made");
	if (is_chosen("stack_trace", argv + at, argc - at))
		differences += show("stack_trace", more_stacks(ops / 20, cpus, object, dice), "stacks",
				    "found again");
	return differences ? 1 : 0;
}
