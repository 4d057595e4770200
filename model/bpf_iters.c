// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Kfuncs of open-coded iterators: task_vma in the design that was chosen, and task. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "model/bpf_internal.h"
#include "model/task.h"

/*
 * A handle: a tag that no address has, how often its number was given out, and the number. 0 stands,
 * as in the kernel, for a `new` that failed.
 */
#define TAG		UINT64_C(0x7476)
#define HANDLE(generation, nr) \
	(TAG << 48 | (uint64_t)((generation) & 0xffff) << 32 | (nr))
#define GENERATION(handle)	((unsigned int)((handle) >> 32) & 0xffff)
#define NUMBER(handle)		((uint32_t)(handle))

static struct tv_bpf_walk *walk_add(struct tv_bpf_walks *walks)
{
	struct tv_bpf_walk *of;
	uint32_t room = walks->room ? walks->room * 2 : 8;

	if (walks->nr == walks->room) {
		of = room > UINT32_MAX / 2 ? NULL : reallocarray(walks->of, room, sizeof(*of));
		if (!of)
			return NULL;
		walks->of = of;
		walks->room = room;
	}
	of = &walks->of[walks->nr];
	*of = (struct tv_bpf_walk){ .handle = HANDLE(0, walks->nr) };
	walks->nr++;
	return of;
}

/* One for a new walk. NULL: out of memory, the run stopped. */
static struct tv_bpf_walk *walk_take(struct tv_bpf_kernel *kernel, enum tv_walk_kind kind)
{
	struct tv_bpf_walks *walks = &kernel->walks;
	struct tv_bpf_walk *walk;

	if (walks->first_free) {
		walk = &walks->of[walks->first_free - 1];
		walks->first_free = walk->next_free;
		*walk = (struct tv_bpf_walk){
			.handle = HANDLE(GENERATION(walk->handle) + 1, NUMBER(walk->handle)),
		};
	} else {
		walk = walk_add(walks);
		if (!walk) {
			tv_machine_stop(kernel->machine, TV_RUN_NOMEM, "out of memory");
			return NULL;
		}
	}
	walk->kind = kind;
	walk->alive = true;
	walk->prog = tv_machine_at(kernel->machine, &walk->insn);
	return walk;
}

static void walk_give_back(struct tv_bpf_kernel *kernel, struct tv_bpf_walk *walk)
{
	struct tv_bpf_walks *walks = &kernel->walks;

	walk->alive = false;
	walk->destroyed = walk->kind == TV_WALK_VMA ? tv_bpf_judge_released(&kernel->judge) : NULL;
	walk->next_free = walks->first_free;
	walks->first_free = NUMBER(walk->handle) + 1;
}

void tv_bpf_walks_fini(struct tv_bpf_walks *walks)
{
	free(walks->of);
	*walks = (struct tv_bpf_walks){ 0 };
}

const struct tv_bpf_walk *tv_bpf_walks_alive(const struct tv_bpf_walks *walks)
{
	uint32_t i;

	for (i = 0; i < walks->nr; i++) {
		if (walks->of[i].alive && walks->of[i].kind == TV_WALK_VMA)
			return &walks->of[i];
	}
	return NULL;
}

/*
 * The walk that the iterator in the first argument stands for. NULL: a `new` that failed, or the run
 * was stopped: no iterator is there, or not any more.
 */
static struct tv_bpf_walk *walk_arg(struct tv_machine *machine, const uint64_t args[5],
				    enum tv_walk_kind kind, const char *call)
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	const struct tv_bpf_walks *walks = &kernel->walks;
	const void *at = tv_machine_bytes(machine, args[0], sizeof(uint64_t), false, call);
	struct tv_bpf_walk *walk;
	uint64_t handle;

	if (!at)
		return NULL;
	memcpy(&handle, at, sizeof(handle));
	if (!handle)
		return NULL;
	walk = NUMBER(handle) < walks->nr ? &walks->of[NUMBER(handle)] : NULL;
	if (handle >> 48 != TAG || !walk || walk->kind != kind) {
		tv_machine_stop(machine, TV_RUN_FAULT, "%s: R1 leads to no iterator", call);
		return NULL;
	}
	if (walk->alive && walk->handle == handle)
		return walk;
	tv_hazard(TV_HAZARD_USE_AFTER_FREE, TV_SITE(), walk->destroyed, "%s of a destroyed iterator",
		  call);
	tv_machine_stop(machine, TV_RUN_STOPPED, "%s of a destroyed iterator", call);
	return NULL;
}

/* What a program finds in its iterator: a handle or 0, and 0s up to the @size that BTF gives it. */
static bool write_iter(struct tv_machine *machine, uint64_t addr, uint64_t handle, uint32_t size,
		       const char *call)
{
	uint8_t *to = tv_machine_bytes(machine, addr, size, true, call);

	if (!to)
		return false;
	memset(to, 0, size);
	memcpy(to, &handle, sizeof(handle));
	return true;
}

/* --- task_vma ------------------------------------------------------------------ */

/* Linux KF_RCU: the verifier demands a task that RCU or a reference keeps. */
static void judge_task(const struct tv_bpf_kernel *kernel, const struct task_struct *task,
		       const char *call)
{
	const struct tv_actor *actor = &kernel->actor;

	if (!actor->rcu_depth && task != kernel->opts.current_task &&
	    !tv_ledger_holds(&actor->world->ledger, actor, TV_RES_TASK_REF, task))
		tv_hazard(TV_HAZARD_USE_UNPROTECTED, TV_SITE(), NULL,
			  "%s of task %d, which neither RCU nor a reference keeps", call, task->pid);
}

static uint64_t task_vma_new(struct tv_machine *machine, const uint64_t args[5])
{
	static const char call[] = "bpf_iter_task_vma_new";
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	struct task_struct *task;
	struct tv_bpf_walk *walk;
	int err;

	if (!write_iter(machine, args[0], 0, sizeof(uint64_t), call))
		return 0;
	task = (struct task_struct *)tv_bpf_object_arg(machine, args, 2, TV_VIEW_TASK, call);
	walk = task ? walk_take(kernel, TV_WALK_VMA) : NULL;
	if (!walk)
		return 0;
	judge_task(kernel, task, call);
	err = kernel->opts.design->iter_new(&walk->vma, task, args[2]);
	if (err)
		walk_give_back(kernel, walk);
	else
		write_iter(machine, args[0], walk->handle, sizeof(walk->handle), call);
	return (uint64_t)(int64_t)err;
}

static uint64_t task_vma_next(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	struct tv_bpf_walk *walk = walk_arg(machine, args, TV_WALK_VMA, "bpf_iter_task_vma_next");

	if (!walk)
		return 0;
	return tv_bpf_view_address(&kernel->view, kernel->opts.design->iter_next(&walk->vma));
}

static uint64_t task_vma_destroy(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	struct tv_bpf_walk *walk = walk_arg(machine, args, TV_WALK_VMA, "bpf_iter_task_vma_destroy");

	if (!walk)
		return 0;
	kernel->opts.design->iter_destroy(&walk->vma);
	walk_give_back(kernel, walk);
	return 0;
}

/* --- task ---------------------------------------------------------------------- */

/* Linux enum { BPF_TASK_ITER_* } */
enum { ALL_PROCS, ALL_THREADS, PROC_THREADS };

#define ITER_TASK_SIZE	24	/* struct bpf_iter_task */

/* The next process after @task in the world, in the order of creation; @task NULL: the first. */
static struct task_struct *next_process(const struct tv_bpf_kernel *kernel,
					const struct task_struct *task)
{
	struct task_struct *next = task ? task->tv_next : kernel->opts.world->tasks;

	while (next && (next->tv_released || next->pid != next->tgid))
		next = next->tv_next;
	return next;
}

/* Linux __next_thread(): another one of the same process behind @task. */
static struct task_struct *next_thread(const struct task_struct *task)
{
	struct task_struct *next = task->tv_next;

	while (next && (next->tv_released || next->tgid != task->tgid))
		next = next->tv_next;
	return next;
}

static uint64_t task_new(struct tv_machine *machine, const uint64_t args[5])
{
	static const char call[] = "bpf_iter_task_new";
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	unsigned int flags = args[2];
	struct task_struct *task;
	struct tv_bpf_walk *walk;

	if (!write_iter(machine, args[0], 0, ITER_TASK_SIZE, call))
		return 0;
	/* Linux KF_RCU_PROTECTED: the verifier demands a section around all of the walk */
	if (!kernel->actor.rcu_depth)
		tv_hazard(TV_HAZARD_USE_UNPROTECTED, TV_SITE(), NULL,
			  "%s outside of an RCU read-side section", call);
	if (flags > PROC_THREADS || (flags == PROC_THREADS && !args[1]))
		return -EINVAL;
	if (flags == PROC_THREADS)
		task = (struct task_struct *)tv_bpf_object_arg(machine, args, 2, TV_VIEW_TASK, call);
	else
		task = next_process(kernel, NULL);
	walk = task || flags != PROC_THREADS ? walk_take(kernel, TV_WALK_TASK) : NULL;
	if (!walk)
		return 0;
	walk->task = walk->pos = task;
	walk->flags = flags;
	write_iter(machine, args[0], walk->handle, ITER_TASK_SIZE, call);
	return 0;
}

static uint64_t task_next(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	struct tv_bpf_walk *walk = walk_arg(machine, args, TV_WALK_TASK, "bpf_iter_task_next");
	struct task_struct *pos = walk ? walk->pos : NULL;

	if (!pos)
		return 0;
	walk->pos = walk->flags == ALL_PROCS ? NULL : next_thread(pos);
	if (!walk->pos && walk->flags != PROC_THREADS)
		walk->pos = walk->task = next_process(kernel, walk->task);
	return tv_bpf_view_address(&kernel->view, pos);
}

static uint64_t task_destroy(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	struct tv_bpf_walk *walk = walk_arg(machine, args, TV_WALK_TASK, "bpf_iter_task_destroy");

	if (walk)
		walk_give_back(kernel, walk);
	return 0;
}

const struct tv_bpf_call tv_bpf_iter_kfuncs[] = {
	{ .name = "bpf_iter_task_vma_new", .call = task_vma_new },
	{ .name = "bpf_iter_task_vma_next", .call = task_vma_next },
	{ .name = "bpf_iter_task_vma_destroy", .call = task_vma_destroy },
	{ .name = "bpf_iter_task_new", .call = task_new },
	{ .name = "bpf_iter_task_next", .call = task_next },
	{ .name = "bpf_iter_task_destroy", .call = task_destroy },
	{ 0 },
};
