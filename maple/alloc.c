// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The allocator in use, and the count of nodes it has given out. */
#include <pthread.h>

#include "maple/internal.h"

static const struct tv_maple_ops *ops = &tv_maple_slab_ops;
static void *slab;
static pthread_mutex_t setup_lock = PTHREAD_MUTEX_INITIALIZER;
static long nodes_live;

static int bring_up(const struct tv_maple_ops *with)
{
	void *made = with->create(sizeof(struct maple_node), sizeof(struct maple_node));

	if (!made)
		return -ENOMEM;
	ops = with;
	/* Whoever sees the slab sees the table that goes with it. */
	smp_store_release(&slab, made);
	return 0;
}

static noinline void *first_use(void)
{
	pthread_mutex_lock(&setup_lock);
	if (!slab)
		bring_up(ops);
	pthread_mutex_unlock(&setup_lock);
	return slab;
}

static __always_inline void *the_slab(void)
{
	void *made = smp_load_acquire(&slab);

	return likely(made) ? made : first_use();
}

void maple_tree_init(void)
{
	BUG_ON(!the_slab());
}

int tv_maple_set_allocator(const struct tv_maple_ops *with)
{
	int err;

	pthread_mutex_lock(&setup_lock);
	err = tv_maple_nodes_live() ? -EBUSY : bring_up(with);
	pthread_mutex_unlock(&setup_lock);
	return err;
}

const struct tv_maple_ops *tv_maple_allocator(void)
{
	return ops;
}

unsigned long tv_maple_nodes_live(void)
{
	return READ_ONCE(nodes_live);
}

static __always_inline void count_nodes(long more)
{
	__atomic_fetch_add(&nodes_live, more, __ATOMIC_RELAXED);
}

struct maple_node *mt_alloc_one(gfp_t gfp)
{
	void *from = the_slab();
	struct maple_node *node = from ? ops->alloc(from, gfp) : NULL;

	if (likely(node))
		count_nodes(1);
	return node;
}

size_t mt_alloc_bulk(gfp_t gfp, size_t count, void **nodes)
{
	void *from = the_slab();

	if (!from || ops->alloc_bulk(from, gfp, count, nodes) != count)
		return 0;
	count_nodes(count);
	return count;
}

void mt_free_one(struct maple_node *node)
{
	count_nodes(-1);
	ops->free(slab, node);
}

void mt_free_bulk(size_t count, void **nodes)
{
	count_nodes(-(long)count);
	ops->free_bulk(slab, count, nodes);
}

void mt_free_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	ops->free_rcu(slab, head, func);
}
