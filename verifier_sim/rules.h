/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What differs between kernels, in one place. A rule is named after what the later kernel does;
 * the table in rules.c is the history.
 */
#ifndef TV_VERIFIER_RULES_H
#define TV_VERIFIER_RULES_H

#include "bpf/disasm.h"
#include "verifier_sim/scalar.h"

struct vs_rules {
	const char *name;		/* "6.18" */
	enum tv_kernel kernel;
	struct vs_scalar_rules scalar;

	/* accepting or rejecting */
	bool const_key_lookup;		/* a lookup with a constant key in range is never NULL (v6.15) */
	bool helpers_for_all;		/* what tells of the current task, to network programs (v6.16) */
	bool queue_errno;		/* too many branches waiting is E2BIG wherever it happens */
	bool tail_call_returns;		/* a function's tail call may return to its caller (v7.0, and stable) */
	bool more_null_args;		/* three more tracepoints may pass NULL or an error (stable 6.12) */
	bool may_goto_next;		/* may_goto to the next instruction is one (v6.14) */
	bool private_stacks;		/* the JIT gives tracing programs' functions their own (v6.13) */
	bool null_args_precise;		/* a helper's NULL argument is precise (stable 6.12) */
	bool fetch_loads;		/* going back, an atomic fetch is a load (v7.0, and stable 6.12) */
	bool helper_reads;		/* what a helper only reads stays on the stack (v6.14) */
	bool add_const32;		/* w1 += K keeps the link to its source (v7.0) */
	bool jset_forgets;		/* bits known clear forget the range (v6.17) */
	bool link_live_only;		/* only registers read later are linked (v7.0) */
	bool sync_linked_bounds;	/* a linked sum's intervals are reconciled (v6.19) */
	bool refs_keep_order;		/* giving one back leaves the others in order */
	bool refs_per_state;		/* references are the program's, not the function's (v6.14) */
	bool untrusted_mem;		/* pointers to other than structures are readable (v6.17) */
	bool no_struct_writes;		/* a kernel structure is no memory that may be written (6.18) */
	bool untrusted_flexible;	/* elements of flexible arrays are not to be trusted (6.18) */
	bool rcu_protected_results;	/* KF_RCU_PROTECTED is enforced at each call (v6.18) */
	bool iter_not_null;		/* NULL for an iterator is told as such (v6.18) */

	/* pruning: counts and logs, not verdicts */
	bool callback_sets_args;	/* going back, a callback's exit settles r1-r5 (v6.17) */
	bool static_liveness;		/* registers by data flow, stack by marks (v6.16, v6.18); in
					 * open loops, only what is live is compared */
	bool scc_loops;			/* loops by strongly connected components (v6.17); before, by
					 * the states that paths come back to (loop_entry.c) */

	/* wording */
	bool live_regs_table;		/* "Live regs before insn:" (v6.15) */
	bool leak_summary;		/* "BPF_EXIT instruction in main prog would lead ...", and is
					 * in a section; before, sections first, in other words (v6.14) */
};

/* NULL when that kernel is not modelled. */
const struct vs_rules *vs_rules_of(enum tv_kernel kernel);

#endif
