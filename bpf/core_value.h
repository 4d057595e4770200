/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The numbers of CO-RE relocations and the instructions they go into. Private to bpf/. */
#ifndef TV_BPF_CORE_VALUE_H
#define TV_BPF_CORE_VALUE_H

#include "bpf/core_path.h"

struct core_value {
	uint64_t old, new;		/* in the program's types, in the kernel's */
	uint32_t old_size, new_size;	/* bytes of the member read, where that matters; 0 */
	bool check_old;			/* the instruction must hold @old */
	bool absent;			/* the kernel has no such thing: the instruction is poisoned */
	bool size_differs;		/* in a way that a load or store cannot be adjusted for */
};

/* @target NULL: no candidate matched. 0 or -errno (-EOPNOTSUPP: a kind that is not known). */
int core_value_compute(struct core_value *value, uint32_t kind, const struct core_path *local,
		       const struct core_path *target);

/* Into the instruction (@room of them are there). 0, or -errno with @why. */
int core_value_patch(const struct core_value *value, struct bpf_insn *insn, uint32_t room,
		     const char **why);

#endif
