/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * When a program's own type and the kernel's mean the same (libbpf's CO-RE rules). Private to bpf/.
 *
 * All answer 1 yes, 0 no, -errno. Types may be cyclic behind pointers and bushy: besides libbpf's
 * limits on depth, loader->core_steps bounds the work for an object.
 */
#ifndef TV_BPF_CORE_COMPAT_H
#define TV_BPF_CORE_COMPAT_H

#include "bpf/internal.h"

/* Steps that CO-RE may take for one object, seconds at most. Real objects need thousands. */
#define CORE_MAX_STEPS	(50ull << 20)

/* Counts one step; -EFBIG when there were too many. */
int core_step(struct loader *ld);

/* bpf_core_type_exists() and friends, kfuncs: kinds agree all the way, names do not matter. */
int core_types_compatible(struct loader *ld, const struct tv_btf *local, uint32_t local_id,
			  const struct tv_btf *target, uint32_t target_id);
/* bpf_core_type_matches(): members, enumerators and sizes too. */
int core_types_match(struct loader *ld, const struct tv_btf *local, uint32_t local_id,
		     const struct tv_btf *target, uint32_t target_id);
/* A member that is read: could the same instruction read the kernel's? */
int core_fields_compatible(struct loader *ld, const struct tv_btf *local, uint32_t local_id,
			   const struct tv_btf *target, uint32_t target_id);

/* The same but for a "___flavour". */
bool core_same_essence(const char *a, const char *b);

#endif
