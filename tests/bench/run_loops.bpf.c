// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What `make bench-run` times besides walks: loops of plain instructions, of memory, of map lookups. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define NULL	((void *)0)
#define ROUNDS	(1 << 16)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} hash SEC(".maps");

__u64 seed = 1, result;
__u64 table[256];

/* One callback a round: every loop here has it, so that only what it does differs. */
static long alu_round(__u32 i, void *state)
{
	__u64 a = *(__u64 *)state, b = a ^ i;

#pragma unroll
	for (int n = 0; n < 16; n++) {
		a += b << 3;
		b = (b ^ (a >> 5)) + 0x9e37;
		a ^= b;
	}
	*(__u64 *)state = a;
	return 0;
}

SEC("raw_tp")
int alu(void *ctx)
{
	__u64 state = seed;

	bpf_loop(ROUNDS, alu_round, &state, 0);
	result = state;
	return 0;
}

static long memory_round(__u32 i, void *state)
{
	__u64 sum = *(__u64 *)state;

#pragma unroll
	for (int n = 0; n < 16; n++) {
		table[(i + n) & 255] += sum;
		sum ^= table[(i + 7 * n) & 255];
	}
	*(__u64 *)state = sum;
	return 0;
}

SEC("raw_tp")
int memory(void *ctx)
{
	__u64 state = seed;

	bpf_loop(ROUNDS, memory_round, &state, 0);
	result = state;
	return 0;
}

static long branch_round(__u32 i, void *state)
{
	__u64 n = *(__u64 *)state + i;

#pragma unroll
	for (int bit = 0; bit < 16; bit++) {
		if (n & (1u << bit))
			n += 3;
		else
			n ^= 0x55;
	}
	*(__u64 *)state = n;
	return 0;
}

SEC("raw_tp")
int branches(void *ctx)
{
	__u64 state = seed;

	bpf_loop(ROUNDS, branch_round, &state, 0);
	result = state;
	return 0;
}

static long array_round(__u32 i, void *state)
{
	__u32 key = i & 1023;
	__u64 *value = bpf_map_lookup_elem(&array, &key);

	if (value)
		*value += 1;
	return 0;
}

SEC("raw_tp")
int array_lookups(void *ctx)
{
	bpf_loop(ROUNDS, array_round, NULL, 0);
	return 0;
}

static long hash_round(__u32 i, void *state)
{
	__u32 key = i & 1023;
	__u64 *value = bpf_map_lookup_elem(&hash, &key), one = 1;

	if (value)
		*value += 1;
	else
		bpf_map_update_elem(&hash, &key, &one, BPF_ANY);
	return 0;
}

SEC("raw_tp")
int hash_lookups(void *ctx)
{
	bpf_loop(ROUNDS, hash_round, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
