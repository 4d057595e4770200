/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "verifier_sim/rules.h"

#include <stddef.h>

/* Debian's 6.12 (stable 6.12.117), which has many of the later fixes. */
static const struct vs_rules rules_6_12 = {
	.name = "6.12",
	.kernel = TV_KERNEL_6_12,
	.scalar = {
		.mixed_s32 = true,
	},
	.queue_errno = true,
	.more_null_args = true,
	.null_args_precise = true,
	.fetch_loads = true,
};

static const struct vs_rules rules_6_18 = {
	.name = "6.18",
	.kernel = TV_KERNEL_6_18,
	.scalar = {
		.mul_by_union = true, .exact_overflow = true, .negate = true, .signed_mul = true, .byte_swap = true,
		.lone_member = true,
	},
	.const_key_lookup = true,
	.helpers_for_all = true,
	.tail_call_returns = true,
	.may_goto_next = true,
	.private_stacks = true,
	.helper_reads = true,
	.add_const32 = true,
	.sync_linked_bounds = true,
	.link_live_only = true,
	.jset_forgets = true,
	.refs_per_state = true,
	.untrusted_mem = true,
	.no_struct_writes = true,
	.untrusted_flexible = true,
	.rcu_protected_results = true,
	.iter_not_null = true,
	.refs_keep_order = true,
	.callback_sets_args = true,
	.static_liveness = true,
	.scc_loops = true,
	.live_regs_table = true,
	.leak_summary = true,
};

const struct vs_rules *vs_rules_of(enum tv_kernel kernel)
{
	switch (kernel) {
	case TV_KERNEL_6_12:
		return &rules_6_12;
	case TV_KERNEL_6_18:
		return &rules_6_18;
	}
	return NULL;
}
