// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Nodes that leave a tree: marked dead, and freed when no reader can be in them any more.
 *
 * Without RCU they are freed in handfuls. Under RCU they are linked through piv_parent into a batch
 * that all trees share. One batch at a time waits for a grace period, by a single call_rcu() however
 * many nodes there are; those that die meanwhile make the next batch.
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
		if (!dead->head)
			dead->tail = node;
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
	void **slots = ma_slots(node, type);
	unsigned int end, i;

	if (!ma_is_leaf(type)) {
		end = ma_data_end(node, type, max);
		if (ma_is_leaf(mte_node_type(slots[0]))) {
			/* Leaves have nothing below: without RCU they are not even looked at. */
			for (i = 0; i <= end; i++)
				reclaim_node(dead, mte_to_node(slots[i]));
		} else {
			for (i = 0; i <= end; i++)
				reclaim_subtree(dead, slots[i], i < end ? ma_pivots(node)[i] : max);
		}
	}
	reclaim_node(dead, node);
}

static struct {
	struct maple_node *next;	/* nodes for the next batch: pushed by any writer */
	int busy;			/* a callback is queued or running that will take them */
	struct rcu_head head;		/* of that callback */
} batch;

static void free_list(struct maple_node *node)
{
	void *nodes[64];
	size_t count = 0;

	while (node) {
		nodes[count++] = node;
		node = (struct maple_node *)READ_ONCE(node->piv_parent);
		if (count == ARRAY_SIZE(nodes) || !node) {
			mt_free_bulk(count, nodes);
			count = 0;
		}
	}
}

/* Whether there is nothing to take, so that the next writer has to queue the callback. */
static bool batch_idle(void)
{
	while (!__atomic_load_n(&batch.next, __ATOMIC_SEQ_CST)) {
		__atomic_store_n(&batch.busy, 0, __ATOMIC_SEQ_CST);
		/*
		 * Ordering: this look comes after the store above, as in batch_push() the look at
		 * busy comes after the push. So one of the two sees the other.
		 */
		if (!__atomic_load_n(&batch.next, __ATOMIC_SEQ_CST) ||
		    __atomic_exchange_n(&batch.busy, 1, __ATOMIC_ACQUIRE))
			return true;
	}
	return false;
}

/*
 * On liburcu's thread. It queues itself for the nodes that come after those it takes: so whatever
 * was pushed before a barrier is dealt with by a callback that is ahead of the barrier's.
 */
static void batch_run(struct rcu_head *head)
{
	struct maple_node *list;

	tv_rcu_after();
	if (batch_idle())
		return;
	tv_rcu_before();
	mt_free_rcu(head, batch_run);
	list = __atomic_exchange_n(&batch.next, NULL, __ATOMIC_ACQUIRE);
	/* The grace period that is over began before these died; theirs begins now. */
	synchronize_rcu();
	tv_rcu_after();
	free_list(list);
}

static void batch_push(struct maple_node *head, struct maple_node *tail)
{
	struct maple_node *next = READ_ONCE(batch.next);

	do {
		smp_store_release(&tail->piv_parent, (struct maple_enode *)next);
	} while (!__atomic_compare_exchange_n(&batch.next, &next, head, true, __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
	if (!__atomic_load_n(&batch.busy, __ATOMIC_SEQ_CST) &&
	    !__atomic_exchange_n(&batch.busy, 1, __ATOMIC_ACQUIRE)) {
		tv_rcu_before();
		mt_free_rcu(&batch.head, batch_run);
	}
}

void reclaim_end(struct ma_reclaim *dead)
{
	if (dead->head)
		batch_push(dead->head, dead->tail);
	flush(dead);
}

#ifdef TV_TSAN
static void note_arrival(struct rcu_head *head)
{
	int *arrived = (int *)(head + 1);

	tv_rcu_after();
	smp_store_release(arrived, 1);
}

/* liburcu's barrier frees what another thread made, which looks like a race from outside. */
void tv_rcu_barrier(void)
{
	struct {
		struct rcu_head head;
		int arrived;
	} mark = { .arrived = 0 };

	tv_rcu_before();
	call_rcu(&mark.head, note_arrival);
	while (!smp_load_acquire(&mark.arrived))
		sched_yield();
}
#else
void tv_rcu_barrier(void)
{
	urcu_memb_barrier();
}
#endif
