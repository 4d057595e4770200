// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Helpers that meet the current task, the clock, and kernel memory. */
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include "model/bpf_internal.h"
#include "model/find_vma.h"
#include "model/object.h"

/* --- the current task ---------------------------------------------------------- */

static uint64_t current_task(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);

	return tv_bpf_view_address(&kernel->view, kernel->opts.current_task);
}

static uint64_t current_pid_tgid(struct tv_machine *machine, const uint64_t args[5])
{
	const struct task_struct *task = tv_bpf_kernel_of(machine)->opts.current_task;

	return (uint64_t)(uint32_t)task->tgid << 32 | (uint32_t)task->pid;
}

/* Linux strscpy_pad(): cut to fit, and 0s behind it. */
static uint64_t current_comm(struct tv_machine *machine, const uint64_t args[5])
{
	const struct task_struct *task = tv_bpf_kernel_of(machine)->opts.current_task;
	uint32_t size = args[1];
	char *to = tv_machine_bytes(machine, args[0], size, true, "bpf_get_current_comm");

	if (to && size)
		memset(to, 0, size);
	if (to && size)
		memcpy(to, task->comm, strnlen(task->comm, size - 1));
	return 0;
}

/* Where the registers of user space lie; they are not modelled, and reading one says so. */
static uint64_t task_pt_regs(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);

	if (!tv_bpf_object_arg(machine, args, 1, TV_VIEW_TASK, "bpf_task_pt_regs"))
		return 0;
	return kernel->view.derived.addr;
}

/* --- the clock, chance --------------------------------------------------------- */

#define NS_PER_CALL	UINT64_C(1000)
#define HZ		UINT64_C(250)
#define NS_PER_JIFFY	(UINT64_C(1000000000) / HZ)
/* Linux INITIAL_JIFFIES: five minutes before a 32-bit counter wraps. */
#define INITIAL_JIFFIES	((uint64_t)(uint32_t)(-300 * (int32_t)HZ))

/* A microsecond passes between two looks. */
static uint64_t look_at_clock(struct tv_bpf_kernel *kernel)
{
	uint64_t now = kernel->clock_ns;

	kernel->clock_ns += NS_PER_CALL;
	return now;
}

static uint64_t ktime(struct tv_machine *machine, const uint64_t args[5])
{
	return look_at_clock(tv_bpf_kernel_of(machine));
}

static uint64_t ktime_coarse(struct tv_machine *machine, const uint64_t args[5])
{
	uint64_t now = look_at_clock(tv_bpf_kernel_of(machine));

	return now - now % NS_PER_JIFFY;
}

static uint64_t jiffies64(struct tv_machine *machine, const uint64_t args[5])
{
	return INITIAL_JIFFIES + look_at_clock(tv_bpf_kernel_of(machine)) / NS_PER_JIFFY;
}

/* splitmix64, a published generator; the kernel's numbers are nobody's to know. */
static uint64_t prandom(struct tv_machine *machine, const uint64_t args[5])
{
	uint64_t *state = &tv_bpf_kernel_of(machine)->random;
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(z ^ z >> 31);
}

/* --- kernel memory ------------------------------------------------------------- */

/* 0 or -errno; what is not modelled stops the run. */
static int probe(struct tv_machine *machine, void *to, uint64_t addr, uint32_t size)
{
	const struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	char why[160];
	int err;

	if (!tv_is_kernel_address(&kernel->opts.world->limits, addr))
		return -ERANGE;
	if (!size)
		return 0;
	err = tv_memory_read(tv_machine_memory(machine), addr, to, size, true, why, sizeof(why));
	if (err == -ENOTSUP)
		tv_machine_stop(machine, TV_RUN_UNSUPPORTED, "%s", why);
	return err;
}

/* Linux bpf_probe_read_kernel_common(): what cannot be read is all 0s. */
static uint64_t probe_read_kernel(struct tv_machine *machine, const uint64_t args[5])
{
	uint32_t size = args[1];
	uint8_t *to = tv_machine_bytes(machine, args[0], size, true, "bpf_probe_read_kernel");
	int err = to ? probe(machine, to, args[2], size) : 0;

	if (err && to)
		memset(to, 0, size);
	return (uint64_t)(int64_t)err;
}

/* Linux strncpy_from_kernel_nofault(): bytes up to the NUL, which counts, and none behind it. */
static int probe_text(struct tv_machine *machine, char *to, uint64_t addr, uint32_t size)
{
	uint32_t i;
	int err;

	for (i = 0; i < size; i++) {
		err = probe(machine, &to[i], addr + i, 1);
		if (err)
			return err;
		if (!to[i])
			return i + 1;
	}
	if (size)
		to[size - 1] = '\0';
	return size;
}

static uint64_t probe_read_kernel_str(struct tv_machine *machine, const uint64_t args[5])
{
	uint32_t size = args[1];
	char *to = tv_machine_bytes(machine, args[0], size, true, "bpf_probe_read_kernel_str");
	int len = to ? probe_text(machine, to, args[2], size) : 0;

	if (len < 0)
		memset(to, 0, size);
	return (uint64_t)(int64_t)len;
}

/* --- paths --------------------------------------------------------------------- */

/* The file whose f_path is there; NULL, the run stopped. */
static const struct file *file_of_path(struct tv_machine *machine, uint64_t addr, const char *call)
{
	const struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	const struct file *file;
	uint32_t offset;

	file = tv_bpf_view_object(&kernel->view, addr, TV_VIEW_FILE, &offset);
	if (!file || offset != kernel->path_offset || tv_object_is_dead(file)) {
		tv_machine_stop(machine, TV_RUN_FAULT, "%s: R1 is no path of a file", call);
		return NULL;
	}
	if (!tv_bpf_path_is_known(file->tv_key.path)) {
		tv_machine_stop(machine, TV_RUN_UNSUPPORTED, "%s: a path that maps does not tell", call);
		return NULL;
	}
	return file;
}

int tv_bpf_d_path(struct tv_machine *machine, const uint64_t args[5], uint32_t size,
		  const char *call)
{
	const struct file *file = file_of_path(machine, args[0], call);
	char *buf = file ? tv_machine_bytes(machine, args[1], size, true, call) : NULL;
	size_t len;

	if (!buf)
		return 0;
	len = strlen(file->tv_key.path) + 1;
	if (len > size)
		return -ENAMETOOLONG;
	/* Linux builds it backwards; what that leaves behind the path when it is moved is seen */
	memcpy(buf + size - len, file->tv_key.path, len);
	memmove(buf, buf + size - len, len);
	return len;
}

static uint64_t d_path(struct tv_machine *machine, const uint64_t args[5])
{
	uint32_t size = args[2];

	return size ? (uint64_t)(int64_t)tv_bpf_d_path(machine, args, size, "bpf_d_path") : 0;
}

/* --- bpf_find_vma() ------------------------------------------------------------ */

/* The callback runs under mmap_lock, at the VMA that holds the address. */
static int call_at(struct tv_machine *machine, const uint64_t args[5],
		   const struct vm_area_struct *vma)
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	uint64_t pass[5] = { args[0], 0, args[3] }, ret;

	if (!vma || vma->vm_start > args[1] || vma->vm_end <= args[1])
		return -ENOENT;
	pass[1] = tv_bpf_view_address(&kernel->view, vma);
	tv_machine_callback(machine, args[2], pass, &ret);
	return 0;
}

static uint64_t find_vma(struct tv_machine *machine, const uint64_t args[5])
{
	struct vm_area_struct *vma;
	struct task_struct *task;
	struct tv_find_vma call;
	int err;

	if (args[4])
		return -EINVAL;
	if (!args[0])
		return -ENOENT;
	task = (struct task_struct *)tv_bpf_object_arg(machine, args, 1, TV_VIEW_TASK, "bpf_find_vma");
	if (!task)
		return 0;
	err = tv_find_vma_begin(&call, task, args[1], &vma);
	if (!err)
		err = call_at(machine, args, vma);
	tv_find_vma_end(&call);
	return (uint64_t)(int64_t)err;
}

/* --- storage of tasks ---------------------------------------------------------- */

/* The map of the first argument; NULL, the run stopped: none is there. */
static struct tv_map *map_arg(struct tv_machine *machine, const uint64_t args[5], const char *call)
{
	struct tv_map *map = tv_machine_map_at(machine, args[0]);

	if (!map)
		tv_machine_stop(machine, TV_RUN_FAULT, "%s: R1 is no map", call);
	return map;
}

static uint64_t storage_get(struct tv_machine *machine, const uint64_t args[5])
{
	static const char call[] = "bpf_task_storage_get";
	struct tv_map *map = map_arg(machine, args, call);
	const void *init = NULL;

	if (map && args[2]) {
		init = tv_machine_bytes(machine, args[2], tv_map_def(map)->value_size, false, call);
		if (!init)
			return 0;
	}
	return map ? tv_map_storage_get(map, args[1], init, args[3]) : 0;
}

static uint64_t storage_delete(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_map *map = map_arg(machine, args, "bpf_task_storage_delete");

	return map ? (uint64_t)(int64_t)tv_map_storage_delete(map, args[1]) : 0;
}

/* --- what is 0 without an attachment ------------------------------------------- */

static uint64_t attach_cookie(struct tv_machine *machine, const uint64_t args[5])
{
	return 0;
}

const struct tv_bpf_call tv_bpf_helpers[] = {
	{ .id = BPF_FUNC_get_current_task, .call = current_task },
	{ .id = BPF_FUNC_get_current_task_btf, .call = current_task },
	{ .id = BPF_FUNC_get_current_pid_tgid, .call = current_pid_tgid },
	{ .id = BPF_FUNC_get_current_comm, .call = current_comm },
	{ .id = BPF_FUNC_task_pt_regs, .call = task_pt_regs },
	{ .id = BPF_FUNC_ktime_get_ns, .call = ktime },
	{ .id = BPF_FUNC_ktime_get_boot_ns, .call = ktime },
	{ .id = BPF_FUNC_ktime_get_coarse_ns, .call = ktime_coarse },
	{ .id = BPF_FUNC_jiffies64, .call = jiffies64 },
	{ .id = BPF_FUNC_get_prandom_u32, .call = prandom },
	{ .id = BPF_FUNC_probe_read_kernel, .call = probe_read_kernel },
	{ .id = BPF_FUNC_probe_read_kernel_str, .call = probe_read_kernel_str },
	{ .id = BPF_FUNC_d_path, .call = d_path },
	{ .id = BPF_FUNC_find_vma, .call = find_vma },
	{ .id = BPF_FUNC_task_storage_get, .call = storage_get },
	{ .id = BPF_FUNC_task_storage_delete, .call = storage_delete },
	{ .id = BPF_FUNC_get_attach_cookie, .call = attach_cookie },
	{ 0 },
};
