// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Programs that meet the kernel, for test_bpf_kernel.c, without any header. Each leaves in got[] what
 * it saw. Some no verifier lets pass.
 */
typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef long long __s64;

#define SEC(name)	__attribute__((section(name), used))
#define __ksym		__attribute__((section(".ksyms")))
#define __core		__attribute__((preserve_access_index))
#define NULL		((void *)0)

struct super_block {
	__u32 s_dev;
} __core;

struct inode {
	unsigned long i_ino;
	unsigned short i_mode;
	struct super_block *i_sb;
} __core;

struct qstr {
	__u32 len;
	const __u8 *name;
} __core;

struct dentry {
	struct dentry *d_parent;
	struct super_block *d_sb;
	const struct qstr d_name;
} __core;

struct path {
	struct dentry *dentry;
} __core;

struct file {
	const struct path f_path;
	struct inode *f_inode;
} __core;

struct mm_struct {
	int map_count;
	unsigned long total_vm;
} __core;

struct task_struct {
	struct mm_struct *mm;
	int pid, tgid;
	char comm[16];
} __core;

struct vm_area_struct {
	unsigned long vm_start, vm_end, vm_flags, vm_pgoff;
	struct mm_struct *vm_mm;
	struct file *vm_file;
	void *anon_vma;
} __core;

struct bpf_iter_task_vma {
	__u64 __opaque[1];
} __attribute__((aligned(8)));

struct bpf_iter_task {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr) __ksym;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym;
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, __u32 flags) __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern struct file *bpf_get_task_exe_file(struct task_struct *task) __ksym;
extern void bpf_put_file(struct file *file) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;
extern void bpf_local_irq_save(unsigned long *flags) __ksym;
extern void bpf_local_irq_restore(unsigned long *flags) __ksym;
extern int bpf_copy_from_user_str(void *to, __u32 size, const void *from, __u64 flags) __ksym;
extern int bpf_path_d_path(const struct path *path, char *buf, unsigned long size) __ksym;

/* include/uapi/linux/bpf.h */
static long (*probe_read_kernel)(void *to, __u32 size, const void *from) = (void *)113;
static long (*probe_read_kernel_str)(void *to, __u32 size, const void *from) = (void *)115;
static long (*probe_read_user)(void *to, __u32 size, const void *from) = (void *)112;
static long (*probe_read_user_str)(void *to, __u32 size, const void *from) = (void *)114;
static long (*probe_read)(void *to, __u32 size, const void *from) = (void *)4;
static __u64 (*ktime)(void) = (void *)5;
static long (*trace_printk)(const char *fmt, __u32 size, ...) = (void *)6;
static __u64 (*jiffies64)(void) = (void *)118;
static __u32 (*prandom)(void) = (void *)7;
static __u64 (*pid_tgid)(void) = (void *)14;
static long (*current_comm)(void *to, __u32 size) = (void *)16;
static struct task_struct *(*current_task)(void) = (void *)158;
static long (*copy_from_user_task)(void *to, __u32 size, const void *from, struct task_struct *task,
				   __u64 flags) = (void *)191;
static long (*find_vma)(struct task_struct *task, __u64 addr, void *callback, void *ctx,
			__u64 flags) = (void *)180;
static long (*d_path)(const struct path *path, char *buf, __u32 size) = (void *)147;
static __u64 *(*storage_get)(void *map, struct task_struct *task, void *init, __u64 flags) = (void *)156;
static long (*storage_delete)(void *map, struct task_struct *task) = (void *)157;
static void *(*task_pt_regs)(struct task_struct *task) = (void *)175;

__u64 got[16];
char text[64];
__u64 arg;	/* what a test chooses */

#define __uint(name, v)	int (*name)[v]
#define __type(name, T)	T *name

struct {
	__uint(type, 29);	/* BPF_MAP_TYPE_TASK_STORAGE */
	__uint(map_flags, 1);
	__type(key, int);
	__type(value, __u64);
} storage SEC(".maps");

char _license[] SEC("license") = "GPL";

#define PROGRAM(name)	SEC("raw_tp") int name(void *ctx)

static inline struct vm_area_struct *first_of(struct bpf_iter_task_vma *it)
{
	bpf_iter_task_vma_new(it, current_task(), 0);
	return bpf_iter_task_vma_next(it);
}

static inline int done_with(struct bpf_iter_task_vma *it)
{
	bpf_iter_task_vma_destroy(it);
	return 0;
}

/* --- walks --------------------------------------------------------------------- */

PROGRAM(walk)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;

	got[0] = bpf_iter_task_vma_new(&it, current_task(), arg);
	while ((vma = bpf_iter_task_vma_next(&it))) {
		got[1]++;
		got[2] += vma->vm_start;
		got[3] = vma->vm_end;
		got[4] |= vma->vm_flags;
		got[5] += vma->vm_mm->map_count;
	}
	bpf_iter_task_vma_destroy(&it);
	return 7;
}

/* What the first VMA's file is, to its directory's name. */
PROGRAM(name)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma = first_of(&it);

	if (vma && vma->vm_file) {
		got[0] = vma->vm_file->f_inode->i_ino;
		got[1] = vma->vm_file->f_inode->i_sb->s_dev;
		got[2] = probe_read_kernel_str(text, 16, vma->vm_file->f_path.dentry->d_name.name);
		got[3] = probe_read_kernel_str(text + 16, 4,
					       vma->vm_file->f_path.dentry->d_parent->d_name.name);
		got[4] = d_path(&vma->vm_file->f_path, text + 20, 20);
		got[5] = bpf_path_d_path(&vma->vm_file->f_path, text + 40, 3);
		got[6] = vma->vm_pgoff;
	}
	return done_with(&it);
}

PROGRAM(unknown_field)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma = first_of(&it);

	if (vma)
		got[0] = (__u64)vma->anon_vma;
	return done_with(&it);
}

/* --- mistakes ------------------------------------------------------------------ */

PROGRAM(after_destroy)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;
	int i;

	vma = first_of(&it);
	/* while it may be */
	if (vma)
		got[1] = vma->vm_end;
	bpf_iter_task_vma_destroy(&it);
#pragma clang loop unroll(disable)
	for (i = 0; vma && i < 3; i++)
		got[0] = *(volatile unsigned long *)&vma->vm_start;
	return 0;
}

/* In some designs that VMA is not locked any more. */
PROGRAM(after_next)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *first = first_of(&it);

	bpf_iter_task_vma_next(&it);
	if (first)
		got[0] = first->vm_start;
	return done_with(&it);
}

/* The copy that a walk left behind is another walk's. */
PROGRAM(reused)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *first = first_of(&it);

	bpf_iter_task_vma_destroy(&it);
	bpf_iter_task_vma_new(&it, current_task(), 0x3000);
	bpf_iter_task_vma_next(&it);
	if (first)
		got[0] = first->vm_start;
	return done_with(&it);
}

PROGRAM(leak)
{
	struct bpf_iter_task_vma it;

	bpf_iter_task_vma_new(&it, current_task(), 0);
	return 0;
}

PROGRAM(twice)
{
	struct bpf_iter_task_vma it;

	bpf_iter_task_vma_new(&it, current_task(), 0);
	bpf_iter_task_vma_destroy(&it);
	return done_with(&it);
}

/* An iterator made of what the test says. */
PROGRAM(forged)
{
	struct bpf_iter_task_vma it;

	bpf_iter_task_vma_new(&it, current_task(), 0);
	*(volatile __u64 *)it.__opaque = arg;
	bpf_iter_task_vma_next(&it);
	return 0;
}

PROGRAM(forged_task)
{
	struct bpf_iter_task_vma it;

	got[0] = bpf_iter_task_vma_new(&it, (void *)arg, 0);
	return done_with(&it);
}

PROGRAM(unbalanced)
{
	struct task_struct *task = current_task();
	unsigned long flags = 0;

	bpf_rcu_read_unlock();
	bpf_preempt_enable();
	bpf_local_irq_restore(&flags);
	bpf_task_release(task);
	return 0;
}

PROGRAM(left_locked)
{
	unsigned long flags;

	bpf_rcu_read_lock();
	bpf_preempt_disable();
	bpf_local_irq_save(&flags);
	return 0;
}

/* --- interrupts ---------------------------------------------------------------- */

static inline int new_and_destroy(void)
{
	struct bpf_iter_task_vma it;
	int err = bpf_iter_task_vma_new(&it, current_task(), 0);

	bpf_iter_task_vma_destroy(&it);
	return err;
}

PROGRAM(walk_irqs_off)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	got[0] = new_and_destroy();
	got[1] = new_and_destroy();
	bpf_local_irq_restore(&flags);
	got[2] = new_and_destroy();
	bpf_local_irq_save(&flags);
	got[3] = new_and_destroy();
	bpf_local_irq_restore(&flags);
	return 0;
}

/* --- tasks --------------------------------------------------------------------- */

/* Their pids, two digits each. */
static inline __u64 pids(struct task_struct *of, __u32 flags)
{
	struct task_struct *task;
	struct bpf_iter_task it;
	__u64 all = 0;

	bpf_iter_task_new(&it, of, flags);
	while ((task = bpf_iter_task_next(&it)))
		all = all * 100 + task->pid;
	bpf_iter_task_destroy(&it);
	return all;
}

PROGRAM(tasks)
{
	struct bpf_iter_task it;

	got[0] = pids(NULL, 0);
	got[1] = pids(NULL, 1);
	got[2] = pids(current_task(), 2);
	got[3] = bpf_iter_task_new(&it, NULL, 2);
	got[4] = bpf_iter_task_new(&it, NULL, 3);
	got[5] = bpf_iter_task_next(&it) != NULL;
	return 0;
}

PROGRAM(references)
{
	struct task_struct *task = bpf_task_from_pid(arg), *again;

	if (!task)
		return 1;
	got[0] = task->tgid;
	again = bpf_task_acquire(task);
	got[1] = again == task;
	bpf_task_release(task);
	bpf_task_release(again);
	got[2] = (__u64)bpf_task_from_pid(99999);
	return 0;
}

PROGRAM(exe_file)
{
	got[0] = (__u64)bpf_get_task_exe_file(current_task());
	return 0;
}

/* --- helpers ------------------------------------------------------------------- */

PROGRAM(helpers)
{
	__u64 now = ktime();

	got[0] = pid_tgid();
	current_comm(text, 4);
	current_comm(text + 8, 16);
	got[1] = ktime() > now;
	got[2] = now;
	got[3] = jiffies64();
	got[4] = prandom() == prandom();
	got[5] = probe_read_kernel(text + 32, 8, NULL);
	got[6] = probe_read_kernel(text + 32, 8, (void *)0x8000000000000000);
	got[7] = probe_read_kernel(text + 32, 8, (void *)0xffffff0000000000);
	got[8] = probe_read_kernel(&got[9], 8, &got[0]);
	got[10] = probe_read_user(text + 40, 8, (void *)0x10);
	got[11] = probe_read_user_str(text + 40, 8, (void *)0xffff888000000000);
	got[12] = probe_read(&got[13], 8, &got[0]);
	got[14] = probe_read(text + 40, 8, (void *)0x10);
	return 0;
}

PROGRAM(read_user)
{
	got[0] = probe_read_user(text, 8, (void *)arg);
	return 0;
}

PROGRAM(registers)
{
	__u64 ip = 0;

	got[0] = probe_read_kernel(&ip, 8, (char *)task_pt_regs(current_task()) + 128);
	return 0;
}

PROGRAM(keeps_storage)
{
	struct task_struct *task = current_task();
	__u64 init = 5, *value;

	got[0] = storage_get(&storage, task, NULL, 0) != NULL;
	value = storage_get(&storage, task, &init, 1);
	if (value)
		++*value;
	value = storage_get(&storage, task, NULL, 0);
	if (value)
		got[1] = *value;
	got[2] = storage_get(&storage, NULL, NULL, 1) != NULL;
	got[3] = storage_delete(&storage, task);
	got[4] = storage_delete(&storage, task);
	got[5] = storage_get(&storage, task, NULL, 0) != NULL;
	return 0;
}

static int at_vma(struct task_struct *task, struct vm_area_struct *vma, __u64 *ctx)
{
	*ctx = vma->vm_end;
	got[5] = task->pid;
	return 0;
}

PROGRAM(find)
{
	__u64 end = 0;

	got[0] = find_vma(current_task(), 0x1800, at_vma, &end, 0);
	got[1] = end;
	got[2] = find_vma(current_task(), 0x2000, at_vma, &end, 0);
	got[3] = find_vma(current_task(), 0x1000, at_vma, &end, 1);
	return 0;
}

/* The read waits for the lock that the walk has. */
SEC("syscall")
int copy_while_walking(void *ctx)
{
	struct task_struct *task = current_task();
	struct bpf_iter_task_vma it;

	bpf_rcu_read_lock();
	got[0] = bpf_iter_task_vma_new(&it, task, 0);
	bpf_rcu_read_unlock();
	got[1] = copy_from_user_task(text, 8, (void *)0x10, task, 0);
	return done_with(&it);
}

SEC("syscall")
int copy_texts(void *ctx)
{
	struct task_struct *task = current_task();

	text[0] = text[8] = text[16] = text[17] = 'x';
	got[0] = bpf_copy_from_user_str(text, 8, (void *)0x10, 0);
	got[1] = bpf_copy_from_user_str(text + 16, 8, (void *)0x10, 1);
	got[2] = bpf_copy_from_user_str(text, 8, (void *)0x10, 2);
	got[3] = bpf_copy_from_user_str(text, 0, (void *)0x10, 0);
	return 0;
}

/* A task that nothing keeps. */
SEC("syscall")
int walk_unprotected(void *ctx)
{
	struct bpf_iter_task it_task;
	struct bpf_iter_task_vma it;
	struct task_struct *task;

	bpf_iter_task_new(&it_task, NULL, 1);
	bpf_iter_task_next(&it_task);
	task = bpf_iter_task_next(&it_task);
	got[0] = bpf_iter_task_vma_new(&it, task, 0);
	bpf_iter_task_vma_destroy(&it);
	bpf_iter_task_destroy(&it_task);
	return 0;
}

/* --- ends of calls ------------------------------------------------------------- */

PROGRAM(nothing_asked)
{
	static const char fmt[] = "%d %s";

	text[0] = 'x';
	got[0] = probe_read_kernel(text, 0, current_task());
	got[1] = find_vma(NULL, 0x1000, done_with, NULL, 0);
	got[2] = trace_printk(fmt, sizeof(fmt), 7, "seven");
	return 0;
}

PROGRAM(find_vma_of)
{
	got[0] = find_vma((void *)arg, 0x1000, done_with, NULL, 0);
	return 0;
}

PROGRAM(storage_from)
{
	got[0] = (__u64)storage_get(&storage, current_task(), (void *)arg, 1);
	return 0;
}

/* A file that it never took, and what the file lies on. */
PROGRAM(put_file)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma = first_of(&it);

	if (vma && vma->vm_file) {
		got[0] = vma->vm_file->f_path.dentry->d_sb->s_dev;
		got[1] = probe_read_kernel_str(text, 2, vma->vm_file->f_path.dentry->d_name.name);
		bpf_put_file(vma->vm_file);
	}
	return done_with(&it);
}

SEC("syscall")
int copy_one(void *ctx)
{
	unsigned long flags;

	text[0] = 'x';
	if (arg)
		bpf_local_irq_save(&flags);
	got[0] = bpf_copy_from_user_str(text, 1, (void *)0x10, 0);
	if (arg)
		bpf_local_irq_restore(&flags);
	return 0;
}
