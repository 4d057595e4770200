/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A maple tree as the comparison sees it: operations by number, results as plain words.
 *
 * side_apply.c and side_look.c implement it once and are compiled twice, against maple/ and against
 * the kernel's header, so that both trees are driven by the same lines.
 */
#ifndef TV_TESTS_SIDE_H
#define TV_TESTS_SIDE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Every operation, with the meaning of its words a, b, c. Those named MAS_ act on the one ma_state
 * that a tree under comparison carries along; v is what is stored (see entry_of() in side_apply.c).
 */
#define OPS(X)											\
	X(LOAD)			/* mtree_load(a) */						\
	X(STORE_RANGE)		/* mtree_store_range(a, b, v) */				\
	X(INSERT_RANGE)		/* mtree_insert_range(a, b, v) */				\
	X(ERASE)		/* mtree_erase(a) */						\
	X(ALLOC_RANGE)		/* mtree_alloc_range(size c in [a, b], v) */			\
	X(ALLOC_RRANGE)		/* mtree_alloc_rrange(size c in [a, b], v) */			\
	X(ALLOC_CYCLIC)		/* mtree_alloc_cyclic([a, b], next c, v) */			\
	X(FIND)			/* mt_find(a, max b) */						\
	X(FIND_AFTER)		/* mt_find_after(a, max b) */					\
	X(NEXT)			/* mt_next(a, max b) */						\
	X(PREV)			/* mt_prev(a, min b) */						\
	X(MAS_SET)		/* mas_set_range(a, b) */					\
	X(MAS_NARROW)		/* __mas_set_range to a part of the range at hand, a..b of 256 */ \
	X(MAS_WALK)										\
	X(MAS_FIND)		/* mas_find(max a), and so on: see upper_limit() */		\
	X(MAS_FIND_RANGE)									\
	X(MAS_FIND_REV)										\
	X(MAS_FIND_RANGE_REV)									\
	X(MAS_NEXT)										\
	X(MAS_NEXT_RANGE)									\
	X(MAS_PREV)										\
	X(MAS_PREV_RANGE)									\
	X(MAS_PAUSE)										\
	X(MAS_RESET)										\
	X(MAS_EMPTY_AREA)	/* from the start: size c in [a, b] */				\
	X(MAS_EMPTY_AREA_REV)									\
	X(MAS_STORE)		/* mas_store(v) over the range at hand, mas_nomem() until it works */ \
	X(MAS_STORE_GFP)									\
	X(MAS_STORE_PREALLOC)	/* mas_preallocate(v), mas_store_prealloc(v) */			\
	X(MAS_PREALLOC_DROP)	/* mas_preallocate(v), mas_destroy() */				\
	X(MAS_ERASE)										\
	X(MAS_ALLOC_CYCLIC)	/* from the start: [a, b], next c, v */				\
	X(DUP)			/* mtree_dup(); the copy takes the tree's place */		\
	X(RCU)			/* mt_set_in_rcu() for a != 0, else mt_clear_in_rcu() */	\
	X(FILL)			/* b entries of c indices each from a on, every other c free */	\
	X(BULK)			/* mtree_destroy(), then the same by mas_expected_entries() */	\
	X(CLEAR)		/* mtree_destroy() */

enum op_kind {
#define OP_ENUM(name) OP_##name,
	OPS(OP_ENUM)
#undef OP_ENUM
	NR_OP_KINDS
};

struct op {
	enum op_kind kind;
	unsigned long a, b, c;
	unsigned int v;
};

/* Where a ma_state stands: its fields, and whether a walk down the tree finds the same. */
struct place {
	unsigned long index, last, min, max;
	int status;			/* enum maple_status, whose values both headers share */
	unsigned int offset, end;
	bool node_true;			/* active; node, min and max are those of index's leaf */
	bool offset_true, end_true;	/* and the offset is index's, and the end is the leaf's */
};

/* An entry that the API leaves open. */
#define SIDE_UNTOLD ((void *)4)

struct outcome {
	long ret;			/* errno or count */
	void *entry;
	unsigned long out;		/* an out parameter */
	unsigned long reserved;		/* nodes allocated by mas_preallocate() */
	struct place place;
};

struct item {
	unsigned long first, last;
	void *entry;
};

/* A tree's outer form. */
struct shape {
	unsigned int height;
	unsigned long nodes, leaves;
	unsigned long max_gap;		/* as the root's node keeps it; 0 without gaps */
	unsigned long geometry;		/* a hash of every node's type and limits */
	unsigned long bookkeeping;	/* a hash of every node's gaps and noted end */
};

struct sided_tree;

struct side {
	const char *name;
	void (*init)(void);		/* once in a process */
	struct sided_tree *(*create)(unsigned int flags);
	void (*destroy)(struct sided_tree *tree);
	void (*apply)(struct sided_tree *tree, const struct op *op, struct outcome *result);

	/* All entries, in rising or falling order. Returns their number, which may exceed @room. */
	size_t (*list)(struct sided_tree *tree, bool falling, struct item *items, size_t room);
	void (*shape)(struct sided_tree *tree, struct shape *shape);
	const char *(*broken)(struct sided_tree *tree);	/* NULL when the tree keeps its rules */
	unsigned long (*live)(void);			/* nodes allocated and not freed */
	void (*refuse_nowait)(bool on);	/* let every allocation that may not sleep fail */
	/* Is the kernel's code at work, when this thread is at @pc? */
	bool (*kernel_at_work)(const char *pc);
};

extern const struct side side_ours, side_kernel;

#endif
