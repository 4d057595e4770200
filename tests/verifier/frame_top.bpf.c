// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * r10 itself as an iterator: -1 / 8 is 0, so that the kernel takes it for the iterator at r10 - 8
 * (v6.12 and v6.18 __get_spi()). What then runs reads and writes above the stack.
 */
#include "program.h"

/* So that their types are in the object: instructions alone do not bring them in. */
NOINLINE int kfuncs(struct bpf_iter_num *it)
{
	bpf_iter_num_new(it, 0, 0);
	bpf_iter_num_next(it);
	bpf_iter_num_destroy(it);
	return 0;
}

#define KFUNCS	[new] "i"(bpf_iter_num_new), [next] "i"(bpf_iter_num_next), [destroy] "i"(bpf_iter_num_destroy)
#define NEW(offset)	"r1 = r10; r1 += " #offset "; r2 = 0; r3 = 10; call %[new];"
#define NEXT(offset)	"r1 = r10; r1 += " #offset "; call %[next];"
#define DESTROY(offset)	"r1 = r10; r1 += " #offset "; call %[destroy];"

PROGRAM("raw_tp", destroys_frame_top, ACCEPTED EXPLAINED("passes r10 for an iterator"),
	NEW(-8) DESTROY(0) "r0 = 0; exit;", KFUNCS);
PROGRAM("raw_tp", walks_frame_top, ACCEPTED EXPLAINED("passes r10 for an iterator"),
	NEW(-8) NEXT(0) DESTROY(-8) "r0 = 0; exit;", KFUNCS);
PROGRAM("raw_tp", begins_at_frame_top, REJECTED("invalid write to stack R1 off=0 size=8"),
	NEW(-8) DESTROY(-8) NEW(0) DESTROY(0) "r0 = 0; exit;", KFUNCS);
PROGRAM("raw_tp", destroys_above_frame_top, REJECTED("expected an initialized iter_num as arg #0"),
	NEW(-8) DESTROY(8) "r0 = 0; exit;", KFUNCS);
