// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a global function may return: it is checked on its own, for whatever arguments. */
#include "program.h"

NOINLINE int global_returns_pointer(int i)
{
	asm volatile("r0 = r10; exit;" : : : "r0");
	__builtin_unreachable();
}

NOINLINE int global_returns_number(int i)
{
	return bpf_get_prandom_u32();
}

PROGRAM("raw_tp", calls_global, REJECTED("At subprogram exit the register R0 is not a scalar value (fp)"),
	"r1 = 0;"
	"call global_returns_pointer;"
	"r0 = 0;"
	"exit;");

PROGRAM("raw_tp", calls_another, ACCEPTED LOGGED("('global_returns_number') is safe for any args that match its prototype"),
	"r1 = 0;"
	"call global_returns_number;"
	"r0 = 0;"
	"exit;");
