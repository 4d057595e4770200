// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Maps in maps and programs in maps with initial values, and declarations libbpf adjusts. */
#include "common.h"

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 6);
	__type(key, __u32);
	__array(values, struct inner);
} by_index SEC(".maps") = { .values = { [1] = &first, [4] = &second } };

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct inner);
} by_hash SEC(".maps") = { .values = { &second, &first } };

int tail(void *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 3);
	__uint(key_size, sizeof(__u32));
	__array(values, int (void *));
} jumps SEC(".maps") = { .values = { [2] = (void *)&tail } };

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 100);
	__uint(map_extra, 3);
	__type(value, __u32);
} bloom SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, 8);
	__uint(value_size, 8);
} trie SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 16);
	__type(value, __u64);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} storage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 5000);
} from_user SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} cgroups SEC(".maps");

SEC("raw_tp/sys_enter")
int tail(void *ctx)
{
	__u64 value = 1;

	bpf_map_push_elem(&queue, &value, 0);
	bpf_map_push_elem(&bloom, &value, 0);
	return 0;
}

SEC("raw_tp/sys_enter")
int entry(void *ctx)
{
	__u32 key = 1;
	void *map = bpf_map_lookup_elem(&by_index, &key);
	__u64 *value;

	if (map) {
		value = bpf_map_lookup_elem(map, &key);
		if (value)
			*value += 1;
	}
	map = bpf_map_lookup_elem(&by_hash, &key);
	if (map && bpf_map_lookup_elem(map, &key))
		bpf_tail_call(ctx, &jumps, 2);
	bpf_map_lookup_elem(&trie, &(__u64){ 32 });
	return bpf_current_task_under_cgroup(&cgroups, 0);
}

LICENSE("GPL");
