/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Prototypes of helpers (Linux kernel/bpf/helpers.c, kernel/trace/bpf_trace.c). One line each. */
#include "verifier_sim/internal.h"

/* Syscall programs have all that tracing programs have, but for what needs a trampoline. */
#define PROBES	(VS_USE_KPROBE | VS_USE_TRACEPOINT | VS_USE_PERF_EVENT | VS_USE_RAW_TP | \
		 VS_USE_TRACING | VS_USE_SYSCALL)
#define NET	(VS_USE_SOCKET | VS_USE_CLS)
#define ALL	(PROBES | NET)
#define LATER	(ALL | VS_USE_SHARED_LATER)
#define GPL	true
#define ANYONE	false
#define SLEEPS	true
#define ATOMIC	false

#define MAP		ARG_CONST_MAP_PTR
#define KEY		ARG_PTR_TO_MAP_KEY
#define VALUE		ARG_PTR_TO_MAP_VALUE
#define VALUE_OR_NULL	(ARG_PTR_TO_MAP_VALUE | PTR_MAYBE_NULL)
#define UNINIT_VALUE	(ARG_PTR_TO_MAP_VALUE | MEM_UNINIT | MEM_WRITE)
#define IN		(ARG_PTR_TO_MEM | MEM_RDONLY)
#define IN_OR_NULL	(IN | PTR_MAYBE_NULL)
#define OUT		(ARG_PTR_TO_MEM | MEM_UNINIT | MEM_WRITE)
#define OUT_FIXED	(OUT | MEM_FIXED_SIZE | MEM_ALIGNED)
#define SIZE		ARG_CONST_SIZE
#define SIZE0		ARG_CONST_SIZE_OR_ZERO
#define CTX		ARG_PTR_TO_CTX
#define ANY		ARG_ANYTHING
#define TASK		ARG_PTR_TO_BTF_ID
#define TASK_OR_NULL	(ARG_PTR_TO_BTF_ID | PTR_MAYBE_NULL)
#define FUNC		ARG_PTR_TO_FUNC
#define STACK_OR_NULL	(ARG_PTR_TO_STACK | PTR_MAYBE_NULL)
#define RECORD		(ARG_PTR_TO_RINGBUF_MEM | OBJ_RELEASE)

#define INT	RET_INTEGER
#define NONE	RET_VOID
#define ELEM	(RET_PTR_TO_MAP_VALUE | PTR_MAYBE_NULL)

#define H(name, users, gpl, sleeps, ret, ...) \
	{ BPF_FUNC_##name, users, gpl, sleeps, ret, { __VA_ARGS__ }, { 0 }, "task_struct", NULL }

/* clang-format off */
static const struct vs_helper helpers[] = {
	H(map_lookup_elem,	ALL, ANYONE, ATOMIC, ELEM, MAP, KEY),
	H(map_update_elem,	ALL, ANYONE, ATOMIC, INT, MAP, KEY, VALUE, ANY),
	H(map_delete_elem,	ALL, ANYONE, ATOMIC, INT, MAP, KEY),
	H(map_push_elem,	ALL, ANYONE, ATOMIC, INT, MAP, VALUE, ANY),
	H(map_pop_elem,		ALL, ANYONE, ATOMIC, INT, MAP, UNINIT_VALUE),
	H(map_peek_elem,	ALL, ANYONE, ATOMIC, INT, MAP, UNINIT_VALUE),
	H(map_lookup_percpu_elem, ALL, ANYONE, ATOMIC, ELEM, MAP, KEY, ANY),
	H(for_each_map_elem,	ALL, ANYONE, ATOMIC, INT, MAP, FUNC, STACK_OR_NULL, ANY),

	H(ktime_get_ns,		ALL, ANYONE, ATOMIC, INT),
	H(ktime_get_boot_ns,	ALL, ANYONE, ATOMIC, INT),
	H(ktime_get_tai_ns,	ALL, ANYONE, ATOMIC, INT),
	H(jiffies64,		ALL, ANYONE, ATOMIC, INT),
	H(get_prandom_u32,	ALL, ANYONE, ATOMIC, INT),
	H(get_smp_processor_id,	ALL, ANYONE, ATOMIC, INT),
	H(get_numa_node_id,	ALL, ANYONE, ATOMIC, INT),
	H(tail_call,		ALL, ANYONE, ATOMIC, NONE, CTX, MAP, ANY),
	H(loop,			ALL, ANYONE, ATOMIC, INT, ANY, FUNC, STACK_OR_NULL, ANY),
	H(user_ringbuf_drain,	ALL, ANYONE, ATOMIC, INT, MAP, FUNC, STACK_OR_NULL, ANY),
	H(strncmp,		ALL, ANYONE, ATOMIC, INT, IN, SIZE, ARG_PTR_TO_CONST_STR),
	H(trace_printk,		ALL, GPL, ATOMIC, INT, IN, SIZE),
	H(trace_vprintk,	ALL, GPL, ATOMIC, INT, IN, SIZE, IN_OR_NULL, SIZE0),

	H(ringbuf_output,	ALL, ANYONE, ATOMIC, INT, MAP, IN, SIZE0, ANY),
	H(ringbuf_submit,	ALL, ANYONE, ATOMIC, NONE, RECORD, ANY),
	H(ringbuf_discard,	ALL, ANYONE, ATOMIC, NONE, RECORD, ANY),
	H(ringbuf_query,	ALL, ANYONE, ATOMIC, INT, MAP, ANY),
	{ BPF_FUNC_ringbuf_reserve, ALL, ANYONE, ATOMIC, RET_PTR_TO_MEM | MEM_RINGBUF | PTR_MAYBE_NULL,
	  { MAP, ARG_CONST_ALLOC_SIZE_OR_ZERO, ANY }, { 0 }, NULL, NULL },

	H(get_current_pid_tgid,	ALL, ANYONE, ATOMIC, INT),
	H(get_ns_current_pid_tgid, ALL, ANYONE, ATOMIC, INT, ANY, ANY, OUT, SIZE),
	H(get_current_task,	ALL, GPL, ATOMIC, INT),
	{ BPF_FUNC_get_current_task_btf, ALL, GPL, ATOMIC, RET_PTR_TO_BTF_ID | PTR_TRUSTED,
	  { 0 }, { 0 }, NULL, "task_struct" },
	{ BPF_FUNC_task_pt_regs, ALL, GPL, ATOMIC, RET_PTR_TO_BTF_ID,
	  { TASK }, { 0 }, "task_struct", "pt_regs" },
	H(probe_read_user,	ALL, GPL, ATOMIC, INT, OUT, SIZE0, ANY),
	H(probe_read_kernel,	ALL, GPL, ATOMIC, INT, OUT, SIZE0, ANY),
	H(probe_read_user_str,	ALL, GPL, ATOMIC, INT, OUT, SIZE0, ANY),
	H(probe_read_kernel_str, ALL, GPL, ATOMIC, INT, OUT, SIZE0, ANY),
	{ BPF_FUNC_per_cpu_ptr, ALL, ANYONE, ATOMIC,
	  RET_PTR_TO_MEM_OR_BTF_ID | PTR_MAYBE_NULL | MEM_RDONLY,
	  { ARG_PTR_TO_PERCPU_BTF_ID, ANY }, { 0 }, NULL, NULL },
	{ BPF_FUNC_this_cpu_ptr, ALL, ANYONE, ATOMIC, RET_PTR_TO_MEM_OR_BTF_ID | MEM_RDONLY,
	  { ARG_PTR_TO_PERCPU_BTF_ID }, { 0 }, NULL, NULL },
	{ BPF_FUNC_snprintf, ALL, ANYONE, ATOMIC, INT,
	  { OUT | PTR_MAYBE_NULL, SIZE0, ARG_PTR_TO_CONST_STR, IN_OR_NULL, SIZE0 }, { 0 }, NULL, NULL },

	H(probe_read,		PROBES, GPL, ATOMIC, INT, OUT, SIZE0, ANY),
	H(probe_read_str,	PROBES, GPL, ATOMIC, INT, OUT, SIZE0, ANY),
	H(get_current_uid_gid,	LATER, ANYONE, ATOMIC, INT),
	H(get_current_comm,	LATER, ANYONE, ATOMIC, INT, OUT, SIZE),
	H(get_current_cgroup_id, LATER, ANYONE, ATOMIC, INT),
	H(get_current_ancestor_cgroup_id, LATER, ANYONE, ATOMIC, INT, ANY),
	H(current_task_under_cgroup, LATER, ANYONE, ATOMIC, INT, MAP, ANY),
	H(ktime_get_coarse_ns,	NET, ANYONE, ATOMIC, INT),
	H(send_signal,		LATER, ANYONE, ATOMIC, INT, ANY),
	H(send_signal_thread,	LATER, ANYONE, ATOMIC, INT, ANY),
	H(perf_event_read,	LATER, GPL, ATOMIC, INT, MAP, ANY),
	H(perf_event_read_value, LATER, GPL, ATOMIC, INT, MAP, ANY, OUT, SIZE),
	H(perf_event_output,	ALL, GPL, ATOMIC, INT, CTX, MAP, ANY, IN, SIZE0),
	H(perf_prog_read_value,	VS_USE_PERF_EVENT, GPL, ATOMIC, INT, CTX, OUT, SIZE),
	H(get_stackid,		PROBES, GPL, ATOMIC, INT, CTX, MAP, ANY),
	H(get_stack,		PROBES, GPL, ATOMIC, INT, CTX, OUT, SIZE0, ANY),
	H(get_task_stack,	LATER, ANYONE, ATOMIC, INT, TASK, OUT, SIZE0, ANY),
	H(find_vma,		LATER, ANYONE, ATOMIC, INT, TASK, ANY, FUNC, STACK_OR_NULL, ANY),
	H(task_storage_get,	LATER, ANYONE, ATOMIC, ELEM, MAP, TASK_OR_NULL, VALUE_OR_NULL, ANY),
	H(task_storage_delete,	LATER, ANYONE, ATOMIC, INT, MAP, TASK_OR_NULL),
	H(copy_from_user,	PROBES, ANYONE, SLEEPS, INT, OUT, SIZE0, ANY),
	H(copy_from_user_task,	PROBES, GPL, SLEEPS, INT, OUT, SIZE0, ANY, TASK, ANY),
	H(get_branch_snapshot,	LATER, GPL, ATOMIC, INT, OUT, SIZE0, ANY),
	H(get_attach_cookie,	PROBES & ~VS_USE_SYSCALL, ANYONE, ATOMIC, INT, CTX),
	H(get_func_ip,		PROBES, GPL, ATOMIC, INT, CTX),
	H(get_func_arg_cnt,	VS_USE_TRACING, ANYONE, ATOMIC, INT, CTX),
	{ BPF_FUNC_get_func_arg, VS_USE_TRACING, ANYONE, ATOMIC, INT,
	  { CTX, ANY, OUT_FIXED }, { 0, 0, 8 }, NULL, NULL },
	{ BPF_FUNC_get_func_ret, VS_USE_TRACING, ANYONE, ATOMIC, INT,
	  { CTX, OUT_FIXED }, { 0, 8 }, NULL, NULL },
	{ BPF_FUNC_strtol, ALL, ANYONE, ATOMIC, INT, { IN, SIZE, ANY, OUT_FIXED }, { 0, 0, 0, 8 }, NULL,
	  NULL },
	{ BPF_FUNC_strtoul, ALL, ANYONE, ATOMIC, INT, { IN, SIZE, ANY, OUT_FIXED }, { 0, 0, 0, 8 }, NULL,
	  NULL },
};
/* clang-format on */

const struct vs_helper *vs_helper_find(uint32_t id)
{
	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		if (helpers[i].id == (int)id)
			return &helpers[i];
	return NULL;
}

uint32_t vs_helper_user(uint32_t prog_type)
{
	switch (prog_type) {
	case BPF_PROG_TYPE_KPROBE:
		return VS_USE_KPROBE;
	case BPF_PROG_TYPE_TRACEPOINT:
		return VS_USE_TRACEPOINT;
	case BPF_PROG_TYPE_PERF_EVENT:
		return VS_USE_PERF_EVENT;
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
	case BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE:
		return VS_USE_RAW_TP;
	case BPF_PROG_TYPE_TRACING:
		return VS_USE_TRACING;
	case BPF_PROG_TYPE_SYSCALL:
		return VS_USE_SYSCALL;
	case BPF_PROG_TYPE_SOCKET_FILTER:
		return VS_USE_SOCKET;
	case BPF_PROG_TYPE_SCHED_CLS:
		return VS_USE_CLS;
	default:
		return 0;
	}
}
