// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Calls of helpers: who may call, what each argument may be, what comes back. */
#include "program.h"

struct numbers {
	__u64 n[4];
};

MAP(ARRAY, array, __u32, struct numbers, 4);
MAP(HASH, table, __u64, struct numbers, 4);
MAP(LRU_PERCPU_HASH, percpu_table, __u32, __u64, 4);
FLAGGED_MAP(ARRAY, only_read, 4, BPF_F_RDONLY_PROG);
FLAGGED_MAP(ARRAY, only_written, 4, BPF_F_WRONLY_PROG);
RING(RINGBUF, ring);
PROGRAM_ARRAY(programs);

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} storage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 4);
	__type(value, __u64);
} filter SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__type(value, __u64);
} queue SEC(".maps");

MAP(SOCKMAP, sockets, __u32, __u32, 4);
MAP(XSKMAP, express, __u32, __u32, 4);

const char format[] = "%d";
const char not_ended[4] = { 'a', 'b', 'c', 'd' };
char changeable[4] = "abc";

DESCRIBED(bpf_rcu_read_lock(); bpf_rcu_read_unlock(); bpf_preempt_disable(); bpf_preempt_enable());

/* --- who may call ----------------------------------------------------------------------------- */

PROGRAM("raw_tp", unknown_helper, REJECTED("invalid func unknown#{{[0-9]+}}"), "call 100000;" DONE);
PROGRAM("raw_tp", unmodelled_helper, UNSUPPORTED("helper bpf_timer_init"),
	"r1 = 0; r2 = 0; r3 = 0; call %[bpf_timer_init];" DONE, IMM(bpf_timer_init));
PROGRAM("raw_tp", helper_of_other_programs,
	REJECTED("program of this type cannot use helper bpf_perf_prog_read_value#56"),
	"r2 = r10; r2 += -24; r3 = 24; call %[bpf_perf_prog_read_value];" DONE,
	IMM(bpf_perf_prog_read_value));
PROGRAM("perf_event", helper_of_this_program, ACCEPTED,
	"r2 = r10; r2 += -24; r3 = 24; call %[bpf_perf_prog_read_value];" DONE,
	IMM(bpf_perf_prog_read_value));
PROGRAM("raw_tp", sleeps_where_it_may_not,
	REJECTED("helper call might sleep in a non-sleepable prog"),
	"r1 = r10; r1 += -8; r2 = 8; r3 = 0; call %[bpf_copy_from_user];" DONE,
	IMM(bpf_copy_from_user));
PROGRAM("syscall", sleeps_where_it_may, ACCEPTED,
	"r1 = r10; r1 += -8; r2 = 8; r3 = 0; call %[bpf_copy_from_user];" DONE,
	IMM(bpf_copy_from_user));
PROGRAM("syscall", sleeps_under_rcu,
	REJECTED("sleepable helper bpf_copy_from_user#148 in rcu_read_lock region"),
	"call %[bpf_rcu_read_lock]; r1 = r10; r1 += -8; r2 = 8; r3 = 0; call %[bpf_copy_from_user];"
	"call %[bpf_rcu_read_unlock];" DONE,
	IMM(bpf_copy_from_user), IMM(bpf_rcu_read_lock), IMM(bpf_rcu_read_unlock));
PROGRAM("syscall", sleeps_without_preemption,
	REJECTED("sleepable helper bpf_copy_from_user#148 in non-preemptible region"),
	"call %[bpf_preempt_disable]; r1 = r10; r1 += -8; r2 = 8; r3 = 0; call "
	"%[bpf_copy_from_user];"
	"call %[bpf_preempt_enable];" DONE,
	IMM(bpf_copy_from_user), IMM(bpf_preempt_disable), IMM(bpf_preempt_enable));
PROGRAM("socket", network_asks_for_the_task,
	REJECTED("program of this type cannot use helper bpf_get_current_uid_gid#15")
		KERNEL("6.12"),
	"call %[bpf_get_current_uid_gid];" DONE, IMM(bpf_get_current_uid_gid));
PROGRAM("socket", network_may_ask_for_the_task, ACCEPTED KERNEL("6.18"),
	"call %[bpf_get_current_uid_gid];" DONE, IMM(bpf_get_current_uid_gid));
PROGRAM("tc", packets_and_time, ACCEPTED, "call %[bpf_ktime_get_coarse_ns];" DONE,
	IMM(bpf_ktime_get_coarse_ns));
PROGRAM("xdp", type_without_helpers, UNSUPPORTED("program type 6"),
	"call %[bpf_ktime_get_ns];" DONE, IMM(bpf_ktime_get_ns));

PROGRAM("fentry/vfs_read", trampoline_arguments, ACCEPTED,
	"r6 = r1; call %[bpf_get_func_arg_cnt]; r1 = r6; r2 = 0; r3 = r10; r3 += -8; call "
	"%[bpf_get_func_arg];" DONE,
	IMM(bpf_get_func_arg_cnt), IMM(bpf_get_func_arg));
PROGRAM("fentry/vfs_read", trampoline_result_too_early, ACCEPTED,
	"r2 = r10; r2 += -8; call %[bpf_get_func_ret];" DONE, IMM(bpf_get_func_ret));
PROGRAM("fexit/vfs_read", trampoline_result, ACCEPTED,
	"r6 = r1; r2 = r10; r2 += -8; call %[bpf_get_func_ret]; r1 = r6; call "
	"%[bpf_get_attach_cookie];" DONE,
	IMM(bpf_get_func_ret), IMM(bpf_get_attach_cookie));
PROGRAM("tp_btf/sched_switch", tracepoint_has_no_trampoline,
	REJECTED("program of this type cannot use helper bpf_get_func_arg#183"),
	"r2 = 0; r3 = r10; r3 += -8; call %[bpf_get_func_arg];" DONE, IMM(bpf_get_func_arg));
PROGRAM("tp_btf/sched_switch", tracepoint_has_no_result,
	REJECTED("program of this type cannot use helper bpf_get_func_ret#184"),
	"r2 = r10; r2 += -8; call %[bpf_get_func_ret];" DONE, IMM(bpf_get_func_ret));
PROGRAM("tp_btf/sched_switch", tracepoint_has_a_cookie, ACCEPTED,
	"call %[bpf_get_attach_cookie];" DONE, IMM(bpf_get_attach_cookie));

#define FUNC_IP "call %[bpf_get_func_ip];" DONE

PROGRAM("raw_tp", address_of_no_function,
	REJECTED("func bpf_get_func_ip#173 not supported for program type 17"), FUNC_IP,
	IMM(bpf_get_func_ip));
PROGRAM("tp_btf/sched_switch", address_of_tracepoint,
	REJECTED("func bpf_get_func_ip#173 supported only for fentry/fexit/fmod_ret programs"),
	FUNC_IP, IMM(bpf_get_func_ip));
PROGRAM("kprobe", address_of_probe, ACCEPTED, FUNC_IP, IMM(bpf_get_func_ip));
PROGRAM("fentry/vfs_read", address_of_function, ACCEPTED, FUNC_IP, IMM(bpf_get_func_ip));

/* --- types of arguments ------------------------------------------------------------------------ */

PROGRAM("raw_tp", argument_never_set, REJECTED("R2 !read_ok"),
	"r1 = %[ring] ll; call %[bpf_ringbuf_query];" DONE, ADDR(ring), IMM(bpf_ringbuf_query));
PROGRAM("raw_tp", number_for_a_map, REJECTED("R1 type=scalar expected=map_ptr"),
	"r1 = 0; r2 = 0; call %[bpf_ringbuf_query];" DONE, IMM(bpf_ringbuf_query));
PROGRAM("raw_tp", number_for_memory,
	REJECTED("R2 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, "
		 "buf, trusted_ptr_"),
	"r1 = %[table] ll; r2 = 1; call %[bpf_map_lookup_elem];" DONE, ADDR(table),
	IMM(bpf_map_lookup_elem));
PROGRAM("raw_tp", stack_for_a_context, REJECTED("R1 type=fp expected=ctx"),
	"r1 = r10; r2 = %[programs] ll; r3 = 0; call %[bpf_tail_call];" DONE, ADDR(programs),
	IMM(bpf_tail_call));
PROGRAM("raw_tp", pointer_for_a_size, REJECTED("R2 type=fp expected=scalar"),
	"r1 = r10; r1 += -8; r2 = r10; r3 = 0; call %[bpf_probe_read_kernel];" DONE,
	IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", stack_for_a_record, REJECTED("R1 type=fp expected=ringbuf_mem"),
	"r1 = r10; r1 += -8; r2 = 0; call %[bpf_ringbuf_submit];" DONE, IMM(bpf_ringbuf_submit));
PROGRAM("raw_tp", number_for_a_function, REJECTED("R2 type=scalar expected=func"),
	"r1 = 1; r2 = 1; r3 = 0; r4 = 0; call %[bpf_loop];" DONE, IMM(bpf_loop));
PROGRAM("raw_tp", number_for_a_task,
	REJECTED("R1 type=scalar expected=ptr_, trusted_ptr_, rcu_ptr_"),
	"r1 = 0; r2 = r10; r2 += -8; r3 = 8; r4 = 0; call %[bpf_get_task_stack];" DONE,
	IMM(bpf_get_task_stack));
PROGRAM("raw_tp", value_for_a_string, REJECTED("R3 type=fp expected=map_value"),
	"r1 = r10; r1 += -8; r2 = 0; *(u64 *)(r10 - 8) = r2; r2 = 4; r3 = r10; r3 += -8; call "
	"%[bpf_strncmp];" DONE,
	IMM(bpf_strncmp));
PROGRAM("raw_tp", moved_context, REJECTED("dereference of modified ctx ptr R1 off=8 disallowed"),
	"r1 += 8; r2 = %[programs] ll; r3 = 0; call %[bpf_tail_call];" DONE, ADDR(programs),
	IMM(bpf_tail_call));

/* --- kernel structures ---------------------------------------------------------------------------- */

#define TASK_STACK "r2 = r10; r2 += -8; r3 = 8; r4 = 0; call %[bpf_get_task_stack];"

PROGRAM("raw_tp", task_for_a_task, ACCEPTED, TASK TASK_STACK DONE, AND_TASK,
	IMM(bpf_get_task_stack));
PROGRAM("raw_tp", other_structure_for_a_task,
	REJECTED("R1 is of type mm_struct but task_struct is expected"),
	CURRENT "r1 = *(u64 *)(r0 + 1136);" TASK_STACK DONE, AND_TASK, IMM(bpf_get_task_stack));
PROGRAM("raw_tp", moved_task_for_a_task,
	REJECTED("R1 is of type task_struct but task_struct is expected"),
	TASK "r1 += 1264;" TASK_STACK DONE, AND_TASK, IMM(bpf_get_task_stack));
PROGRAM("tp_btf/sched_pi_setprio", task_perhaps_null,
	REJECTED("R1 type=trusted_ptr_or_null_ expected=ptr_, trusted_ptr_, rcu_ptr_"),
	"r1 = *(u64 *)(r1 + 8);" TASK_STACK DONE, IMM(bpf_get_task_stack));
PROGRAM("tp_btf/sched_pi_setprio", task_that_may_be_null, ACCEPTED,
	"r2 = *(u64 *)(r1 + 8); r1 = %[storage] ll; r3 = 0; r4 = 0; call "
	"%[bpf_task_storage_get];" DONE,
	ADDR(storage), IMM(bpf_task_storage_get));
PROGRAM("raw_tp", null_for_a_task, ACCEPTED,
	"r1 = %[storage] ll; r2 = 0; r3 = 0; r4 = 0; call %[bpf_task_storage_get];" DONE,
	ADDR(storage), IMM(bpf_task_storage_get));
PROGRAM("raw_tp", structure_as_memory_read, ACCEPTED,
	TASK "r1 += 1752; r2 = 8; call %[bpf_trace_printk];" DONE, AND_TASK,
	IMM(bpf_trace_printk));
PROGRAM("raw_tp", structure_as_key,
	REJECTED("bpf_map_lookup_elem() may write into memory pointed by R2 type=trusted_ptr_"),
	CURRENT "r2 = r0; r2 += 1264; r1 = %[table] ll; call %[bpf_map_lookup_elem];" DONE,
	AND_TASK, ADDR(table), IMM(bpf_map_lookup_elem));
PROGRAM("raw_tp", structure_as_memory_written,
	REJECTED("bpf_probe_read_kernel() may write into memory pointed by R1 type=trusted_ptr_"),
	TASK "r1 += 1264; r2 = 4; r3 = 0; call %[bpf_probe_read_kernel];" DONE, AND_TASK,
	IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", structure_as_memory_overread,
	REJECTED("access beyond struct task_struct at off 3264 size 8"),
	TASK "r1 += 3264; r2 = 8; call %[bpf_trace_printk];" DONE, AND_TASK,
	IMM(bpf_trace_printk));

/* --- memory and its size ---------------------------------------------------------------------------- */

PROGRAM("raw_tp", stack_filled, ACCEPTED,
	"r1 = r10; r1 += -16; r2 = 16;" READ_KERNEL "r0 = *(u64 *)(r10 - 16);" DONE,
	IMM(bpf_probe_read_kernel));
PROGRAMS("raw_tp", stack_overfilled, REJECTED("invalid indirect access to stack R1 off=-8 size=16"),
	 REJECTED("invalid write to stack R1 off=-8 size=16"),
	 "r1 = r10; r1 += -8; r2 = 16;" READ_KERNEL DONE, IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", no_memory_of_no_size, ACCEPTED,
	"r1 = 0; *(u64 *)(r10 - 8) = r1; r1 = r10; r1 += -8; r2 = 8; r3 = 0; r4 = 0; call "
	"%[bpf_trace_vprintk];" DONE,
	IMM(bpf_trace_vprintk));
PROGRAM("raw_tp", no_memory_of_a_size, REJECTED("R3 type=scalar expected=fp"),
	"r1 = 0; *(u64 *)(r10 - 8) = r1; r1 = r10; r1 += -8; r2 = 8; r3 = 0; r4 = 8; call "
	"%[bpf_trace_vprintk];" DONE,
	IMM(bpf_trace_vprintk));
PROGRAM("raw_tp", memory_that_cannot_be_null,
	REJECTED("R1 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, "
		 "buf, trusted_ptr_"),
	"r1 = 0; r2 = 0;" READ_KERNEL DONE, IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", size_may_be_negative,
	REJECTED("R2 min value is negative, either use unsigned or 'var &= const'"),
	RANDOM "r1 = r10; r1 += -8; r2 = r0; r2 -= 1;" READ_KERNEL DONE, AND_RANDOM,
	IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", size_unbounded,
	REJECTED("R2 unbounded memory access, use 'var &= const' or 'if (var < const)'"),
	RANDOM "r1 = r10; r1 += -8; w2 = w0;" READ_KERNEL DONE, AND_RANDOM,
	IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", size_may_be_zero, REJECTED("R2 invalid zero-sized read: u64=[0,7]"),
	RANDOM "r1 = r10; r1 += -8; r2 = r0; r2 &= 7; call %[bpf_get_current_comm];" DONE,
	AND_RANDOM, IMM(bpf_get_current_comm));
PROGRAM("raw_tp", size_unknown_but_small, ACCEPTED,
	RANDOM
	"r2 = 0; *(u64 *)(r10 - 8) = r2; r1 = r10; r1 += -8; r2 = r0; r2 &= 7;" READ_KERNEL DONE,
	AND_RANDOM, IMM(bpf_probe_read_kernel));

/* ELEMENT of a map with keys of 64 bits */
#define ELEMENT_64                                                            \
	"r9 = 0; *(u64 *)(r10 - 8) = r9; r2 = r10; r2 += -8; r1 = %[map] ll;" \
	"call %[bpf_map_lookup_elem]; if r0 == 0 goto out_%=;"

PROGRAM("raw_tp", value_filled, ACCEPTED,
	ELEMENT_64 "r1 = r0; r2 = 32;" READ_KERNEL END, ON(table), IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", value_overfilled,
	LOGGED("invalid access to map value, value_size=32 off=0 size=33")
		REJECTED("R1 min value is outside of the allowed memory range"),
	ELEMENT_64 "r1 = r0; r2 = 33;" READ_KERNEL END, ON(table), IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", value_perhaps_null_filled,
	REJECTED("R1 type=map_value_or_null expected=fp, pkt, pkt_meta, map_key, map_value, mem, "
		 "ringbuf_mem, buf, trusted_ptr_"),
	"r9 = 0; *(u64 *)(r10 - 8) = r9; r2 = r10; r2 += -8; r1 = %[map] ll;"
	"call %[bpf_map_lookup_elem]; r1 = r0; r2 = 32;" READ_KERNEL END,
	ON(table), IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", value_only_to_be_read_filled,
	REJECTED("write into map forbidden, value_size=8 off=0 size=8"),
	ELEMENT_64 "r1 = r0; r2 = 8;" READ_KERNEL END, ON(only_read), IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", value_only_to_be_written_passed,
	REJECTED("read from map forbidden, value_size=8 off=0 size=8"),
	ELEMENT_64 "r1 = r0; r2 = 8; call %[bpf_trace_printk];" END, ON(only_written),
	IMM(bpf_trace_printk));

#define RESERVE                                                                                   \
	"r1 = %[ring] ll; r2 = 16; r3 = 0; call %[bpf_ringbuf_reserve]; if r0 == 0 goto out_%=; " \
	"r6 = r0;"
#define SUBMIT "r1 = r6; r2 = 0; call %[bpf_ringbuf_submit];"
#define ON_RING ADDR(ring), IMM(bpf_ringbuf_reserve), IMM(bpf_ringbuf_submit)

PROGRAM("raw_tp", record_filled_by_helper, ACCEPTED,
	RESERVE "r1 = r6; r2 = 16;" READ_KERNEL SUBMIT END, ON_RING, IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", record_overfilled_by_helper,
	LOGGED("invalid access to memory, mem_size=16 off=0 size=24")
		REJECTED("R1 min value is outside of the allowed memory range"),
	RESERVE "r1 = r6; r2 = 24;" READ_KERNEL SUBMIT END, ON_RING, IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", record_moved_back,
	REJECTED("R1 must have zero offset when passed to release func or trusted arg to kfunc"),
	RESERVE "r1 = r6; r1 += 8; r2 = 0; call %[bpf_ringbuf_submit];" END, ON_RING);
PROGRAM("raw_tp", record_given_back_twice, REJECTED("R1 type=scalar expected=ringbuf_mem"),
	RESERVE SUBMIT "r1 = r6; r2 = 0; call %[bpf_ringbuf_submit];" END, ON_RING);
PROGRAM("raw_tp", record_size_unknown, REJECTED("R2 is not a known constant'"),
	RANDOM "r2 = r0; r1 = %[ring] ll; r3 = 0; call %[bpf_ringbuf_reserve];" DONE, AND_RANDOM,
	ON_RING);
PROGRAMS("raw_tp", two_references_in_one_call,
	 REJECTED("verifier internal error: more than one arg with ref_obj_id R3 4 2"),
	 REJECTED("more than one arg with ref_obj_id R3 4 2"),
	 RESERVE
	 "r1 = %[ring] ll; r2 = 16; r3 = 0; call %[bpf_ringbuf_reserve]; if r0 == 0 goto l_%=;"
	 "r7 = r0; r1 = r6; r2 = 8; r3 = r7; r4 = 8; r5 = 0; call %[bpf_trace_vprintk];"
	 "r1 = r7; r2 = 0; call %[bpf_ringbuf_submit]; l_%=:" SUBMIT END,
	 ON_RING, IMM(bpf_trace_vprintk));

/* a kernel's number: read only */
PROGRAM("raw_tp", read_only_memory_filled,
	REJECTED("R1 type=rdonly_mem expected=fp, pkt, pkt_meta, map_key, map_value, mem, "
		 "ringbuf_mem, buf, trusted_ptr_"),
	"r1 = %[bpf_prog_active] ll; call %[bpf_this_cpu_ptr]; r1 = r0; r2 = 4;" READ_KERNEL DONE,
	ADDR(bpf_prog_active), IMM(bpf_this_cpu_ptr), IMM(bpf_probe_read_kernel));
PROGRAM("raw_tp", read_only_memory_passed, ACCEPTED,
	"r1 = %[bpf_prog_active] ll; call %[bpf_this_cpu_ptr]; r1 = r0; r2 = 4; call "
	"%[bpf_trace_printk];" DONE,
	ADDR(bpf_prog_active), IMM(bpf_this_cpu_ptr), IMM(bpf_trace_printk));

/* 8 bytes, aligned */
#define STRTOL \
	"r1 = r10; r1 += -8; r2 = 0; *(u64 *)(r10 - 8) = r2; r2 = 4; r3 = 0; call %[bpf_strtol];"

PROGRAM("raw_tp", fixed_size, ACCEPTED,
	"r4 = r10; r4 += -16;" STRTOL "r0 = *(u64 *)(r10 - 16);" DONE, IMM(bpf_strtol));
PROGRAM("raw_tp", fixed_size_misaligned, REJECTED("misaligned stack access off 0+-20+0 size 8"),
	"r4 = r10; r4 += -20;" STRTOL DONE, IMM(bpf_strtol));
PROGRAMS("raw_tp", fixed_size_too_small,
	 REJECTED("invalid indirect access to stack R4 off=-4 size=8"),
	 REJECTED("invalid write to stack R4 off=-4 size=8"), "r4 = r10; r4 += -4;" STRTOL DONE,
	 IMM(bpf_strtol));

/* --- strings ------------------------------------------------------------------------------------- */

#define STRNCMP "r2 = 0; *(u64 *)(r10 - 8) = r2; r1 = r10; r1 += -8; r2 = 4; call %[bpf_strncmp];"

PROGRAM("raw_tp", constant_string, ACCEPTED, "r3 = %[format] ll;" STRNCMP DONE, ADDR(format),
	IMM(bpf_strncmp));
PROGRAM("raw_tp", string_without_end, REJECTED("string is not zero-terminated"),
	"r3 = %[not_ended] ll;" STRNCMP DONE, ADDR(not_ended), IMM(bpf_strncmp));
PROGRAM("raw_tp", string_that_may_change, REJECTED("R3 does not point to a readonly map'"),
	"r3 = %[changeable] ll;" STRNCMP DONE, ADDR(changeable), IMM(bpf_strncmp));
PROGRAM("raw_tp", string_nobody_knows_where, REJECTED("R3 is not a constant address'"),
	RANDOM "r0 &= 1; r3 = %[format] ll; r3 += r0;" STRNCMP DONE, AND_RANDOM, ADDR(format),
	IMM(bpf_strncmp));
PROGRAM("raw_tp", string_before_its_map,
	LOGGED("invalid access to map value")
		REJECTED("R3 min value is outside of the allowed memory range"),
	"r3 = %[format] ll; r3 += -100;" STRNCMP DONE, ADDR(format), IMM(bpf_strncmp));
PROGRAM("raw_tp", formatted, UNSUPPORTED("format strings of bpf_snprintf"),
	"r1 = 0; r2 = 0; r3 = %[format] ll; r4 = 0; r5 = 0; call %[bpf_snprintf];" DONE,
	ADDR(format), IMM(bpf_snprintf));

/* --- keys and values -------------------------------------------------------------------------------- */

PROGRAMS("raw_tp", key_too_short, REJECTED("invalid indirect access to stack R2 off=-4 size=8"),
	 REJECTED("invalid read from stack R2 off=-4 size=8"),
	 "r9 = 0; *(u32 *)(r10 - 4) = r9; r2 = r10; r2 += -4; r1 = %[table] ll; call "
	 "%[bpf_map_lookup_elem];" DONE,
	 ADDR(table), IMM(bpf_map_lookup_elem));
PROGRAM("raw_tp", key_in_a_value, ACCEPTED,
	ELEMENT_64 "r2 = r0; r1 = %[map] ll; call %[bpf_map_lookup_elem];" END, ON(table));
PROGRAM("raw_tp", value_stored, ACCEPTED,
	ELEMENT_64
	"r3 = r0; r2 = r10; r2 += -8; r1 = %[map] ll; r4 = 0; call %[bpf_map_update_elem];" END,
	ON(table), IMM(bpf_map_update_elem));
PROGRAM("raw_tp", value_too_short, REJECTED("R3 min value is outside of the allowed memory range"),
	ELEMENT_64 "r3 = r0; r3 += 8; r2 = r10; r2 += -8; r1 = %[map] ll; r4 = 0; call "
		"%[bpf_map_update_elem];" END,
	ON(table), IMM(bpf_map_update_elem));
PROGRAM("raw_tp", stored_into_map_only_to_be_read, REJECTED("write into map forbidden"),
	"r9 = 0; *(u64 *)(r10 - 8) = r9; r2 = r10; r2 += -8; r3 = r2; r1 = %[only_read] ll; r4 = 0;"
	"call %[bpf_map_update_elem];" DONE,
	ADDR(only_read), IMM(bpf_map_update_elem));
PROGRAM("raw_tp", deleted_from_map_only_to_be_read, REJECTED("write into map forbidden"),
	"r9 = 0; *(u64 *)(r10 - 8) = r9; r2 = r10; r2 += -8; r1 = %[only_read] ll; call "
	"%[bpf_map_delete_elem];" DONE,
	ADDR(only_read), IMM(bpf_map_delete_elem));
PROGRAM("raw_tp", storage_value_null, ACCEPTED,
	CURRENT "r2 = r0; r1 = %[storage] ll; r3 = 0; r4 = 1; call %[bpf_task_storage_get];" DONE,
	AND_TASK, ADDR(storage), IMM(bpf_task_storage_get));
PROGRAM("raw_tp", queue_pushed_and_popped, ACCEPTED,
	"r9 = 0; *(u64 *)(r10 - 8) = r9; r2 = r10; r2 += -8; r1 = %[queue] ll; r3 = 0; call "
	"%[bpf_map_push_elem];"
	"r2 = r10; r2 += -16; r1 = %[queue] ll; call %[bpf_map_pop_elem]; r0 = *(u64 *)(r10 - 16);"
	"r2 = r10; r2 += -24; r1 = %[queue] ll; call %[bpf_map_peek_elem]; r0 = *(u64 *)(r10 - "
	"24);" DONE,
	ADDR(queue), IMM(bpf_map_push_elem), IMM(bpf_map_pop_elem), IMM(bpf_map_peek_elem));
PROGRAM("raw_tp", filter_reads_what_it_looks_for, ACCEPTED,
	ELEMENT_64 "r2 = r0; r1 = %[filter] ll; call %[bpf_map_peek_elem];" END, ON(only_read),
	ADDR(filter), IMM(bpf_map_peek_elem));
PROGRAM("raw_tp", queue_writes_what_it_finds,
	REJECTED("write into map forbidden, value_size=8 off=0 size=8"),
	ELEMENT_64 "r2 = r0; r1 = %[queue] ll; call %[bpf_map_peek_elem];" END, ON(only_read),
	ADDR(queue), IMM(bpf_map_peek_elem));

/* since 6.15 the element of an array is there when its index is known */
#define LOOK_UP "r2 = r10; r2 += -8; r1 = %[array] ll; call %[bpf_map_lookup_elem];"
#define ON_ARRAY ADDR(array), IMM(bpf_map_lookup_elem)

PROGRAMS("raw_tp", known_index, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	 LOGGED("R0=map_value(map=array,ks=4,vs=32)") ACCEPTED,
	 "r1 = 3; *(u32 *)(r10 - 8) = r1;" LOOK_UP "r0 = *(u64 *)(r0 + 0);" DONE, ON_ARRAY);
PROGRAMS("raw_tp", known_index_zero_beside_slot,
	 REJECTED("R0 invalid mem access 'map_value_or_null'"),
	 LOGGED("R0=map_value(map=array,ks=4,vs=32)") ACCEPTED,
	 "r1 = 0; *(u32 *)(r10 - 12) = r1; r2 = r10; r2 += -12; r1 = %[array] ll; call "
	 "%[bpf_map_lookup_elem];"
	 "r0 = *(u64 *)(r0 + 0);" DONE,
	 ON_ARRAY);
PROGRAM("raw_tp", index_out_of_range, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	"r1 = 4; *(u32 *)(r10 - 8) = r1;" LOOK_UP "r0 = *(u64 *)(r0 + 0);" DONE, ON_ARRAY);
PROGRAM("raw_tp", index_unknown, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	RANDOM "r0 &= 3; *(u32 *)(r10 - 8) = r0;" LOOK_UP "r0 = *(u64 *)(r0 + 0);" DONE, AND_RANDOM,
	ON_ARRAY);
PROGRAM("raw_tp", index_of_another_size, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	"r1 = 1; *(u64 *)(r10 - 8) = r1; r2 = r10; r2 += -8; r1 = %[array] ll; call "
	"%[bpf_map_lookup_elem];"
	"r0 = *(u64 *)(r0 + 0);" DONE,
	ON_ARRAY);
PROGRAM("raw_tp", index_somewhere_on_the_stack,
	REJECTED("R0 invalid mem access 'map_value_or_null'"),
	RANDOM
	"r1 = 0; *(u64 *)(r10 - 8) = r1; r0 &= 4; r2 = r10; r2 += -8; r2 += r0; r1 = %[array] ll;"
	"call %[bpf_map_lookup_elem]; r0 = *(u64 *)(r0 + 0);" DONE,
	AND_RANDOM, ON_ARRAY);
PROGRAM("raw_tp", index_in_a_value, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	ELEMENT_64
	"r2 = r0; r1 = %[array] ll; call %[bpf_map_lookup_elem]; r0 = *(u64 *)(r0 + 0);" END,
	ON(table), ADDR(array));

/* --- maps and helpers --------------------------------------------------------------------------------- */

PROGRAM("raw_tp", queue_has_no_keys, REJECTED("invalid zero-sized read"),
	"r2 = r10; r2 += -8; r1 = %[queue] ll; call %[bpf_map_lookup_elem];" DONE, ADDR(queue),
	IMM(bpf_map_lookup_elem));
PROGRAM("raw_tp", table_is_no_ring,
	REJECTED("cannot pass map_type 1 into func bpf_ringbuf_query#134"),
	"r1 = %[table] ll; r2 = 0; call %[bpf_ringbuf_query];" DONE, ADDR(table),
	IMM(bpf_ringbuf_query));
PROGRAM("raw_tp", table_is_no_queue,
	REJECTED("cannot pass map_type 1 into func bpf_map_pop_elem#88"),
	"r1 = %[table] ll; r2 = r10; r2 += -32; call %[bpf_map_pop_elem];" DONE, ADDR(table),
	IMM(bpf_map_pop_elem));
PROGRAM("raw_tp", table_is_not_of_each_cpu,
	REJECTED("cannot pass map_type 1 into func bpf_map_lookup_percpu_elem#195"),
	"r9 = 0; *(u64 *)(r10 - 8) = r9; r2 = r10; r2 += -8; r1 = %[table] ll; r3 = 0;"
	"call %[bpf_map_lookup_percpu_elem];" DONE,
	ADDR(table), IMM(bpf_map_lookup_percpu_elem));
PROGRAM("raw_tp", table_of_each_cpu, ACCEPTED,
	"r9 = 0; *(u64 *)(r10 - 8) = r9; r2 = r10; r2 += -8; r1 = %[percpu_table] ll; r3 = 0;"
	"call %[bpf_map_lookup_percpu_elem];" DONE,
	ADDR(percpu_table), IMM(bpf_map_lookup_percpu_elem));

PROGRAM("raw_tp", sockets_in_a_map, UNSUPPORTED("socket maps"),
	"r9 = 0; *(u32 *)(r10 - 4) = r9; r2 = r10; r2 += -4; r1 = %[sockets] ll; call "
	"%[bpf_map_delete_elem];" DONE,
	ADDR(sockets), IMM(bpf_map_delete_elem));
PROGRAM("raw_tp", socket_of_express_data_read_unaligned,
	REJECTED("misaligned xdp_sock access off 0+0+2 size 4") FLAGS("BPF_F_STRICT_ALIGNMENT"),
	ELEMENT_64 "r0 = *(u32 *)(r0 + 2);" END, ON(express));
PROGRAM("raw_tp", socket_of_express_data_read, UNSUPPORTED("memory access through xdp_sock"),
	ELEMENT_64 "r0 = *(u32 *)(r0 + 0);" END, ON(express));
/* --- results -------------------------------------------------------------------------------------------- */

PROGRAM("raw_tp", length_or_error, LOGGED("R0=scalar(smin=smin32=-4095,smax=smax32=16)") ACCEPTED,
	"r1 = r10; r1 += -16; r2 = 16; r3 = 0; call %[bpf_probe_read_kernel_str];" DONE,
	IMM(bpf_probe_read_kernel_str));
PROGRAM("raw_tp", number_of_this_cpu, LOGGED("R0=scalar(") ACCEPTED,
	"call %[bpf_get_smp_processor_id];" DONE, IMM(bpf_get_smp_processor_id));
PROGRAM("raw_tp", nothing_comes_back, REJECTED("R0 !read_ok"), RESERVE SUBMIT "r0 += 1;" END,
	ON_RING);
PROGRAM("raw_tp", registers_of_a_task, LOGGED("R0=ptr_pt_regs()") ACCEPTED,
	TASK "call %[bpf_task_pt_regs]; r0 = *(u64 *)(r0 + 0);" DONE, AND_TASK,
	IMM(bpf_task_pt_regs));

/* --- tail calls ------------------------------------------------------------------------------------------- */

PROGRAM("raw_tp", tail_call_by_known_index, ACCEPTED,
	"r2 = %[programs] ll; r3 = 1; call %[bpf_tail_call];" DONE, ADDR(programs),
	IMM(bpf_tail_call));
PROGRAM("raw_tp", tail_call_by_unknown_index, ACCEPTED,
	"r6 = r1;" RANDOM "r1 = r6; r2 = %[programs] ll; r3 = r0; call %[bpf_tail_call];" DONE,
	AND_RANDOM, ADDR(programs), IMM(bpf_tail_call));
PROGRAM("raw_tp", tail_call_by_index_too_large, ACCEPTED,
	"r2 = %[programs] ll; r3 = 4; call %[bpf_tail_call];" DONE, ADDR(programs),
	IMM(bpf_tail_call));
PROGRAM("raw_tp", tail_call_leaks,
	REJECTED("Unreleased reference id=2 alloc_insn=5; tail_call would lead to reference leak"),
	"r6 = r1; r1 = %[ring] ll; r2 = 16; r3 = 0; call %[bpf_ringbuf_reserve]; if r0 == 0 goto "
	"out_%=; r7 = r0;"
	"r1 = r6; r2 = %[programs] ll; r3 = 0; call %[bpf_tail_call];"
	"r1 = r7; r2 = 0; call %[bpf_ringbuf_submit];" END,
	ON_RING, ADDR(programs), IMM(bpf_tail_call));

static NOINLINE __attribute__((used)) int jumps_away(void *ctx)
{
	bpf_tail_call(ctx, &programs, 0);
	return 0;
}

SEC("raw_tp") ACCEPTED int tail_call_in_a_function(void *ctx)
{
	return jumps_away(ctx);
}
