// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Maps of several kinds, filled. */
#include "basics.h"

struct pair {
	u32 a, b;
};

struct event {
	u64 id, value;
};

struct event *named;	/* so that its type is in the object */

struct {
	__uint(type, 1);	/* BPF_MAP_TYPE_HASH */
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, struct pair);
} table SEC(".maps");

struct {
	__uint(type, 2);	/* BPF_MAP_TYPE_ARRAY */
	__uint(max_entries, 3);
	__type(key, u32);
	__type(value, u64);
} list SEC(".maps");

struct {
	__uint(type, 2);
	__uint(max_entries, 2000);
	__type(key, u32);
	__type(value, u64);
} large SEC(".maps");

struct {
	__uint(type, 6);	/* BPF_MAP_TYPE_PERCPU_ARRAY */
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} each SEC(".maps");

struct {
	__uint(type, 3);	/* BPF_MAP_TYPE_PROG_ARRAY */
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} slots SEC(".maps");

struct {
	__uint(type, 27);	/* BPF_MAP_TYPE_RINGBUF */
	__uint(max_entries, 4096);
} ring SEC(".maps");

static void put(u32 key, u32 a, u32 b)
{
	struct pair pair = { a, b };

	bpf_map_update_elem(&table, &key, &pair, 0);
}

static void tell(u64 id, u64 value)
{
	struct event event = { id, value };

	bpf_ringbuf_output(&ring, &event, sizeof(event), 0);
}

SEC("raw_tp")
int fill(void *ctx)
{
	u32 key = 1, last = 1999, *count;
	u64 value = -1, five = 5;

	put(300, 30, 31);
	put(2, 20, 21);
	put(1, 10, 11);
	bpf_map_update_elem(&list, &key, &value, 0);
	bpf_map_update_elem(&large, &last, &five, 0);
	key = 0;
	count = bpf_map_lookup_elem(&each, &key);
	if (count)
		*count = 9;
	tell(1, 255);
	tell(2, 254);
	return 0;
}
