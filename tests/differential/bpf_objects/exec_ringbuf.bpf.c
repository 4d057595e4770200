// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Raw tracepoint, ring buffer, nested CO-RE reads, every type of configuration extern. */
#include "common.h"

struct event {
	__u32 tgid, ppid;
	unsigned long arg_start, arg_end;
	__u32 args_len;
	char args[256];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 100000);
} events SEC(".maps");

extern unsigned int LINUX_KERNEL_VERSION __kconfig;
extern int CONFIG_HZ __kconfig;
extern bool CONFIG_BPF_SYSCALL __kconfig __weak;
extern enum libbpf_tristate CONFIG_BPF_LSM __kconfig __weak;
extern char CONFIG_BPF __kconfig __weak;
extern char CONFIG_LSM[32] __kconfig __weak;
extern unsigned long CONFIG_NOT_A_REAL_OPTION __kconfig __weak;
extern bool LINUX_HAS_BPF_COOKIE __kconfig;

SEC("raw_tp/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	unsigned long len;
	struct event *e;

	if (LINUX_KERNEL_VERSION < (5 << 16 | 8 << 8) || !CONFIG_BPF_SYSCALL)
		return 0;
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return 0;
	e->tgid = bpf_get_current_pid_tgid() >> 32;
	e->ppid = BPF_CORE_READ(task, real_parent, tgid);
	e->arg_start = BPF_CORE_READ(task, mm, arg_start);
	e->arg_end = BPF_CORE_READ(task, mm, arg_end);
	len = e->arg_end - e->arg_start;
	if (len > sizeof(e->args))
		len = sizeof(e->args);
	e->args_len = len;
	bpf_probe_read_user(e->args, len, (void *)e->arg_start);
	bpf_ringbuf_submit(e, 0);
	return 0;
}

SEC("raw_tp/sys_enter")
int options(void *ctx)
{
	return CONFIG_HZ + CONFIG_BPF_LSM + CONFIG_BPF + CONFIG_LSM[0] + CONFIG_NOT_A_REAL_OPTION +
	       LINUX_HAS_BPF_COOKIE;
}

LICENSE("Dual BSD/GPL");
