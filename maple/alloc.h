/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where the nodes come from: a table of operations, one for the whole process.
 *
 * Nodes are 256 bytes (sizeof(struct maple_node)) at addresses that 256 divides. Operations may be
 * called by several threads at once, and free() also by liburcu's callback thread.
 */
#ifndef TV_MAPLE_ALLOC_H
#define TV_MAPLE_ALLOC_H

#include "maple/compat.h"

struct tv_maple_ops {
	const char *name;

	/* Called once when the table is taken into use; what it returns is the others' @slab. */
	void *(*create)(size_t size, size_t align);

	/* One node of any content, or NULL. Without __GFP_DIRECT_RECLAIM in @gfp: must not wait. */
	void *(*alloc)(void *slab, gfp_t gfp);

	/* @count nodes into @nodes, all or none. Returns @count or 0. */
	size_t (*alloc_bulk)(void *slab, gfp_t gfp, size_t count, void **nodes);

	void (*free)(void *slab, void *node);
	void (*free_bulk)(void *slab, size_t count, void **nodes);

	/* Has @func(@head) called once every reader that runs now has left its section. */
	void (*free_rcu)(void *slab, struct rcu_head *head, void (*func)(struct rcu_head *head));
};

/* Blocks of nodes with a free list: the default. */
extern const struct tv_maple_ops tv_maple_slab_ops;

/* Each node from aligned_alloc(): for memory checkers. */
extern const struct tv_maple_ops tv_maple_malloc_ops;

/* As malloc, but the allocation chosen by tv_maple_fail_nth() fails. */
extern const struct tv_maple_ops tv_maple_failing_ops;

/*
 * Changes the allocator. 0; -EBUSY while nodes of the old one live (trees not destroyed, or a
 * grace period not over: call rcu_barrier() first); -ENOMEM when its create() fails.
 */
int tv_maple_set_allocator(const struct tv_maple_ops *ops);

/* The allocator in use. */
const struct tv_maple_ops *tv_maple_allocator(void);

/*
 * tv_maple_failing_ops: the @nth allocation from now fails, and each one after it until the next
 * call; 1 is the very next, 0 lets all succeed. A bulk allocation counts each of its nodes.
 */
void tv_maple_fail_nth(unsigned long nth);

/* Allocations that tv_maple_failing_ops was asked for since tv_maple_fail_nth(). */
unsigned long tv_maple_fail_asked(void);

/* Nodes handed out and not given back, whatever the allocator; those in a grace period count. */
unsigned long tv_maple_nodes_live(void);

#endif /* TV_MAPLE_ALLOC_H */
