// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* BTF tracepoint, stack traces, CO-RE with a field that was renamed, subprograms: like offcputime. */
#include "common.h"

struct where {
	__u32 tgid;
	int kernel_stack, user_stack;
	char comm[16];
};

/* before v5.14 the state had another name and width */
struct task_struct___old {
	volatile long state;
} __attribute__((preserve_access_index));

const volatile bool kernel_threads;
const volatile long wanted_state = -1;

MAP(HASH, starts, __u32, __u64, 10240);
MAP(PERCPU_HASH, totals, struct where, __u64, 10240);

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 127 * sizeof(__u64));
	__uint(max_entries, 1024);
} stacks SEC(".maps");

static __noinline long state_of(struct task_struct *t)
{
	struct task_struct___old *old = (void *)t;

	if (bpf_core_field_exists(t->__state))
		return BPF_CORE_READ(t, __state);
	return BPF_CORE_READ(old, state);
}

static __noinline bool is_wanted(struct task_struct *t)
{
	if (!kernel_threads && BPF_CORE_READ(t, flags) & 0x00200000)
		return false;
	return wanted_state < 0 || state_of(t) == wanted_state;
}

__noinline int add(struct where *key, __u64 delta)
{
	__u64 *total, zero = 0;

	if (!key)
		return 0;
	bpf_map_update_elem(&totals, key, &zero, BPF_NOEXIST);
	total = bpf_map_lookup_elem(&totals, key);
	if (total)
		*total += delta;
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	__u32 pid = BPF_CORE_READ(prev, pid);
	__u64 now = bpf_ktime_get_ns(), *start;
	struct where key = {};

	if (is_wanted(prev))
		bpf_map_update_elem(&starts, &pid, &now, BPF_ANY);
	pid = next->pid;
	start = bpf_map_lookup_elem(&starts, &pid);
	if (!start)
		return 0;
	key.tgid = next->tgid;
	key.kernel_stack = bpf_get_stackid(ctx, &stacks, 0);
	key.user_stack = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
	bpf_probe_read_kernel_str(key.comm, sizeof(key.comm), next->comm);
	add(&key, now - *start);
	bpf_map_delete_elem(&starts, &pid);
	return 0;
}

LICENSE("GPL");
