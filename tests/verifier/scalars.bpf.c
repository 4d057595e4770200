// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is known of numbers, and what may not be done without knowing. */
#include "program.h"

PROGRAM("raw_tp", returns_zero, ACCEPTED LOGGED("R0=0"),
	"r0 = 0;"
	"exit;");

PROGRAM("raw_tp", returns_unset, REJECTED("R0 !read_ok"),
	"exit;");

PROGRAM("raw_tp", divides_by_zero_immediate, REJECTED("div by zero"),
	"r0 = 1;"
	".8byte %[divide];"
	"exit;",
	[divide] "i"(0x37));
