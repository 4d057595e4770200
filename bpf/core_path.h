/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a CO-RE relocation points at, in the program's types and in the kernel's. Private to bpf/. */
#ifndef TV_BPF_CORE_PATH_H
#define TV_BPF_CORE_PATH_H

#include "bpf/internal.h"

#define CORE_MAX_PATH	64

/* enum bpf_core_relo_kind, which <linux/bpf.h> has since v5.17. */
static inline bool core_is_field(uint32_t kind)
{
	return kind <= BPF_CORE_FIELD_RSHIFT_U64;
}

static inline bool core_is_type(uint32_t kind)
{
	return kind == BPF_CORE_TYPE_ID_LOCAL || kind == BPF_CORE_TYPE_ID_TARGET ||
	       kind == BPF_CORE_TYPE_EXISTS || kind == BPF_CORE_TYPE_SIZE ||
	       kind == BPF_CORE_TYPE_MATCHES;
}

static inline bool core_is_enumerator(uint32_t kind)
{
	return kind == BPF_CORE_ENUMVAL_EXISTS || kind == BPF_CORE_ENUMVAL_VALUE;
}

/* One turn on the way: a named member or enumerator, or an array index. */
struct core_turn {
	uint32_t type_id;	/* structure or enumeration that has the name; element's type of an index */
	int32_t index;		/* of the member or enumerator, or the array index */
	const char *name;	/* NULL: an array index */
};

/*
 * "s->a.b[3].c" is the turns [0] .a .b [3] .c: unnamed structures on the way add to @bit_offset and
 * to @depth (members entered in all, at most CORE_MAX_PATH) but are no turns.
 */
struct core_path {
	const struct tv_btf *btf;
	uint32_t root_id;
	struct core_turn turns[CORE_MAX_PATH];
	int cnt, depth;
	uint32_t bit_offset;
};

/* Reads a relocation's access string ("0:1:2") against the program's types. 0 or -errno. */
int core_path_parse(struct core_path *path, const struct tv_btf *btf, const struct ext_core *relo);

/* Walks the same way from the kernel's type @id. 1: there is one; 0: no; -errno. */
int core_path_match(struct loader *ld, const struct core_path *local, uint32_t kind,
		    const struct tv_btf *btf, uint32_t id, struct core_path *target);

#endif
