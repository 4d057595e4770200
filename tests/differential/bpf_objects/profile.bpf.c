// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Perf event: stacks counted in a hash, scratch space in a per-CPU array. */
#include "common.h"

struct stack_key {
	__u32 tgid;
	__u64 kernel_ip;
	int user_stack, kernel_stack;
	char name[16];
};

const volatile bool idle_too, user_only, kernel_only;

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__uint(value_size, 127 * sizeof(__u64));
} stacks SEC(".maps");

MAP(PERCPU_ARRAY, scratch, __u32, struct stack_key, 1);
MAP(LRU_HASH, counts, struct stack_key, __u64, 10000);

static __always_inline bool in_kernel(__u64 ip)
{
	return ip > ~(1ull << 63);
}

SEC("perf_event")
int sample(struct bpf_perf_event_data *ctx)
{
	__u64 id = bpf_get_current_pid_tgid(), one = 1, *count;
	__u32 zero = 0;
	struct stack_key *key = bpf_map_lookup_elem(&scratch, &zero);

	if (!key || (!idle_too && !(__u32)id))
		return 0;
	key->tgid = id >> 32;
	bpf_get_current_comm(&key->name, sizeof(key->name));
	key->kernel_ip = in_kernel(ctx->regs.ip) ? ctx->regs.ip : 0;
	key->kernel_stack = user_only ? -1 : bpf_get_stackid(&ctx->regs, &stacks, 0);
	key->user_stack = kernel_only ? -1 : bpf_get_stackid(&ctx->regs, &stacks, BPF_F_USER_STACK);
	count = bpf_map_lookup_elem(&counts, key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&counts, key, &one, BPF_NOEXIST);
	return 0;
}

LICENSE("GPL");
