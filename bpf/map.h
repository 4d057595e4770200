/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A map of an object, as BPF_MAP_CREATE would get it, and what its values are made of. */
#ifndef TV_BPF_MAP_H
#define TV_BPF_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TV_BPF_PAGE_SIZE	4096u	/* of the machine, where nobody says another */

/* Where a map comes from. */
enum tv_map_origin {
	TV_MAP_DECLARED,	/* a variable in .maps */
	TV_MAP_DATA,		/* .data, .data.* */
	TV_MAP_BSS,		/* .bss, .bss.* */
	TV_MAP_RODATA,		/* .rodata, .rodata.*: frozen, the verifier reads constants from it */
	TV_MAP_KCONFIG,		/* .kconfig externs: frozen too */
	TV_MAP_INNER,		/* the template of a map in map; not in the object's list */
};

/* A global variable: bytes [offset, offset + size) of its map's only value. */
struct tv_bpf_var {
	const char *name;
	uint32_t offset, size;
	uint32_t type_id;	/* in the object's BTF */
	bool is_static;		/* or hidden: not offered to people by name */
};

/* The kernel's special fields of map values (v6.12 kernel/bpf/btf.c: btf_parse_fields). */
enum tv_field_kind {
	TV_FIELD_SPIN_LOCK,
	TV_FIELD_RES_SPIN_LOCK,		/* v6.15 */
	TV_FIELD_TIMER,
	TV_FIELD_WORKQUEUE,
	TV_FIELD_TASK_WORK,		/* v6.18 */
	TV_FIELD_KPTR_UNREF,		/* pointer tagged kptr_untrusted */
	TV_FIELD_KPTR_REF,		/* tagged kptr */
	TV_FIELD_KPTR_PERCPU,		/* tagged percpu_kptr */
	TV_FIELD_UPTR,			/* tagged uptr */
	TV_FIELD_LIST_HEAD,
	TV_FIELD_LIST_NODE,
	TV_FIELD_RB_ROOT,
	TV_FIELD_RB_NODE,
	TV_FIELD_REFCOUNT,
};

struct tv_bpf_field {
	enum tv_field_kind kind;
	uint32_t offset, size;		/* bytes in the value */
	uint32_t pointee;		/* kptr, uptr: type in the object's BTF pointed to; else 0 */
	/* list head, rb root: "contains:TYPE:MEMBER" read; pointee is TYPE */
	const char *node;		/* MEMBER, in the object's strings; NULL otherwise */
};

/* An initial value: slot @key of a prog array or of a map in map. */
struct tv_bpf_slot {
	uint32_t key;
	int32_t map;		/* index into the object's maps; -1: a program */
	int32_t prog;		/* index into the object's programs; -1: a map */
};

struct tv_bpf_map {
	const char *name;	/* as the kernel sees it (not yet cut to 15 bytes) */
	const char *section;	/* ".maps", ".rodata", ... : the ELF section */
	enum tv_map_origin origin;
	uint32_t type;		/* enum bpf_map_type */
	uint32_t key_size, value_size, max_entries, flags;
	uint64_t extra;		/* map_extra */
	uint32_t numa_node;
	bool pin_by_name;
	uint32_t key_type_id, value_type_id;	/* object's BTF; 0: none is given to the kernel */
	uint32_t sec_idx, sec_offset;		/* where it was declared */
	struct tv_bpf_map *inner;		/* map in map: its template, or NULL */

	struct tv_bpf_slot *slots;		/* in ascending order of key */
	uint32_t slot_cnt;

	/* Data maps only: value_size bytes, and the variables in ascending order of offset. */
	uint8_t *data;
	struct tv_bpf_var *vars;
	uint32_t var_cnt;

	/*
	 * In ascending order of offset. @field_err: why the kernel does not see any (-EINVAL, -E2BIG, ...: bad
	 * ones, or a bit field among the members); then @fields is empty. The map is made all the same
	 * (v6.12 kernel/bpf/syscall.c: map_check_btf).
	 */
	struct tv_bpf_field *fields;
	uint32_t field_cnt;
	int field_err;
};

/* The program can only read it, and what it reads is known (rodata, kconfig). */
static inline bool tv_bpf_map_is_frozen(const struct tv_bpf_map *map)
{
	return map->origin == TV_MAP_RODATA || map->origin == TV_MAP_KCONFIG;
}

static inline bool tv_bpf_map_is_data(const struct tv_bpf_map *map)
{
	return map->origin >= TV_MAP_DATA && map->origin <= TV_MAP_KCONFIG;
}

#endif
