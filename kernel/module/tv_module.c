// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The iterator of design mmap_lock as a module: kfuncs bpf_iter_tv_task_vma_{new,next,destroy}. */
#include <linux/btf_ids.h>
#include <linux/module.h>
#include "task_vma_env.h"

BTF_KFUNCS_START(tv_task_vma_ids)
BTF_ID_FLAGS(func, bpf_iter_tv_task_vma_new, KF_ITER_NEW | KF_RCU)
BTF_ID_FLAGS(func, bpf_iter_tv_task_vma_next, KF_ITER_NEXT | KF_RET_NULL)
BTF_ID_FLAGS(func, bpf_iter_tv_task_vma_destroy, KF_ITER_DESTROY)
BTF_KFUNCS_END(tv_task_vma_ids)

static const struct btf_kfunc_id_set tv_task_vma_set = {
	.owner = THIS_MODULE,
	.set = &tv_task_vma_ids,
};

static int __init tv_task_vma_init(void)
{
	unlock_work_init();
	/* for programs of all types, as the kernel's own */
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_UNSPEC, &tv_task_vma_set);
}

/* Programs that call the kfuncs hold the module; what they left to irq_work does not. */
static void __exit tv_task_vma_exit(void)
{
	unlock_work_drain();
}

module_init(tv_task_vma_init);
module_exit(tv_task_vma_exit);

MODULE_DESCRIPTION("Open-coded iterator over a task's VMAs, under mmap_lock");
MODULE_LICENSE("Dual BSD/GPL");
