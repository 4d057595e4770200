/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files of maple/ share: the encodings of nodes, access to their arrays, and each file's
 * calls for the others.
 */
#ifndef TV_MAPLE_INTERNAL_H
#define TV_MAPLE_INTERNAL_H

#include "maple/alloc.h"
#include "maple/maple_tree.h"

/* ma_state.mas_flags */
#define MA_STATE_BULK		1	/* loading in order: split far to the left */
#define MA_STATE_REBALANCE	2	/* a bulk split left a small node: look at it when done */
#define MA_STATE_PREALLOC	4	/* the reserve was filled beforehand */

/* --- geometry ---------------------------------------------------------------------------- */

#define MA_LEVELS	(MAPLE_HEIGHT_MAX + 1)

static __always_inline bool ma_is_leaf(enum maple_type type)
{
	return type < maple_range_64;
}

static __always_inline unsigned int ma_nr_slots(enum maple_type type)
{
	return type == maple_arange_64 ? MAPLE_ARANGE64_SLOTS : MAPLE_RANGE64_SLOTS;
}

static __always_inline unsigned int ma_nr_pivots(enum maple_type type)
{
	return ma_nr_slots(type) - 1;
}

/* Linux v6.12 lib/maple_tree.c, mt_min_slots: a node but the rightmost ends at this slot or later. */
static __always_inline unsigned int ma_min_end(enum maple_type type)
{
	return type == maple_arange_64 ? MAPLE_ARANGE64_SLOTS / 2 - 1 : MAPLE_RANGE64_SLOTS / 2 - 2;
}

static inline bool mt_is_alloc(const struct maple_tree *mt)
{
	return READ_ONCE(mt->ma_flags) & MT_FLAGS_ALLOC_RANGE;
}

/* The kind of a tree's inner nodes. */
static inline enum maple_type mt_inner_type(const struct maple_tree *mt)
{
	return mt_is_alloc(mt) ? maple_arange_64 : maple_range_64;
}

/* --- encodings --------------------------------------------------------------------------- */

#define MA_ROOT_PARENT		1UL	/* bit 0 of the root's parent pointer */
#define MAPLE_ROOT_NODE		2UL	/* bit 1 of ma_root when it is a node */
#define MAPLE_ENODE_NULL	4UL	/* bit 2 of an encoded node */
#define MAPLE_PARENT_RANGE64	6UL	/* bits 1-2 of a parent pointer to a node of 64-bit ranges */
#define MAPLE_PARENT_SLOT_SHIFT	3	/* and its slot in bits 3-7 */

static __always_inline struct maple_node *mte_to_node(const struct maple_enode *enode)
{
	return (struct maple_node *)((unsigned long)enode & ~MAPLE_NODE_MASK);
}

static __always_inline enum maple_type mte_node_type(const struct maple_enode *enode)
{
	return (unsigned long)enode >> MAPLE_NODE_TYPE_SHIFT & MAPLE_NODE_TYPE_MASK;
}

/* An inner node's type has bit 1 set. */
static __always_inline bool mte_is_leaf(const struct maple_enode *enode)
{
	return !((unsigned long)enode & maple_range_64 << MAPLE_NODE_TYPE_SHIFT);
}

/* As mte_to_node(), where the type is known when compiling: the address needs no computing. */
static __always_inline struct maple_node *mte_to_known(const struct maple_enode *enode,
						       enum maple_type type)
{
	return (struct maple_node *)((unsigned long)enode - MAPLE_ENODE_NULL -
				     ((unsigned long)type << MAPLE_NODE_TYPE_SHIFT));
}

static __always_inline struct maple_enode *mt_mk_node(const struct maple_node *node,
						      enum maple_type type)
{
	return (struct maple_enode *)((unsigned long)node | MAPLE_ENODE_NULL |
				      (unsigned long)type << MAPLE_NODE_TYPE_SHIFT);
}

/* ma_root's value for a root node, and back. */
static __always_inline void *mte_mk_root(const struct maple_enode *enode)
{
	return (void *)((unsigned long)enode | MAPLE_ROOT_NODE);
}

static __always_inline struct maple_enode *mte_safe_root(const void *root)
{
	return (struct maple_enode *)((unsigned long)root & ~MAPLE_ROOT_NODE);
}

static __always_inline struct maple_pnode *ma_root_parent(const struct maple_tree *mt)
{
	return (struct maple_pnode *)((unsigned long)mt | MA_ROOT_PARENT);
}

static __always_inline struct maple_pnode *ma_mk_parent(const struct maple_node *parent,
							unsigned int slot)
{
	return (struct maple_pnode *)((unsigned long)parent | MAPLE_PARENT_RANGE64 |
				      (unsigned long)slot << MAPLE_PARENT_SLOT_SHIFT);
}

/*
 * A loaded parent pointer, taken apart. Ordering: the acquire here pairs with the release in
 * ma_set_parent(), so that a reader climbing into a node sees it filled.
 */
static __always_inline unsigned long ma_parent(const struct maple_node *node)
{
	return (unsigned long)smp_load_acquire(&node->parent);
}

static __always_inline bool parent_is_root(unsigned long parent)
{
	return parent & MA_ROOT_PARENT;
}

static __always_inline struct maple_node *parent_node(unsigned long parent)
{
	return (struct maple_node *)(parent & ~MAPLE_NODE_MASK);
}

static __always_inline unsigned int parent_slot(unsigned long parent)
{
	return (parent & MAPLE_NODE_MASK) >> MAPLE_PARENT_SLOT_SHIFT;
}

static __always_inline void ma_set_parent(struct maple_node *node, struct maple_pnode *parent)
{
	smp_store_release(&node->parent, parent);
}

static __always_inline bool ma_is_root(const struct maple_node *node)
{
	return parent_is_root((unsigned long)READ_ONCE(node->parent));
}

/*
 * A dead node is its own parent. Readers load what they want of a node, then ask this, and use
 * what they loaded only if the node lives. Ordering: the barrier keeps the loads before the
 * question; it pairs with the release in ma_mark_dead() and in what is written to dead nodes.
 */
static __always_inline bool ma_dead_node(const struct maple_node *node)
{
	smp_rmb();
	return ((unsigned long)READ_ONCE(node->parent) ^ (unsigned long)node) <= MAPLE_NODE_MASK;
}

static __always_inline void ma_mark_dead(struct maple_node *node)
{
	smp_store_release(&node->parent, (struct maple_pnode *)node);
}

/* Internal entries below 4096, which no user may store. */
static inline bool mt_is_reserved(const void *entry)
{
	return xa_is_internal(entry) && (unsigned long)entry < MAPLE_RESERVED_RANGE;
}

/*
 * @yes if @which is not 0, else @no: without a branch, for what the processor could not guess.
 * Compilers see through what is written for that in C, and branch.
 */
static __always_inline unsigned long ma_pick(unsigned int which, unsigned long yes,
					     unsigned long no)
{
#ifdef __x86_64__
	__asm__("test	%[which], %[which]\n\t"
		"cmovne	%[yes], %[no]"
		: [no] "+r" (no) : [which] "r" (which), [yes] "r" (yes) : "cc");
	return no;
#else
	return no ^ ((yes ^ no) & -(unsigned long)!!which);
#endif
}

/* --- arrays ------------------------------------------------------------------------------ */

_Static_assert(offsetof(struct maple_range_64, pivot) == offsetof(struct maple_arange_64, pivot),
	       "pivots are at the same place in every node");

static __always_inline unsigned long *ma_pivots(const struct maple_node *node)
{
	return (unsigned long *)node->mr64.pivot;
}

static __always_inline void **ma_slots(const struct maple_node *node, enum maple_type type)
{
	return (void **)(type == maple_arange_64 ? node->ma64.slot : node->mr64.slot);
}

static __always_inline unsigned long *ma_gaps(const struct maple_node *node, enum maple_type type)
{
	return type == maple_arange_64 ? (unsigned long *)node->ma64.gap : NULL;
}

/* A slot's content for a reader: pairs with the release that published it. */
static __always_inline void *ma_slot_acquire(const struct maple_node *node, enum maple_type type,
					     unsigned int offset)
{
	return smp_load_acquire(&ma_slots(node, type)[offset]);
}

/*
 * The last slot in use of a node that ends at @max. A range node whose last pivot is 0 says so in
 * its metadata; with that pivot at @max the metadata's place is free but unneeded, and beyond @max
 * lies the last slot itself.
 */
static __always_inline unsigned int ma_data_end(const struct maple_node *node,
						enum maple_type type, unsigned long max)
{
	unsigned long last_pivot;
	unsigned int noted;

	if (type == maple_arange_64)
		return READ_ONCE(node->ma64.meta.end);
	last_pivot = READ_ONCE(node->mr64.pivot[MAPLE_RANGE64_SLOTS - 2]);
	noted = READ_ONCE(node->mr64.meta.end);
	return ma_pick(!!last_pivot, MAPLE_RANGE64_SLOTS - 1 - (last_pivot == max), noted);
}

/* Note the end of a node whose arrays are written. @gap_slot counts in maple_arange_64 only. */
static __always_inline void ma_set_meta(struct maple_node *node, enum maple_type type,
					unsigned int end, unsigned int gap_slot)
{
	if (type == maple_arange_64)
		node->ma64.meta = (struct maple_metadata){ .end = end, .gap = gap_slot };
	else if (end < MAPLE_RANGE64_SLOTS - 1)
		node->mr64.meta = (struct maple_metadata){ .end = end };
}

/* --- states ------------------------------------------------------------------------------ */

static __always_inline struct maple_node *mas_mn(const struct ma_state *mas)
{
	return mte_to_node(mas->node);
}

static __always_inline bool mas_is_start(const struct ma_state *mas)
{
	return mas->status == ma_start;
}

static __always_inline bool mas_is_none(const struct ma_state *mas)
{
	return mas->status == ma_none;
}

static __always_inline bool mas_is_ptr(const struct ma_state *mas)
{
	return mas->status == ma_root;
}

static inline void mas_set_err(struct ma_state *mas, long err)
{
	mas->node = MA_ERROR(err);
	mas->status = ma_error;
}

/* What mas_reset() and then __mas_set_range() would do, in one. */
static inline void mas_aim(struct ma_state *mas, unsigned long index)
{
	mas->status = ma_start;
	mas->index = index;
	mas->last = index;
}

/* The root's height goes into the tree's flags. */
static inline void mt_set_height(struct maple_tree *mt, unsigned int height)
{
	unsigned int rest = mt->ma_flags & ~MT_FLAGS_HEIGHT_MASK;

	WRITE_ONCE(mt->ma_flags, rest | height << MT_FLAGS_HEIGHT_OFFSET);
}

/* --- walk.c ------------------------------------------------------------------------------ */

/* Leaves ma_start: to the root node, the lone entry (returned if index is 0) or nothing. */
void *mas_start(struct ma_state *mas);

/*
 * From mas->node, which covers [min, max], to the leaf's slot for mas->index; index and last become
 * its range, @entry its content. False, and nothing changed, if a node on the way was dead.
 */
bool mas_descend(struct ma_state *mas, void **entry);

/* Walks to mas->index from the root, again and again until no node on the way was dead. */
void *mas_rewalk(struct ma_state *mas, unsigned long index);

/* As mas_walk(), but index and last are left alone where the tree has no nodes. */
void *mas_state_walk(struct ma_state *mas);

/* --- step.c ------------------------------------------------------------------------------ */

/* From an active state to the neighbouring range; @empty stops at NULL as well. */
void *mas_next_slot(struct ma_state *mas, unsigned long max, bool empty);
void *mas_prev_slot(struct ma_state *mas, unsigned long min, bool empty);

/* --- reserve.c: the nodes in ma_state.alloc ----------------------------------------------- */

unsigned long mas_allocated(const struct ma_state *mas);
/* At least @count nodes in reserve, else -ENOMEM in @mas with the shortfall noted. */
int mas_reserve(struct ma_state *mas, unsigned long count, gfp_t gfp);
/* The shortfall of an earlier mas_reserve(). */
int mas_reserve_again(struct ma_state *mas, gfp_t gfp);
struct maple_node *mas_take_node(struct ma_state *mas);
/* A node that nobody else knows goes back into the reserve. */
void mas_give_node(struct ma_state *mas, struct maple_node *node);
void mas_drop_reserve(struct ma_state *mas);
void mas_forget_request(struct ma_state *mas);

/* --- alloc.c ------------------------------------------------------------------------------ */

struct maple_node *mt_alloc_one(gfp_t gfp);
size_t mt_alloc_bulk(gfp_t gfp, size_t count, void **nodes);
void mt_free_one(struct maple_node *node);
void mt_free_bulk(size_t count, void **nodes);
void mt_free_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));

/* --- reclaim.c: nodes that leave the tree -------------------------------------------------- */

/* Nodes collected by one store; given up together. */
struct ma_reclaim {
	bool rcu;			/* readers may still be there */
	struct ma_state *reserve;	/* where nodes go instead, without RCU; or NULL */
	unsigned int count;		/* of nodes[], without RCU */
	struct maple_node *head, *tail;	/* of the list, under RCU */
	void *nodes[64];
};

/* For a store in reserve mode (bulk, preallocated) @mas gets the nodes back; else NULL. */
void reclaim_begin(struct ma_reclaim *dead, const struct maple_tree *mt, struct ma_state *mas);
void reclaim_node(struct ma_reclaim *dead, struct maple_node *node);
/* A node and all below it, up to index @max. */
void reclaim_subtree(struct ma_reclaim *dead, struct maple_enode *enode, unsigned long max);
void reclaim_end(struct ma_reclaim *dead);

/* --- gap.c -------------------------------------------------------------------------------- */

/* The largest run of NULL in a leaf covering [@min, @max] in slots 0 to @end. */
unsigned long ma_leaf_gap(const struct maple_node *node, unsigned long min, unsigned long max,
			  unsigned int end);
/* The largest of an inner node's gaps, its slot to @where. */
unsigned long ma_inner_gap(const struct maple_node *node, unsigned int end, unsigned int *where);
/* The gap below @node is @gap now: tell the nodes above as far as it matters to them. */
void mt_gap_up(struct maple_node *node, unsigned long gap);
/* The same for the leaf of @mas, counted anew; nothing in trees without gaps. */
void mas_update_gap(struct ma_state *mas);

/* --- locate.c ----------------------------------------------------------------------------- */

/* Finds where wr->mas stores wr->entry and how: fills @wr and mas->store_type. */
void wr_locate(struct ma_wr_state *wr);
/* The nodes Linux v6.12's mas_prealloc_calc() would reserve for the store that was located. */
unsigned long wr_prealloc_count(const struct ma_wr_state *wr);

/* --- store.c ------------------------------------------------------------------------------ */

/* Stores where nothing is. What was there instead, and -EEXIST in the state, otherwise. */
void *mas_insert(struct ma_state *mas, void *entry);

/* --- leaf.c, root.c, splice.c: carrying it out --------------------------------------------- */

/* Each reserves what it needs with @gfp; 0, or -ENOMEM with nothing done. */
int wr_root(struct ma_wr_state *wr, gfp_t gfp);
int wr_leaf(struct ma_wr_state *wr, gfp_t gfp);
int wr_splice(struct ma_wr_state *wr, gfp_t gfp);
/* Moves entries of the leaf before to the one at mas->index if that is too small. */
void splice_fill_last(struct ma_state *mas);

#endif /* TV_MAPLE_INTERNAL_H */
