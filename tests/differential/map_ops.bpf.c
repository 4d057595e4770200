// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Does batches of operations on one map; which kind of map, user space says before it loads this. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "map_ops.h"

char LICENSE[] SEC("license") = "GPL";

struct task_struct;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(key_size, 4);
	__uint(value_size, 8);
	__uint(max_entries, 1);
} tested SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, unsigned long long);
} storage SEC(".maps");

unsigned int cnt;
struct map_op ops[MAP_OPS_BATCH];
struct map_answer answers[MAP_OPS_BATCH];
unsigned char blob[MAP_OPS_BLOB];

struct each {
	unsigned int divisor;
	unsigned long long sum;
};

static long visit(void *map, const void *key, void *value, struct each *each)
{
	unsigned int number = *(const unsigned int *)key;

	each->sum += *(unsigned long long *)value * (number + 1);
	if (each->divisor && number % each->divisor == 0)
		bpf_map_delete_elem(&tested, key);
	return 0;
}

static __always_inline void look(struct map_answer *answer, const unsigned long long *value)
{
	answer->ret = !!value;
	answer->value = value ? *value : 0;
}

static __always_inline void do_keyed(struct map_op *op, struct map_answer *answer)
{
	switch (op->kind) {
	case OP_LOOKUP:
		look(answer, bpf_map_lookup_elem(&tested, op->key));
		break;
	case OP_UPDATE:
		answer->ret = bpf_map_update_elem(&tested, op->key, op->value, op->flags);
		break;
	case OP_DELETE:
		answer->ret = bpf_map_delete_elem(&tested, op->key);
		break;
	}
}

static long step_keyed(unsigned int i, void *ctx)
{
	if (i >= MAP_OPS_BATCH)
		return 1;
	do_keyed(&ops[i], &answers[i]);
	return 0;
}

static __always_inline void do_walked(struct map_op *op, struct map_answer *answer)
{
	struct each each = { .divisor = op->arg };

	if (op->kind != OP_FOR_EACH) {
		do_keyed(op, answer);
		return;
	}
	answer->ret = bpf_for_each_map_elem(&tested, visit, &each, op->flags);
	answer->value = each.sum;
}

static long step_walked(unsigned int i, void *ctx)
{
	if (i >= MAP_OPS_BATCH)
		return 1;
	do_walked(&ops[i], &answers[i]);
	return 0;
}

static long step_percpu(unsigned int i, void *ctx)
{
	if (i >= MAP_OPS_BATCH)
		return 1;
	if (ops[i].kind == OP_LOOKUP_CPU)
		look(&answers[i], bpf_map_lookup_percpu_elem(&tested, ops[i].key, ops[i].arg));
	else
		do_walked(&ops[i], &answers[i]);
	return 0;
}

static long step_pushed(unsigned int i, void *ctx)
{
	unsigned long long value[2] = { 0 };

	if (i >= MAP_OPS_BATCH)
		return 1;
	switch (ops[i].kind) {
	case OP_PUSH:
		answers[i].ret = bpf_map_push_elem(&tested, ops[i].value, ops[i].flags);
		break;
	case OP_POP:
		answers[i].ret = bpf_map_pop_elem(&tested, value);
		break;
	case OP_PEEK:
		answers[i].ret = bpf_map_peek_elem(&tested, value);
		break;
	}
	answers[i].value = value[0];
	return 0;
}

static long step_bloom(unsigned int i, void *ctx)
{
	if (i >= MAP_OPS_BATCH)
		return 1;
	if (ops[i].kind == OP_PUSH)
		answers[i].ret = bpf_map_push_elem(&tested, ops[i].value, ops[i].flags);
	else
		answers[i].ret = bpf_map_peek_elem(&tested, ops[i].value);
	return 0;
}

static __always_inline void finish(void *record, unsigned int byte, int discard)
{
	if (!record)
		return;
	*(unsigned char *)record = byte;
	if (discard)
		bpf_ringbuf_discard(record, 0);
	else
		bpf_ringbuf_submit(record, 0);
}

/* The second is finished while the first is still written. */
static __always_inline long two_records(unsigned int arg)
{
	void *first, *second;
	long got;

	if (arg & 1)
		first = bpf_ringbuf_reserve(&tested, 9, 0);
	else
		first = bpf_ringbuf_reserve(&tested, 1500, 0);
	if (arg & 2)
		second = bpf_ringbuf_reserve(&tested, 1, 0);
	else
		second = bpf_ringbuf_reserve(&tested, 4080, 0);
	got = !!first + 2 * !!second;
	if (bpf_ringbuf_output(&tested, blob, 24, 0) == 0)
		got += 4;
	finish(second, arg, arg & 4);
	finish(first, arg + 1, arg & 8);
	return got;
}

static long step_ringbuf(unsigned int i, void *ctx)
{
	if (i >= MAP_OPS_BATCH)
		return 1;
	switch (ops[i].kind) {
	case OP_OUTPUT:
		answers[i].ret = bpf_ringbuf_output(&tested, blob, ops[i].arg & (MAP_OPS_BLOB - 1),
						    ops[i].flags);
		break;
	case OP_RECORDS:
		answers[i].ret = two_records(ops[i].arg);
		break;
	case OP_QUERY:
		answers[i].ret = bpf_ringbuf_query(&tested, ops[i].flags);
		break;
	}
	return 0;
}

static long step_storage(unsigned int i, void *ctx)
{
	unsigned long long *value;

	if (i >= MAP_OPS_BATCH)
		return 1;
	if (ops[i].kind == OP_STORAGE_GET) {
		value = bpf_task_storage_get(&storage, bpf_get_current_task_btf(),
					     ops[i].arg ? ops[i].value : 0, ops[i].flags);
		look(&answers[i], value);
		if (value)
			*value += 1;
	} else {
		answers[i].ret = bpf_task_storage_delete(&storage, bpf_get_current_task_btf());
	}
	return 0;
}

SEC("raw_tp")
int keyed(void *ctx)
{
	return bpf_loop(cnt, step_keyed, 0, 0);
}

SEC("raw_tp")
int walked(void *ctx)
{
	return bpf_loop(cnt, step_walked, 0, 0);
}

SEC("raw_tp")
int percpu(void *ctx)
{
	return bpf_loop(cnt, step_percpu, 0, 0);
}

SEC("raw_tp")
int pushed(void *ctx)
{
	return bpf_loop(cnt, step_pushed, 0, 0);
}

SEC("raw_tp")
int bloom(void *ctx)
{
	return bpf_loop(cnt, step_bloom, 0, 0);
}

SEC("raw_tp")
int ringbuf(void *ctx)
{
	return bpf_loop(cnt, step_ringbuf, 0, 0);
}

SEC("raw_tp")
int stored(void *ctx)
{
	return bpf_loop(cnt, step_storage, 0, 0);
}

/* The context does not reach callbacks. */
SEC("raw_tp")
int perf(void *ctx)
{
	unsigned int i;

	for (i = 0; i < MAP_OPS_BATCH && i < cnt; i++)
		answers[i].ret = bpf_perf_event_output(ctx, &tested, ops[i].flags, blob,
						       ops[i].arg & (MAP_OPS_BLOB - 1));
	return i;
}

SEC("raw_tp")
int stack(void *ctx)
{
	unsigned int i;

	for (i = 0; i < MAP_OPS_BATCH && i < cnt; i++)
		answers[i].ret = bpf_get_stackid(ctx, &tested, ops[i].flags);
	return i;
}
