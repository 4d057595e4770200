// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Maps of all kinds that a tracing program uses; what calls answer is in @told. */
#include "basics.h"

#define F_CREATE	1
#define CURRENT_CPU	0xffffffff
#define NO_PREALLOC	1
#define __array(name, val) typeof(val) *name[]

/* numbers of enum bpf_map_type */
#define KEYED(name, number, k, v, max, flags)	\
	struct {				\
		__uint(type, number);		\
		__uint(map_flags, flags);	\
		__uint(max_entries, max);	\
		__type(key, k);			\
		__type(value, v);		\
	} name SEC(".maps")
#define PUSHED(name, number, v, max)		\
	struct {				\
		__uint(type, number);		\
		__uint(max_entries, max);	\
		__type(value, v);		\
	} name SEC(".maps")

static long (*bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static long (*bpf_tail_call)(void *ctx, void *array, u32 index) = (void *)12;
static long (*bpf_perf_event_output)(void *ctx, void *map, u64 flags, void *data, u64 size) = (void *)25;
static long (*bpf_map_push_elem)(void *map, const void *value, u64 flags) = (void *)87;
static long (*bpf_map_pop_elem)(void *map, void *value) = (void *)88;
static long (*bpf_map_peek_elem)(void *map, void *value) = (void *)89;
static void *(*bpf_ringbuf_reserve)(void *ring, u64 size, u64 flags) = (void *)131;
static void (*bpf_ringbuf_submit)(void *data, u64 flags) = (void *)132;
static void (*bpf_ringbuf_discard)(void *data, u64 flags) = (void *)133;
static u64 (*bpf_ringbuf_query)(void *ring, u64 what) = (void *)134;
static void *(*bpf_task_storage_get)(void *map, struct task_struct *task, void *init, u64 flags) = (void *)156;
static long (*bpf_for_each_map_elem)(void *map, void *callback, void *ctx, u64 flags) = (void *)164;

struct prefix {
	u32 length;
	u8 data[4];
};

struct inner {
	__uint(type, 1);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u32);
} left SEC(".maps"), right SEC(".maps");

KEYED(hash, 1, u64, u32, 16, 0);
KEYED(loose, 1, u32, u32, 4, NO_PREALLOC);
KEYED(each_cpu, 5, u32, u64, 4, 0);
KEYED(lately, 9, u32, u32, 4, 0);
KEYED(prefixes, 11, struct prefix, u32, 8, NO_PREALLOC);
PUSHED(queue, 22, u32, 4);
PUSHED(stack, 23, u32, 4);
PUSHED(bloom, 30, u32, 1000);

struct {
	__uint(type, 27);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct {
	__uint(type, 4);
	__uint(key_size, 4);
	__uint(value_size, 4);
} samples SEC(".maps");

struct {
	__uint(type, 29);
	__uint(map_flags, NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} of_task SEC(".maps");

struct {
	__uint(type, 12);
	__uint(max_entries, 3);
	__uint(key_size, 4);
	__array(values, struct inner);
} by_index SEC(".maps") = { .values = { [0] = &left, [2] = &right } };

struct {
	__uint(type, 13);
	__uint(max_entries, 3);
	__uint(key_size, 4);
	__array(values, struct inner);
} by_key SEC(".maps") = { .values = { [1] = &right } };

int last(void *ctx);

struct {
	__uint(type, 3);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(values, int (void *));
} jumps SEC(".maps") = { .values = { [1] = (void *)&last } };

const u32 wanted = 105;
u64 told[12];
u64 sum;
u32 in_bloom;

static long add(void *map, u32 *key, u64 *value, void *ctx)
{
	sum += *value;
	return 0;
}

static void fill_keyed(void)
{
	u32 i, key, small;
	u64 big;

	for (i = 0; i < 6; i++) {
		big = i * 1000000007ULL;
		key = i;
		small = i * i;
		bpf_map_update_elem(&hash, &big, &small, 0);
		bpf_map_update_elem(&lately, &key, &small, 0);
		told[0] = bpf_map_update_elem(&loose, &key, &small, 1);
		bpf_map_update_elem(&each_cpu, &key, &big, 0);
	}
	big = 1000000007;
	bpf_map_delete_elem(&hash, &big);
	told[1] = bpf_map_delete_elem(&hash, &big);
	bpf_for_each_map_elem(&each_cpu, add, 0, 0);
}

static void fill_pushed(void)
{
	u32 i, value;

	for (i = 0; i < 9; i++) {
		value = 100 + i;
		told[2] = bpf_map_push_elem(&queue, &value, i & 1 ? 0 : 2);
		bpf_map_push_elem(&stack, &value, 2);
		if (i & 1)
			bpf_map_push_elem(&bloom, &value, 0);
	}
	for (i = 0; i < 9; i++) {
		value = 100 + i;
		if (i & 1 && !bpf_map_peek_elem(&bloom, &value))
			in_bloom |= 1 << i;
	}
	/* one that cannot be written */
	if (!bpf_map_peek_elem(&bloom, (void *)&wanted))
		in_bloom |= 1 << 20;
	bpf_map_pop_elem(&queue, &value);
	told[3] = value;
	bpf_map_peek_elem(&stack, &value);
	told[4] = value;
}

static void send(void *ctx)
{
	u64 event[2] = { 1, 2 };
	u8 *record;

	told[5] = bpf_ringbuf_output(&ring, event, sizeof(event), 0);
	record = bpf_ringbuf_reserve(&ring, 1, 0);
	if (record) {
		*record = 7;
		bpf_ringbuf_submit(record, 0);
	}
	record = bpf_ringbuf_reserve(&ring, 1, 0);
	if (record)
		bpf_ringbuf_discard(record, 0);
	told[6] = bpf_ringbuf_query(&ring, 3);
	told[7] = bpf_perf_event_output(ctx, &samples, CURRENT_CPU, event, sizeof(event));
}

static void follow(void)
{
	struct prefix prefix = { 16, { 10, 1, 9, 9 } };
	u32 key = 2, value = 16, *found;
	void *map;

	bpf_map_update_elem(&prefixes, &prefix, &value, 0);
	prefix.length = value = 8;
	bpf_map_update_elem(&prefixes, &prefix, &value, 0);
	prefix.length = 32;
	prefix.data[1] = 7;
	found = bpf_map_lookup_elem(&prefixes, &prefix);
	told[8] = found ? *found : 0;
	map = bpf_map_lookup_elem(&by_index, &key);
	if (map)
		bpf_map_update_elem(map, &key, &value, 0);
	key = 1;
	map = bpf_map_lookup_elem(&by_key, &key);
	key = 2;
	found = map ? bpf_map_lookup_elem(map, &key) : 0;
	told[9] = found ? *found : 0;
}

SEC("raw_tp")
int last(void *ctx)
{
	told[11] = 77;
	return 5;
}

SEC("raw_tp")
int all(void *ctx)
{
	u64 *storage = bpf_task_storage_get(&of_task, bpf_get_current_task_btf(), 0, F_CREATE);

	if (storage)
		told[10] = *storage += 3;
	fill_keyed();
	fill_pushed();
	send(ctx);
	follow();
	bpf_tail_call(ctx, &jumps, 1);
	return 1;
}
