// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Nodes that leave a tree: marked dead, and freed when no reader can be in them any more.
 *
 * Without RCU they are freed in handfuls. Under RCU a store's dead nodes make one batch, linked
 * through piv_parent, which waits for a grace period as a whole.
 *
 * Ordering: a node is marked dead (release) after its successor is published, and before its
 * memory is used for links. A reader that sees a link where a pivot was therefore finds the node
 * dead when it asks (ma_dead_node()).
 */
#include "maple/internal.h"

void reclaim_begin(struct ma_reclaim *dead, const struct maple_tree *mt, struct ma_state *mas)
{
	dead->reserve = mas && mas->mas_flags & MA_STATE_PREALLOC ? mas : NULL;
	dead->rcu = mt_in_rcu(mt);
	dead->count = 0;
	dead->head = NULL;
}

static void flush(struct ma_reclaim *dead)
{
	if (dead->count)
		mt_free_bulk(dead->count, dead->nodes);
	dead->count = 0;
}

void reclaim_node(struct ma_reclaim *dead, struct maple_node *node)
{
	if (dead->rcu) {
		ma_mark_dead(node);
		smp_store_release(&node->piv_parent, (struct maple_enode *)dead->head);
		dead->head = node;
		return;
	}
	if (dead->reserve) {
		mas_give_node(dead->reserve, node);
		return;
	}
	dead->nodes[dead->count++] = node;
	if (dead->count == ARRAY_SIZE(dead->nodes))
		flush(dead);
}

void reclaim_subtree(struct ma_reclaim *dead, struct maple_enode *enode, unsigned long max)
{
	struct maple_node *node = mte_to_node(enode);
	enum maple_type type = mte_node_type(enode);

	if (!ma_is_leaf(type)) {
		unsigned int end = ma_data_end(node, type, max), i;

		for (i = 0; i <= end; i++) {
			unsigned long last = i < end ? ma_pivots(node)[i] : max;

			reclaim_subtree(dead, ma_slots(node, type)[i], last);
		}
	}
	reclaim_node(dead, node);
}

/* On liburcu's thread, after the grace period: nobody else knows the batch. */
static void free_batch(struct rcu_head *head)
{
	struct maple_node *node = container_of(head, struct maple_node, rcu);
	void *nodes[32];
	size_t count = 0;

	tv_rcu_grace_period();
	while (node) {
		nodes[count++] = node;
		node = (struct maple_node *)READ_ONCE(node->piv_parent);
		if (count == ARRAY_SIZE(nodes) || !node) {
			mt_free_bulk(count, nodes);
			count = 0;
		}
	}
}

void reclaim_end(struct ma_reclaim *dead)
{
	if (dead->head)
		mt_free_rcu(&dead->head->rcu, free_batch);
	flush(dead);
}

void tv_rcu_barrier(void)
{
	urcu_memb_barrier();
}
