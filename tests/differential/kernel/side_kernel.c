// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The side of the kernel's lib/maple_tree.c: the judge, whose trees are right by definition. */
#include "tests/differential/side_tree.h"

#include "tests/differential/slab.h"

extern struct slab *tv_kernel_slab;

/* Runs this side's RCU callbacks, so that a crash among them is known to be the kernel's. */
static struct call_rcu_data *callbacks;

static void init(void)
{
	callbacks = create_call_rcu_data(0, -1);
	maple_tree_init();
	slab_set_strict(tv_kernel_slab);
}

static const char *broken(struct sided_tree *tree)
{
	return NULL;
}

static void refuse_nowait(bool on)
{
	slab_set_nowait_budget(tv_kernel_slab, on ? 0 : SLAB_UNLIMITED);
}

unsigned long side_live(void)
{
	return slab_live(tv_kernel_slab);
}

unsigned long side_allocations(void)
{
	return slab_total(tv_kernel_slab);
}

/*
 * The kernel's deferred freeing of a whole tree in RCU mode takes the metadata of a range node with
 * 15 children for a sixteenth child, so a tree of 4 levels can crash there; kernel users leave
 * RCU mode first, as exit_mmap() does.
 */
void side_empty(struct maple_tree *mt)
{
	bool rcu = mt_in_rcu(mt);

	mt_clear_in_rcu(mt);
	mtree_destroy(mt);
	if (rcu)
		mt_set_in_rcu(mt);
}

/* kernel/text_mark.c, before and behind all that is linked into this side */
extern const char kernel_text[], kernel_text_end[];
extern __thread bool tv_kernel_freeing;

static void apply(struct sided_tree *tree, const struct op *op, struct outcome *result)
{
	set_thread_call_rcu_data(callbacks);
	side_apply(tree, op, result);
	set_thread_call_rcu_data(NULL);
}

static bool kernel_at_work(const char *pc)
{
	return tv_kernel_freeing || pthread_equal(pthread_self(), get_call_rcu_thread(callbacks)) ||
	       (pc >= kernel_text && pc < kernel_text_end);
}

const struct side side_kernel = {
	.name = "kernel", .init = init, .create = side_create, .destroy = side_destroy,
	.apply = apply, .list = side_list, .shape = side_shape, .broken = broken,
	.live = side_live, .refuse_nowait = refuse_nowait,
	.kernel_at_work = kernel_at_work,
};
