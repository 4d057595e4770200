// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * One cache of the BPF allocator, by the rules of Linux v6.12
 * kernel/bpf/memalloc.c.
 *
 * All of it is done by actors of the cache's CPU with interrupts off, so only
 * an NMI can meet another at it. Where interrupts are ever off, or a scenario
 * says how many are free (tv_cpu.cache_matters), each moment at which an NMI
 * finds something else is a step. Elsewhere the refill comes right behind the
 * call that asked for it, no cache runs dry, and calls commute.
 */
#include <stdlib.h>
#include <string.h>
#include "model/bpf_mem_cache.h"
#include "model/object.h"
#include "model/step.h"
#include "model/world.h"

#define KERNEL_NODE_SIZE	8	/* bytes of unit_size that are not the program's */
#define POISON_INUSE		0x5a	/* Linux include/linux/poison.h */

/* --- lists --------------------------------------------------------------------- */

static void push(struct bpf_mem_list *list, struct bpf_mem_obj *obj)
{
	obj->next = list->first;
	obj->fresh_below = list->fresh;
	*list = (struct bpf_mem_list){ .first = obj };
}

static bool is_empty(const struct bpf_mem_list *list)
{
	return !list->first && !list->fresh;
}

/* The top of the list: *@obj is NULL when it is a fresh one. False: the list is empty. */
static bool pop(struct bpf_mem_list *list, struct bpf_mem_obj **obj)
{
	*obj = NULL;
	if (list->fresh) {
		list->fresh--;
		return true;
	}
	*obj = list->first;
	if (!*obj)
		return false;
	*list = (struct bpf_mem_list){ .first = (*obj)->next, .fresh = (*obj)->fresh_below };
	return true;
}

/* The top of @from becomes the top of @to. False: there was none. */
static bool move_top(struct bpf_mem_list *from, struct bpf_mem_list *to)
{
	struct bpf_mem_obj *obj;

	if (!pop(from, &obj))
		return false;
	if (obj)
		push(to, obj);
	else
		to->fresh++;
	return true;
}

/* One by one, so that they lie in the other order then. */
static void move_all(struct bpf_mem_list *from, struct bpf_mem_list *to)
{
	while (move_top(from, to))
		;
}

/* In the same order, on top of @to. */
static void move_as_is(struct bpf_mem_list *from, struct bpf_mem_list *to)
{
	struct bpf_mem_list turned = { 0 };

	move_all(from, &turned);
	move_all(&turned, to);
}

static void free_all(struct bpf_mem_cache *c, struct bpf_mem_list *list)
{
	struct bpf_mem_obj *obj;

	while (pop(list, &obj)) {
		if (obj)
			tv_object_free(c->world, obj, TV_SITE());
	}
}

/* --- alone with the cache ------------------------------------------------------ */

static uint32_t step_number(const struct bpf_mem_cache *c)
{
	return c->cpu->tv_number + TV_CPU_BPF_CACHE;
}

static void moment(struct bpf_mem_cache *c, const char *what, const struct tv_site *site)
{
	if (c->cpu->cache_matters)
		tv_step_irqs(step_number(c), what, site);
}

/* True: nobody who was interrupted is at the lists. */
static bool enter(struct bpf_mem_cache *c, const char *what, const struct tv_site *site)
{
	moment(c, what, site);
	tv_current->irqs_saved++;
	return ++c->active == 1;
}

static void leave(struct bpf_mem_cache *c, const char *what, const struct tv_site *site)
{
	moment(c, what, site);
	c->active--;
}

/* --- on the way to the slab ---------------------------------------------------- */

/* Another CPU's cache, or one that an RCU callback is about. */
static void touch_from_afar(struct bpf_mem_cache *c, const char *what, const struct tv_site *site)
{
	if (c->cpu->cache_matters)
		tv_step(step_number(c), TV_ACCESS_WRITE, what, NULL, site);
}

static void after_tasks_trace(struct tv_rcu_head *head)
{
	struct bpf_mem_cache *c = container_of(head, struct bpf_mem_cache, rcu_ttrace);

	touch_from_afar(c, "free to the slab", TV_SITE());
	free_all(c, &c->waiting_for_gp_ttrace);
	c->call_rcu_ttrace_in_progress = false;
}

/* What is due goes into a grace period, unless one is under way. */
static void begin_tasks_trace(struct bpf_mem_cache *c)
{
	if (c->call_rcu_ttrace_in_progress)
		return;
	c->call_rcu_ttrace_in_progress = true;
	move_all(&c->free_by_rcu_ttrace, &c->waiting_for_gp_ttrace);
	tv_rcu_call(TV_RCU_TASKS_TRACE, &c->rcu_ttrace, after_tasks_trace, TV_SITE());
}

static void after_rcu(struct tv_rcu_head *head)
{
	struct bpf_mem_cache *c = container_of(head, struct bpf_mem_cache, rcu);

	touch_from_afar(c->tgt, "one grace period of two is over", TV_SITE());
	if (!is_empty(&c->waiting_for_gp)) {
		move_as_is(&c->waiting_for_gp, &c->tgt->free_by_rcu_ttrace);
		begin_tasks_trace(c->tgt);
	}
	c->call_rcu_in_progress = false;
}

/* bpf_mem_free_rcu()'s objects: only what was freed before a grace period began is in it. */
static void begin_rcu(struct bpf_mem_cache *c)
{
	move_all(&c->free_llist_extra_rcu, &c->free_by_rcu);
	if (is_empty(&c->free_by_rcu) || c->call_rcu_in_progress)
		return;
	c->call_rcu_in_progress = true;
	move_as_is(&c->free_by_rcu, &c->waiting_for_gp);
	tv_rcu_call(TV_RCU, &c->rcu, after_rcu, TV_SITE());
}

/* --- the refill ---------------------------------------------------------------- */

/* A batch more: first what was on its way to the slab, then from there. */
static void get_more(struct bpf_mem_cache *c)
{
	const struct tv_site *site = TV_SITE();
	int got = 0;

	enter(c, "refill", site);
	while (got < c->batch && (move_top(&c->free_by_rcu_ttrace, &c->free_llist) ||
				  move_top(&c->waiting_for_gp_ttrace, &c->free_llist)))
		got++;
	if (!c->world->faults.bpf_cache.refill_fails) {
		c->free_llist.fresh += c->batch - got;
		got = c->batch;
	}
	c->free_cnt += got;
	leave(c, "refilled", site);
	tv_current->irqs_saved--;
}

/* Half-way down to the low watermark, and what NMIs have left aside. */
static void give_some(struct bpf_mem_cache *c)
{
	const int keep = (c->high_watermark + c->low_watermark) / 2;
	const struct tv_site *site = TV_SITE();
	struct bpf_mem_list given = { 0 };

	enter(c, "trim", site);
	while (c->free_cnt > keep && move_top(&c->free_llist, &given))
		c->free_cnt--;
	leave(c, "trimmed", site);
	tv_current->irqs_saved--;

	if (c->tgt != c)
		touch_from_afar(c->tgt, "give to another CPU's cache", site);
	move_as_is(&given, &c->tgt->free_by_rcu_ttrace);
	move_all(&c->free_llist_extra, &c->tgt->free_by_rcu_ttrace);
	begin_tasks_trace(c->tgt);
}

static void refill(struct bpf_mem_cache *c)
{
	if (c->free_cnt < c->low_watermark)
		get_more(c);
	else if (c->free_cnt > c->high_watermark)
		give_some(c);
	begin_rcu(c);
}

static void refill_in_irq_work(struct irq_work *work)
{
	refill(container_of(work, struct bpf_mem_cache, refill_work));
}

/* Before this section: were interrupts off there? */
static bool irqs_were_off(void)
{
	return tv_current->context >= TV_CONTEXT_IRQS_OFF || tv_current->irqs_saved > 1;
}

/*
 * Leaves the section, and asks for a refill if @wanted. Interrupts come back
 * on behind the asking, so where they were on, the refill is the next thing
 * that this CPU does. Where they were off it waits in the CPU's queue.
 */
static void leave_and_raise(struct bpf_mem_cache *c, const char *what, bool wanted,
			    const struct tv_site *site)
{
	leave(c, what, site);
	if (wanted && irqs_were_off())
		tv_irq_work_queue(&c->refill_work, site);
	else if (wanted)
		refill(c);
	tv_current->irqs_saved--;
}

/* --- what callers ask for ------------------------------------------------------ */

void tv_bpf_cache_init(struct bpf_mem_cache *c, struct tv_world *world, struct tv_cpu *cpu,
		       unsigned int unit_size, unsigned int free)
{
	*c = (struct bpf_mem_cache){
		.world = world, .cpu = cpu, .unit_size = unit_size, .tgt = c,
		.free_cnt = free, .free_llist.fresh = free, .refill_work.fn = refill_in_irq_work,
	};
	/* of large ones, as many as make the same number of bytes */
	c->low_watermark = unit_size <= 256 ? 32 : 32 * 256 / unit_size;
	c->high_watermark = 3 * c->low_watermark;
	c->batch = (c->high_watermark - c->low_watermark) / 4 * 3;
}

static struct bpf_mem_obj *make_fresh(struct bpf_mem_cache *c, const struct tv_site *site)
{
	size_t size = c->unit_size - KERNEL_NODE_SIZE;
	struct bpf_mem_obj *obj = tv_object_alloc(c->world, TV_TYPE_BPF_MEM, sizeof(*obj) + size,
						  site);

	/* nobody zeroes it: whoever reads before writing shall notice */
	if (obj)
		memset(obj + 1, POISON_INUSE, size);
	return obj;
}

/* From the free list, which is ours alone; NULL: it is empty, or there is no memory to make one. */
static struct bpf_mem_obj *take(struct bpf_mem_cache *c, const char **why,
				const struct tv_site *site)
{
	struct bpf_mem_obj *obj;

	*why = irqs_were_off() ?
	       "this CPU's cache of BPF memory is empty, and with interrupts off it is not refilled" :
	       "this CPU's cache of BPF memory is empty; it is refilled right after this";
	if (!pop(&c->free_llist, &obj))
		return NULL;
	if (obj) {
		tv_object_reuse(c->world, obj, site);
	} else {
		obj = make_fresh(c, site);
		if (!obj) {
			*why = "the machine is out of memory";
			c->free_llist.fresh++;
			return NULL;
		}
	}
	c->free_cnt--;
	obj->cache = c;
	obj->in_use = true;
	return obj;
}

struct bpf_mem_obj *tv_bpf_cache_alloc(struct bpf_mem_cache *c, const char **why,
				       const struct tv_site *site)
{
	struct bpf_mem_obj *obj = NULL;
	int left = 0;

	*why = "this NMI interrupted whoever is at this CPU's cache of BPF memory";
	if (enter(c, "bpf_mem_alloc", site)) {
		obj = take(c, why, site);
		left = obj ? c->free_cnt : 0;
	}
	leave_and_raise(c, "bpf_mem_alloc: done", left < c->low_watermark, site);
	return obj;
}

void tv_bpf_cache_free(struct bpf_mem_cache *c, struct bpf_mem_obj *obj,
		       const struct tv_site *site)
{
	int now = 0;

	c->tgt = obj->cache;
	if (enter(c, "bpf_mem_free: enter", site)) {
		push(&c->free_llist, obj);
		now = ++c->free_cnt;
	} else {
		push(&c->free_llist_extra, obj);
	}
	leave_and_raise(c, "bpf_mem_free: done", now > c->high_watermark, site);
}

void tv_bpf_cache_free_rcu(struct bpf_mem_cache *c, struct bpf_mem_obj *obj,
			   const struct tv_site *site)
{
	c->tgt = obj->cache;
	if (enter(c, "bpf_mem_free_rcu: enter", site))
		push(&c->free_by_rcu, obj);
	else
		push(&c->free_llist_extra_rcu, obj);
	leave_and_raise(c, "bpf_mem_free_rcu: done", !c->call_rcu_in_progress, site);
}

void tv_bpf_cache_fini(struct bpf_mem_cache *c)
{
	struct bpf_mem_list *const lists[] = {
		&c->free_llist, &c->free_llist_extra, &c->free_llist_extra_rcu, &c->free_by_rcu,
		&c->waiting_for_gp, &c->free_by_rcu_ttrace, &c->waiting_for_gp_ttrace,
	};
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		free_all(c, lists[i]);
}
