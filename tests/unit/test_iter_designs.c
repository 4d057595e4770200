// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The designs that hold the mm: what each takes and gives back, in order; every
 * way new can fail, and that nothing is held after it; where a walk starts.
 * (test_iter_mmap_lock.c is about the design that holds mmap_lock.)
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "model/approach.h"
#include "model/fiber.h"
#include "model/iter.h"
#include "model/mmap.h"
#include "model/mmap_lock.h"
#include "model/step.h"
#include "tests/unit/model_world.h"

static const char *const designs[] = { "vma_lock", "vma_ref", "rcu_addr", "snapshot" };
#define NR_DESIGNS	(sizeof(designs) / sizeof(designs[0]))

/* --- events as text: "+task -task", '!' for what was refused --------------------- */

static const char *const short_name[TV_RES_NR] = {
	[TV_RES_BPF_MEM] = "mem", [TV_RES_TASK_REF] = "task", [TV_RES_MM_USERS] = "users",
	[TV_RES_SPINLOCK] = "spin", [TV_RES_RCU_READ] = "rcu", [TV_RES_VMA_READ] = "vma",
	[TV_RES_VMA_REF] = "ref", [TV_RES_FILE_REF] = "file", [TV_RES_MMAP_READ] = "mmap",
};

struct trace {
	char text[1024];
	size_t len;
};

static void trace_add(void *arg, const struct tv_event *ev)
{
	static const char sign[] = { [TV_ACQUIRE] = '+', [TV_RELEASE] = '-', [TV_REFUSE] = '!' };
	struct trace *trace = arg;
	const char *name = short_name[ev->res] ? short_name[ev->res] : "other";

	trace->len += snprintf(trace->text + trace->len, sizeof(trace->text) - trace->len, "%s%c%s",
			       trace->len ? " " : "", sign[ev->op], name);
	assert_true(trace->len < sizeof(trace->text));
}

static int visit(void *arg, const struct vm_area_struct *vma)
{
	unsigned int *limit = arg;

	return !--*limit;
}

/* What one walk of @design does in @world, up to @limit VMAs; *@result is what it returned. */
static const char *walk(struct tv_world *world, const char *design, enum tv_context context,
			unsigned int limit, int *result)
{
	static struct trace trace;

	trace = (struct trace){ .len = 0 };
	world->sink = trace_add;
	world->sink_arg = &trace;
	*result = tv_iter_walk(world, tv_iter_design_find(design), context,
			       tv_world_find_task(world, -1), 0, visit, &limit, NULL);
	world->sink = NULL;
	return trace.text;
}

/* --- what is held, step by step -------------------------------------------------- */

/* Two VMAs, then the end, then destroy. */
static const char *const whole_walk[NR_DESIGNS] = {
	"+mem +spin +users -spin +task "
	"+rcu -rcu +rcu +vma -rcu "
	"-vma +rcu -rcu +rcu +vma -rcu "
	"-vma +rcu -rcu "
	"-task -users -mem",

	"+mem +spin +users -spin +task "
	"+rcu +ref -rcu "
	"-ref +rcu +ref -rcu "
	"-ref +rcu -rcu "
	"-task -users -mem",

	"+mem +spin +users -spin +task +rcu "
	"-rcu -task -users -mem",

	"+mem +task +spin +users -spin "
	"+rcu -rcu +rcu +vma -rcu +file -vma "
	"-file +rcu -rcu +rcu +vma -rcu +file -vma "
	"-file +rcu -rcu "
	"-task -users -mem",
};

/* One VMA only: what is in view when destroy comes is given back by it, first of all. */
static const char *const short_walk[NR_DESIGNS] = {
	"+mem +spin +users -spin +task +rcu -rcu +rcu +vma -rcu -vma -task -users -mem",
	"+mem +spin +users -spin +task +rcu +ref -rcu -ref -task -users -mem",
	"+mem +spin +users -spin +task +rcu -rcu -task -users -mem",
	"+mem +task +spin +users -spin +rcu -rcu +rcu +vma -rcu +file -vma -file -task -users -mem",
};

static void taken_and_given_back_in_order(void **state)
{
	size_t i;
	int err;

	for (i = 0; i < NR_DESIGNS; i++) {
		struct tv_world *world = model_world(2);

		assert_string_equal(walk(world, designs[i], TV_CONTEXT_PROCESS, 0, &err),
				    whole_walk[i]);
		assert_int_equal(err, 0);
		assert_string_equal(walk(world, designs[i], TV_CONTEXT_SOFTIRQ, 1, &err),
				    short_walk[i]);
		assert_int_equal(err, 1);
		model_world_end(world);
	}
}

/* --- new fails --------------------------------------------------------------------- */

/* new fails with @err after @events[of the design], shows nothing and keeps nothing. */
static void assert_refused(struct tv_world *(*make)(void), int err,
			   const char *const events[NR_DESIGNS])
{
	unsigned long visited;
	size_t i;
	int ret;

	for (i = 0; i < NR_DESIGNS; i++) {
		struct tv_world *world = make();
		struct task_struct *task = tv_world_find_task(world, -1);

		assert_string_equal(walk(world, designs[i], TV_CONTEXT_PROCESS, 0, &ret),
				    events[i]);
		assert_int_equal(ret, err);
		tv_iter_walk(world, tv_iter_design_find(designs[i]), TV_CONTEXT_PROCESS, task, 0,
			     visit, &(unsigned int){ 0 }, &visited);
		assert_int_equal(visited, 0);
		task->alloc_lock.owner = NULL;
		model_world_end(world);
	}
}

static void ebusy_with_interrupts_off(void **state)
{
	static const enum tv_context off[] = { TV_CONTEXT_IRQS_OFF, TV_CONTEXT_NMI };
	size_t i;
	int err;

	for (i = 0; i < 2 * NR_DESIGNS; i++) {
		struct tv_world *world = model_world(1);
		const char *events = walk(world, designs[i / 2], off[i % 2], 0, &err);

		assert_int_equal(err, -EBUSY);
		assert_null(strpbrk(events, "+-"));
		model_world_end(world);
	}
}

static void enomem(void **state)
{
	size_t i;
	int err;

	for (i = 0; i < NR_DESIGNS; i++) {
		struct tv_world *world = model_world(1);

		world->faults.fail_alloc = 1;
		assert_string_equal(walk(world, designs[i], TV_CONTEXT_PROCESS, 0, &err), "!mem");
		assert_int_equal(err, -ENOMEM);
		model_world_end(world);
	}
}

static struct tv_world *alloc_lock_held(void)
{
	struct tv_world *world = model_world(1);

	tv_world_find_task(world, -1)->alloc_lock.owner = &world->kernel;
	return world;
}

static void ebusy_alloc_lock(void **state)
{
	static const char *const events[NR_DESIGNS] = {
		"+mem !spin -mem", "+mem !spin -mem", "+mem !spin -mem",
		"+mem +task !spin -task -mem",
	};

	assert_refused(alloc_lock_held, -EBUSY, events);
}

static const char *const no_mm[NR_DESIGNS] = {
	"+mem +spin -spin -mem", "+mem +spin -spin -mem", "+mem +spin -spin -mem",
	"+mem +task +spin -spin -task -mem",
};

static struct tv_world *exited(void)
{
	struct tv_world *world = model_world(1);

	tv_task_exit_mm(tv_world_find_task(world, -1));
	return world;
}

static void enoent_exited(void **state)
{
	assert_refused(exited, -ENOENT, no_mm);
}

/* Linux get_task_mm(): a kernel thread may use another's mm, which is not its own. */
static struct tv_world *kernel_thread_with_mm(void)
{
	struct tv_world *world = model_world(1);

	tv_world_find_task(world, -1)->flags |= PF_KTHREAD;
	return world;
}

static void enoent_kernel_thread(void **state)
{
	assert_refused(kernel_thread_with_mm, -ENOENT, no_mm);
}

/* --- what is shown ----------------------------------------------------------------- */

static void starts_at_address(void **state)
{
	static const struct {
		uint64_t addr;
		unsigned long first;	/* vm_start of the first VMA shown; 0: none is */
	} cases[] = {
		{ 0, 0x1000 }, { 0x1000, 0x1000 }, { 0x1fff, 0x1000 }, { 0x2000, 0x3000 },
		{ 0x3fff, 0x3000 }, { 0x4000, 0 },
	};
	size_t i, j;

	for (i = 0; i < NR_DESIGNS; i++) {
		const struct tv_iter_design *design = tv_iter_design_find(designs[i]);
		struct tv_world *world = model_world(2);

		for (j = 0; j < sizeof(cases) / sizeof(cases[0]); j++) {
			struct bpf_iter_task_vma it;
			struct vm_area_struct *vma;

			assert_int_equal(design->iter_new(&it, tv_world_find_task(world, -1),
							  cases[j].addr), 0);
			vma = design->iter_next(&it);
			assert_int_equal(vma ? vma->vm_start : 0, cases[j].first);
			design->iter_destroy(&it);
		}
		model_world_end(world);
	}
}

/* VMAs that touch, and one that is many pages: each once, whole, and in order. */
static void shows_each_once(void **state)
{
	static const unsigned long ranges[][2] = {
		{ 0x1000, 0x2000 }, { 0x2000, 0x9000 }, { 0x9000, 0xa000 }, { 0x20000, 0x28000 },
	};
	size_t i, j;

	for (i = 0; i < NR_DESIGNS; i++) {
		const struct tv_iter_design *design = tv_iter_design_find(designs[i]);
		struct tv_world *world = model_world(0);
		struct task_struct *task = tv_world_find_task(world, -1);
		struct bpf_iter_task_vma it;
		struct vm_area_struct *vma;

		for (j = 0; j < 4; j++) {
			struct tv_vma_desc desc = {
				.start = ranges[j][0], .end = ranges[j][1],
				.vm_flags = j & 1 ? VM_READ : VM_WRITE,
			};

			assert_int_equal(tv_mmap(task->mm, &desc), 0);
		}
		assert_int_equal(design->iter_new(&it, task, 0), 0);
		for (j = 0; j < 4; j++) {
			vma = design->iter_next(&it);
			assert_non_null(vma);
			assert_int_equal(vma->vm_start, ranges[j][0]);
			assert_int_equal(vma->vm_end, ranges[j][1]);
		}
		assert_null(design->iter_next(&it));
		/* and stays at the end */
		assert_null(design->iter_next(&it));
		design->iter_destroy(&it);
		model_world_end(world);
	}
}

/* A world with one VMA of eight pages, which a writer has, and one behind it. */
static struct tv_world *being_written(void)
{
	static const struct tv_vma_desc descs[] = {
		{ .start = 0x1000, .end = 0x9000, .vm_flags = VM_READ },
		{ .start = 0xa000, .end = 0xb000, .vm_flags = VM_READ },
	};
	struct tv_world *world = model_world(0);
	struct mm_struct *mm = tv_world_find_task(world, -1)->mm;
	VMA_ITERATOR(vmi, mm, 0);

	assert_int_equal(tv_mmap(mm, &descs[0]), 0);
	assert_int_equal(tv_mmap(mm, &descs[1]), 0);
	/* Linux vma_is_write_locked(): until the writer gives mmap_lock back */
	vma_next(&vmi)->vm_lock_seq = mm->mm_lock_seq;
	return world;
}

/* To wait is what a program must not do: one look at the VMA that is being written, and on. */
static void passes_what_is_being_written(void **state)
{
	static const char *const walks[][2] = {
		{ "snapshot", "+mem +task +spin +users -spin +rcu -rcu +rcu -rcu "
			      "+rcu -rcu +rcu +vma -rcu -vma +rcu -rcu -task -users -mem" },
		{ "vma_lock", "+mem +spin +users -spin +task +rcu -rcu +rcu -rcu "
			      "+rcu -rcu +rcu +vma -rcu -vma +rcu -rcu -task -users -mem" },
	};
	size_t i;
	int err;

	for (i = 0; i < 2; i++) {
		struct tv_world *world = being_written();

		assert_string_equal(walk(world, walks[i][0], TV_CONTEXT_PROCESS, 0, &err),
				    walks[i][1]);
		model_world_end(world);
	}
}

/* One try for the VMA that is being freed, however large it is. */
static void passes_what_is_being_freed(void **state)
{
	struct tv_world *world = being_written();
	VMA_ITERATOR(vmi, tv_world_find_task(world, -1)->mm, 0);
	int err;

	vma_next(&vmi)->vm_ref = 0;
	assert_string_equal(walk(world, "vma_ref", TV_CONTEXT_PROCESS, 0, &err),
			    "+mem +spin +users -spin +task +rcu -rcu "
			    "+rcu +ref -rcu -ref +rcu -rcu -task -users -mem");
	model_world_end(world);
}

/* --- what moves while next looks ------------------------------------------------- */

static struct {
	const struct tv_iter_design *design;
	struct bpf_iter_task_vma it;
	struct vm_area_struct *found;
} next;

static void next_in_fiber(void *arg)
{
	next.found = next.design->iter_next(&next.it);
}

/*
 * The VMA that next was about to look at is cut to what the walk is past, and
 * another comes where it was: the walk finds that one, though it knew the end
 * of the first.
 */
static void finds_what_comes_in_place(void **state)
{
	static const struct tv_vma_desc first = { .start = 0x1000, .end = 0x9000, .vm_flags = VM_READ },
		other = { .start = 0x7000, .end = 0x8000, .vm_flags = VM_WRITE };
	struct tv_world *world = model_world(0);
	struct task_struct *task = tv_world_find_task(world, -1);
	struct tv_actor actor = { .world = world, .cpu = &world->cpus[1], .name = "program" };
	unsigned int rcu_sections = 0;
	struct tv_fiber *fiber;

	assert_int_equal(tv_mmap(task->mm, &first), 0);
	next.design = tv_iter_design_find("snapshot");
	tv_context_enter(&actor, TV_CONTEXT_PROCESS);
	assert_int_equal(next.design->iter_new(&next.it, task, 0x5000), 0);
	assert_int_equal(tv_fiber_create(64 << 10, &fiber), 0);
	tv_fiber_start(fiber, next_in_fiber, NULL);
	actor.explored = true;
	while (rcu_sections < 2) {
		tv_current = &actor;
		assert_true(tv_fiber_resume(fiber));
		rcu_sections += !strcmp(actor.point->what, "rcu_read_lock");
	}
	/* it has looked where the VMA is, and is about to look again, to lock it */
	tv_current = &world->kernel;
	assert_int_equal(tv_munmap(task->mm, 0x2000, 0x9000), 0);
	assert_int_equal(tv_mmap(task->mm, &other), 0);
	tv_current = &actor;
	while (tv_fiber_resume(fiber))
		;
	actor.explored = false;
	assert_non_null(next.found);
	assert_int_equal(next.found->vm_start, 0x7000);
	next.design->iter_destroy(&next.it);
	tv_context_leave(&actor);
	tv_current = &world->kernel;
	tv_fiber_destroy(fiber);
	model_world_end(world);
}

/* One walk by @approach, which gets all objects it asks for but the @nth. Returns what it returned. */
static int walk_without_object(const struct tv_iter_design *approach, unsigned long nth,
			       unsigned long *shown, unsigned long *asked)
{
	unsigned int limit = 100;
	struct tv_world *world;
	int err;

	assert_int_equal(tv_world_create(&world), 0);
	world->keeps_vm_next = true;
	model_populate(world, 2);
	*asked = world->objects;
	world->faults.fail_object = nth ? world->objects + nth : 0;
	err = tv_iter_walk(world, approach, TV_CONTEXT_PROCESS, tv_world_find_task(world, -1), 0,
			   visit, &limit, shown);
	*asked = world->objects - *asked;
	world->faults.fail_object = 0;
	/* nothing is held after it */
	model_world_end(world);
	return err;
}

/* Each of the objects that the older ways to walk ask for is not to be had, once. */
static void approaches_without_memory(void **state)
{
	const struct tv_iter_design *const *approach;
	unsigned long nth, shown, asked, all;
	int err;

	for (approach = tv_approaches; *approach; approach++) {
		assert_int_equal(walk_without_object(*approach, 0, &shown, &all), 0);
		assert_int_equal(shown, 2);
		assert_true(all > 0);
		for (nth = 1; nth <= all; nth++) {
			err = walk_without_object(*approach, nth, &shown, &asked);
			/* new fails, or it is a read(2) that ends the walk */
			if (shown || asked > nth || (err && err != -ENOMEM))
				fail_msg("%s without object %lu: %d, %lu VMAs", (*approach)->name, nth,
					 err, shown);
		}
	}
}

/* The task is gone before the next read(2) of the file: that read ends the walk, and holds nothing. */
static void a_read_finds_the_task_gone(void **state)
{
	const struct tv_iter_design *approach = tv_approach_find("seq_file");
	struct tv_world *world = model_world(TV_APPROACH_READ + 2);
	struct task_struct *task = tv_world_find_task(world, 42);
	struct bpf_iter_task_vma it;
	unsigned int shown;

	assert_int_equal(approach->iter_new(&it, task, 0), 0);
	for (shown = 0; shown < TV_APPROACH_READ; shown++)
		assert_non_null(approach->iter_next(&it));
	tv_task_exit(task);
	/* the next read does not find it */
	assert_null(approach->iter_next(&it));
	approach->iter_destroy(&it);
	model_world_end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken_and_given_back_in_order),
		cmocka_unit_test(ebusy_with_interrupts_off),
		cmocka_unit_test(enomem),
		cmocka_unit_test(ebusy_alloc_lock),
		cmocka_unit_test(enoent_exited),
		cmocka_unit_test(enoent_kernel_thread),
		cmocka_unit_test(starts_at_address),
		cmocka_unit_test(shows_each_once),
		cmocka_unit_test(passes_what_is_being_written),
		cmocka_unit_test(passes_what_is_being_freed),
		cmocka_unit_test(finds_what_comes_in_place),
		cmocka_unit_test(approaches_without_memory),
		cmocka_unit_test(a_read_finds_the_task_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
