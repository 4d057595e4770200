// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Loads through pointers to kernel structures. The offsets are those of the built-in types; beside a
 * kernel with others the two verdicts are compared all the same.
 */
#include "program.h"

/* that most kernels' types lack */
extern const unsigned long jiffies __ksym __attribute__((weak));
struct task_struct {
	int pid;
};
extern const struct task_struct init_task __ksym __attribute__((weak));
struct kernel_stat {
	unsigned long irqs_sum;
	unsigned int softirqs[10];
};
extern const struct kernel_stat kstat __ksym;

DESCRIBED(bpf_rcu_read_lock(); bpf_rcu_read_unlock());

/* --- what a load finds ---------------------------------------------------------------------- */

PROGRAM("raw_tp", number, LOGGED("R2=scalar()") ACCEPTED, TASK "r2 = *(u64 *)(r1 + 1488);" DONE,
	AND_TASK);
PROGRAM("raw_tp", part_of_number,
	LOGGED("R2=scalar(smin=smin32=0,smax=umax=smax32=umax32=255,var_off=(0x0; 0xff))") ACCEPTED,
	TASK "r2 = *(u8 *)(r1 + 1265);" DONE, AND_TASK);
PROGRAM("raw_tp", element_of_array, ACCEPTED, TASK "r2 = *(u64 *)(r1 + 1756);" DONE, AND_TASK);
PROGRAM("raw_tp", across_end_of_array,
	REJECTED("access beyond the end of member comm (mend:1768) in struct task_struct with off "
		 "1764 size 8"),
	TASK "r2 = *(u64 *)(r1 + 1764);" DONE, AND_TASK);
PROGRAM("raw_tp", bit_field, ACCEPTED, TASK "r2 = *(u8 *)(r1 + 1188);" DONE, AND_TASK);
PROGRAM("raw_tp", pointer_to_struct, LOGGED("R2=ptr_mm_struct()") ACCEPTED,
	TASK "r2 = *(u64 *)(r1 + 1136); r3 = *(u64 *)(r2 + 360);" DONE, AND_TASK);
PROGRAM("raw_tp", part_of_pointer,
	REJECTED("cannot access ptr member mm with moff 1136 in struct task_struct with off 1136 "
		 "size 4"),
	TASK "r2 = *(u32 *)(r1 + 1136);" DONE, AND_TASK);
PROGRAM("raw_tp", across_pointer,
	REJECTED("cannot access ptr member mm with moff 1136 in struct task_struct with off 1140 "
		 "size 8"),
	TASK "r2 = *(u64 *)(r1 + 1140);" DONE, AND_TASK);
PROGRAM("raw_tp", pointer_in_second_element, LOGGED("R2=ptr_hlist_node()") ACCEPTED,
	TASK "r2 = *(u64 *)(r1 + 1392);" DONE, AND_TASK);
PROGRAM("raw_tp", pointer_in_inner_struct,
	LOGGED("R2=ptr_dentry()") LOGGED("R3=ptr_inode()") ACCEPTED,
	TASK "r1 = *(u64 *)(r1 + 1136); r1 = *(u64 *)(r1 + 1312); r2 = *(u64 *)(r1 + 72); r3 = "
	     "*(u64 *)(r2 + 48);" DONE,
	AND_TASK);
PROGRAM("raw_tp", hole, REJECTED("struct nsproxy doesn't have field at offset 4"),
	TASK "r2 = *(u64 *)(r1 + 1840); r3 = *(u32 *)(r2 + 4);" DONE, AND_TASK);
PROGRAM("raw_tp", hole_and_member, REJECTED("struct nsproxy doesn't have field at offset 4"),
	TASK "r2 = *(u64 *)(r1 + 1840); r3 = *(u64 *)(r2 + 4);" DONE, AND_TASK);
PROGRAM("raw_tp", past_end, REJECTED("access beyond struct task_struct at off 3264 size 1"),
	TASK "r2 = *(u8 *)(r1 + 3264);" DONE, AND_TASK);
PROGRAM("raw_tp", across_end, REJECTED("access beyond struct cred at off 180 size 8"),
	TASK "r2 = *(u64 *)(r1 + 1736); r3 = *(u64 *)(r2 + 180);" DONE, AND_TASK);
PROGRAM("raw_tp", flexible_array_of_structs,
	LOGGED("R4=ptr_pid_namespace()") ACCEPTED KERNEL("6.12"),
	TASK "r2 = *(u64 *)(r1 + 1368); r3 = *(u32 *)(r2 + 160); r4 = *(u64 *)(r2 + 168);" DONE,
	AND_TASK);
PROGRAM("raw_tp", flexible_array_is_untrusted,
	LOGGED("R4=untrusted_ptr_pid_namespace()") ACCEPTED KERNEL("6.18"),
	TASK "r2 = *(u64 *)(r1 + 1368); r3 = *(u32 *)(r2 + 160); r4 = *(u64 *)(r2 + 168);" DONE,
	AND_TASK);
PROGRAM("raw_tp", flexible_array_element_overread,
	REJECTED("access beyond the end of member nr (mend:4) in struct upid with off 0 size 8")
		KERNEL("6.12"),
	TASK "r2 = *(u64 *)(r1 + 1368); r3 = *(u64 *)(r2 + 160);" DONE, AND_TASK);
PROGRAM("raw_tp", flexible_array_element_overread_untrusted, ACCEPTED KERNEL("6.18"),
	TASK "r2 = *(u64 *)(r1 + 1368); r3 = *(u64 *)(r2 + 160);" DONE, AND_TASK);
PROGRAM("raw_tp", across_end_of_flexible_element,
	REJECTED("access beyond struct upid at off 12 size 8"),
	TASK "r2 = *(u64 *)(r1 + 1368); r3 = *(u64 *)(r2 + 172);" DONE, AND_TASK);
PROGRAM("raw_tp", flexible_array_of_structs_misaligned,
	REJECTED("cannot access ptr member ns with moff 8 in struct upid with off 12 size 4"),
	TASK "r2 = *(u64 *)(r1 + 1368); r3 = *(u32 *)(r2 + 172);" DONE, AND_TASK);
PROGRAM("raw_tp", flexible_array_of_numbers, ACCEPTED,
	TASK "r2 = *(u64 *)(r1 + 1136); r3 = *(u64 *)(r2 + 1480);" DONE, AND_TASK);

/* void * and pointers to numbers: readable since 6.17 */
PROGRAM("raw_tp", other_pointer, LOGGED("R2=rdonly_untrusted_mem(sz=0)") ACCEPTED KERNEL("6.18"),
	TASK "r2 = *(u64 *)(r1 + 32); r3 = *(u64 *)(r2 + 8192);" DONE, AND_TASK);
PROGRAM("raw_tp", other_pointer_is_a_number,
	LOGGED("R2=scalar()") REJECTED("R2 invalid mem access 'scalar'") KERNEL("6.12"),
	TASK "r2 = *(u64 *)(r1 + 32); r3 = *(u64 *)(r2 + 8192);" DONE, AND_TASK);
PROGRAM("raw_tp", other_pointer_written,
	REJECTED("R2 cannot write into rdonly_untrusted_mem") KERNEL("6.18"),
	TASK "r2 = *(u64 *)(r1 + 32); *(u64 *)(r2 + 0) = r2;" DONE, AND_TASK);

/* --- what is refused before ------------------------------------------------------------------ */

PROGRAM("raw_tp", before_start, REJECTED("R1 is ptr_task_struct invalid negative access: off=-8"),
	TASK "r2 = *(u64 *)(r1 - 8);" DONE, AND_TASK);
PROGRAM("raw_tp", unknown_offset,
	REJECTED("R1 is ptr_task_struct invalid variable offset: off=0, var_off=(0x0; 0x8)"),
	TASK "r2 = *(u64 *)(r1 + 1488); r2 &= 8; r1 += r2; r2 = *(u64 *)(r1 + 0);" DONE, AND_TASK);
PROGRAM("raw_tp", written, REJECTED("only read is supported"),
	TASK "r2 = 0; *(u32 *)(r1 + 1264) = r2;" DONE, AND_TASK);
PROGRAM("raw_tp", changed_atomically, REJECTED("only read is supported"),
	TASK "r2 = 1; lock *(u32 *)(r1 + 1264) += w2;" DONE, AND_TASK);

/* --- trust ------------------------------------------------------------------------------------- */

PROGRAM("tp_btf/sched_process_exec", always_trusted,
	LOGGED("R2=trusted_ptr_linux_binprm()") LOGGED("R3=trusted_ptr_file()")
		LOGGED("R4=trusted_ptr_inode()") ACCEPTED,
	"r2 = *(u64 *)(r1 + 16); r3 = *(u64 *)(r2 + 64); r4 = *(u64 *)(r3 + 32);" DONE);
PROGRAM("tp_btf/ext4_unlink_enter", trusted_or_null,
	LOGGED("R3=trusted_ptr_or_null_inode(id=1)") ACCEPTED,
	"r2 = *(u64 *)(r1 + 8); r3 = *(u64 *)(r2 + 48);" DONE);
PROGRAM("tp_btf/ext4_unlink_enter", trusted_or_null_unchecked,
	REJECTED("R3 invalid mem access 'trusted_ptr_or_null_'"),
	"r2 = *(u64 *)(r1 + 8); r3 = *(u64 *)(r2 + 48); r4 = *(u64 *)(r3 + 64);" DONE);
PROGRAM("raw_tp", under_rcu,
	LOGGED("R2=rcu_ptr_task_struct()") LOGGED("R3=rcu_ptr_css_set()")
		LOGGED("R4=rcu_ptr_cgroup()") LOGGED("R5=rcu_ptr_kernfs_node()") ACCEPTED,
	TASK "r2 = *(u64 *)(r1 + 1280); r3 = *(u64 *)(r2 + 2376); r4 = *(u64 *)(r3 + 112);"
	     "r5 = *(u64 *)(r4 + 256);" DONE,
	AND_TASK);
PROGRAM("tp_btf/exit_mmap", under_rcu_or_null, LOGGED("R3=rcu_ptr_or_null_file(id=1)") ACCEPTED,
	"r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r2 + 1312);" DONE);
PROGRAM("syscall", sleeping_without_rcu,
	LOGGED("R2=untrusted_ptr_task_struct()") LOGGED("R3=untrusted_ptr_mm_struct()") ACCEPTED,
	TASK "r2 = *(u64 *)(r1 + 1280); r3 = *(u64 *)(r2 + 1136);" DONE, AND_TASK);
PROGRAM("syscall", sleeping_under_rcu,
	LOGGED("R2=rcu_ptr_task_struct()") LOGGED("R3=ptr_mm_struct()") ACCEPTED,
	TASK
	"r6 = r1; call %[bpf_rcu_read_lock]; r2 = *(u64 *)(r6 + 1280); r3 = *(u64 *)(r2 + 1136);"
	"call %[bpf_rcu_read_unlock];" DONE,
	AND_TASK, IMM(bpf_rcu_read_lock), IMM(bpf_rcu_read_unlock));
PROGRAM("raw_tp", through_a_union, LOGGED("R4=untrusted_ptr_pipe_inode_info()") ACCEPTED,
	TASK "r1 = *(u64 *)(r1 + 1136); r2 = *(u64 *)(r1 + 1312); r3 = *(u64 *)(r2 + 32); r4 = "
	     "*(u64 *)(r3 + 584);" DONE,
	AND_TASK);
PROGRAM("tp_btf/sched_process_exec", trust_ends_in_a_union,
	LOGGED("R5=untrusted_ptr_pipe_inode_info()") ACCEPTED,
	"r2 = *(u64 *)(r1 + 16); r3 = *(u64 *)(r2 + 64); r4 = *(u64 *)(r3 + 32); r5 = *(u64 *)(r4 "
	"+ 584);" DONE);

/* --- one instruction, several pointers -------------------------------------------------------- */

#define EITHER "call %[bpf_get_prandom_u32]; r2 = r6; if r0 == 0 goto l_%=; r2 = r7; l_%=:"
#define AND_EITHER IMM(bpf_get_prandom_u32)

PROGRAM("raw_tp", one_load_of_different_trust, ACCEPTED,
	TASK "r6 = r1; r7 = *(u64 *)(r1 + 1288);" EITHER "r3 = *(u32 *)(r2 + 1264);" DONE, AND_TASK,
	AND_EITHER);
PROGRAM("raw_tp", one_load_of_different_structures, ACCEPTED,
	TASK "r6 = r1; r7 = *(u64 *)(r1 + 1136);" EITHER "r3 = *(u32 *)(r2 + 112);" DONE, AND_TASK,
	AND_EITHER);
PROGRAMS("raw_tp", one_load_of_structure_and_memory, REJECTED("R2 invalid mem access 'scalar'"),
	 ACCEPTED, TASK "r6 = r1; r7 = *(u64 *)(r1 + 32);" EITHER "r3 = *(u32 *)(r2 + 1264);" DONE,
	 AND_TASK, AND_EITHER);
PROGRAMS("raw_tp", one_load_of_memory_and_structure, REJECTED("R2 invalid mem access 'scalar'"),
	 ACCEPTED, TASK "r7 = r1; r6 = *(u64 *)(r1 + 32);" EITHER "r3 = *(u32 *)(r2 + 1264);" DONE,
	 AND_TASK, AND_EITHER);
PROGRAM("raw_tp", one_load_of_structure_and_stack,
	REJECTED("same insn cannot be used with different pointers"),
	TASK "r6 = r1; r7 = r10; r7 += -48; r1 = 0; *(u64 *)(r10 - 8) = r1;" EITHER
	     "r3 = *(u32 *)(r2 + 40);" DONE,
	AND_TASK, AND_EITHER);
PROGRAM("syscall", one_store_to_context_and_stack,
	REJECTED("same insn cannot be used with different pointers"),
	"r6 = r1; r7 = r10; r7 += -8; r1 = 0; *(u64 *)(r10 - 8) = r1;" EITHER
	"r3 = 0; *(u64 *)(r2 + 0) = r3;" DONE,
	AND_EITHER);

/* tags, which only kernels built by clang have */
PROGRAM("raw_tp", tagged_rcu, LOGGED("R2=rcu_ptr_or_null_cred(id=1)") ACCEPTED,
	TASK "r2 = *(u64 *)(r1 + 1720);" DONE, AND_TASK);
PROGRAM("raw_tp", tagged_user, REJECTED("R2 is ptr_robust_list_head access user memory: off=8"),
	TASK "r2 = *(u64 *)(r1 + 2400); r3 = *(u64 *)(r2 + 8);" DONE, AND_TASK);
PROGRAM("raw_tp", tagged_percpu,
	LOGGED("R5=percpu_ptr_css_rstat_cpu()")
		REJECTED("R5 is ptr_css_rstat_cpu access percpu memory: off=0"),
	TASK "r3 = *(u64 *)(r1 + 2376); r4 = *(u64 *)(r3 + 112); r5 = *(u64 *)(r4 + 32); r0 = "
	     "*(u64 *)(r5 + 0);" DONE,
	AND_TASK);
PROGRAM("raw_tp", tagged_percpu_of_this_cpu, LOGGED("R0=ptr_css_rstat_cpu()") ACCEPTED,
	TASK "r3 = *(u64 *)(r1 + 2376); r4 = *(u64 *)(r3 + 112); r1 = *(u64 *)(r4 + 32);"
	     "call %[bpf_this_cpu_ptr]; r2 = *(u64 *)(r0 + 0);" DONE,
	AND_TASK, IMM(bpf_this_cpu_ptr));

/* --- variables of each CPU ------------------------------------------------------------------------ */

PROGRAM("raw_tp", percpu_directly, REJECTED("R1 is ptr_kernel_stat access percpu memory: off=0"),
	"r1 = %[kstat] ll; r2 = *(u64 *)(r1 + 0);" DONE, ADDR(kstat));
PROGRAM("raw_tp", percpu_of_this_cpu, LOGGED("R0=ptr_kernel_stat()") ACCEPTED,
	"r1 = %[kstat] ll; call %[bpf_this_cpu_ptr]; r2 = *(u64 *)(r0 + 0);" DONE, ADDR(kstat),
	IMM(bpf_this_cpu_ptr));
PROGRAM("raw_tp", percpu_of_a_cpu, ACCEPTED,
	"r1 = %[kstat] ll; r2 = 0; call %[bpf_per_cpu_ptr]; if r0 == 0 goto out_%=; r2 = *(u32 "
	"*)(r0 + 8);"
	"out_%=:" DONE,
	ADDR(kstat), IMM(bpf_per_cpu_ptr));
PROGRAM("raw_tp", percpu_of_a_cpu_unchecked, REJECTED("R0 invalid mem access 'ptr_or_null_'"),
	"r1 = %[kstat] ll; r2 = 0; call %[bpf_per_cpu_ptr]; r2 = *(u32 *)(r0 + 8);" DONE,
	ADDR(kstat), IMM(bpf_per_cpu_ptr));
PROGRAM("raw_tp", percpu_number, LOGGED("R0=rdonly_mem(sz=4)") ACCEPTED,
	"r1 = %[bpf_prog_active] ll; call %[bpf_this_cpu_ptr]; r2 = *(u32 *)(r0 + 0);" DONE,
	ADDR(bpf_prog_active), IMM(bpf_this_cpu_ptr));
PROGRAM("raw_tp", percpu_number_overrun,
	LOGGED("invalid access to memory, mem_size=4 off=0 size=8")
		REJECTED("R0 min value is outside of the allowed memory range"),
	"r1 = %[bpf_prog_active] ll; call %[bpf_this_cpu_ptr]; r2 = *(u64 *)(r0 + 0);" DONE,
	ADDR(bpf_prog_active), IMM(bpf_this_cpu_ptr));
PROGRAM("raw_tp", percpu_number_written, REJECTED("R0 cannot write into rdonly_mem"),
	"r1 = %[bpf_prog_active] ll; call %[bpf_this_cpu_ptr]; r2 = 0; *(u32 *)(r0 + 0) = r2;" DONE,
	ADDR(bpf_prog_active), IMM(bpf_this_cpu_ptr));
PROGRAM("raw_tp", percpu_for_what_is_none,
	REJECTED("R1 type=trusted_ptr_ expected=percpu_ptr_, percpu_rcu_ptr_, percpu_trusted_ptr_"),
	TASK "call %[bpf_this_cpu_ptr];" DONE, AND_TASK, IMM(bpf_this_cpu_ptr));

PROGRAM("raw_tp", variable, LOGGED("R1=rdonly_mem(sz=8)") ACCEPTED,
	"r1 = %[jiffies] ll; r2 = *(u64 *)(r1 + 0);" DONE, ADDR(jiffies));
PROGRAM("raw_tp", variable_that_is_a_structure, LOGGED("R1=ptr_task_struct()") ACCEPTED,
	"r1 = %[init_task] ll; r2 = *(u32 *)(r1 + 1264);" DONE, ADDR(init_task));
