/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The maple tree: a B-tree that maps ranges of unsigned long to pointers, safe for lock-free readers.
 *
 * The API, its rules and the layout of nodes are those of Linux v6.12 include/linux/maple_tree.h;
 * the code is this project's own. Three parts follow: normal API, advanced API, private layout.
 *
 * Ranges are inclusive at both ends: @first and @last, @index and @last. "@max" and "@min" limits
 * are inclusive too. An entry is any pointer whose two low bits are not 10, or an xa_mk_value().
 * NULL means nothing is there; storing NULL erases.
 *
 * Locks: writers hold the tree's lock. mtree_*() take it themselves, mas_*() expect it held (by
 * mas_lock(), or the lock of MT_FLAGS_LOCK_EXTERN). Readers hold it, or rcu_read_lock() when the
 * tree is in RCU mode. mtree_load(), mt_find(), mt_next() and mt_prev() take rcu_read_lock() inside.
 *
 * Errors are negative errno: -EINVAL a range or entry that cannot be, -EEXIST an insert over
 * something, -EBUSY no gap large enough, -ENOMEM. A call that fails has not changed the tree.
 */
#ifndef TV_MAPLE_TREE_H
#define TV_MAPLE_TREE_H

#include "maple/compat.h"

struct maple_node;
struct maple_enode;		/* never defined: the address of a node with its type in the low bits */
struct maple_pnode;		/* never defined: the address of a parent with the slot in the low bits */
struct maple_alloc;

/* Kinds of node; part of every encoded node. */
enum maple_type {
	maple_dense,		/* not made by this version, nor by Linux v6.12 */
	maple_leaf_64,		/* entries and pivots */
	maple_range_64,		/* children and pivots */
	maple_arange_64,	/* children, pivots and gaps */
};

/* --- normal API -------------------------------------------------------------------------- */

/* Flags given at initialisation. Bits 2-6 hold the height, the rest belong to the tree. */
#define MT_FLAGS_ALLOC_RANGE	0x01	/* keep the largest gap below each node, for mas_empty_area() */
#define MT_FLAGS_USE_RCU	0x02	/* readers run without the lock: see mt_set_in_rcu() */
#define MT_FLAGS_HEIGHT_OFFSET	0x02	/* the height's position, a shift ... */
#define MT_FLAGS_HEIGHT_MASK	0x7C	/* ... and its bits */
#define MT_FLAGS_LOCK_MASK	0x300	/* which kind of lock guards the tree: */
#define MT_FLAGS_LOCK_IRQ	0x100	/* ma_lock, taken with interrupts off */
#define MT_FLAGS_LOCK_BH	0x200	/* ma_lock, taken with bottom halves off */
#define MT_FLAGS_LOCK_EXTERN	0x300	/* a lock of the user's; ma_lock lies idle */
#define MT_FLAGS_ALLOC_WRAPPED	0x0800	/* mas_alloc_cyclic() gave out ULONG_MAX last time */

#define MAPLE_HEIGHT_MAX	31	/* what fits into MT_FLAGS_HEIGHT_MASK */
#define MAPLE_RESERVED_RANGE	4096	/* internal entries below this are no nodes */

typedef struct { /* lockdep's map: empty here */ } lockdep_map_p;

/*
 * A tree of nothing is ma_root NULL; of one entry at index 0, that entry itself (unless its low
 * bits are 10); of more, the encoded root node with bit 1 set.
 */
struct maple_tree {
	union {
		spinlock_t	ma_lock;		/* guards all below, unless LOCK_EXTERN */
		lockdep_map_p	ma_external_lock;	/* stands for the user's lock */
	};
	unsigned int	ma_flags;			/* MT_FLAGS_* and the height */
	void __rcu	*ma_root;
};

#define MTREE_INIT(name, __flags) \
	{ { .ma_lock = __SPIN_LOCK_UNLOCKED((name).ma_lock) }, (__flags), NULL }
#define MTREE_INIT_EXT(name, __flags, __lock)	MTREE_INIT(name, __flags)
#define DEFINE_MTREE(name)	struct maple_tree name = MTREE_INIT(name, 0)

#define mtree_lock(mt)		spin_lock(&(mt)->ma_lock)
#define mtree_unlock(mt)	spin_unlock(&(mt)->ma_lock)
#define mtree_lock_nested(mas, subclass)	spin_lock_nested(&(mas)->ma_lock, subclass)

/* Without lockdep an external lock is taken on trust. */
#define mt_lock_is_held(mt)		1
#define mt_write_lock_is_held(mt)	1
#define mt_set_external_lock(mt, lock)	((void)0)
#define mt_on_stack(mt)			((void)0)

static inline bool mt_external_lock(const struct maple_tree *mt)
{
	return (mt->ma_flags & MT_FLAGS_LOCK_EXTERN) == MT_FLAGS_LOCK_EXTERN;
}

/* An empty tree. Any earlier content is forgotten, not freed. */
static inline void mt_init_flags(struct maple_tree *mt, unsigned int flags)
{
	mt->ma_flags = flags;
	if (!mt_external_lock(mt))
		spin_lock_init(&mt->ma_lock);
	rcu_assign_pointer(mt->ma_root, NULL);
}

static inline void mt_init(struct maple_tree *mt)
{
	mt_init_flags(mt, 0);
}

/* Whether the tree holds nothing at all. A node full of NULL is not empty, as in the kernel. */
static inline bool mtree_empty(const struct maple_tree *mt)
{
	return READ_ONCE(mt->ma_root) == NULL;
}

/* Levels of nodes: 0 for an empty tree or a lone entry, 1 when the root is a leaf. */
static inline unsigned int mt_height(const struct maple_tree *mt)
{
	return (READ_ONCE(mt->ma_flags) & MT_FLAGS_HEIGHT_MASK) >> MT_FLAGS_HEIGHT_OFFSET;
}

/*
 * RCU mode. While it is on, a node that readers may see is never rewritten (beyond what they
 * tolerate): stores replace nodes, and old ones are freed after a grace period. While it is off the
 * writer reuses nodes in place, and readers need the lock.
 */
static inline bool mt_in_rcu(const struct maple_tree *mt)
{
#ifdef CONFIG_MAPLE_RCU_DISABLED
	return false;
#else
	return READ_ONCE(mt->ma_flags) & MT_FLAGS_USE_RCU;
#endif
}

/* Switches RCU mode; takes ma_lock, while an external lock must be held by the caller. */
void mt_set_in_rcu(struct maple_tree *mt);
void mt_clear_in_rcu(struct maple_tree *mt);

/* The entry at @index; NULL where nothing, or a reservation (XA_ZERO_ENTRY), is. */
void *mtree_load(struct maple_tree *mt, unsigned long index);

/* Store over whatever is there. -EINVAL for first > last or an internal entry, -ENOMEM. */
int mtree_store(struct maple_tree *mt, unsigned long index, void *entry, gfp_t gfp);
int mtree_store_range(struct maple_tree *mt, unsigned long first, unsigned long last,
		      void *entry, gfp_t gfp);

/* Store where the whole range is NULL, else -EEXIST. */
int mtree_insert(struct maple_tree *mt, unsigned long index, void *entry, gfp_t gfp);
int mtree_insert_range(struct maple_tree *mt, unsigned long first, unsigned long last,
		       void *entry, gfp_t gfp);

/* Erases the whole range of the entry at @index. Returns that entry, or NULL. */
void *mtree_erase(struct maple_tree *mt, unsigned long index);

/*
 * Find a gap of @size within [@min, @max], the lowest (range) or highest (rrange), store @entry
 * there and its first index to @startp. -EBUSY: no such gap; -EINVAL: not an ALLOC_RANGE tree.
 */
int mtree_alloc_range(struct maple_tree *mt, unsigned long *startp, void *entry,
		      unsigned long size, unsigned long min, unsigned long max, gfp_t gfp);
int mtree_alloc_rrange(struct maple_tree *mt, unsigned long *startp, void *entry,
		       unsigned long size, unsigned long min, unsigned long max, gfp_t gfp);

/*
 * The first free index in [@range_lo, @range_hi] at or after *@next, wrapping to @range_lo; @entry
 * goes there, the index to @startp, its successor to @next. Returns 0, or 1 after a wrap.
 */
int mtree_alloc_cyclic(struct maple_tree *mt, unsigned long *startp, void *entry,
		       unsigned long range_lo, unsigned long range_hi, unsigned long *next,
		       gfp_t gfp);

/*
 * Copies @mt into the empty tree @new of the same flags (else -EINVAL). mtree_dup() takes both
 * locks, __mt_dup() neither.
 */
int mtree_dup(struct maple_tree *mt, struct maple_tree *new, gfp_t gfp);
int __mt_dup(struct maple_tree *mt, struct maple_tree *new, gfp_t gfp);

/* Frees every node (not what the entries point to); the tree is empty and usable again. */
void mtree_destroy(struct maple_tree *mt);
void __mt_destroy(struct maple_tree *mt);

/*
 * The first entry in [*@index, @max], reservations skipped; *@index then stands just behind its
 * range. mt_find_after() ends at *@index 0, which is how an iteration beyond ULONG_MAX shows.
 */
void *mt_find(struct maple_tree *mt, unsigned long *index, unsigned long max);
void *mt_find_after(struct maple_tree *mt, unsigned long *index, unsigned long max);

/* The nearest entry above or below the one at @index, within the limit. */
void *mt_next(struct maple_tree *mt, unsigned long index, unsigned long max);
void *mt_prev(struct maple_tree *mt, unsigned long index, unsigned long min);

/* Every entry that lies in or reaches into [@__index, @__max]; @__index moves along. */
#define mt_for_each(__tree, __entry, __index, __max)			\
	for (__entry = mt_find(__tree, &(__index), __max); __entry;	\
	     __entry = mt_find_after(__tree, &(__index), __max))

/* --- advanced API ------------------------------------------------------------------------ */

/* What a ma_state knows of its place. Only the calls below change it. */
enum maple_status {
	ma_active,	/* node, offset and limits name a slot: go on from there */
	ma_start,	/* nothing is known: begin at the root */
	ma_root,	/* the tree is one entry at index 0, kept in the root pointer */
	ma_none,	/* there is no node for the index */
	ma_pause,	/* the lock was dropped: begin again behind @last (or before @index) */
	ma_overflow,	/* an advance met its upper limit; index and last still name the entry */
	ma_underflow,	/* a step back met its lower limit */
	ma_error,	/* node holds MA_ERROR(-errno) */
};

/* How a store is carried out, as the planner chose. */
enum store_type {
	wr_invalid,		/* not planned */
	wr_new_root,		/* the range is everything: one new root */
	wr_store_root,		/* into, or out of, the root pointer */
	wr_exact_fit,		/* one slot changes, no pivot does */
	wr_spanning_store,	/* more than one leaf is concerned */
	wr_split_store,		/* the leaf overflows */
	wr_rebalance,		/* the leaf gets too empty */
	wr_append,		/* at the leaf's end, in place */
	wr_node_store,		/* the leaf is rewritten, or replaced under RCU */
	wr_slot_store,		/* slots and pivots of the leaf change in place */
};

/*
 * A place in a tree and an operation on it. @index and @last are the range to act on, then the range
 * that was found. Initialise by MA_STATE() or mas_init(); free its memory by mas_destroy().
 */
struct ma_state {
	struct maple_tree *tree;	/* fixed at initialisation */
	unsigned long index;		/* first index of the range */
	unsigned long last;		/* last index, inclusive */
	struct maple_enode *node;	/* the node at hand, or MA_ERROR() */
	unsigned long min;		/* the smallest index below node */
	unsigned long max;		/* and the largest */
	struct maple_alloc *alloc;	/* nodes in reserve, or an odd number: 2 * request + 1 */
	enum maple_status status;	/* what the fields above are worth */
	unsigned char depth;		/* of the node, the root's is 1; only while writing */
	unsigned char offset;		/* the slot in node */
	unsigned char mas_flags;	/* bulk and preallocation modes */
	unsigned char end;		/* the last slot in use in node */
	enum store_type store_type;	/* of the store that was planned last */
};

/* A store under way: the leaf, the slots it touches, and what is there. */
struct ma_wr_state {
	struct ma_state *mas;		/* the range and the place */
	struct maple_node *node;	/* mas->node, decoded */
	unsigned long r_min;		/* limits of the range in slot mas->offset */
	unsigned long r_max;		/* (its last index) */
	enum maple_type type;		/* of node */
	unsigned char offset_end;	/* the last slot that the store touches */
	unsigned long *pivots;		/* of node */
	unsigned long end_piv;		/* the last index of slot offset_end */
	void __rcu **slots;		/* of node */
	void *entry;			/* what to store */
	void *content;			/* what slot mas->offset holds now */
};

/* Nodes cut out of a tree, in a list. */
struct ma_topiary {
	struct maple_enode *head, *tail;
	struct maple_tree *mtree;
};

#define MA_ERROR(err) \
	((struct maple_enode *)(((unsigned long)(err) << 2) | 2UL))

#define MA_STATE(name, mt, first, end)					\
	struct ma_state name = {					\
		.status = ma_start, .store_type = wr_invalid,		\
		.tree = (mt), .index = (first), .last = (end),		\
		.max = ULONG_MAX,					\
	}
#define MA_WR_STATE(name, ma_state, wr_entry) \
	struct ma_wr_state name = { .mas = (ma_state), .entry = (wr_entry) }
#define MA_TOPIARY(name, tree) \
	struct ma_topiary name = { .mtree = (tree) }

#define mas_lock(mas)			spin_lock(&(mas)->tree->ma_lock)
#define mas_unlock(mas)			spin_unlock(&(mas)->tree->ma_lock)
#define mas_lock_nested(mas, subclass)	spin_lock_nested(&(mas)->tree->ma_lock, subclass)
#define mas_lock_irqsave(mas, flags)	spin_lock_irqsave(&(mas)->tree->ma_lock, flags)
#define mas_unlock_irqrestore(mas, flags) \
	spin_unlock_irqrestore(&(mas)->tree->ma_lock, flags)

static inline void mas_init(struct ma_state *mas, struct maple_tree *tree, unsigned long addr)
{
	*mas = (struct ma_state){
		.tree = tree, .index = addr, .last = addr, .max = ULONG_MAX, .status = ma_start,
	};
}

static inline bool mas_is_active(struct ma_state *mas)
{
	return mas->status == ma_active;
}

static inline bool mas_is_err(struct ma_state *mas)
{
	return mas->status == ma_error;
}

/* Forget the place and any error; the next call begins at the root. */
static __always_inline void mas_reset(struct ma_state *mas)
{
	mas->node = NULL;
	mas->status = ma_start;
}

/*
 * The entry whose range holds @mas->index; index and last become that range, also where it is
 * empty. May return XA_ZERO_ENTRY, as all of the advanced API may.
 */
void *mas_walk(struct ma_state *mas);

/*
 * find: the entry at mas->index first, then the one behind (rev: before) the last found, while its
 * range begins at or before @max (rev: ends at or after @min). The _range kind also stops at empty
 * ranges, returning NULL with index and last set.
 */
void *mas_find(struct ma_state *mas, unsigned long max);
void *mas_find_range(struct ma_state *mas, unsigned long max);
void *mas_find_rev(struct ma_state *mas, unsigned long min);
void *mas_find_range_rev(struct ma_state *mas, unsigned long min);

/* next, prev: always move, even on the first call. */
void *mas_next(struct ma_state *mas, unsigned long max);
void *mas_next_range(struct ma_state *mas, unsigned long max);
void *mas_prev(struct ma_state *mas, unsigned long min);
void *mas_prev_range(struct ma_state *mas, unsigned long min);

#define mas_for_each(__mas, __entry, __max) \
	while (((__entry) = mas_find(__mas, __max)))
#define mas_for_each_rev(__mas, __entry, __min) \
	while (((__entry) = mas_find_rev(__mas, __min)))

/* Call before the lock is dropped within an iteration. */
void mas_pause(struct ma_state *mas);

/*
 * Store over [mas->index, mas->last]; a NULL also takes in empty neighbours, and index and last
 * say so. mas_store() allocates without waiting (mas_is_err() tells; mas_nomem() then allocates and
 * asks for another try) and returns what was at mas->index.
 */
void *mas_store(struct ma_state *mas, void *entry);
int mas_store_gfp(struct ma_state *mas, void *entry, gfp_t gfp);
void *mas_erase(struct ma_state *mas);
bool mas_nomem(struct ma_state *mas, gfp_t gfp);

/*
 * All memory first: mas_preallocate() reserves what storing @entry can need (Linux v6.12: 3 nodes a
 * level and 1 for a spanning store, 2 and 1 for a split, 2 less 1 for a rebalance, 1 for a leaf
 * under RCU, else none); mas_store_prealloc(), with nothing in between, cannot fail.
 */
int mas_preallocate(struct ma_state *mas, void *entry, gfp_t gfp);
void mas_store_prealloc(struct ma_state *mas, void *entry);

/* Bulk loading in rising order: nodes for @nr_entries entries; mas_destroy() ends it. */
int mas_expected_entries(struct ma_state *mas, unsigned long nr_entries);
void mas_destroy(struct ma_state *mas);

/*
 * The lowest (rev: highest) gap of @size in [@min, @max]; mas->index and last become the range.
 * 0, -EBUSY or -EINVAL. The tree keeps gaps (MT_FLAGS_ALLOC_RANGE) and is locked.
 */
int mas_empty_area(struct ma_state *mas, unsigned long min, unsigned long max, unsigned long size);
int mas_empty_area_rev(struct ma_state *mas, unsigned long min, unsigned long max,
		       unsigned long size);
int mas_alloc_cyclic(struct ma_state *mas, unsigned long *startp, void *entry,
		     unsigned long range_lo, unsigned long range_hi, unsigned long *next,
		     gfp_t gfp);

/* Brings up the allocator (maple/alloc.h); the first allocation does so, too. */
void maple_tree_init(void);

/* --- looking into a tree ----------------------------------------------------------------- */

enum mt_dump_format {
	mt_dump_dec,
	mt_dump_hex,
};

/*
 * Whether every rule of the tree holds: limits, order, fill, parents, gaps, no two NULLs in a row.
 * 0, or -EINVAL with *@reason a sentence (static storage of the calling thread). The tree is locked.
 * @checks, if not NULL, is raised by the number of rules looked at.
 */
int tv_mt_validate(const struct maple_tree *mt, const char **reason, unsigned long *checks);

/* Prints in the kernel's format, to stdout (the state: to stderr). */
void tv_mt_dump(const struct maple_tree *mt, enum mt_dump_format format);
void tv_mas_dump(const struct ma_state *mas);
void tv_mas_wr_dump(const struct ma_wr_state *wr_mas);

/* Counts the checks as passed; on a broken rule prints why and counts it as failed. */
void tv_mt_validate_counted(const struct maple_tree *mt);

/* The checks that MT_BUG_ON() and its kin made, in debug builds. */
extern atomic_t maple_tree_tests_run;
extern atomic_t maple_tree_tests_passed;

#ifdef CONFIG_DEBUG_MAPLE_TREE

/* The kernel's forms, and mt_validate() also with a second argument. */
#define tv_pick_third(a, b, c, ...)	c
#define tv_mt_validate_why(mt, reason)	tv_mt_validate(mt, reason, NULL)
#define mt_validate(...) \
	tv_pick_third(__VA_ARGS__, tv_mt_validate_why, tv_mt_validate_counted, 0)(__VA_ARGS__)
#define mt_dump(mt, format)		tv_mt_dump(mt, format)
#define mas_dump(mas)			tv_mas_dump(mas)
#define mas_wr_dump(wr_mas)		tv_mas_wr_dump(wr_mas)
#define mt_cache_shrink()		((void)0)

/* One check, counted; @dump shows the surroundings of one that failed. */
#define tv_counted_check(failed, word, dump) ({				\
	bool tv_failed = !!(failed);					\
	atomic_inc(&maple_tree_tests_run);				\
	if (likely(!tv_failed)) {					\
		atomic_inc(&maple_tree_tests_passed);			\
	} else {							\
		pr_info(word " at %s:%d (%s)\n", __func__, __LINE__, #failed); \
		dump;							\
		pr_info("Pass: %u Run:%u\n",				\
			(unsigned int)atomic_read(&maple_tree_tests_passed), \
			(unsigned int)atomic_read(&maple_tree_tests_run)); \
		dump_stack();						\
	}								\
	unlikely(tv_failed);						\
})
#define tv_dump_hex(mt)			tv_mt_dump(mt, mt_dump_hex)
#define tv_dump_mas(mas)		(tv_mas_dump(mas), tv_dump_hex((mas)->tree))
#define tv_dump_wr(wr)			(tv_mas_wr_dump(wr), tv_dump_mas((wr)->mas))

#define MT_BUG_ON(mt, x)	((void)tv_counted_check(x, "BUG", tv_dump_hex(mt)))
#define MAS_BUG_ON(mas, x)	((void)tv_counted_check(x, "BUG", tv_dump_mas(mas)))
#define MAS_WR_BUG_ON(wr, x)	((void)tv_counted_check(x, "BUG", tv_dump_wr(wr)))
#define MT_WARN_ON(mt, x)	tv_counted_check(x, "WARN", tv_dump_hex(mt))
#define MAS_WARN_ON(mas, x)	tv_counted_check(x, "WARN", tv_dump_mas(mas))
#define MAS_WR_WARN_ON(wr, x)	tv_counted_check(x, "WARN", tv_dump_wr(wr))

#else

static inline int mt_validate(const struct maple_tree *mt, const char **reason)
{
	return tv_mt_validate(mt, reason, NULL);
}

static inline void mt_dump(const struct maple_tree *mt, enum mt_dump_format format)
{
	tv_mt_dump(mt, format);
}

static inline void mas_dump(const struct ma_state *mas)
{
	tv_mas_dump(mas);
}

static inline void mas_wr_dump(const struct ma_wr_state *wr_mas)
{
	tv_mas_wr_dump(wr_mas);
}

static inline void mt_cache_shrink(void)
{
}

#define MT_BUG_ON(mt, x)	BUG_ON(x)
#define MAS_BUG_ON(mas, x)	BUG_ON(x)
#define MAS_WR_BUG_ON(wr, x)	BUG_ON(x)
#define MT_WARN_ON(mt, x)	WARN_ON(x)
#define MAS_WARN_ON(mas, x)	WARN_ON(x)
#define MAS_WR_WARN_ON(wr, x)	WARN_ON(x)

#endif /* CONFIG_DEBUG_MAPLE_TREE */

/* Narrow or widen the range to act on; an active state must stay within the slot it is at. */
static inline void __mas_set_range(struct ma_state *mas, unsigned long start, unsigned long last)
{
	MAS_WARN_ON(mas, mas_is_active(mas) && (start < mas->index || start > mas->last));
	mas->last = last;
	mas->index = start;
}

/* Go to another range; the next call begins at the root. */
static inline void mas_set_range(struct ma_state *mas, unsigned long start, unsigned long last)
{
	mas_reset(mas);
	__mas_set_range(mas, start, last);
}

static inline void mas_set(struct ma_state *mas, unsigned long index)
{
	mas_set_range(mas, index, index);
}

/* --- private: the layout of nodes -------------------------------------------------------- */

/*
 * A node is 256 bytes at an address that 256 divides, so that its low 8 bits are free for marks.
 * Bits of an encoded node: 0 unused, 1 set only in ma_root, 2 set ("a NULL may be below"),
 * 3-6 the type. Bits of a parent pointer: 0 set in the root's, whose rest is the tree; else 1 and 2
 * set (a 64-bit range node) and 3-7 the slot. A dead node is its own parent.
 */
#ifdef CONFIG_64BIT
#define MAPLE_NODE_SLOTS	31			/* words behind the parent pointer */
#define MAPLE_RANGE64_SLOTS	16
#define MAPLE_ARANGE64_SLOTS	10
#define MAPLE_ALLOC_SLOTS	(MAPLE_NODE_SLOTS - 1)
#else
#define MAPLE_NODE_SLOTS	63			/* the same 256 bytes in shorter words */
#define MAPLE_RANGE64_SLOTS	32
#define MAPLE_ARANGE64_SLOTS	21
#define MAPLE_ALLOC_SLOTS	(MAPLE_NODE_SLOTS - 2)
#endif

#define MAPLE_NODE_MASK		255UL
#define MAPLE_NODE_TYPE_MASK	0x0F
#define MAPLE_NODE_TYPE_SHIFT	0x03

struct maple_metadata {
	unsigned char end;	/* the last slot in use */
	unsigned char gap;	/* the slot with the largest gap, in maple_arange_64 */
};

/*
 * Slot i holds the range that ends, inclusively, at pivot[i]; the last one in use ends where the
 * node does, which pivot[] repeats if there is room. Pivots behind it are 0. The metadata shares
 * its place with the last slot: it is there when pivot[MAPLE_RANGE64_SLOTS - 2] is 0.
 */
struct maple_range_64 {
	struct maple_pnode *parent;
	unsigned long pivot[MAPLE_RANGE64_SLOTS - 1];	/* last index of each slot */
	union {
		void __rcu *slot[MAPLE_RANGE64_SLOTS];	/* entries, or encoded children */
		struct {
			void __rcu *pad[MAPLE_RANGE64_SLOTS - 1];
			struct maple_metadata meta;	/* instead of the last slot */
		};
	};
};

/* Fewer slots, and for each the size of the largest run of NULL below it. */
struct maple_arange_64 {
	struct maple_pnode *parent;			/* as in every node */
	unsigned long pivot[MAPLE_ARANGE64_SLOTS - 1];
	void __rcu *slot[MAPLE_ARANGE64_SLOTS];		/* encoded children */
	unsigned long gap[MAPLE_ARANGE64_SLOTS];	/* sizes, 0: none */
	struct maple_metadata meta;			/* always there */
};

/* A node while it is in reserve; see maple/reserve.c. */
struct maple_alloc {
	unsigned long total;				/* nodes in reserve, this one included */
	unsigned char node_count;			/* of them in slot[] */
	unsigned int request_count;			/* more that are wanted */
	struct maple_alloc *slot[MAPLE_ALLOC_SLOTS];
};

/* A node while it is being freed: what readers still check (the parent) stays where it is. */
struct maple_topiary {
	struct maple_pnode *parent;
	struct maple_enode *next;
};

struct maple_node {
	union {
		struct {
			struct maple_pnode *parent;
			void __rcu *slot[MAPLE_NODE_SLOTS];
		};
		struct {				/* waiting for a grace period */
			void *pad;			/* the parent's place */
			struct rcu_head rcu;		/* of the batch's first node */
			struct maple_enode *piv_parent;	/* the next node of the batch */
			unsigned char parent_slot;	/* from here on unused by this version */
			enum maple_type type;
			unsigned char slot_len;
			unsigned int ma_flags;
		};
		struct maple_range_64 mr64;	/* in a tree: leaf or inner node */
		struct maple_arange_64 ma64;	/* in a tree: inner node with gaps */
		struct maple_alloc alloc;	/* in reserve */
	};
};

/* --- private: steps within a leaf ---------------------------------------------------------- */

/*
 * Most steps of an iteration stay within a leaf: they are made where they are called. Whatever does
 * not (limits, the leaf's end, a state that is not active, a dead node) is left to the calls below.
 * Ordering: all is read before the question whether the node is dead, and used after it.
 */
void *tv_mas_find(struct ma_state *mas, unsigned long max);
void *tv_mas_next(struct ma_state *mas, unsigned long max);
void *tv_mas_prev(struct ma_state *mas, unsigned long min);
void *tv_mas_find_rev(struct ma_state *mas, unsigned long min);

/* The leaf that an active state stands on; NULL if it has no such. Bit 2 is set in each mark. */
static __always_inline struct maple_range_64 *tv_mas_leaf(const struct ma_state *mas)
{
	unsigned long leaf = (unsigned long)mas->node -
			     (maple_leaf_64 << MAPLE_NODE_TYPE_SHIFT | 1UL << 2);

	if (unlikely(mas->status != ma_active || leaf & MAPLE_NODE_MASK))
		return NULL;
	return (struct maple_range_64 *)leaf;
}

static __always_inline bool tv_leaf_is_dead(const struct maple_range_64 *leaf)
{
	smp_rmb();
	return ((unsigned long)READ_ONCE(leaf->parent) ^ (unsigned long)leaf) <= MAPLE_NODE_MASK;
}

/*
 * The next entry in the leaf that begins at or before @max. NULL: it takes more to say. No two
 * NULLs are side by side. Ordering: limits are read (acquire) before the slot they belong to; a
 * store that changes both in place does so in the other order.
 */
static __always_inline void *tv_step_up(struct ma_state *mas, unsigned long max)
{
	struct maple_range_64 *leaf = tv_mas_leaf(mas);
	unsigned int at = mas->offset + 1, end = mas->end;
	unsigned long before, here;
	void *entry;

	if (unlikely(!leaf || at > end || mas->last >= max))
		return NULL;
	before = smp_load_acquire(&leaf->pivot[at - 1]);
	here = at < end ? smp_load_acquire(&leaf->pivot[at]) : mas->max;
	entry = smp_load_acquire(&leaf->slot[at]);
	if (!entry) {
		if (unlikely(++at > end))
			return NULL;
		before = here;
		here = at < end ? smp_load_acquire(&leaf->pivot[at]) : mas->max;
		entry = smp_load_acquire(&leaf->slot[at]);
	}
	if (unlikely(!entry || before >= max || tv_leaf_is_dead(leaf)))
		return NULL;
	mas->index = before + 1;
	mas->last = here;
	mas->offset = at;
	return entry;
}

/* The entry before in the leaf, if it ends at or after @min; likewise. */
static __always_inline void *tv_step_down(struct ma_state *mas, unsigned long min)
{
	struct maple_range_64 *leaf = tv_mas_leaf(mas);
	unsigned long first, last = mas->index - 1;
	unsigned int at = mas->offset;
	void *entry;

	if (unlikely(!leaf || !at || mas->index <= min))
		return NULL;
	if (unlikely(smp_load_acquire(&leaf->pivot[--at]) < min))
		return NULL;
	first = at ? smp_load_acquire(&leaf->pivot[at - 1]) + 1 : mas->min;
	entry = smp_load_acquire(&leaf->slot[at]);
	if (!entry) {
		if (unlikely(!at-- || first <= min))
			return NULL;
		last = first - 1;
		first = at ? smp_load_acquire(&leaf->pivot[at - 1]) + 1 : mas->min;
		entry = smp_load_acquire(&leaf->slot[at]);
	}
	if (unlikely(!entry || tv_leaf_is_dead(leaf)))
		return NULL;
	mas->index = first;
	mas->last = last;
	mas->offset = at;
	return entry;
}

static __always_inline void *tv_mas_find_here(struct ma_state *mas, unsigned long max)
{
	void *entry = tv_step_up(mas, max);

	return likely(entry) ? entry : tv_mas_find(mas, max);
}

static __always_inline void *tv_mas_next_here(struct ma_state *mas, unsigned long max)
{
	void *entry = tv_step_up(mas, max);

	return likely(entry) ? entry : tv_mas_next(mas, max);
}

static __always_inline void *tv_mas_prev_here(struct ma_state *mas, unsigned long min)
{
	void *entry = tv_step_down(mas, min);

	return likely(entry) ? entry : tv_mas_prev(mas, min);
}

static __always_inline void *tv_mas_find_rev_here(struct ma_state *mas, unsigned long min)
{
	void *entry = mas->index >= min ? tv_step_down(mas, min) : NULL;

	return likely(entry) ? entry : tv_mas_find_rev(mas, min);
}

/* Calls are made inline; the functions of these names are there for whoever takes an address. */
#define mas_find(mas, max)	tv_mas_find_here(mas, max)
#define mas_next(mas, max)	tv_mas_next_here(mas, max)
#define mas_prev(mas, min)	tv_mas_prev_here(mas, min)
#define mas_find_rev(mas, min)	tv_mas_find_rev_here(mas, min)

_Static_assert(sizeof(struct maple_node) == 256, "a node is 256 bytes");
_Static_assert(sizeof(struct maple_range_64) == 256, "a range node fills its node");
_Static_assert(sizeof(struct maple_arange_64) <= 256, "an alloc-range node fits its node");
_Static_assert(sizeof(struct maple_alloc) <= 256, "a reserve node fits its node");
_Static_assert(sizeof(struct maple_tree) == sizeof(void *) + 8, "lock, flags, root");

#endif /* TV_MAPLE_TREE_H */
