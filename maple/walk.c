// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Going down: from the root to the slot that holds an index, with or without keeping the place.
 * Readers may do this while a writer works.
 */
#include "maple/search.h"

/* A node on the way down, and what it covers. */
struct spot {
	struct maple_enode *enode;
	unsigned long min, max;
};

/* Low trees: stop at the first match, and let the processor guess all it can. */
#define NAME(x)			x##_low
#define TARGET
#define KEY			unsigned long
#define MAKE_KEY(index)		(index)
#define SEARCH			ma_search_stop
#define PICK(which, yes, no)	((which) ? (yes) : (no))
#define EXPECT(node, type)	((void)0)
#include "maple/descend.h"

/* High ones: no branch that depends on what is found. */
#define NAME(x)			x##_high
#define TARGET
#define KEY			unsigned long
#define MAKE_KEY(index)		(index)
#define SEARCH			ma_search
#define PICK			ma_pick
#define EXPECT			ma_expect
#include "maple/descend.h"

#ifdef MA_SEARCH_AVX2
#define NAME(x)			x##_avx2
#define TARGET			MA_AVX2
#define KEY			__m256i
#define MAKE_KEY		ma_key_avx2
#define SEARCH			ma_search_avx2
#define PICK			ma_pick
#define EXPECT			ma_expect
#include "maple/descend.h"

static bool has_avx2;

__attribute__((__constructor__)) static void ask_processor(void)
{
	__builtin_cpu_init();
	has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}
#endif

/*
 * From @enode, which covers [@min, @max], to the leaf's slot for mas->index, which becomes the
 * state's place. False, and nothing changed, if a node on the way was dead.
 */
static __always_inline bool descend(struct ma_state *mas, struct maple_enode *enode,
				    unsigned long min, unsigned long max, void **entry)
{
	if (mt_is_low(mas->tree))
		return descend_low(mas, enode, min, max, entry);
#ifdef MA_SEARCH_AVX2
	if (likely(has_avx2))
		return descend_avx2(mas, enode, min, max, entry);
#endif
	return descend_high(mas, enode, min, max, entry);
}

bool mas_descend(struct ma_state *mas, void **entry)
{
	return descend(mas, mas->node, mas->min, mas->max, entry);
}

static __always_inline bool lookup(const struct maple_tree *mt, struct maple_enode *enode,
				   unsigned long index, void **entry)
{
	if (mt_is_low(mt))
		return lookup_low(enode, index, entry);
#ifdef MA_SEARCH_AVX2
	if (likely(has_avx2))
		return lookup_avx2(enode, index, entry);
#endif
	return lookup_high(enode, index, entry);
}

/* The tree is no more than a lone entry, @root, or NULL. */
static void *start_without_nodes(struct ma_state *mas, void *root)
{
	mas->min = 0;
	mas->max = ULONG_MAX;
	mas->node = NULL;
	mas->depth = 0;
	mas->offset = MAPLE_NODE_SLOTS;
	mas->status = root ? ma_root : ma_none;
	return mas->index ? NULL : root;
}

void *mas_start(struct ma_state *mas)
{
	void *root;

	if (!mas_is_start(mas))
		return NULL;
	do {
		root = rcu_dereference(mas->tree->ma_root);
		if (unlikely(!xa_is_node(root)))
			return start_without_nodes(mas, root);
		mas->node = mte_safe_root(root);
		/* A dead root has been replaced: the new one is in ma_root. */
	} while (unlikely(ma_dead_node(mas_mn(mas))));
	mas->min = 0;
	mas->max = ULONG_MAX;
	mas->status = ma_active;
	mas->depth = 1;
	mas->offset = 0;
	return NULL;
}

/* From the root, again and again until no node on the way was dead. */
static __always_inline void *walk_from_root(struct ma_state *mas)
{
	void *root, *entry;

	do {
		root = rcu_dereference(mas->tree->ma_root);
		if (unlikely(!xa_is_node(root)))
			return start_without_nodes(mas, root);
	} while (unlikely(!descend(mas, mte_safe_root(root), 0, ULONG_MAX, &entry)));
	mas->status = ma_active;
	mas->depth = 1;
	return entry;
}

void *mas_state_walk(struct ma_state *mas)
{
	void *entry;

	if (unlikely(!mas_is_start(mas))) {
		if (!mas_is_active(mas))
			return NULL;
		if (mas_descend(mas, &entry))
			return entry;
	}
	return walk_from_root(mas);
}

void *mas_rewalk(struct ma_state *mas, unsigned long index)
{
	mas_aim(mas, index);
	return walk_from_root(mas);
}

void *mas_walk(struct ma_state *mas)
{
	void *entry = walk_from_root(mas);

	if (likely(mas_is_active(mas)))
		return entry;
	if (mas_is_none(mas)) {
		mas->index = 0;
		mas->last = ULONG_MAX;
	} else if (mas_is_ptr(mas)) {
		/* The lone entry's range is [0, 0], and all else is one empty range. */
		mas->last = mas->index ? ULONG_MAX : 0;
		if (mas->index) {
			mas->index = 1;
			mas->status = ma_none;
		}
	}
	return entry;
}

void *mtree_load(struct maple_tree *mt, unsigned long index)
{
	void *root, *entry = NULL;

	rcu_read_lock();
	do {
		root = rcu_dereference(mt->ma_root);
		if (unlikely(!xa_is_node(root))) {
			entry = index ? NULL : root;
			break;
		}
	} while (unlikely(!lookup(mt, mte_safe_root(root), index, &entry)));
	rcu_read_unlock();
	return xa_is_zero(entry) ? NULL : entry;
}

void *mt_find(struct maple_tree *mt, unsigned long *index, unsigned long max)
{
	unsigned long first = *index;
	struct ma_state mas;
	void *entry;

	if (unlikely(first > max))
		return NULL;
	/* The walk fills in the rest of what a step needs; without nodes the range is the index. */
	mas.tree = mt;
	mas.index = first;
	mas.last = first;
	rcu_read_lock();
	entry = walk_from_root(&mas);
	/* Reservations do not count, NULLs neither. */
	while (unlikely(!entry || xa_is_zero(entry))) {
		entry = NULL;
		if (!mas_is_active(&mas) || mas.last >= max)
			break;
		entry = mas_next_slot(&mas, max, false);
	}
	rcu_read_unlock();
	if (entry)
		*index = mas.last + 1;
	return entry;
}
