// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The BPF allocator, rule by rule, as Linux v6.12 kernel/bpf/memalloc.c has
 * it: classes, watermarks, when a cache is refilled, what an NMI finds, and
 * what waits for which grace period.
 */
#include <string.h>
#include "model/bpf_mem_alloc.h"
#include "model/object.h"
#include "tests/unit/steps.h"

#define SIZE	56	/* bytes, of class 64 */

/* An actor of @world on CPU @cpu, the current one from now on. */
static struct tv_actor actor_on(struct tv_world *world, unsigned int cpu)
{
	return (struct tv_actor){ .world = world, .cpu = &world->cpus[cpu], .name = "test" };
}

static void *alloc(void)
{
	return bpf_mem_alloc(&bpf_global_ma, SIZE);
}

static void give(void *ptr)
{
	bpf_mem_free(&bpf_global_ma, ptr);
}

static struct bpf_mem_cache *cache(void)
{
	return tv_bpf_mem_cache(SIZE);
}

static const char *refusal(const struct tv_world *world)
{
	return world->last_refusal.why;
}

static void *alloc_some(unsigned int nr, void **ptr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		ptr[i] = alloc();
		assert_non_null(ptr[i]);
	}
	return ptr[nr - 1];
}

static void give_some(unsigned int nr, void **ptr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		give(ptr[i]);
}

/* Does @list hold @nr? */
static void assert_holds(const struct bpf_mem_list *list, unsigned int nr)
{
	unsigned int found = list->fresh;
	const struct bpf_mem_obj *obj;

	for (obj = list->first; obj; obj = obj->next)
		found += 1 + obj->fresh_below;
	assert_int_equal(found, nr);
}

static void sizes_have_classes(void **state)
{
	static const struct {
		size_t size;
		unsigned int unit;	/* 0: there is none */
		int low, high, batch, free;
	} cases[] = {
		{ .size = 0 }, { 1, 16, 32, 96, 48, 4 }, { 8, 16, 32, 96, 48, 4 },
		{ 9, 32, 32, 96, 48, 4 }, { 56, 64, 32, 96, 48, 4 }, { 57, 96, 32, 96, 48, 4 },
		{ 88, 96, 32, 96, 48, 4 }, { 89, 128, 32, 96, 48, 4 }, { 121, 192, 32, 96, 48, 4 },
		{ 185, 256, 32, 96, 48, 4 }, { 248, 256, 32, 96, 48, 4 },
		{ 249, 512, 16, 48, 24, 1 }, { 505, 1024, 8, 24, 12, 1 },
		{ 1017, 2048, 4, 12, 6, 1 }, { 2041, 4096, 2, 6, 3, 1 }, { 4088, 4096, 2, 6, 3, 1 },
		{ .size = 4089 }, { .size = (size_t)-1 }, { .size = (size_t)-8 },
	};
	struct tv_world *world = model_world(-1);
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct bpf_mem_cache *c = tv_bpf_mem_cache(cases[i].size);

		assert_int_equal(c ? c->unit_size : 0, cases[i].unit);
		if (!c) {
			assert_null(bpf_mem_alloc(&bpf_global_ma, cases[i].size));
			continue;
		}
		assert_int_equal(c->low_watermark, cases[i].low);
		assert_int_equal(c->high_watermark, cases[i].high);
		assert_int_equal(c->batch, cases[i].batch);
		assert_int_equal(c->free_cnt, cases[i].free);
	}
	model_world_end(world);
}

/* All of what was asked for can be written to, and is not shared. */
static void memory_is_the_callers(void **state)
{
	struct tv_world *world = model_world(-1);
	char *ptr[200];
	size_t size, i;

	for (size = 1; size <= 4088; size = size * 3 + 1) {
		for (i = 0; i < 40; i++) {
			ptr[i] = bpf_mem_alloc(&bpf_global_ma, size);
			/* of the larger ones 1 is there, then a batch, which is enough each time */
			assert_non_null(ptr[i]);
			assert_int_equal((uintptr_t)ptr[i] % 8, 0);
			memset(ptr[i], (int)i, size);
		}
		for (i = 0; i < 40; i++) {
			assert_int_equal(ptr[i][0], i);
			assert_int_equal(ptr[i][size - 1], i);
			bpf_mem_free(&bpf_global_ma, ptr[i]);
		}
	}
	model_world_end(world);
}

/* And no more of it than its class has, which in slots can be asked for. */
static void memory_ends_with_its_class(void **state)
{
	struct tv_slots *slots = tv_slots_create(8);
	struct tv_world *world;
	char *ptr, byte;

	assert_non_null(slots);
	assert_int_equal(tv_world_create(&world), 0);
	world->slots = slots;
	ptr = bpf_mem_alloc(&bpf_global_ma, SIZE - 3);
	assert_true(tv_probe_peek(&byte, ptr + SIZE - 1, 1));
	assert_false(tv_probe_peek(&byte, ptr + SIZE, 1));
	bpf_mem_free(&bpf_global_ma, ptr);
	tv_world_destroy(world);
	tv_slots_destroy(slots);
}

static void refilled_at_once_with_interrupts_on(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor softirq = actor_on(world, 1);
	void *ptr = alloc();

	assert_int_equal(cache()->free_cnt, 4 - 1 + 48);
	give(ptr);
	tv_context_enter(&softirq, TV_CONTEXT_SOFTIRQ);
	give(alloc());
	assert_int_equal(cache()->free_cnt, 4 + 48);
	tv_context_leave(&softirq);
	model_world_end(world);
}

/* One more than there are fails; then interrupts come on. */
static void not_refilled_with_interrupts_off(void **state)
{
	static const enum tv_context off[] = { TV_CONTEXT_IRQS_OFF, TV_CONTEXT_NMI };
	struct tv_world *world;
	void *ptr[5];
	size_t i;

	for (i = 0; i < 2; i++) {
		struct tv_actor program;

		world = model_world(-1);
		program = actor_on(world, 0);
		tv_context_enter(&program, off[i]);
		alloc_some(4, ptr);
		assert_null(alloc());
		assert_non_null(strstr(refusal(world), "is empty, and with interrupts off"));
		assert_true(cache()->refill_work.pending);
		tv_context_leave(&program);
		tv_context_enter(&program, off[i]);
		ptr[4] = alloc();
		assert_non_null(ptr[4]);
		give_some(5, ptr);
		tv_context_leave(&program);
		model_world_end(world);
	}
}

static void each_cpu_has_its_own(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor one = actor_on(world, 1), other = actor_on(world, 2);
	void *ptr[4];

	tv_context_enter(&one, TV_CONTEXT_IRQS_OFF);
	alloc_some(4, ptr);
	assert_null(alloc());
	tv_context_enter(&other, TV_CONTEXT_IRQS_OFF);
	give(alloc());
	give_some(4, ptr);
	assert_int_equal(cache()->free_cnt, 8);
	model_world_end(world);
}

/* Last in, first out, and what was written is still there. */
static void freed_memory_comes_back_first(void **state)
{
	struct tv_world *world = model_world(-1);
	char *ptr[3];

	alloc_some(3, (void **)ptr);
	strcpy(ptr[0], "still here");
	give(ptr[2]);
	give(ptr[0]);
	assert_ptr_equal(alloc(), ptr[0]);
	assert_string_equal(ptr[0], "still here");
	assert_ptr_equal(alloc(), ptr[2]);
	give_some(3, (void **)ptr);
	model_world_end(world);
}

/* A batch lies on top of what was freed before it. */
static void refill_lies_on_top(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor program = actor_on(world, 0);
	void *ptr, *fresh;

	tv_context_enter(&program, TV_CONTEXT_IRQS_OFF);
	ptr = alloc();
	give(ptr);
	tv_context_leave(&program);
	fresh = alloc();
	assert_ptr_not_equal(fresh, ptr);
	assert_int_equal(cache()->free_cnt, 3 + 48);
	give(fresh);
	model_world_end(world);
}

static void failing_slab_leaves_it_empty(void **state)
{
	struct tv_world *world = model_world(-1);
	void *ptr[4];

	world->faults.bpf_cache = (struct tv_cache_plan){ .given = true, .refill_fails = true };
	alloc_some(4, ptr);
	assert_null(alloc());
	assert_non_null(strstr(refusal(world), "it is refilled right after this"));
	give(ptr[3]);
	assert_ptr_equal(alloc(), ptr[3]);
	give_some(4, ptr);
	model_world_end(world);
}

static void scenario_says_what_is_free(void **state)
{
	struct tv_world *world = model_world(-1);

	world->faults.bpf_cache = (struct tv_cache_plan){ .given = true, .has_free = true };
	assert_null(alloc());
	/* that has asked for more */
	give(alloc());
	model_world_end(world);
}

/* Above the high watermark: down to the middle, and the rest waits to go to the slab. */
static void many_are_trimmed(void **state)
{
	struct tv_world *world = model_world(-1);
	struct bpf_mem_cache *c;
	void *ptr[97];

	world->faults.bpf_cache = (struct tv_cache_plan){ .given = true, .has_free = true, .free = 97 };
	c = cache();
	alloc_some(97, ptr);
	/* the last ones came from two refills, one whenever it was below 32 */
	assert_int_equal(c->free_cnt, 48);
	give_some(48, ptr);
	assert_int_equal(c->free_cnt, 96);
	assert_holds(&c->waiting_for_gp_ttrace, 0);
	give(ptr[48]);
	assert_int_equal(c->free_cnt, 64);
	assert_holds(&c->free_llist, 64);
	assert_holds(&c->waiting_for_gp_ttrace, 33);
	assert_true(c->call_rcu_ttrace_in_progress);

	/* one grace period at a time: the next to be trimmed wait for their turn */
	give_some(33, ptr + 49);
	assert_holds(&c->waiting_for_gp_ttrace, 33);
	assert_holds(&c->free_by_rcu_ttrace, 33);
	tv_world_settle(world);
	assert_holds(&c->waiting_for_gp_ttrace, 0);
	assert_holds(&c->free_by_rcu_ttrace, 33);
	give_some(15, ptr + 82);
	model_world_end(world);
}

/* As if @nr were free that nobody has had yet, and no others. */
static void set_free(struct bpf_mem_cache *c, unsigned int nr)
{
	c->free_llist = (struct bpf_mem_list){ .fresh = nr };
	c->free_cnt = nr;
}

/* A refill takes back first what is on its way to the slab. */
static void refill_takes_back(void **state)
{
	struct tv_world *world = model_world(-1);
	struct bpf_mem_cache *c;
	void *ptr, *got[33];

	world->faults.bpf_cache = (struct tv_cache_plan){ .given = true, .refill_fails = true };
	c = cache();
	ptr = alloc();
	set_free(c, 96);
	give(ptr);
	assert_ptr_equal(c->waiting_for_gp_ttrace.first + 1, ptr);
	assert_holds(&c->waiting_for_gp_ttrace, 33);
	set_free(c, 0);
	assert_null(alloc());
	assert_holds(&c->waiting_for_gp_ttrace, 0);
	/* it was the first to be taken back, so it lies lowest */
	assert_ptr_equal(alloc_some(33, got), ptr);
	assert_null(alloc());
	give_some(33, got);
	model_world_end(world);
}

/* An NMI that interrupts whoever is at the lists gets nothing, and frees aside. */
static void nmi_leaves_lists_alone(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor nmi = actor_on(world, 0);
	struct bpf_mem_cache *c = cache();
	void *ptr = alloc();

	tv_context_enter(&nmi, TV_CONTEXT_NMI);
	c->active++;
	assert_null(alloc());
	assert_non_null(strstr(refusal(world), "this NMI interrupted"));
	assert_true(c->refill_work.pending);
	give(ptr);
	assert_holds(&c->free_llist, 51);
	assert_int_equal(c->free_cnt, 51);
	assert_ptr_equal(c->free_llist_extra.first + 1, ptr);
	bpf_mem_free_rcu(&bpf_global_ma, NULL);
	c->active--;
	tv_context_leave(&nmi);

	/* it lies there until the cache is trimmed */
	assert_ptr_equal(c->free_llist_extra.first + 1, ptr);
	set_free(c, 96);
	give(alloc());
	assert_ptr_equal(c->free_llist_extra.first + 1, ptr);
	ptr = alloc();
	set_free(c, 96);
	give(ptr);
	assert_holds(&c->free_llist_extra, 0);
	assert_holds(&c->waiting_for_gp_ttrace, 97 - 64 + 1);
	model_world_end(world);
}

/* What another CPU's cache handed out goes to the slab by way of that one. */
static void freed_on_another_cpu(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor one = actor_on(world, 1), other = actor_on(world, 2);
	struct bpf_mem_cache *of_one, *of_other;
	void *ptr;

	tv_context_enter(&one, TV_CONTEXT_PROCESS);
	ptr = alloc();
	of_one = cache();
	tv_context_enter(&other, TV_CONTEXT_PROCESS);
	of_other = cache();
	set_free(of_other, 96);
	give(ptr);
	assert_int_equal(of_other->free_cnt, 64);
	assert_holds(&of_one->waiting_for_gp_ttrace, 33);
	assert_holds(&of_other->waiting_for_gp_ttrace, 0);
	model_world_end(world);
}

static void freed_on_another_cpu_under_rcu(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor one = actor_on(world, 1), other = actor_on(world, 2);
	struct bpf_mem_cache *of_one, *of_other;
	void *ptr;

	tv_context_enter(&one, TV_CONTEXT_PROCESS);
	ptr = alloc();
	of_one = cache();
	tv_context_enter(&other, TV_CONTEXT_PROCESS);
	of_other = cache();
	bpf_mem_free_rcu(&bpf_global_ma, ptr);
	assert_holds(&of_other->waiting_for_gp, 1);
	tv_rcu_run(world, TV_RCU);
	assert_holds(&of_one->waiting_for_gp_ttrace, 1);
	assert_holds(&of_other->waiting_for_gp_ttrace, 0);
	model_world_end(world);
}

/* --- what the explorer sees ----------------------------------------------------- */

static void give_in_fiber(void *ptr)
{
	give(ptr);
}

/* A CPU's cache takes part in steps where it matters to others, and only there. */
static void steps_where_caches_matter(void **state)
{
	static const struct {
		bool one, other;	/* whose cache matters */
		const char *steps;
	} cases[] = {
		{ false, false, "call_rcu_tasks_trace/W" },
		{ true, false, "give to another CPU's cache/W, call_rcu_tasks_trace/W" },
		{ false, true, "bpf_mem_free: enter/W, bpf_mem_free: done/W, trim/W, trimmed/W, "
			       "call_rcu_tasks_trace/W" },
		{ true, true, "bpf_mem_free: enter/W, bpf_mem_free: done/W, trim/W, trimmed/W, "
			      "give to another CPU's cache/W, call_rcu_tasks_trace/W" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tv_world *world = model_world(-1);
		struct tv_actor one = actor_on(world, 1), other = actor_on(world, 2);
		char steps[256];
		void *ptr;

		tv_context_enter(&one, TV_CONTEXT_PROCESS);
		ptr = alloc();
		tv_context_enter(&other, TV_CONTEXT_PROCESS);
		set_free(cache(), 96);
		world->cpus[1].cache_matters = cases[i].one;
		world->cpus[2].cache_matters = cases[i].other;
		steps_of(&other, give_in_fiber, ptr, steps, sizeof(steps));
		assert_string_equal(steps, cases[i].steps);
		model_world_end(world);
	}
}

static void alloc_in_fiber(void *ptr)
{
	*(void **)ptr = alloc();
}

/*
 * "Any one fails": the explorer chooses which, and then no other does. Those that follow count, too:
 * without the one that failed it would be for them to fail.
 */
static void as_many_fail_as_planned(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor actor = actor_on(world, 1);
	char steps[256];
	void *ptr = world;

	world->faults.any_alloc = 1;
	tv_context_enter(&actor, TV_CONTEXT_PROCESS);
	actor.choice = 1;
	steps_of(&actor, alloc_in_fiber, &ptr, steps, sizeof(steps));
	assert_string_equal(steps, "count the allocation/W, bpf_mem_alloc fails?/W");
	assert_null(ptr);
	steps_of(&actor, alloc_in_fiber, &ptr, steps, sizeof(steps));
	assert_string_equal(steps, "count the allocation/W");
	assert_non_null(ptr);
	give(ptr);
	model_world_end(world);
}

static void give_rcu_in_fiber(void *ptr)
{
	bpf_mem_free_rcu(&bpf_global_ma, ptr);
}

/* What a grace period is asked for was set aside before: what comes later is not of it. */
static void set_aside_before_its_grace_period(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor actor = actor_on(world, 1);
	struct bpf_mem_cache *c;
	struct tv_fiber *fiber;
	void *ptr;

	tv_context_enter(&actor, TV_CONTEXT_PROCESS);
	ptr = alloc();
	c = cache();
	assert_int_equal(tv_fiber_create(64 << 10, &fiber), 0);
	tv_fiber_start(fiber, give_rcu_in_fiber, ptr);
	actor.explored = true;
	assert_true(tv_fiber_resume(fiber));
	assert_string_equal(actor.point->what, "call_rcu");
	assert_true(c->call_rcu_in_progress);
	assert_holds(&c->waiting_for_gp, 1);
	assert_holds(&c->free_by_rcu, 0);
	assert_false(tv_fiber_resume(fiber));
	actor.explored = false;
	tv_fiber_destroy(fiber);
	model_world_end(world);
}

/* A fresh object is made when it is taken; when that fails it is still to be had. */
static void machine_out_of_memory(void **state)
{
	struct tv_world *world = model_world(-1);
	struct bpf_mem_cache *c = cache();

	world->faults.fail_object = world->objects + 1;
	assert_null(alloc());
	assert_non_null(strstr(refusal(world), "out of memory"));
	assert_holds(&c->free_llist, c->free_cnt);
	give(alloc());
	assert_holds(&c->free_llist, c->free_cnt);
	model_world_end(world);
}

/* The grace period to the slab waits for sleepable programs, and for readers under RCU. */
static void slab_waits_for_both_kinds(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor sleepable = actor_on(world, 1), reader = actor_on(world, 2);
	struct tv_actor late = actor_on(world, 3);
	struct bpf_mem_cache *c = cache();
	void *ptr = alloc();

	tv_current = &sleepable;
	tv_rcu_trace_enter();
	tv_current = &reader;
	tv_rcu_enter(TV_SITE());
	tv_current = &world->kernel;
	set_free(c, 96);
	give(ptr);
	tv_current = &late;
	tv_rcu_trace_enter();

	assert_false(tv_rcu_is_due(world, TV_RCU_TASKS_TRACE));
	tv_current = &reader;
	tv_rcu_leave(TV_SITE());
	assert_false(tv_rcu_is_due(world, TV_RCU_TASKS_TRACE));
	tv_current = &sleepable;
	tv_rcu_trace_leave(TV_SITE());
	/* whoever began later cannot have seen it */
	assert_true(tv_rcu_is_due(world, TV_RCU_TASKS_TRACE));
	tv_world_settle(world);
	assert_holds(&c->waiting_for_gp_ttrace, 0);
	tv_current = &late;
	tv_rcu_trace_leave(TV_SITE());
	model_world_end(world);
}

/* bpf_mem_free_rcu(): RCU first, then RCU tasks trace; nobody gets it before. */
static void free_rcu_waits_twice(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor sleepable = actor_on(world, 1), reader = actor_on(world, 2);
	struct bpf_mem_cache *c = cache();
	void *ptr = alloc(), *next = alloc();

	tv_current = &reader;
	tv_rcu_enter(TV_SITE());
	tv_current = &sleepable;
	tv_rcu_trace_enter();
	tv_current = &world->kernel;

	bpf_mem_free_rcu(&bpf_global_ma, ptr);
	assert_holds(&c->waiting_for_gp, 1);
	/* a second one has to wait for the next: one grace period at a time */
	bpf_mem_free_rcu(&bpf_global_ma, next);
	assert_holds(&c->waiting_for_gp, 1);
	assert_holds(&c->free_by_rcu, 1);
	assert_false(tv_rcu_is_due(world, TV_RCU));

	tv_current = &reader;
	tv_rcu_leave(TV_SITE());
	tv_current = &world->kernel;
	/* a sleepable program does not hold up the first of the two */
	assert_true(tv_rcu_is_due(world, TV_RCU));
	tv_rcu_run(world, TV_RCU);
	assert_holds(&c->waiting_for_gp, 0);
	assert_holds(&c->waiting_for_gp_ttrace, 1);
	assert_false(tv_rcu_is_due(world, TV_RCU_TASKS_TRACE));

	tv_current = &sleepable;
	tv_rcu_trace_leave(TV_SITE());
	tv_current = &world->kernel;
	tv_world_settle(world);
	assert_holds(&c->waiting_for_gp_ttrace, 0);
	/* nobody asks for the next grace period before the next call does */
	assert_holds(&c->free_by_rcu, 1);
	bpf_mem_free_rcu(&bpf_global_ma, alloc());
	assert_holds(&c->free_by_rcu, 0);
	model_world_end(world);
}

static void nmi_frees_rcu_aside(void **state)
{
	struct tv_world *world = model_world(-1);
	struct tv_actor nmi = actor_on(world, 0);
	struct bpf_mem_cache *c = cache();
	void *ptr = alloc();

	tv_context_enter(&nmi, TV_CONTEXT_NMI);
	c->active++;
	bpf_mem_free_rcu(&bpf_global_ma, ptr);
	c->active--;
	assert_holds(&c->free_llist_extra_rcu, 1);
	assert_holds(&c->free_by_rcu, 0);
	tv_irq_work_run(nmi.cpu);
	assert_holds(&c->free_llist_extra_rcu, 0);
	assert_holds(&c->waiting_for_gp, 1);
	tv_context_leave(&nmi);
	model_world_end(world);
}

static void freed_twice(void **state)
{
	struct tv_world *world = model_world(-1);
	void *ptr = alloc();

	give(NULL);
	give(ptr);
	assert_int_equal(world->hazards, 0);
	give(ptr);
	assert_int_equal(world->hazards, 1);
	assert_int_equal(world->hazard.kind, TV_HAZARD_UNBALANCED);
	assert_int_equal(world->ledger.unmatched, 1);
	/* it is in the list once: two calls get two objects */
	assert_ptr_not_equal(alloc(), alloc());
	tv_world_destroy(world);
}

static void leak_is_told(void **state)
{
	struct tv_world *world = model_world(-1);

	assert_non_null(alloc());
	tv_world_teardown(world);
	assert_false(tv_ledger_is_clean(&world->ledger));
	tv_world_destroy(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_have_classes),
		cmocka_unit_test(memory_is_the_callers),
		cmocka_unit_test(memory_ends_with_its_class),
		cmocka_unit_test(refilled_at_once_with_interrupts_on),
		cmocka_unit_test(not_refilled_with_interrupts_off),
		cmocka_unit_test(each_cpu_has_its_own),
		cmocka_unit_test(freed_memory_comes_back_first),
		cmocka_unit_test(refill_lies_on_top),
		cmocka_unit_test(failing_slab_leaves_it_empty),
		cmocka_unit_test(scenario_says_what_is_free),
		cmocka_unit_test(many_are_trimmed),
		cmocka_unit_test(refill_takes_back),
		cmocka_unit_test(nmi_leaves_lists_alone),
		cmocka_unit_test(freed_on_another_cpu),
		cmocka_unit_test(freed_on_another_cpu_under_rcu),
		cmocka_unit_test(steps_where_caches_matter),
		cmocka_unit_test(as_many_fail_as_planned),
		cmocka_unit_test(set_aside_before_its_grace_period),
		cmocka_unit_test(machine_out_of_memory),
		cmocka_unit_test(slab_waits_for_both_kinds),
		cmocka_unit_test(free_rcu_waits_twice),
		cmocka_unit_test(nmi_frees_rcu_aside),
		cmocka_unit_test(freed_twice),
		cmocka_unit_test(leak_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
