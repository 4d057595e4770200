// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Checked BTF (btf.h). Two indexes are made when it is parsed, so that it is only read afterwards
 * and may be shared: names (open chains in id order, keyed by the name without a "___flavor", so
 * that CO-RE's candidate search is the same walk) and declaration tags (sorted by what they tag).
 */
#include "bpf/btf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/btf_check.h"
#include "bpf/btf_index.h"

#define MAX_CHAIN	4096

struct tag_entry {
	uint32_t target;
	int32_t component;
	uint32_t id;
};

struct tv_btf {
	struct btf *raw;
	uint32_t count;
	uint32_t *heads, *next;	/* name chains; 0 ends one */
	uint32_t mask;		/* number of chains minus one */
	struct tag_entry *tags;
	uint32_t tag_cnt;
};

static const struct btf_type void_type;

/* --- names -------------------------------------------------------------------- */

size_t btf_essential_len(const char *name)
{
	size_t len = strlen(name), i;

	/* the last "x___y" whose x and y are no underscores */
	for (i = len; i-- > 4; )
		if (name[i] != '_' && name[i - 4] != '_' && !strncmp(&name[i - 3], "___", 3))
			return i - 3;
	return len;
}

static uint32_t hash_name(const char *name, size_t len)
{
	uint32_t hash = 2166136261u;

	while (len--)
		hash = (hash ^ (unsigned char)*name++) * 16777619u;
	return hash ^ hash >> 15;
}

/* Tags' texts are no names, and too many are alike. */
static bool is_indexed(const struct btf_type *t)
{
	int kind = btf_kind(t);

	return t->name_off && kind != BTF_KIND_DECL_TAG && kind != BTF_KIND_TYPE_TAG;
}

/* Long chains would make every look-up slow: no real BTF has thousands of types of one name. */
static bool chains_are_short(const struct tv_btf *btf)
{
	uint32_t chain, id, len;

	for (chain = 0; chain <= btf->mask; chain++)
		for (id = btf->heads[chain], len = 0; id; id = btf->next[id])
			if (++len > MAX_CHAIN)
				return false;
	return true;
}

static int index_names(struct tv_btf *btf)
{
	uint32_t size = 16, id;

	while (size < btf->count)
		size *= 2;
	btf->mask = size - 1;
	btf->heads = calloc(size, sizeof(*btf->heads));
	btf->next = calloc(btf->count, sizeof(*btf->next));
	if (!btf->heads || !btf->next)
		return -ENOMEM;
	for (id = btf->count - 1; id; id--) {
		const char *name = tv_btf_name(btf, id);
		uint32_t *head;

		if (!is_indexed(tv_btf_type(btf, id)))
			continue;
		head = &btf->heads[hash_name(name, btf_essential_len(name)) & btf->mask];
		btf->next[id] = *head;
		*head = id;
	}
	return chains_are_short(btf) ? 0 : -EFBIG;
}

uint32_t btf_chain(const struct tv_btf *btf, const char *name, size_t len)
{
	return btf->heads[hash_name(name, len) & btf->mask];
}

uint32_t btf_chain_next(const struct tv_btf *btf, uint32_t id)
{
	return btf->next[id];
}

int tv_btf_find(const struct tv_btf *btf, const char *name, int kind)
{
	uint32_t id;

	if (!strcmp(name, "void"))
		return 0;
	for (id = btf_chain(btf, name, btf_essential_len(name)); id; id = btf->next[id])
		if (btf_kind(tv_btf_type(btf, id)) == kind && !strcmp(tv_btf_name(btf, id), name))
			return id;
	return -ENOENT;
}

struct btf_type *btf_type_for_fixup(const struct tv_btf *btf, uint32_t id)
{
	return (struct btf_type *)btf__type_by_id(btf->raw, id);
}

/* --- tags --------------------------------------------------------------------- */

static int compare_tags(const void *left, const void *right)
{
	const struct tag_entry *a = left, *b = right;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	if (a->component != b->component)
		return a->component < b->component ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static int index_tags(struct tv_btf *btf)
{
	uint32_t id, n = 0;

	for (id = 1; id < btf->count; id++)
		n += btf_is_decl_tag(tv_btf_type(btf, id));
	btf->tags = calloc(n + 1, sizeof(*btf->tags));
	if (!btf->tags)
		return -ENOMEM;
	for (id = 1; id < btf->count; id++) {
		const struct btf_type *t = tv_btf_type(btf, id);

		if (btf_is_decl_tag(t))
			btf->tags[btf->tag_cnt++] = (struct tag_entry){
				t->type, btf_decl_tag(t)->component_idx, id };
	}
	qsort(btf->tags, n, sizeof(*btf->tags), compare_tags);
	return 0;
}

const char *tv_btf_next_tag(const struct tv_btf *btf, uint32_t id, int component, uint32_t *pos)
{
	struct tag_entry wanted = { id, component, *pos + 1 };
	uint32_t low = 0, high = btf->tag_cnt;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare_tags(&btf->tags[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == btf->tag_cnt || btf->tags[low].target != id ||
	    btf->tags[low].component != component)
		return NULL;
	*pos = btf->tags[low].id;
	return tv_btf_name(btf, *pos);
}

/* --- made and freed ----------------------------------------------------------- */

static int make(struct btf *raw, struct tv_btf **out)
{
	struct tv_btf *btf = calloc(1, sizeof(*btf));
	int err;

	if (!btf)
		return -ENOMEM;
	btf->raw = raw;
	btf->count = btf__type_cnt(raw);
	err = index_names(btf);
	if (!err)
		err = index_tags(btf);
	if (err) {
		btf->raw = NULL;
		tv_btf_free(btf);
		return err;
	}
	*out = btf;
	return 0;
}

/* For what the check has not named yet. */
static const char *why_not(int err)
{
	switch (err) {
	case -ENOMEM:
		return "no memory for BTF";
	case -EFBIG:
		return "thousands of types have the same name";
	default:
		return "libbpf refuses this BTF";
	}
}

int tv_btf_parse(const void *data, size_t size, const char *what, struct tv_btf **btf,
		 struct tv_bpf_error *error)
{
	struct btf *raw;
	int err;

	err = btf_check(data, size, what, error);
	if (err)
		goto fail;
	raw = btf__new(data, size);
	if (!raw) {
		err = -errno;
		goto fail;
	}
	btf__set_pointer_size(raw, 8);
	err = make(raw, btf);
	if (!err)
		return 0;
	btf__free(raw);
fail:
	return tv_bpf_error_set(error, err, what, TV_BPF_NOWHERE, "%s",
				why_not(err));
}

int tv_btf_adopt(struct btf *raw, const char *what, struct tv_btf **btf,
		 struct tv_bpf_error *error)
{
	const void *data;
	uint32_t size;
	int err = -ENOMEM;

	data = btf__raw_data(raw, &size);
	if (data)
		err = btf_check(data, size, what, error);
	if (!err)
		err = make(raw, btf);
	if (err)
		tv_bpf_error_set(error, err, what, TV_BPF_NOWHERE, "%s", why_not(err));
	return err;
}

void tv_btf_free(struct tv_btf *btf)
{
	if (!btf)
		return;
	btf__free(btf->raw);
	free(btf->heads);
	free(btf->next);
	free(btf->tags);
	free(btf);
}

/* --- reading ------------------------------------------------------------------ */

struct btf *tv_btf_raw(const struct tv_btf *btf)
{
	return btf->raw;
}

uint32_t tv_btf_count(const struct tv_btf *btf)
{
	return btf->count;
}

const struct btf_type *tv_btf_type(const struct tv_btf *btf, uint32_t id)
{
	if (id >= btf->count)
		return NULL;
	return id ? btf__type_by_id(btf->raw, id) : &void_type;
}

const char *tv_btf_str(const struct tv_btf *btf, uint32_t offset)
{
	const char *s = btf__str_by_offset(btf->raw, offset);

	return s ? s : "";
}

const char *tv_btf_name(const struct tv_btf *btf, uint32_t id)
{
	const struct btf_type *t = tv_btf_type(btf, id);

	return t ? tv_btf_str(btf, t->name_off) : "";
}

static const struct btf_type *skip(const struct tv_btf *btf, uint32_t id, uint32_t *id_out,
				   bool typedefs_too)
{
	const struct btf_type *t = tv_btf_type(btf, id);

	while (t && (btf_is_mod(t) || btf_is_type_tag(t) || (typedefs_too && btf_is_typedef(t)))) {
		id = t->type;
		t = tv_btf_type(btf, id);
	}
	if (id_out)
		*id_out = id;
	return t;
}

const struct btf_type *tv_btf_skip(const struct tv_btf *btf, uint32_t id, uint32_t *id_out)
{
	return skip(btf, id, id_out, true);
}

const struct btf_type *tv_btf_skip_mods(const struct tv_btf *btf, uint32_t id, uint32_t *id_out)
{
	return skip(btf, id, id_out, false);
}

int64_t tv_btf_size(const struct tv_btf *btf, uint32_t id)
{
	const struct btf_type *t;
	uint64_t elements = 1;

	for (;;) {
		uint64_t size;

		t = tv_btf_skip(btf, id, NULL);
		if (!t)
			return -EINVAL;
		switch (btf_kind(t)) {
		case BTF_KIND_INT: case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64: case BTF_KIND_FLOAT: case BTF_KIND_DATASEC:
			size = t->size;
			break;
		case BTF_KIND_PTR:
			size = 8;
			break;
		case BTF_KIND_ARRAY:
			/* both factors stay below 2^32 */
			elements *= btf_array(t)->nelems;
			if (elements > UINT32_MAX)
				return -E2BIG;
			id = btf_array(t)->type;
			continue;
		case BTF_KIND_VAR:
			id = t->type;
			continue;
		default:
			return -EINVAL;
		}
		if (__builtin_mul_overflow(size, elements, &size) || size > UINT32_MAX)
			return -E2BIG;
		return size;
	}
}
