// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --fault: what is made to go wrong for one task, on top of its fixture. */
#include <errno.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/faults.h"
#include "model/task.h"

/* What follows @name= in @text; "" for @name alone; NULL when it is another one. */
static const char *fault_value(const char *text, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(text, name, len))
		return NULL;
	if (text[len] == '=')
		return text + len + 1;
	return text[len] ? NULL : "";
}

static int add_alloc(struct cli_faults *faults, const char *value)
{
	uint64_t nth = 1;

	if (*value && cli_parse_u64(value, &nth))
		return -EINVAL;
	faults->fail_alloc = nth;
	return nth ? 0 : -EINVAL;
}

int cli_faults_add(struct cli_faults *faults, const char *text)
{
	const char *value;

	value = fault_value(text, "alloc");
	if (value)
		return add_alloc(faults, value);
	value = fault_value(text, "mmap-lock");
	if (value)
		return tv_mmap_lock_state_parse(value, &faults->mmap_lock);
	if (!strcmp(text, "irq-work-busy"))
		faults->irq_work_busy = true;
	else if (!strcmp(text, "kthread"))
		faults->kthread = true;
	else if (!strcmp(text, "exited"))
		faults->exited = true;
	else
		return -EINVAL;
	return 0;
}

bool cli_faults_any(const struct cli_faults *faults)
{
	return faults->fail_alloc || faults->irq_work_busy || faults->kthread || faults->exited ||
	       faults->mmap_lock != TV_MMAP_FREE;
}

int cli_faults_apply(const struct cli_faults *faults, struct task_struct *task)
{
	struct tv_fault_plan *plan = &task->tv_world->faults;

	if (faults->fail_alloc)
		plan->fail_alloc = faults->fail_alloc;
	if (faults->irq_work_busy)
		plan->irq_work_busy = true;
	if (faults->mmap_lock != TV_MMAP_FREE) {
		if (!task->mm)
			return -EINVAL;
		tv_mmap_lock_set_state(task->mm, faults->mmap_lock);
	}
	if (!faults->kthread && !faults->exited)
		return 0;
	/* an mm that goes away is not locked by anybody */
	if (task->mm)
		tv_mmap_lock_set_state(task->mm, TV_MMAP_FREE);
	tv_task_exit_mm(task);
	if (faults->kthread) {
		task->flags |= PF_KTHREAD;
		if (!faults->exited)
			task->flags &= ~PF_EXITING;
	}
	return 0;
}
