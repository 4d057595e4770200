/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs from bytes. They stand in the frame of a real object (frame.bpf.c), so that there are
 * maps, types and kernel functions to use and to misuse.
 *
 * An input is a head, records of its functions, then instructions of 8 bytes. What depends on the
 * target's BTF is an index there: kernel functions by their place among the object's externs,
 * functions by their place in the program. So an input means the same whatever BTF is at hand.
 */
#ifndef TV_TESTS_FUZZ_FRAME_H
#define TV_TESTS_FUZZ_FRAME_H

#include "bpf/object.h"
#include "bpf/vmlinux.h"
#include "tests/differential/generate.h"

#define FUZZ_PROGRAM_MAX	256	/* instructions */

struct fuzz_frame {
	struct tv_btf *vmlinux;		/* the built-in one */
	struct tv_bpf_object *obj;
};

/* The compiled object, and the frame made of it: once for the process. */
extern const unsigned char fuzz_frame_object[];
extern const unsigned int fuzz_frame_object_size;
const struct fuzz_frame *fuzz_frame(void);

/* What is to be done with a program, beside its instructions. */
struct fuzz_program {
	unsigned int head;		/* free bits of the first byte */
	uint32_t nr;			/* of obj->progs */
	struct draft draft;
};

/* -1: too short. */
int fuzz_program_read(struct fuzz_program *program, const uint8_t *data, size_t size);
/* Returns the bytes it takes; 0: more than @max. */
size_t fuzz_program_write(const struct fuzz_program *program, uint8_t *data, size_t max);
/* The draft as a program of the frame's object; it points into @program. */
struct tv_bpf_prog fuzz_program_prog(struct fuzz_program *program);
/* For LLVMFuzzerCustomMutator(). */
size_t fuzz_program_mutate(uint8_t *data, size_t size, size_t max, unsigned int seed);

#endif
