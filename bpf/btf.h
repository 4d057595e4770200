/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * BTF that can be trusted: checked once when parsed, then read freely.
 *
 * Types are libbpf's (<bpf/btf.h>: btf_kind(), btf_members(), ...). What the check guarantees:
 *   - every type, member, parameter, element and variable refers to an existing type of a kind
 *     that may stand there; every name lies inside the string section and ends there;
 *   - following modifiers, typedefs, arrays, members and variables by value always ends, within
 *     TV_BTF_MAX_DEPTH steps. Through pointers and function prototypes types may be cyclic, as in C:
 *     code that follows those bounds itself.
 */
#ifndef TV_BPF_BTF_H
#define TV_BPF_BTF_H

/* libbpf's header of the same name: -I of the repository's root comes first and leads here. */
#include_next <bpf/btf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bpf/error.h"

#define TV_BTF_MAX_DEPTH	200		/* by-value nesting; the kernel's own limit is 32 */
#define TV_BTF_MAX_SIZE		(64u << 20)	/* bytes of one BTF blob */

struct tv_btf;

/*
 * Checks and takes a copy of raw BTF (little endian). @what names it in messages (".BTF").
 * 0, -EINVAL, -EFBIG, -ENOTSUP (an unknown kind) or -ENOMEM; @error says where.
 */
int tv_btf_parse(const void *data, size_t size, const char *what, struct tv_btf **btf,
		 struct tv_bpf_error *error);
/* Takes over a BTF built with libbpf's btf__add_*() calls, after the same check. */
int tv_btf_adopt(struct btf *raw, const char *what, struct tv_btf **btf,
		 struct tv_bpf_error *error);
void tv_btf_free(struct tv_btf *btf);

/* libbpf's object, for its calls. It lives as long as @btf. */
struct btf *tv_btf_raw(const struct tv_btf *btf);

/* One more than the highest type id; ids start at 1, 0 is void. */
uint32_t tv_btf_count(const struct tv_btf *btf);
/* The type, or NULL when @id is not one of @btf's. Id 0 gives void. */
const struct btf_type *tv_btf_type(const struct tv_btf *btf, uint32_t id);
/* The string at @offset; "" for none. Never NULL. */
const char *tv_btf_str(const struct tv_btf *btf, uint32_t offset);
/* The type's own name; "" where it has none. Never NULL. */
const char *tv_btf_name(const struct tv_btf *btf, uint32_t id);

/* enum btf_func_linkage of a FUNC. */
static inline uint32_t tv_btf_func_linkage(const struct btf_type *func)
{
	return btf_vlen(func);
}

/* Past const, volatile, restrict, type tags and typedefs. @id_out may be NULL. Never NULL for a valid id. */
const struct btf_type *tv_btf_skip(const struct tv_btf *btf, uint32_t id, uint32_t *id_out);
/* The same, but a typedef stays. */
const struct btf_type *tv_btf_skip_mods(const struct tv_btf *btf, uint32_t id, uint32_t *id_out);

/* Bytes a value takes; -EINVAL for what has no size (void, functions), -E2BIG past 4 GiB. */
int64_t tv_btf_size(const struct tv_btf *btf, uint32_t id);

/* Lowest id with that name and kind, or -ENOENT. Hashed. @name "void" is id 0. */
int tv_btf_find(const struct tv_btf *btf, const char *name, int kind);

/*
 * The declaration tags of a type (@component -1: the type itself, else the member or parameter).
 * Start with *@pos 0 and call until NULL; the order is that of the ids.
 */
const char *tv_btf_next_tag(const struct tv_btf *btf, uint32_t id, int component, uint32_t *pos);

/* "int *", "struct foo", ... for people: C's spelling of a type, cut to @size. Returns @buf. */
const char *tv_btf_spell(const struct tv_btf *btf, uint32_t id, char *buf, size_t size);

#endif
