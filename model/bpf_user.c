// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Helpers that read user memory. The model knows what is mapped and not what is there: an address
 * that cannot be read fails as in the kernel, one that can stops the run by name.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include "model/bpf_internal.h"
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "model/task.h"

#define VM_ACCESS_FLAGS	(VM_READ | VM_WRITE | VM_EXEC)

/* Are the @size bytes at @addr, at least one, in VMAs that may be accessed? */
static bool is_mapped(struct mm_struct *mm, uint64_t addr, uint64_t size)
{
	const struct vm_area_struct *vma;
	uint64_t end = addr + size;
	VMA_ITERATOR(vmi, mm, addr);

	for_each_vma(vmi, vma) {
		if (vma->vm_start > addr || !(vma->vm_flags & VM_ACCESS_FLAGS))
			return false;
		addr = vma->vm_end;
		if (addr >= end)
			return true;
	}
	return false;
}

/* Reads of @size bytes: -EFAULT, or the run is stopped. */
static int touch_user(struct tv_machine *machine, struct mm_struct *mm, uint64_t addr,
		      uint64_t size, const char *call)
{
	uint64_t limit = tv_current->world->limits.task_size;

	if (!mm || addr >= limit || size > limit - addr || !is_mapped(mm, addr, size))
		return -EFAULT;
	tv_machine_stop(machine, TV_RUN_UNSUPPORTED,
			"%s: the content of user memory, at 0x%llx, is not modelled", call,
			(unsigned long long)addr);
	return 0;
}

/* A read that fails leaves 0s; of nothing it succeeds. */
static uint64_t read_user(struct tv_machine *machine, struct mm_struct *mm, uint64_t to,
			  uint32_t size, uint32_t reads, uint64_t from, const char *call)
{
	uint8_t *bytes = tv_machine_bytes(machine, to, size, true, call);
	int err;

	if (!bytes || !size)
		return 0;
	err = touch_user(machine, mm, from, reads, call);
	memset(bytes, 0, size);
	return (uint64_t)(int64_t)err;
}

static struct mm_struct *current_mm(struct tv_machine *machine)
{
	return tv_bpf_kernel_of(machine)->opts.current_task->mm;
}

/* --- without sleeping ---------------------------------------------------------- */

static uint64_t probe_read_user(struct tv_machine *machine, const uint64_t args[5])
{
	return read_user(machine, current_mm(machine), args[0], args[1], args[1], args[2],
			 "bpf_probe_read_user");
}

/* Of a text only the first byte is sure to be read. */
static uint64_t probe_read_user_str(struct tv_machine *machine, const uint64_t args[5])
{
	return read_user(machine, current_mm(machine), args[0], args[1], 1, args[2],
			 "bpf_probe_read_user_str");
}

/* The helpers of old take either: where addresses do not overlap they can tell. */
static uint64_t either(struct tv_machine *machine, const uint64_t args[5], int user, int kernel_id)
{
	const struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	bool is_user = args[2] < kernel->opts.world->limits.task_size;

	return kernel->env.helper(NULL, is_user ? user : kernel_id)(machine, args);
}

static uint64_t probe_read(struct tv_machine *machine, const uint64_t args[5])
{
	return either(machine, args, BPF_FUNC_probe_read_user, BPF_FUNC_probe_read_kernel);
}

static uint64_t probe_read_str(struct tv_machine *machine, const uint64_t args[5])
{
	return either(machine, args, BPF_FUNC_probe_read_user_str, BPF_FUNC_probe_read_kernel_str);
}

/* --- sleeping ------------------------------------------------------------------ */

/* What a fault, or access_process_vm(), takes on its way: where the program has it, that shows. */
static void take_mmap_lock(struct tv_bpf_kernel *kernel, struct task_struct *task, const char *call)
{
	struct mm_struct *mm;

	if (kernel->preempt_off)
		tv_hazard(TV_HAZARD_SLEEP_IN_ATOMIC, TV_SITE(), NULL, "%s with preemption off", call);
	tv_might_sleep(call, TV_SITE());
	mm = tv_get_task_mm(task, TV_SITE());
	if (!mm)
		return;
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	mmput(mm);
}

static uint64_t copy_from_user(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	static const char call[] = "bpf_copy_from_user";

	take_mmap_lock(kernel, kernel->opts.current_task, call);
	return read_user(machine, current_mm(machine), args[0], args[1], args[1], args[2], call);
}

static uint64_t copy_from_user_task(struct tv_machine *machine, const uint64_t args[5])
{
	static const char call[] = "bpf_copy_from_user_task";
	struct task_struct *task;

	if (args[4])
		return -EINVAL;
	if (!(uint32_t)args[1])
		return 0;
	task = (struct task_struct *)tv_bpf_object_arg(machine, args, 4, TV_VIEW_TASK, call);
	if (!task)
		return 0;
	take_mmap_lock(tv_bpf_kernel_of(machine), task, call);
	return read_user(machine, task->mm, args[0], args[1], args[1], args[2], call);
}

/* --- texts, sleeping ----------------------------------------------------------- */

#define PAD_ZEROS	1	/* Linux BPF_F_PAD_ZEROS */

/*
 * @size bytes at @to for a text of @task at @from. Of it only the first byte is sure to be read, and
 * with room for the NUL alone not even that. A failure leaves the bytes as they were, but for the
 * first when it is @cleared.
 */
static uint64_t copy_text(struct tv_machine *machine, struct task_struct *task, uint64_t to,
			  uint32_t size, uint64_t from, uint64_t flags, bool cleared, const char *call)
{
	char *bytes = tv_machine_bytes(machine, to, size, true, call);
	int err = 0;

	if (!bytes)
		return 0;
	take_mmap_lock(tv_bpf_kernel_of(machine), task, call);
	if (size > 1 || cleared)
		err = touch_user(machine, task->mm, from, 1, call);
	if (flags & PAD_ZEROS)
		memset(bytes, 0, size);
	else if (!err || cleared)
		bytes[0] = '\0';
	return err ? (uint64_t)(int64_t)err : 1;
}

static uint64_t copy_from_user_str(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	uint32_t size = args[1];

	if (args[3] & ~(uint64_t)PAD_ZEROS)
		return -EINVAL;
	if (!size)
		return 0;
	return copy_text(machine, (struct task_struct *)kernel->opts.current_task, args[0], size, args[2],
			 args[3], false, "bpf_copy_from_user_str");
}

/* Linux copy_remote_vm_str() empties the buffer first. */
static uint64_t copy_from_user_task_str(struct tv_machine *machine, const uint64_t args[5])
{
	static const char call[] = "bpf_copy_from_user_task_str";
	struct task_struct *task;
	uint32_t size = args[1];

	if (args[4] & ~(uint64_t)PAD_ZEROS)
		return -EINVAL;
	if (!size)
		return 0;
	task = (struct task_struct *)tv_bpf_object_arg(machine, args, 4, TV_VIEW_TASK, call);
	if (!task)
		return 0;
	return copy_text(machine, task, args[0], size, args[2], args[4], true, call);
}

const struct tv_bpf_call tv_bpf_user_kfuncs[] = {
	{ .name = "bpf_copy_from_user_str", .call = copy_from_user_str },
	{ .name = "bpf_copy_from_user_task_str", .call = copy_from_user_task_str },
	{ 0 },
};

const struct tv_bpf_call tv_bpf_user_helpers[] = {
	{ .id = BPF_FUNC_probe_read_user, .call = probe_read_user },
	{ .id = BPF_FUNC_probe_read_user_str, .call = probe_read_user_str },
	{ .id = BPF_FUNC_probe_read, .call = probe_read },
	{ .id = BPF_FUNC_probe_read_str, .call = probe_read_str },
	{ .id = BPF_FUNC_copy_from_user, .call = copy_from_user },
	{ .id = BPF_FUNC_copy_from_user_task, .call = copy_from_user_task },
	{ 0 },
};
