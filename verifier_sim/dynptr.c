/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Dynptrs on the stack: not modelled yet but for what other writes would do to them. */
#include "verifier_sim/internal.h"

int vs_dynptr_destroy_at(struct vs_env *env, struct vs_frame *frame, uint32_t slot)
{
	if (frame->slots[slot].type[0] != STACK_DYNPTR)
		return 0;
	return vs_unsupported(env, "dynptrs on the stack");
}
