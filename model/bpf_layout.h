/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a target kernel keeps the fields of a structure, by its BTF: byte for byte, which of the
 * model's facts stands there.
 */
#ifndef TV_MODEL_BPF_LAYOUT_H
#define TV_MODEL_BPF_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/btf.h"

struct tv_bpf_view;

/* A fact of the model under the kernel's name for it. */
struct tv_bpf_fact {
	const char *path;	/* from the structure: "vm_start", "f_path.dentry" */
	/* Its value, for fields of up to 8 bytes. NULL, or for which objects it is unknown (" of ..."). */
	const char *(*get)(struct tv_bpf_view *view, const void *object, uint64_t *value);
	/* Or bytes, *@known of them; those of the target's field that are left over are unknown. */
	const void *(*bytes)(struct tv_bpf_view *view, const void *object, uint32_t *known);
	const char *of;		/* then, for messages: whose bytes are unknown (" of ...") */
};

struct tv_layout_field {
	uint32_t offset, size;		/* bytes */
	const struct tv_bpf_fact *fact;
	char what[32];			/* "read vm_start" */
};

/* What a byte is: a field of this number, counted from TV_BYTE_FIELD, or one of these. */
enum { TV_BYTE_PADDING, TV_BYTE_UNKNOWN, TV_BYTE_FIELD };

#define TV_BPF_LAYOUT_MAX	(1u << 16)	/* bytes; what lies behind is not modelled */

struct tv_bpf_layout {
	const char *name;		/* of the structure */
	const struct tv_btf *btf;
	uint32_t id;			/* 0: the target has no such structure */
	uint32_t size;			/* bytes */
	uint8_t *at;			/* by byte */
	struct tv_layout_field *fields;
	uint32_t nr_fields;
};

/*
 * The layout of "struct @name", with those of the @nr facts that the target has a field for. 0 or
 * -ENOMEM. A structure that is missing has no bytes.
 */
int tv_bpf_layout_init(struct tv_bpf_layout *layout, const struct tv_btf *btf, const char *name,
		       const struct tv_bpf_fact *facts, uint32_t nr);
void tv_bpf_layout_fini(struct tv_bpf_layout *layout);

/* The offset of the field called @path, in bytes, or -ENOENT. */
int64_t tv_bpf_layout_offset(const struct tv_bpf_layout *layout, const char *path);
/* The field that a fact of that @path got; NULL: the target has none. */
const struct tv_layout_field *tv_bpf_layout_field(const struct tv_bpf_layout *layout,
						  const char *path);

/* What stands at byte @offset, as C would call it: "vm_area_struct.anon_vma". Returns @buf. */
const char *tv_bpf_layout_name(const struct tv_bpf_layout *layout, uint32_t offset, char *buf,
			       size_t size);

/* The field at @offset of @size bytes in all, or NULL: not one, or more than one, or a part. */
static inline const struct tv_layout_field *tv_bpf_layout_whole(const struct tv_bpf_layout *layout,
							     uint32_t offset, uint32_t size)
{
	const struct tv_layout_field *field;

	if (layout->at[offset] < TV_BYTE_FIELD)
		return NULL;
	field = &layout->fields[layout->at[offset] - TV_BYTE_FIELD];
	return field->offset == offset && field->size == size ? field : NULL;
}

#endif
