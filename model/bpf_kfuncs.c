// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Kfuncs but for iterators: RCU, interrupts, references on tasks and files, casts, paths. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "model/bpf_internal.h"
#include "model/file.h"
#include "model/rcu.h"
#include "model/task.h"

/* --- sections ------------------------------------------------------------------ */

static uint64_t rcu_lock(struct tv_machine *machine, const uint64_t args[5])
{
	tv_rcu_enter(TV_SITE());
	return 0;
}

/* A program ends its own sections, not the one it is in from its beginning. */
static uint64_t rcu_unlock(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);

	if (kernel->actor.rcu_depth > kernel->base_rcu)
		tv_rcu_leave(TV_SITE());
	else
		tv_hazard(TV_HAZARD_UNBALANCED, TV_SITE(), NULL,
			  "bpf_rcu_read_unlock without its lock");
	return 0;
}

static uint64_t preempt_disable(struct tv_machine *machine, const uint64_t args[5])
{
	tv_bpf_kernel_of(machine)->preempt_off++;
	return 0;
}

static uint64_t preempt_enable(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);

	if (kernel->preempt_off)
		kernel->preempt_off--;
	else
		tv_hazard(TV_HAZARD_UNBALANCED, TV_SITE(), NULL,
			  "bpf_preempt_enable without its disable");
	return 0;
}

/* What the program keeps for restore: x86-64's flags, of which only IF tells anything. */
#define X86_EFLAGS_FIXED	0x2u
#define X86_EFLAGS_IF		0x200u

static uint64_t irq_save(struct tv_machine *machine, const uint64_t args[5])
{
	uint64_t flags = X86_EFLAGS_FIXED | (irqs_disabled() ? 0 : X86_EFLAGS_IF);
	void *to = tv_machine_bytes(machine, args[0], sizeof(flags), true, "bpf_local_irq_save");

	if (!to)
		return 0;
	memcpy(to, &flags, sizeof(flags));
	tv_current->irqs_saved++;
	return 0;
}

/* With interrupts on again, this CPU does what waited for them. */
static uint64_t irq_restore(struct tv_machine *machine, const uint64_t args[5])
{
	uint64_t flags;

	if (tv_machine_read(machine, args[0], &flags, sizeof(flags), "bpf_local_irq_restore"))
		return 0;
	if (!tv_current->irqs_saved) {
		tv_hazard(TV_HAZARD_UNBALANCED, TV_SITE(), NULL,
			  "bpf_local_irq_restore without its save");
		return 0;
	}
	tv_current->irqs_saved--;
	if (!irqs_disabled())
		tv_irq_work_run(tv_current->cpu);
	return 0;
}

/* --- references ---------------------------------------------------------------- */

static int refs_add(struct tv_bpf_refs *refs, const void *object)
{
	size_t room = refs->room ? refs->room * 2 : 8;
	const void **of;

	if (refs->nr == refs->room) {
		of = reallocarray(refs->of, room, sizeof(*of));
		if (!of)
			return -ENOMEM;
		refs->of = of;
		refs->room = room;
	}
	refs->of[refs->nr++] = object;
	return 0;
}

/* False: the program has no reference on @object. */
static bool refs_remove(struct tv_bpf_refs *refs, const void *object)
{
	size_t i = refs->nr;

	while (i--) {
		if (refs->of[i] != object)
			continue;
		refs->of[i] = refs->of[--refs->nr];
		return true;
	}
	return false;
}

void tv_bpf_refs_fini(struct tv_bpf_refs *refs)
{
	free(refs->of);
	*refs = (struct tv_bpf_refs){ 0 };
}

/* The program gets @task, with the reference that was taken for it. */
static uint64_t give_task(struct tv_bpf_kernel *kernel, struct task_struct *task)
{
	if (!task)
		return 0;
	if (!refs_add(&kernel->tasks, task))
		return tv_bpf_view_address(&kernel->view, task);
	put_task_struct(task);
	tv_machine_stop(kernel->machine, TV_RUN_NOMEM, "out of memory");
	return 0;
}

static uint64_t task_acquire(struct tv_machine *machine, const uint64_t args[5])
{
	struct task_struct *task;

	task = (struct task_struct *)tv_bpf_object_arg(machine, args, 1, TV_VIEW_TASK,
						       "bpf_task_acquire");
	return give_task(tv_bpf_kernel_of(machine), task ? get_task_struct(task) : NULL);
}

static uint64_t task_release(struct tv_machine *machine, const uint64_t args[5])
{
	static const char call[] = "bpf_task_release";
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	struct task_struct *task;

	task = (struct task_struct *)tv_bpf_object_arg(machine, args, 1, TV_VIEW_TASK, call);
	if (!task)
		return 0;
	if (refs_remove(&kernel->tasks, task))
		put_task_struct(task);
	else
		tv_hazard(TV_HAZARD_UNBALANCED, TV_SITE(), NULL,
			  "%s of a task that the program has no reference on", call);
	return 0;
}

/* There is one pid namespace. */
static uint64_t task_from_pid(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);

	return give_task(kernel, tv_task_from_pid(kernel->opts.world, (int)args[0], TV_SITE()));
}

/* No fixture says which file a task was started from. */
static uint64_t task_exe_file(struct tv_machine *machine, const uint64_t args[5])
{
	static const char call[] = "bpf_get_task_exe_file";
	const struct task_struct *task;

	task = tv_bpf_object_arg(machine, args, 1, TV_VIEW_TASK, call);
	if (task && task->mm)
		tv_machine_stop(machine, TV_RUN_UNSUPPORTED, "%s: mm_struct.exe_file is not modelled",
				call);
	return 0;
}

static uint64_t put_file(struct tv_machine *machine, const uint64_t args[5])
{
	static const char call[] = "bpf_put_file";
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	struct file *file;

	file = (struct file *)tv_bpf_object_arg(machine, args, 1, TV_VIEW_FILE, call);
	if (!file)
		return 0;
	if (refs_remove(&kernel->files, file))
		fput(file);
	else
		tv_hazard(TV_HAZARD_UNBALANCED, TV_SITE(), NULL,
			  "%s of a file that the program has no reference on", call);
	return 0;
}

/* --- the rest ------------------------------------------------------------------ */

static uint64_t path_d_path(struct tv_machine *machine, const uint64_t args[5])
{
	uint32_t size = args[2];

	return (uint64_t)(int64_t)(size ? tv_bpf_d_path(machine, args, size, "bpf_path_d_path") : -EINVAL);
}

/* An object is laid out by what it is, whatever it is cast to. */
static uint64_t rdonly_cast(struct tv_machine *machine, const uint64_t args[5])
{
	return args[0];
}

const struct tv_bpf_call tv_bpf_kfuncs[] = {
	{ .name = "bpf_rcu_read_lock", .call = rcu_lock },
	{ .name = "bpf_rcu_read_unlock", .call = rcu_unlock },
	{ .name = "bpf_preempt_disable", .call = preempt_disable },
	{ .name = "bpf_preempt_enable", .call = preempt_enable },
	{ .name = "bpf_local_irq_save", .call = irq_save },
	{ .name = "bpf_local_irq_restore", .call = irq_restore },
	{ .name = "bpf_task_acquire", .call = task_acquire },
	{ .name = "bpf_task_release", .call = task_release },
	{ .name = "bpf_task_from_pid", .call = task_from_pid },
	{ .name = "bpf_task_from_vpid", .call = task_from_pid },
	{ .name = "bpf_get_task_exe_file", .call = task_exe_file },
	{ .name = "bpf_put_file", .call = put_file },
	{ .name = "bpf_path_d_path", .call = path_d_path },
	{ .name = "bpf_rdonly_cast", .call = rdonly_cast },
	{ 0 },
};
