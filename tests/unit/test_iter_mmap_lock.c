// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The v5 iterator: every way new can go, what next and destroy do after it,
 * and that all is given back, in reverse order.
 */
#include <errno.h>
#include <string.h>
#include "model/iter.h"
#include "model/mmap_lock.h"
#include "tests/unit/model_world.h"

#define MAX_EVENTS 64

/* What the walk did, without the set-up and the teardown. */
struct trace {
	struct tv_event ev[MAX_EVENTS];
	int nr;
};

static void trace_add(void *arg, const struct tv_event *ev)
{
	struct trace *trace = arg;

	if (trace->nr < MAX_EVENTS)
		trace->ev[trace->nr++] = *ev;
}

static struct trace *trace_begin(struct tv_world *world)
{
	static struct trace trace;

	trace.nr = 0;
	world->sink = trace_add;
	world->sink_arg = &trace;
	return &trace;
}

static void assert_event(const struct trace *trace, int i, enum tv_op op, enum tv_resource res)
{
	assert_true(i < trace->nr);
	assert_int_equal(trace->ev[i].op, op);
	assert_string_equal(tv_resource_text(trace->ev[i].res), tv_resource_text(res));
}

static int count_vma(void *arg, const struct vm_area_struct *vma)
{
	++*(int *)arg;
	return 0;
}

static int walk(struct tv_world *world, enum tv_context context, int *seen)
{
	*seen = 0;
	return tv_iter_walk(world, tv_iter_design_find("mmap_lock"), context,
			    tv_world_find_task(world, -1), 0, count_vma, seen, NULL);
}

/* new is refused with @err for @reason, shows no VMA, and keeps nothing. */
static void assert_refused(struct tv_world *world, enum tv_context context, int err,
			   const char *reason)
{
	unsigned long before = world->events;
	int seen;

	assert_int_equal(walk(world, context, &seen), err);
	assert_int_equal(seen, 0);
	assert_true(world->events > before || err == -ENOENT);
	assert_non_null(strstr(tv_iter_failure_reason(world, tv_world_find_task(world, -1), err),
			       reason));
	model_world_end(world);
}

/* An error that nothing explains: no refusal was told, and the task is like any other. */
static void errors_without_a_reason(void **state)
{
	struct tv_world *world = model_world(1);
	const struct task_struct *task = tv_world_find_task(world, -1);

	assert_string_equal(tv_iter_failure_reason(world, task, -EBUSY), "the design gave no reason");
	assert_string_equal(tv_iter_failure_reason(world, task, -ENOENT), "the design gave no reason");
	model_world_end(world);
}

static void given_back_in_reverse(void **state)
{
	struct tv_world *world = model_world(3);
	struct trace *trace = trace_begin(world);
	int seen;

	assert_int_equal(walk(world, TV_CONTEXT_PROCESS, &seen), 0);
	assert_int_equal(seen, 3);
	assert_int_equal(trace->nr, 6);
	assert_event(trace, 0, TV_ACQUIRE, TV_RES_BPF_MEM);
	assert_event(trace, 1, TV_ACQUIRE, TV_RES_TASK_REF);
	assert_event(trace, 2, TV_ACQUIRE, TV_RES_MMAP_READ);
	assert_event(trace, 3, TV_RELEASE, TV_RES_MMAP_READ);
	assert_event(trace, 4, TV_RELEASE, TV_RES_TASK_REF);
	assert_event(trace, 5, TV_RELEASE, TV_RES_BPF_MEM);
	model_world_end(world);
}

/* With interrupts off the unlock waits for irq_work, and runs when they are on. */
static void unlock_is_deferred(void **state)
{
	static const enum tv_context off[] = { TV_CONTEXT_IRQS_OFF, TV_CONTEXT_NMI };
	size_t i;

	for (i = 0; i < 2; i++) {
		struct tv_world *world = model_world(2);
		struct trace *trace = trace_begin(world);
		int seen;

		assert_int_equal(walk(world, off[i], &seen), 0);
		assert_int_equal(seen, 2);
		assert_int_equal(trace->nr, 8);
		assert_event(trace, 3, TV_ACQUIRE, TV_RES_IRQ_WORK);
		assert_event(trace, 4, TV_RELEASE, TV_RES_TASK_REF);
		assert_event(trace, 5, TV_RELEASE, TV_RES_BPF_MEM);
		assert_event(trace, 6, TV_RELEASE, TV_RES_IRQ_WORK);
		assert_event(trace, 7, TV_RELEASE, TV_RES_MMAP_READ);
		model_world_end(world);
	}
}

/* The second walk with interrupts off finds the first one's unlock still queued. */
static void slot_busy_with_own_unlock(void **state)
{
	const struct tv_iter_design *design = tv_iter_design_find("mmap_lock");
	struct tv_world *world = model_world(1);
	struct task_struct *task = tv_world_find_task(world, -1);
	struct tv_actor program = { .world = world, .cpu = &world->cpus[1], .name = "program" };
	struct bpf_iter_task_vma first, second;

	tv_context_enter(&program, TV_CONTEXT_IRQS_OFF);
	assert_int_equal(design->iter_new(&first, task, 0), 0);
	design->iter_destroy(&first);
	assert_int_equal(design->iter_new(&second, task, 0), -EBUSY);
	assert_null(design->iter_next(&second));
	design->iter_destroy(&second);
	tv_context_leave(&program);
	assert_int_equal(task->mm->mmap_lock.readers, 0);
	model_world_end(world);
}

/* Kernels of today reserve the slot: who asks for it, and has no use for it, must give it back. */
static void slot_is_not_kept(void **state)
{
	const struct tv_iter_design *design = tv_iter_design_find("mmap_lock");
	struct tv_world *world = model_world(1);
	struct task_struct *task = tv_world_find_task(world, -1);
	struct tv_actor program = { .world = world, .cpu = &world->cpus[1], .name = "program" };
	const bool *asked = &program.cpu->mmap_unlock_work.tv_asked;
	struct bpf_iter_task_vma it;

	tv_context_enter(&program, TV_CONTEXT_IRQS_OFF);
	tv_mmap_lock_set_state(task->mm, TV_MMAP_WRITE);
	assert_int_equal(design->iter_new(&it, task, 0), -EBUSY);
	assert_false(*asked);
	design->iter_destroy(&it);

	tv_mmap_lock_set_state(task->mm, TV_MMAP_FREE);
	assert_int_equal(design->iter_new(&it, task, 0), 0);
	assert_true(*asked);
	design->iter_destroy(&it);
	assert_false(*asked);
	tv_context_leave(&program);
	model_world_end(world);
}

static void softirq_unlocks_at_once(void **state)
{
	struct tv_world *world = model_world(1);
	struct trace *trace = trace_begin(world);
	int seen;

	world->faults.irq_work_busy = true;	/* of no use to it */
	assert_int_equal(walk(world, TV_CONTEXT_SOFTIRQ, &seen), 0);
	assert_int_equal(seen, 1);
	assert_int_equal(trace->nr, 6);
	model_world_end(world);
}

static void enomem(void **state)
{
	struct tv_world *world = model_world(1);

	world->faults.fail_alloc = 1;
	assert_refused(world, TV_CONTEXT_PROCESS, -ENOMEM, "bpf_mem_alloc");
}

static void enoent_kernel_thread(void **state)
{
	struct tv_world *world = model_world(-1);

	tv_world_find_task(world, -1)->flags |= PF_KTHREAD;
	assert_refused(world, TV_CONTEXT_PROCESS, -ENOENT, "kernel thread");
}

static void enoent_exited(void **state)
{
	struct tv_world *world = model_world(4);

	tv_task_exit_mm(tv_world_find_task(world, -1));
	assert_refused(world, TV_CONTEXT_PROCESS, -ENOENT, "exited");
}

static void ebusy_irq_work(void **state)
{
	struct tv_world *world = model_world(1);

	world->faults.irq_work_busy = true;
	assert_refused(world, TV_CONTEXT_IRQS_OFF, -EBUSY, "irq_work");
}

static void ebusy_lock(void **state)
{
	static const struct {
		enum tv_mmap_lock_state held;
		const char *reason;
	} cases[] = {
		{ TV_MMAP_WRITE, "held by a writer" },
		{ TV_MMAP_WRITE_WAITING, "a writer waits" },
	};
	size_t i;

	for (i = 0; i < 2; i++) {
		struct tv_world *world = model_world(1);

		tv_mmap_lock_set_state(tv_world_find_task(world, -1)->mm, cases[i].held);
		assert_refused(world, TV_CONTEXT_PROCESS, -EBUSY, cases[i].reason);
	}
}

/* What the walk names is put before the walk's memory goes. */
static void failed_new_gives_back_in_reverse(void **state)
{
	struct tv_world *world = model_world(1);
	struct trace *trace;
	int seen;

	tv_mmap_lock_set_state(tv_world_find_task(world, -1)->mm, TV_MMAP_WRITE);
	trace = trace_begin(world);
	assert_int_equal(walk(world, TV_CONTEXT_PROCESS, &seen), -EBUSY);
	assert_int_equal(trace->nr, 5);
	assert_event(trace, 2, TV_REFUSE, TV_RES_MMAP_READ);
	assert_event(trace, 3, TV_RELEASE, TV_RES_TASK_REF);
	assert_event(trace, 4, TV_RELEASE, TV_RES_BPF_MEM);
	model_world_end(world);
}

static void other_reader_is_no_obstacle(void **state)
{
	struct tv_world *world = model_world(5);
	int seen;

	tv_mmap_lock_set_state(tv_world_find_task(world, -1)->mm, TV_MMAP_READ);
	assert_int_equal(walk(world, TV_CONTEXT_PROCESS, &seen), 0);
	assert_int_equal(seen, 5);
	model_world_end(world);
}

static void starts_at_address(void **state)
{
	static const struct {
		uint64_t addr;
		unsigned long first;	/* vm_start of the first VMA shown; 0: none is */
	} cases[] = {
		{ 0, 0x1000 }, { 0x1000, 0x1000 }, { 0x1fff, 0x1000 },
		{ 0x2000, 0x3000 }, { 0x2fff, 0x3000 }, { 0x3fff, 0x3000 },
		{ 0x4000, 0 }, { (uint64_t)-1, 0 },
	};
	const struct tv_iter_design *design = tv_iter_design_find("mmap_lock");
	struct tv_world *world = model_world(2);
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bpf_iter_task_vma it;
		struct vm_area_struct *vma;

		assert_int_equal(design->iter_new(&it, tv_world_find_task(world, -1),
						  cases[i].addr), 0);
		vma = design->iter_next(&it);
		assert_int_equal(vma ? vma->vm_start : 0, cases[i].first);
		design->iter_destroy(&it);
	}
	model_world_end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_without_a_reason),
		cmocka_unit_test(given_back_in_reverse),
		cmocka_unit_test(unlock_is_deferred),
		cmocka_unit_test(slot_busy_with_own_unlock),
		cmocka_unit_test(slot_is_not_kept),
		cmocka_unit_test(softirq_unlocks_at_once),
		cmocka_unit_test(enomem),
		cmocka_unit_test(enoent_kernel_thread),
		cmocka_unit_test(enoent_exited),
		cmocka_unit_test(ebusy_irq_work),
		cmocka_unit_test(ebusy_lock),
		cmocka_unit_test(failed_new_gives_back_in_reverse),
		cmocka_unit_test(other_reader_is_no_obstacle),
		cmocka_unit_test(starts_at_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
