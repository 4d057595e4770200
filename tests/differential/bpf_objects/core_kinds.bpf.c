// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every kind of CO-RE relocation, with and without an answer in the kernel's BTF. */
#include "common.h"

struct sk_buff___missing {
	int no_such_field;
} __attribute__((preserve_access_index));

struct no_such_struct {
	int x;
} __attribute__((preserve_access_index));

struct mm_struct___narrow {
	unsigned int map_count;
	struct {
		unsigned long total_vm;
	};
} __attribute__((preserve_access_index));

enum pid_type___local { PIDTYPE_PID___local = 77, PIDTYPE_NOT_THERE___local };

__u64 out[32];

SEC("raw_tp/sys_enter")
int fields(void *ctx)
{
	struct task_struct *t = (void *)bpf_get_current_task();
	struct sk_buff___missing *skb = (void *)t;
	struct tcp_sock *tp = (void *)t;

	out[0] = bpf_core_field_exists(t->mm);
	out[1] = bpf_core_field_exists(skb->no_such_field);
	out[2] = bpf_core_field_size(t->comm);
	out[3] = bpf_core_field_size(t->comm[0]);
	out[4] = BPF_CORE_READ_BITFIELD_PROBED(t, in_execve);
	out[5] = BPF_CORE_READ_BITFIELD_PROBED(t, sched_reset_on_fork);
	out[6] = BPF_CORE_READ(t, thread.sp);
	out[7] = BPF_CORE_READ(t, pid_links[1].next) != 0;
	out[8] = BPF_CORE_READ_BITFIELD_PROBED(tp, is_sack_reneg);
	if (bpf_core_field_exists(skb->no_such_field))
		out[9] = BPF_CORE_READ(skb, no_such_field);
	return 0;
}

SEC("raw_tp/sys_enter")
int types(void *ctx)
{
	out[10] = bpf_core_type_exists(struct task_struct);
	out[11] = bpf_core_type_exists(struct no_such_struct);
	out[12] = bpf_core_type_size(struct vm_area_struct);
	out[13] = bpf_core_type_size(struct no_such_struct);
	out[14] = bpf_core_type_id_kernel(struct task_struct);
	out[15] = bpf_core_type_id_local(struct no_such_struct);
	out[16] = bpf_core_type_exists(pid_t);
	out[17] = bpf_core_type_exists(enum pid_type);
#if __clang_major__ >= 15	/* older ones cannot ask */
	out[18] = bpf_core_type_matches(struct path);
	out[19] = bpf_core_type_matches(struct mm_struct___narrow);
#endif
	return 0;
}

SEC("raw_tp/sys_enter")
int enumerators(void *ctx)
{
	out[20] = bpf_core_enum_value_exists(enum pid_type___local, PIDTYPE_PID___local);
	out[21] = bpf_core_enum_value_exists(enum pid_type___local, PIDTYPE_NOT_THERE___local);
	out[22] = bpf_core_enum_value(enum pid_type___local, PIDTYPE_PID___local);
	out[23] = bpf_core_enum_value(enum bpf_map_type, BPF_MAP_TYPE_RINGBUF);
	if (bpf_core_enum_value_exists(enum pid_type___local, PIDTYPE_NOT_THERE___local))
		out[24] = bpf_core_enum_value(enum pid_type___local, PIDTYPE_NOT_THERE___local);
	return 0;
}

/* BTF pointers: the loads themselves are relocated, and a width that differs poisons one. */
SEC("tp_btf/task_newtask")
int BPF_PROG(loads, struct task_struct *task, __u64 clone_flags)
{
	struct mm_struct___narrow *narrow = (void *)task->mm;

	out[25] = task->mm->total_vm + task->pid + task->comm[3];
	if (out[25] == 12345)
		out[26] = narrow->map_count;
	return 0;
}

LICENSE("GPL");
