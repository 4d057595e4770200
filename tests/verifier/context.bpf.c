// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What programs of each type find in their context. */
#include "program.h"

/* --- raw tracepoints: twelve numbers --------------------------------------------------------- */

PROGRAM("raw_tp", raw_first, ACCEPTED, READ(u64, +0));
PROGRAM("raw_tp", raw_part, ACCEPTED, READ(u16, +6));
PROGRAM("raw_tp", raw_last, ACCEPTED, READ(u64, +88));
PROGRAM("raw_tp", raw_past_last, REJECTED("invalid bpf_context access off=96 size=8"),
	READ(u64, +96));
PROGRAM("raw_tp", raw_before_first, REJECTED("negative offset ctx ptr R1 off=-8 disallowed"),
	"r1 += -8;" READ(u64, +0));
PROGRAM("raw_tp", raw_before_first_directly, REJECTED("invalid bpf_context access off=-8 size=8"),
	READ(u64, -8));
PROGRAM("raw_tp", raw_unaligned, REJECTED("invalid bpf_context access off=2 size=4"),
	READ(u32, +2));
PROGRAM("raw_tp", raw_written, REJECTED("invalid bpf_context access off=0 size=8"), WRITE(u64, +0));
PROGRAM("raw_tp", raw_moved, REJECTED("dereference of modified ctx ptr R1 off=8 disallowed"),
	"r1 += 8;" READ(u64, +0));
PROGRAM("raw_tp", raw_moved_by_unknown,
	REJECTED("variable ctx access var_off=(0x0; 0x8) disallowed"),
	"r2 = *(u64 *)(r1 + 0); r2 &= 8; r1 += r2;" READ(u64, +0));

/* --- probes: the registers ------------------------------------------------------------------- */

PROGRAM("kprobe", probe_registers, ACCEPTED, READ(u64, +160));
PROGRAM("kprobe", probe_part, ACCEPTED, READ(u32, +164));
PROGRAM("kprobe", probe_past_registers, REJECTED("invalid bpf_context access off=168 size=8"),
	READ(u64, +168));
PROGRAM("kprobe", probe_unaligned, REJECTED("invalid bpf_context access off=4 size=8"),
	READ(u64, +4));
PROGRAM("kprobe", probe_before, REJECTED("invalid bpf_context access off=-8 size=8"),
	READ(u64, -8));
PROGRAM("kprobe", probe_written, UNSUPPORTED("stores to a probe's registers") KERNEL("6.18"),
	WRITE(u64, +0));
PROGRAM("kprobe", probe_not_written,
	REJECTED("invalid bpf_context access off=0 size=8") KERNEL("6.12"), WRITE(u64, +0));
PROGRAM("kprobe", probe_written_past, REJECTED("invalid bpf_context access off=168 size=8"),
	WRITE(u64, +168));

/* --- tracepoints: the record behind its first 8 bytes ---------------------------------------- */

PROGRAM("tp", record_first, ACCEPTED, READ(u64, +8));
PROGRAM("tp", record_common, REJECTED("invalid bpf_context access off=0 size=8"), READ(u64, +0));
PROGRAM("tp", record_last, ACCEPTED, READ(u64, +8184));
PROGRAM("tp", record_past, REJECTED("invalid bpf_context access off=8192 size=8"),
	READ(u64, +8192));
PROGRAM("tp", record_written, REJECTED("invalid bpf_context access off=8 size=8"), WRITE(u64, +8));
PROGRAM("tp", record_unaligned, REJECTED("invalid bpf_context access off=10 size=4"),
	READ(u32, +10));

/* --- perf events: registers, period, address -------------------------------------------------- */

PROGRAM("perf_event", event_register, ACCEPTED, READ(u64, +8));
PROGRAM("perf_event", event_part_of_register, REJECTED("invalid bpf_context access off=8 size=4"),
	READ(u32, +8));
PROGRAM("perf_event", event_period, ACCEPTED, READ(u64, +168));
PROGRAM("perf_event", event_part_of_period, ACCEPTED, READ(u16, +170));
PROGRAM("perf_event", event_address, ACCEPTED, READ(u64, +176));
PROGRAM("perf_event", event_part_of_address, ACCEPTED, READ(u32, +180));
PROGRAM("perf_event", event_past, REJECTED("invalid bpf_context access off=184 size=8"),
	READ(u64, +184));
PROGRAM("perf_event", event_before, REJECTED("invalid bpf_context access off=-8 size=8"),
	READ(u64, -8));
PROGRAM("perf_event", event_unaligned, REJECTED("invalid bpf_context access off=4 size=8"),
	READ(u64, +4));
PROGRAM("perf_event", event_written, REJECTED("invalid bpf_context access off=168 size=8"),
	WRITE(u64, +168));

/* --- system calls: memory of the caller's -------------------------------------------------------- */

PROGRAM("syscall", call_read, ACCEPTED, READ(u64, +8));
PROGRAM("syscall", call_written, ACCEPTED, WRITE(u32, +12));
PROGRAM("syscall", call_unaligned, REJECTED("invalid bpf_context access off=2 size=4"),
	READ(u32, +2));
PROGRAM("syscall", call_before, REJECTED("invalid bpf_context access off=-4 size=4"),
	READ(u32, -4));
/* --- tracepoints by their types --------------------------------------------------------------- */

PROGRAM("tp_btf/sched_switch", typed_bool, ACCEPTED, READ(u8, +0));
PROGRAM("tp_btf/sched_switch", typed_task, LOGGED("R0=trusted_ptr_task_struct()") ACCEPTED,
	READ(u64, +8));
PROGRAM("tp_btf/sched_switch", typed_part_of_pointer,
	LOGGED("func 'sched_switch' size 4 must be 8")
		REJECTED("invalid bpf_context access off=8 size=4"),
	READ(u32, +8));
PROGRAM("tp_btf/sched_switch", typed_middle,
	LOGGED("func 'sched_switch' offset 4 is not multiple of 8")
		REJECTED("invalid bpf_context access off=4 size=4"),
	READ(u32, +4));
PROGRAM("tp_btf/sched_switch", typed_past,
	LOGGED("func 'sched_switch' doesn't have 5-th argument")
		REJECTED("invalid bpf_context access off=32 size=8"),
	READ(u64, +32));
PROGRAM("tp_btf/sched_switch", typed_past_more,
	LOGGED("func 'sched_switch' doesn't have 7-th argument")
		REJECTED("invalid bpf_context access off=40 size=8"),
	READ(u64, +40));
PROGRAM("tp_btf/sched_switch", typed_written, REJECTED("invalid bpf_context access off=8 size=8"),
	WRITE(u64, +8));
PROGRAM("tp_btf/sched_switch", typed_unaligned, REJECTED("invalid bpf_context access off=2 size=4"),
	READ(u32, +2));
PROGRAM("tp_btf/sched_switch", typed_far, REJECTED("invalid bpf_context access off=96 size=8"),
	READ(u64, +96));
PROGRAM("tp_btf/mm_page_alloc", typed_perhaps_null,
	LOGGED("R0=trusted_ptr_or_null_page(id=1)") ACCEPTED, READ(u64, +0));
PROGRAM("tp_btf/sched_pi_setprio", typed_second_perhaps_null,
	LOGGED("R0=trusted_ptr_or_null_task_struct(id=1)") ACCEPTED, READ(u64, +8));
PROGRAM("tp_btf/sched_pi_setprio", typed_first_never_null,
	LOGGED("R0=trusted_ptr_task_struct()") ACCEPTED, READ(u64, +0));
PROGRAM("tp_btf/signal_generate", typed_perhaps_an_error,
	LOGGED("marking pointer arg1 as scalar as it may encode error") ACCEPTED KERNEL("6.12"),
	READ(u64, +8));
PROGRAM("tp_btf/signal_generate", typed_no_error_yet,
	LOGGED("R0=trusted_ptr_kernel_siginfo()") ACCEPTED KERNEL("6.18"), READ(u64, +8));

PROGRAM("tp_btf/sys_enter", typed_pointer_to_registers, LOGGED("R0=trusted_ptr_pt_regs()") ACCEPTED,
	READ(u64, +0));
PROGRAMS("tp_btf/kmalloc", typed_pointer_to_anything,
	 LOGGED("func 'kmalloc' arg1 type UNKNOWN is not a struct")
		 REJECTED("invalid bpf_context access off=8 size=8"),
	 LOGGED("R0=scalar()") ACCEPTED, READ(u64, +8));
PROGRAM("tp_btf/tcp_send_reset", typed_both_perhaps_null,
	LOGGED("R2=trusted_ptr_or_null_sock(id=1)") LOGGED("R0=trusted_ptr_or_null_sk_buff(id=2)")
		ACCEPTED,
	"r2 = *(u64 *)(r1 + 0);" READ(u64, +8));
PROGRAM("tp_btf/initcall_start", typed_pointer_to_function,
	LOGGED("func 'initcall_start' arg0 type FUNC_PROTO is not a struct")
		REJECTED("invalid bpf_context access off=0 size=8"),
	READ(u64, +0));

/* --- functions -------------------------------------------------------------------------------- */

PROGRAM("fentry/vfs_read", function_struct, LOGGED("R0=ptr_file()") ACCEPTED, READ(u64, +0));
PROGRAM("fentry/vfs_read", function_pointer_to_number, LOGGED("R0=scalar()") ACCEPTED,
	READ(u64, +24));
PROGRAM("fentry/vfs_read", function_number, LOGGED("R0=scalar()") ACCEPTED, READ(u64, +16));
PROGRAM("fentry/vfs_read", function_result_too_early,
	LOGGED("func 'vfs_read' doesn't have 5-th argument")
		REJECTED("invalid bpf_context access off=32 size=8"),
	READ(u64, +32));
PROGRAM("fexit/vfs_read", function_result, ACCEPTED, READ(u64, +32));
PROGRAM("fexit/vfs_read", function_past_result,
	LOGGED("func 'vfs_read' doesn't have 6-th argument")
		REJECTED("invalid bpf_context access off=40 size=8"),
	READ(u64, +40));
PROGRAM("fexit/mmput", function_no_result,
	LOGGED("func 'mmput' doesn't have 3-th argument")
		REJECTED("invalid bpf_context access off=8 size=8"),
	READ(u64, +8));

PROGRAM("fentry/__sys_recvmsg", function_memory_of_user,
	LOGGED("R0=user_ptr_user_msghdr()") ACCEPTED, READ(u64, +8));
PROGRAM("fentry/__sys_recvmsg", function_memory_of_user_read,
	REJECTED("R0 is ptr_user_msghdr access user memory: off=8"),
	"r0 = *(u64 *)(r1 + 8); r0 = *(u32 *)(r0 + 8); r0 = 0; exit;");
PROGRAM("fentry/dev_fetch_sw_netstats", function_memory_of_cpus,
	LOGGED("R0=percpu_ptr_pcpu_sw_netstats()") ACCEPTED, READ(u64, +8));
