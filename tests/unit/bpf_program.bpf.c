// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The object that the unit tests of bpf/ load: a little of everything, without any header, so that
 * its compilation depends on clang alone. Tests name what stands here.
 */
typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;

#define SEC(name)	__attribute__((section(name), used))
#define FROM(name)	__attribute__((section(name)))
#define __uint(n, v)	int (*n)[v]
#define __type(n, T)	T *n
#define __array(n, T)	typeof(T) *n[]
#define __noinline	__attribute__((noinline))
#define __hidden	__attribute__((visibility("hidden")))
#define __weak		__attribute__((weak))
#define __tag(text)	__attribute__((btf_decl_tag(text)))
#define __core		__attribute__((preserve_access_index))

/* The kernel's, as far as it is used; the order and the sizes are not the kernel's. */
struct mm_struct {
	int map_count;
	unsigned long total_vm;
} __core;

struct task_struct {
	struct mm_struct *mm;
	int pid;
	char comm[16];
	int no_such_member;
} __core;

struct vm_area_struct {
	unsigned long vm_start, vm_end;
} __core;

struct bpf_iter_task_vma {
	__u64 opaque[1];
};

struct bpf_spin_lock {
	__u32 val;
};

extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				 __u64 addr) FROM(".ksyms");
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) FROM(".ksyms");
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) FROM(".ksyms");
extern void bpf_kfunc_that_is_missing(void) __weak FROM(".ksyms");
extern const void symbol_by_address FROM(".ksyms") __weak;

extern unsigned int LINUX_KERNEL_VERSION FROM(".kconfig");
extern int CONFIG_HZ FROM(".kconfig");
extern _Bool CONFIG_ANSWER FROM(".kconfig") __weak;
extern char CONFIG_NAME[8] FROM(".kconfig") __weak;

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static __u64 (*const bpf_get_current_task)(void) = (void *)35;
static void *(*const bpf_get_current_task_btf)(void) = (void *)158;
static long (*const bpf_loop)(__u32 n, void *fn, void *ctx, __u64 flags) = (void *)181;
static long (*const bpf_probe_read_kernel)(void *dst, __u32 size, const void *src) = (void *)113;

struct value {
	struct bpf_spin_lock lock;
	__u32 pad;
	__u64 hits;
};

struct {
	__uint(type, 1);
	__uint(max_entries, 10);
	__type(key, __u32);
	__type(value, struct value);
} hash SEC(".maps");

struct {
	__uint(type, 27);
	__uint(max_entries, 5000);
} ring SEC(".maps");

int tail(void *ctx);

struct {
	__uint(type, 3);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, int (void *));
} jumps SEC(".maps") = { .values = { [2] = (void *)&tail } };

int counter = 42;
__u64 zeroed[3];
const volatile __u32 limit = 7;
static __u64 quiet SEC(".data.quiet") = 1;

static __noinline int helper(int x)
{
	return x * (int)limit + (int)quiet;
}

__hidden __noinline int hidden_helper(int x)
{
	return helper(x) + 1;
}

__noinline int global_helper(struct value *v __tag("arg:nonnull"))
{
	return hidden_helper((int)v->hits);
}

static __noinline int last_helper(int x)
{
	return x - (int)limit;
}

static int each(__u32 i, void *ctx)
{
	zeroed[i & 1] += i;
	return 0;
}

SEC("raw_tp/sys_enter") __tag("comment:test_expect_failure")
__tag("comment:test_expect_msg=0=first {{[0-9]+}}") __tag("comment:test_expect_msg=1=second")
__tag("comment:test_prog_flags=BPF_F_TEST_STATE_FREQ") __tag("comment:test_log_level=2")
__tag("comment:test_retval=-3") __tag("comment:test_description=walks")
int walk(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	while ((vma = bpf_iter_task_vma_next(&it)))
		zeroed[2] += vma->vm_end - vma->vm_start;
	bpf_iter_task_vma_destroy(&it);
	return 0;
}

SEC("tp_btf/sched_switch")
int calls(void *ctx)
{
	struct value v = { .hits = counter };
	__u32 key = 0;
	struct value *found = bpf_map_lookup_elem(&hash, &key);

	bpf_loop(4, each, 0, 0);
	return global_helper(found ? found : &v) + last_helper(1);
}

SEC("fentry.s/do_mmap")
int relocated(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	int pid = 0, missing = 0;

	bpf_probe_read_kernel(&pid, sizeof(pid), __builtin_preserve_access_index(&task->pid));
	if (__builtin_preserve_field_info(task->no_such_member, 2))
		bpf_probe_read_kernel(&missing, sizeof(missing),
				      __builtin_preserve_access_index(&task->no_such_member));
	return pid + missing;
}

SEC("?socket")
int tail(void *ctx)
{
	if (&symbol_by_address)
		counter++;
	if (bpf_kfunc_that_is_missing)
		bpf_kfunc_that_is_missing();
	return CONFIG_HZ + CONFIG_ANSWER + CONFIG_NAME[0] + (LINUX_KERNEL_VERSION >> 16);
}

SEC("no_such_type")
int unknown_type(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
