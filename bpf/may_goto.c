// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * How long may_goto lets a loop go on. Linux 6.12 counts: BPF_MAX_LOOPS turns for each call of a
 * function. Linux 6.18 on x86 looks at the clock each BPF_MAX_TIMED_LOOPS turns, and ends after a
 * quarter of a second; the machine's clock for that is its instructions, one a nanosecond.
 */
#include "bpf/machine_state.h"

#define MAX_LOOPS	(8u << 20)
#define MAX_TIMED_LOOPS	0xffffu
#define MAX_NS		250000000u

uint64_t machine_may_goto_turns(enum tv_kernel kernel)
{
	return kernel == TV_KERNEL_6_12 ? MAX_LOOPS : MAX_TIMED_LOOPS;
}

/* Linux v6.18 kernel/bpf/core.c: bpf_check_timed_may_goto(): what the turns start at again; 0: it is over. */
static uint64_t turns_from_clock(struct machine_frame *frame, uint64_t now)
{
	if (!frame->may_goto_since) {
		frame->may_goto_since = now;
		return MAX_TIMED_LOOPS;
	}
	return now - frame->may_goto_since >= MAX_NS ? 0 : MAX_TIMED_LOOPS;
}

bool machine_may_goto(struct tv_machine *machine, struct machine_frame *frame)
{
	if (!frame->may_goto)
		return false;
	frame->may_goto--;
	if (!frame->may_goto && machine->opts.kernel != TV_KERNEL_6_12)
		frame->may_goto = turns_from_clock(frame, machine_insns(machine));
	return true;
}
