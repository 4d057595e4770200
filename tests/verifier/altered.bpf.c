// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs that tests/unit/test_verifier_altered.c changes in ways that no compiler or loader would. */
#include "program.h"

struct eight {
	__u64 n;
};

MAP(HASH, table, __u32, struct eight, 2);

__u64 variable = 5;
extern const int bpf_prog_active __ksym;

DESCRIBED(bpf_rcu_read_lock(); bpf_rcu_read_unlock(); bpf_iter_num_new(0, 0, 0); bpf_iter_num_destroy(0));

PROGRAM("raw_tp", raw, ACCEPTED, "r0 = 0; exit;");
PROGRAM("syscall", call, ACCEPTED, "r0 = 0; exit;");
PROGRAM("kprobe", probe, ACCEPTED, "r0 = 0; exit;");
PROGRAM("tp_btf/sched_switch", tracepoint, ACCEPTED, "r0 = 0; exit;");
PROGRAM("fentry/vfs_read", entry, ACCEPTED, "r0 = 0; exit;");
PROGRAM("raw_tp", with_map, ACCEPTED, "r0 = 0; r1 = %[table] ll; exit;", ADDR(table));
PROGRAM("raw_tp", with_value, ACCEPTED, "r0 = 0; r1 = %[variable] ll; exit;", ADDR(variable));
PROGRAM("raw_tp", with_kernel_variable, ACCEPTED, "r0 = 0; r1 = %[bpf_prog_active] ll; exit;",
	ADDR(bpf_prog_active));
PROGRAM("raw_tp", with_kernel_function, ACCEPTED,
	"call %[bpf_rcu_read_lock]; call %[bpf_rcu_read_unlock]; r0 = 0; exit;",
	[bpf_rcu_read_lock] "i"(bpf_rcu_read_lock), [bpf_rcu_read_unlock] "i"(bpf_rcu_read_unlock));
PROGRAM("raw_tp", with_iterator, ACCEPTED,
	"r1 = r10; r1 += -8; r2 = 0; r3 = 3; call %[bpf_iter_num_new];"
	"r1 = r10; r1 += -8; call %[bpf_iter_num_destroy]; r0 = 0; exit;",
	[bpf_iter_num_new] "i"(bpf_iter_num_new), [bpf_iter_num_destroy] "i"(bpf_iter_num_destroy));
PROGRAM("raw_tp", with_task, ACCEPTED, "call %[bpf_get_current_task_btf]; r0 = 0; exit;",
	IMM(bpf_get_current_task_btf));
PROGRAM("raw_tp", with_task_argument, REJECTED("R1 type=ctx expected=ptr_, trusted_ptr_, rcu_ptr_"),
	"call %[bpf_task_pt_regs]; r0 = 0; exit;", IMM(bpf_task_pt_regs));

static NOINLINE __attribute__((used)) int callee(int a)
{
	return a + 1;
}

PROGRAM("raw_tp", with_function, ACCEPTED, "r1 = 0; call callee; r0 = 0; exit;");
