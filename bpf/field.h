/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Special fields: members that the kernel itself keeps (locks, timers, pointers it counts), in
 * values of maps and in objects of bpf_obj_new().
 */
#ifndef TV_BPF_FIELD_H
#define TV_BPF_FIELD_H

#include "bpf/btf.h"
#include "bpf/map.h"

#define TV_MAX_FIELDS	11	/* BTF_FIELDS_MAX */

#define TV_FIELD_BIT(kind)	(1u << (kind))
/* What may stand in a map's value, and what in an allocated object. */
#define TV_FIELDS_OF_MAP	(TV_FIELD_BIT(TV_FIELD_SPIN_LOCK) | TV_FIELD_BIT(TV_FIELD_RES_SPIN_LOCK) | \
				 TV_FIELD_BIT(TV_FIELD_TIMER) | TV_FIELD_BIT(TV_FIELD_WORKQUEUE) | \
				 TV_FIELD_BIT(TV_FIELD_TASK_WORK) | TV_FIELDS_KPTR | \
				 TV_FIELD_BIT(TV_FIELD_UPTR) | TV_FIELD_BIT(TV_FIELD_LIST_HEAD) | \
				 TV_FIELD_BIT(TV_FIELD_RB_ROOT) | TV_FIELD_BIT(TV_FIELD_REFCOUNT))
#define TV_FIELDS_OF_OBJECT	(TV_FIELD_BIT(TV_FIELD_SPIN_LOCK) | TV_FIELD_BIT(TV_FIELD_RES_SPIN_LOCK) | \
				 TV_FIELD_BIT(TV_FIELD_LIST_HEAD) | TV_FIELD_BIT(TV_FIELD_LIST_NODE) | \
				 TV_FIELD_BIT(TV_FIELD_RB_ROOT) | TV_FIELD_BIT(TV_FIELD_RB_NODE) | \
				 TV_FIELD_BIT(TV_FIELD_REFCOUNT) | TV_FIELDS_KPTR)
#define TV_FIELDS_KPTR		(TV_FIELD_BIT(TV_FIELD_KPTR_UNREF) | TV_FIELD_BIT(TV_FIELD_KPTR_REF) | \
				 TV_FIELD_BIT(TV_FIELD_KPTR_PERCPU))

/*
 * The fields of the kinds @kinds (TV_FIELD_BIT) in type @id of @size bytes (a structure, or a
 * DATASEC of variables; others have none), by offset. Errors are the kernel's: -E2BIG for a second
 * lock, timer, work queue or reference count or too many fields, -EINVAL for a bad tag, -ENOENT for
 * a list or tree of an unknown type, -EEXIST for overlap.
 */
int tv_fields_find(const struct tv_btf *btf, uint32_t id, uint32_t size, uint32_t kinds,
		   struct tv_bpf_field fields[TV_MAX_FIELDS], uint32_t *cnt);

/* "bpf_spin_lock", "bpf_timer", ...: the C type; kptrs give their tag. */
const char *tv_field_name(enum tv_field_kind kind);

#endif
