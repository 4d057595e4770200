// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Special fields of map values: kernel pointers, lists, trees, counted references. */
#include "common.h"

#define __kptr		__attribute__((btf_type_tag("kptr")))
#define __kptr_unsafe	__attribute__((btf_type_tag("kptr_untrusted")))
#define __contains(type, member) \
	__attribute__((btf_decl_tag("contains:" #type ":" #member)))
#define private(name)	SEC(".data." #name) __attribute__((visibility("hidden"), aligned(8)))

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

struct entry {
	__u64 key;
	struct bpf_rb_node rb;
	struct bpf_list_node link;
	struct bpf_refcount refs;
};

struct held {
	__u32 pad;
	struct bpf_spin_lock lock;
	struct task_struct __kptr *task;
	struct task_struct __kptr_unsafe *seen;
	struct bpf_timer timer;
};

MAP(HASH, held_tasks, __u32, struct held, 16);

private(tree) struct bpf_spin_lock tree_lock;
private(tree) struct bpf_rb_root root __contains(entry, rb);
private(list) struct bpf_spin_lock list_lock;
private(list) struct bpf_list_head head __contains(entry, link);

SEC("tp_btf/task_newtask")
int BPF_PROG(keep, struct task_struct *task, __u64 clone_flags)
{
	struct task_struct *old;
	__u32 key = 0;
	struct held *h = bpf_map_lookup_elem(&held_tasks, &key);

	if (!h)
		return 0;
	old = bpf_kptr_xchg(&h->task, bpf_task_acquire(task));
	if (old)
		bpf_task_release(old);
	bpf_spin_lock(&tree_lock);
	bpf_spin_unlock(&tree_lock);
	bpf_spin_lock(&list_lock);
	bpf_spin_unlock(&list_lock);
	/* a type that nothing names would not be in BTF */
	return bpf_core_type_id_local(struct entry) == 0;
}

LICENSE("GPL");
