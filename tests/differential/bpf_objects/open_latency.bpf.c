// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Tracepoints, a hash keyed by thread, user strings, a perf event array: like opensnoop. */
#include "common.h"

struct start {
	__u64 when;
	char path[64];
};

struct event {
	__u64 took;
	__u32 tgid;
	int ret;
	char comm[16];
	char path[64];
};

const volatile __u32 target_tgid;
const volatile __u64 min_ns = 1000;

MAP(HASH, starts, __u32, struct start, 4096);

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_openat")
int enter_openat(struct trace_event_raw_sys_enter *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id;
	struct start s = {};

	if (target_tgid && id >> 32 != target_tgid)
		return 0;
	s.when = bpf_ktime_get_ns();
	bpf_probe_read_user_str(s.path, sizeof(s.path), (void *)ctx->args[1]);
	bpf_map_update_elem(&starts, &tid, &s, BPF_ANY);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_openat")
int exit_openat(struct trace_event_raw_sys_exit *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct event e = { .tgid = id >> 32, .ret = ctx->ret };
	__u32 tid = id;
	struct start *s = bpf_map_lookup_elem(&starts, &tid);

	if (!s)
		return 0;
	e.took = bpf_ktime_get_ns() - s->when;
	if (e.took >= min_ns) {
		__builtin_memcpy(e.path, s->path, sizeof(e.path));
		bpf_get_current_comm(e.comm, sizeof(e.comm));
		bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &e, sizeof(e));
	}
	bpf_map_delete_elem(&starts, &tid);
	return 0;
}

LICENSE("GPL");
