// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What only programs under the kernel's licence may do. */
#define LICENCE "Proprietary"
#include "program.h"

DESCRIBED(bpf_rcu_read_lock());

PROGRAM("raw_tp", harmless, ACCEPTED, "call %[bpf_ktime_get_ns]; r0 = 0; exit;",
	IMM(bpf_ktime_get_ns));

PROGRAM("raw_tp", restricted_helper,
	REJECTED("cannot call GPL-restricted function from non-GPL compatible program"),
	"call %[bpf_get_current_task]; r0 = 0; exit;", IMM(bpf_get_current_task));

PROGRAM("raw_tp", kernel_function,
	REJECTED("cannot call kernel function from non-GPL compatible program"),
	"call %[bpf_rcu_read_lock]; r0 = 0; exit;", IMM(bpf_rcu_read_lock));

PROGRAM("tp_btf/sched_switch", kernel_structure,
	REJECTED("Cannot access kernel 'struct task_struct' from non-GPL compatible program"),
	"r1 = *(u64 *)(r1 + 8); r0 = *(u32 *)(r1 + 1264); r0 = 0; exit;");
