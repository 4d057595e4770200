// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Calls of kernel functions: what their arguments may be, and what comes back. */
#include "program.h"

struct task_struct {
	int pid;
};
struct cgroup {
	int level;
};
struct cgroup_subsys_state {
	int id;
};
struct cpumask {
	unsigned long bits[1];
};
struct bpf_cpumask {
	struct cpumask cpumask;
};
struct path {
	void *mnt;
};
struct bpf_iter_task {
	__u64 opaque[3];
} __attribute__((aligned(8)));
struct bpf_iter_task_vma {
	__u64 opaque[1];
} __attribute__((aligned(8)));
struct vm_area_struct {
	unsigned long vm_start;
};

struct bpf_iter_css_task {
	__u64 opaque[1];
} __attribute__((aligned(8)));
struct eight {
	__u64 n;
};

extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task,
			     unsigned int flags) __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym;
extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				 __u64 addr) __ksym;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym;
extern int bpf_iter_css_task_new(struct bpf_iter_css_task *it, struct cgroup_subsys_state *css,
				 unsigned int flags) __ksym;
extern void bpf_iter_css_task_destroy(struct bpf_iter_css_task *it) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym;
extern void bpf_cgroup_release(struct cgroup *cgroup) __ksym;
extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym;
extern struct bpf_cpumask *bpf_cpumask_acquire(struct bpf_cpumask *mask) __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *mask) __ksym;
extern unsigned int bpf_cpumask_first(const struct cpumask *mask) __ksym;
extern int bpf_copy_from_user_str(void *to, unsigned int size, const void *from,
				  __u64 flags) __ksym;
extern void *bpf_rdonly_cast(const void *obj, unsigned int id) __ksym;
extern int bpf_path_d_path(const struct path *path, char *buf, __u64 size) __ksym;
extern void bpf_no_such_function(void) __ksym __attribute__((weak));

void describes_functions(void)
{
	bpf_iter_num_new(0, 0, 0);
	bpf_iter_num_next(0);
	bpf_iter_num_destroy(0);
	bpf_iter_task_new(0, 0, 0);
	bpf_iter_task_next(0);
	bpf_iter_task_destroy(0);
	bpf_iter_task_vma_new(0, 0, 0);
	bpf_iter_task_vma_next(0);
	bpf_iter_task_vma_destroy(0);
	bpf_iter_css_task_new(0, 0, 0);
	bpf_iter_css_task_destroy(0);
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_preempt_disable();
	bpf_preempt_enable();
	bpf_task_acquire(0);
	bpf_task_release(0);
	bpf_task_from_pid(0);
	bpf_cgroup_from_id(0);
	bpf_cgroup_release(0);
	bpf_cpumask_create();
	bpf_cpumask_acquire(0);
	bpf_cpumask_release(0);
	bpf_cpumask_first(0);
	bpf_copy_from_user_str(0, 0, 0, 0);
	bpf_rdonly_cast(0, 0);
	bpf_path_d_path(0, 0, 0);
}

MAP(HASH, table, __u32, struct eight, 2);

#define FN(name) [name] "i"(name)

/* --- which may be called ------------------------------------------------------------------------ */

PROGRAM("tp_btf/sched_switch", function_without_a_model,
	UNSUPPORTED("kernel function bpf_path_d_path"),
	"r1 = 0; r2 = 0; r3 = 0; call %[bpf_path_d_path];" DONE, FN(bpf_path_d_path));
PROGRAM("raw_tp", function_of_other_programs,
	REJECTED("calling kernel function bpf_task_from_pid is not allowed"),
	"r1 = 1; call %[bpf_task_from_pid];" DONE, FN(bpf_task_from_pid));
PROGRAM("tp_btf/sched_switch", cast, UNSUPPORTED("kernel function bpf_rdonly_cast"),
	TASK "r2 = 1; call %[bpf_rdonly_cast];" DONE, AND_TASK, FN(bpf_rdonly_cast));
PROGRAM("syscall", sleeps_where_it_may, ACCEPTED,
	"r1 = r10; r1 += -8; r2 = 8; r3 = 0; r4 = 0; call %[bpf_copy_from_user_str];" DONE,
	FN(bpf_copy_from_user_str));
PROGRAM("tp_btf/sched_switch", sleeps_where_it_may_not,
	REJECTED("program must be sleepable to call sleepable kfunc bpf_copy_from_user_str"),
	"r1 = r10; r1 += -8; r2 = 8; r3 = 0; r4 = 0; call %[bpf_copy_from_user_str];" DONE,
	FN(bpf_copy_from_user_str));
PROGRAM("syscall", sleeps_under_rcu,
	REJECTED("kernel func bpf_copy_from_user_str is sleepable within rcu_read_lock region"),
	"call %[bpf_rcu_read_lock]; r1 = r10; r1 += -8; r2 = 8; r3 = 0; r4 = 0; call "
	"%[bpf_copy_from_user_str];"
	"call %[bpf_rcu_read_unlock];" DONE,
	FN(bpf_copy_from_user_str), FN(bpf_rcu_read_lock), FN(bpf_rcu_read_unlock));
PROGRAM("syscall", sleeps_without_preemption,
	REJECTED("kernel func bpf_copy_from_user_str is sleepable within non-preemptible region"),
	"call %[bpf_preempt_disable]; r1 = r10; r1 += -8; r2 = 8; r3 = 0; r4 = 0; call "
	"%[bpf_copy_from_user_str];"
	"call %[bpf_preempt_enable];" DONE,
	FN(bpf_copy_from_user_str), FN(bpf_preempt_disable), FN(bpf_preempt_enable));

SEC("tp_btf/sched_switch") ACCEPTED int function_that_is_missing(void *ctx)
{
	if (bpf_no_such_function)
		bpf_no_such_function();
	return 0;
}

/* --- numbers and iterators ----------------------------------------------------------------------------- */

PROGRAM("raw_tp", pointer_for_a_number, REJECTED("R2 is not a scalar"),
	"r2 = r1; r3 = 3; r1 = r10; r1 += -8; call %[bpf_iter_num_new];" DONE,
	FN(bpf_iter_num_new));
PROGRAM("raw_tp", argument_unset, REJECTED("R3 is not a scalar"),
	"r2 = 0; r1 = r10; r1 += -8; call %[bpf_iter_num_new];" DONE, FN(bpf_iter_num_new));
PROGRAM("raw_tp", iterator_not_on_the_stack,
	REJECTED("arg#0 expected pointer to an iterator on stack"),
	"r1 = 1; r2 = 0; r3 = 3; call %[bpf_iter_num_new];" DONE, FN(bpf_iter_num_new));
PROGRAM("raw_tp", iterator_in_moved_context,
	REJECTED("dereference of modified ctx ptr R1 off=8 disallowed"),
	"r1 += 8; r2 = 0; r3 = 3; call %[bpf_iter_num_new];" DONE, FN(bpf_iter_num_new));

#define CSS_TASKS                                                                                \
	"call %[bpf_rcu_read_lock]; call %[bpf_get_current_task_btf]; r1 = *(u64 *)(r0 + 2376);" \
	"r2 = *(u64 *)(r1 + 112); r1 = r10; r1 += -8; r3 = 0; call %[bpf_iter_css_task_new];"    \
	"r1 = r10; r1 += -8; call %[bpf_iter_css_task_destroy]; call %[bpf_rcu_read_unlock];" DONE
#define AND_CSS_TASKS                                                                              \
	AND_TASK, FN(bpf_iter_css_task_new), FN(bpf_iter_css_task_destroy), FN(bpf_rcu_read_lock), \
		FN(bpf_rcu_read_unlock)

PROGRAM("tp_btf/sched_switch", css_tasks_where_none_may_wait,
	REJECTED("css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable progs"),
	CSS_TASKS, AND_CSS_TASKS);

PROGRAMS("syscall", tasks_without_rcu, REJECTED("expected an RCU CS when using bpf_iter_task_next"),
	 REJECTED("kernel func bpf_iter_task_new requires RCU critical section protection"),
	 "r1 = r10; r1 += -24; r2 = 0; r3 = 0; call %[bpf_iter_task_new]; r1 = r10; r1 += -24; "
	 "call %[bpf_iter_task_next];"
	 "r1 = r10; r1 += -24; call %[bpf_iter_task_destroy];" DONE,
	 FN(bpf_iter_task_new), FN(bpf_iter_task_next), FN(bpf_iter_task_destroy));
PROGRAM("syscall", tasks_under_rcu, LOGGED("R0=rcu_ptr_task_struct(") ACCEPTED,
	"call %[bpf_rcu_read_lock]; r1 = r10; r1 += -24; r2 = 0; r3 = 0; call %[bpf_iter_task_new];"
	"r1 = r10; r1 += -24; call %[bpf_iter_task_next];"
	"r1 = r10; r1 += -24; call %[bpf_iter_task_destroy]; call %[bpf_rcu_read_unlock];" DONE,
	FN(bpf_iter_task_new), FN(bpf_iter_task_next), FN(bpf_iter_task_destroy),
	FN(bpf_rcu_read_lock), FN(bpf_rcu_read_unlock));
PROGRAM("raw_tp", number_of_a_loop, LOGGED("R0=rdonly_mem(id=2,ref_obj_id=1,sz=4)") ACCEPTED,
	"r1 = r10; r1 += -8; r2 = 0; r3 = 3; call %[bpf_iter_num_new]; r1 = r10; r1 += -8; call "
	"%[bpf_iter_num_next];"
	"if r0 == 0 goto out_%=; r0 = *(u32 *)(r0 + 0); out_%=: r1 = r10; r1 += -8; call "
	"%[bpf_iter_num_destroy];" DONE,
	FN(bpf_iter_num_new), FN(bpf_iter_num_next), FN(bpf_iter_num_destroy));

PROGRAM("raw_tp", areas_of_a_task, LOGGED("R0=trusted_ptr_vm_area_struct(") ACCEPTED,
	"call %[bpf_get_current_task_btf]; r1 = r10; r1 += -8; r2 = r0; r3 = 0; call "
	"%[bpf_iter_task_vma_new];"
	"r1 = r10; r1 += -8; call %[bpf_iter_task_vma_next]; if r0 == 0 goto out_%=; r0 = *(u64 "
	"*)(r0 + 0);"
	"out_%=: r1 = r10; r1 += -8; call %[bpf_iter_task_vma_destroy];" DONE,
	AND_TASK, FN(bpf_iter_task_vma_new), FN(bpf_iter_task_vma_next),
	FN(bpf_iter_task_vma_destroy));

/* --- kernel structures --------------------------------------------------------------------------------------- */

#define ACQUIRE \
	"call %[bpf_task_acquire]; if r0 == 0 goto out_%=; r1 = r0; call %[bpf_task_release];"
#define AND_ACQUIRE FN(bpf_task_acquire), FN(bpf_task_release)

PROGRAM("tp_btf/sched_switch", trusted_task,
	LOGGED("R0=ptr_or_null_task_struct(id=2,ref_obj_id=2)") ACCEPTED, TASK ACQUIRE END,
	AND_TASK, AND_ACQUIRE);
PROGRAM("tp_btf/sched_switch", task_under_rcu, LOGGED("R1=rcu_ptr_task_struct()") ACCEPTED,
	TASK "r1 = *(u64 *)(r1 + 1280);" ACQUIRE END, AND_TASK, AND_ACQUIRE);
PROGRAM("tp_btf/sched_switch", task_not_trusted, REJECTED("R1 must be a rcu pointer"),
	TASK "r1 = *(u64 *)(r1 + 1288);" ACQUIRE END, AND_TASK, AND_ACQUIRE);
PROGRAM("syscall", task_untrusted, REJECTED("R1 must be a rcu pointer"),
	TASK "r1 = *(u64 *)(r1 + 1280);" ACQUIRE END, AND_TASK, AND_ACQUIRE);
PROGRAM("tp_btf/sched_pi_setprio", task_perhaps_null,
	REJECTED("Possibly NULL pointer passed to trusted arg0"),
	"r1 = *(u64 *)(r1 + 8);" ACQUIRE END, AND_ACQUIRE);
PROGRAM("tp_btf/sched_switch", null_for_a_task,
	REJECTED("Possibly NULL pointer passed to trusted arg0"), "r1 = 0;" ACQUIRE END,
	AND_ACQUIRE);
PROGRAM("tp_btf/sched_switch", moved_task,
	REJECTED("kernel function bpf_task_acquire args#0 expected pointer to STRUCT task_struct "
		 "but R1 has a pointer to STRUCT task_struct"),
	TASK "r1 += 8;" ACQUIRE END, AND_TASK, AND_ACQUIRE);
PROGRAM("tp_btf/sched_switch", group_for_a_task,
	REJECTED("kernel function bpf_task_acquire args#0 expected pointer to STRUCT task_struct "
		 "but R1 has a pointer to STRUCT cgroup"),
	"r1 = 1; call %[bpf_cgroup_from_id]; if r0 == 0 goto out_%=; r6 = r0; r1 = r0; call "
	"%[bpf_task_acquire];"
	"r1 = r6; call %[bpf_cgroup_release];" END,
	FN(bpf_cgroup_from_id), FN(bpf_cgroup_release), AND_ACQUIRE);
PROGRAM("tp_btf/sched_switch", stack_for_a_task,
	REJECTED("arg#0 pointer type STRUCT task_struct must point to scalar, or struct with "
		 "scalar"),
	"r1 = r10; r1 += -8;" ACQUIRE END, AND_ACQUIRE);
PROGRAM("tp_btf/sched_switch", inner_structure, ACCEPTED,
	"call %[bpf_cpumask_create]; if r0 == 0 goto out_%=; r6 = r0; r1 = r0; call "
	"%[bpf_cpumask_first];"
	"r1 = r6; call %[bpf_cpumask_release];" END,
	FN(bpf_cpumask_create), FN(bpf_cpumask_first), FN(bpf_cpumask_release));
PROGRAM("tp_btf/sched_switch", reference_acquired,
	LOGGED("R0=ptr_bpf_cpumask(ref_obj_id=3)") ACCEPTED,
	"call %[bpf_cpumask_create]; if r0 == 0 goto out_%=; r6 = r0; r1 = r0; call "
	"%[bpf_cpumask_acquire];"
	"r1 = r0; call %[bpf_cpumask_release]; r1 = r6; call %[bpf_cpumask_release];" END,
	FN(bpf_cpumask_create), FN(bpf_cpumask_acquire), FN(bpf_cpumask_release));

/* --- releases ----------------------------------------------------------------------------------------------------- */

PROGRAM("tp_btf/sched_switch", released_without_reference,
	REJECTED("release kernel function bpf_task_release expects refcounted PTR_TO_BTF_ID"),
	TASK "call %[bpf_task_release];" DONE, AND_TASK, FN(bpf_task_release));
PROGRAM("tp_btf/sched_switch", released_as_another,
	REJECTED("kernel function bpf_task_release args#0 expected pointer to STRUCT task_struct "
		 "but R1 has a pointer to STRUCT cgroup"),
	"r1 = 1; call %[bpf_cgroup_from_id]; if r0 == 0 goto out_%=; r1 = r0; call "
	"%[bpf_task_release];" END,
	FN(bpf_cgroup_from_id), FN(bpf_task_release));
PROGRAM("tp_btf/sched_switch", released_untrusted, REJECTED("R1 must be referenced or trusted"),
	TASK "r1 = *(u64 *)(r1 + 1288); call %[bpf_task_release];" DONE, AND_TASK,
	FN(bpf_task_release));
PROGRAM("tp_btf/sched_switch", released_moved,
	REJECTED("R1 must have zero offset when passed to release func or trusted arg to kfunc"),
	TASK "call %[bpf_task_acquire]; if r0 == 0 goto out_%=; r1 = r0; r1 += 8; call "
	     "%[bpf_task_release];" END,
	AND_TASK, AND_ACQUIRE);
PROGRAM("tp_btf/sched_switch", released_twice,
	REJECTED("arg#0 pointer type STRUCT task_struct must point to scalar, or struct with "
		 "scalar"),
	TASK "call %[bpf_task_acquire]; if r0 == 0 goto out_%=; r6 = r0; r1 = r0; call "
	     "%[bpf_task_release];"
	     "r1 = r6; call %[bpf_task_release];" END,
	AND_TASK, AND_ACQUIRE);
PROGRAMS("tp_btf/sched_switch", never_released, REJECTED("Unreleased reference id=2 alloc_insn=2"),
	 REJECTED("Unreleased reference id=2 alloc_insn=2; BPF_EXIT instruction in main prog would "
		  "lead to reference leak"),
	 TASK "call %[bpf_task_acquire];" DONE, AND_TASK, AND_ACQUIRE);

/* --- memory ---------------------------------------------------------------------------------------------------------- */

#define FIRST "call %[bpf_cpumask_first];" DONE
#define COPY "r3 = 0; r4 = 0; call %[bpf_copy_from_user_str];" DONE

PROGRAM("tp_btf/sched_switch", memory_for_numbers, ACCEPTED,
	"r1 = 0; *(u64 *)(r10 - 8) = r1; r1 = r10; r1 += -512;" FIRST, FN(bpf_cpumask_first));
/* said once, not by the check of the memory as well */
PROGRAM("tp_btf/sched_switch", moved_context_for_memory,
	LOGGED("call bpf_cpumask_first{{#[0-9]+\n.*\n}}processed 2 insns")
	REJECTED("dereference of modified ctx ptr R1 off=8 disallowed"), "r1 += 8;" FIRST,
	FN(bpf_cpumask_first));
PROGRAM("syscall", sized_memory, ACCEPTED, "r1 = r10; r1 += -16; r2 = 16;" COPY,
	FN(bpf_copy_from_user_str));
PROGRAMS("syscall", sized_memory_too_small,
	 LOGGED("invalid indirect access to stack R1 off=-8 size=16")
		 REJECTED("arg#0 arg#1 memory, len pair leads to invalid memory access"),
	 LOGGED("invalid read from stack R1 off=-8 size=16")
		 REJECTED("arg#0 arg#1 memory, len pair leads to invalid memory access"),
	 "r1 = r10; r1 += -8; r2 = 16;" COPY, FN(bpf_copy_from_user_str));
PROGRAM("syscall", sized_memory_of_unknown_size,
	LOGGED("R2 min value is negative, either use unsigned or 'var &= const'")
		REJECTED("arg#0 arg#1 memory, len pair leads to invalid memory access"),
	"call %[bpf_get_prandom_u32]; r1 = r10; r1 += -8; r2 = r0;" COPY,
	FN(bpf_copy_from_user_str), IMM(bpf_get_prandom_u32));
PROGRAMS("syscall", no_memory_of_no_size, ACCEPTED,
	 REJECTED("Possibly NULL pointer passed to trusted arg0"), "r1 = 0; r2 = 0;" COPY,
	 FN(bpf_copy_from_user_str));
PROGRAMS("syscall", sized_memory_perhaps_null, ACCEPTED,
	 REJECTED("Possibly NULL pointer passed to trusted arg0"),
	 "r1 = 0; *(u32 *)(r10 - 4) = r1; r2 = r10; r2 += -4; r1 = %[table] ll; call "
	 "%[bpf_map_lookup_elem]; r1 = r0;"
	 "r2 = 8;" COPY,
	 ADDR(table), IMM(bpf_map_lookup_elem), FN(bpf_copy_from_user_str));
PROGRAM("syscall", pointer_for_a_size,
	REJECTED("arg#0 pointer type UNKNOWN  must point to scalar, or struct with scalar"),
	"r1 = r10; r1 += -8; r2 = r10;" COPY, FN(bpf_copy_from_user_str));
PROGRAM("syscall", structure_for_sized_memory,
	REJECTED("kernel function bpf_copy_from_user_str args#0 pointer type UNKNOWN  is not "
		 "supported"),
	TASK "r2 = 8;" COPY, AND_TASK, FN(bpf_copy_from_user_str));
PROGRAM("tp_btf/sched_switch", memory_with_inner_structures, ACCEPTED,
	"r1 = r10; r1 += -512; call %[bpf_cpumask_acquire]; r1 = r0; call "
	"%[bpf_cpumask_release];" DONE,
	FN(bpf_cpumask_acquire), FN(bpf_cpumask_release));
