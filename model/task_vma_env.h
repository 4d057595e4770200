/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The environment of the iterator sources, in user space: the model.
 *
 * An iterator source includes this header and nothing else. kernel/ has its
 * twin of the same name, which pulls in the kernel's own headers, so that the
 * source is the same file, byte for byte, in both places.
 *
 * Here several designs live in one program, so each is compiled with
 * TV_DESIGN set to its name and its kfuncs become DESIGN_iter_new and so on.
 */
#ifndef TASK_VMA_ENV_H
#define TASK_VMA_ENV_H

#ifndef TV_DESIGN
#error "an iterator source is compiled with -DTV_DESIGN=its name"
#endif

#include <errno.h>
#include "model/bpf_mem_alloc.h"
#include "model/mmap_lock.h"
#include "model/task.h"
#include "model/task_vma_iter.h"

typedef __u64 u64;

#define TV_GLUE_(a, b)	a##b
#define TV_GLUE(a, b)	TV_GLUE_(a, b)
#define bpf_iter_task_vma_new		TV_GLUE(TV_DESIGN, _iter_new)
#define bpf_iter_task_vma_next		TV_GLUE(TV_DESIGN, _iter_next)
#define bpf_iter_task_vma_destroy	TV_GLUE(TV_DESIGN, _iter_destroy)

#define __bpf_kfunc
#define __bpf_kfunc_start_defs()	TV_PROTOTYPES()
#define __bpf_kfunc_end_defs()		_Static_assert(1, "end of the kfuncs")

/* The kernel says "no prototype needed" for kfuncs; here they get theirs. */
#define TV_PROTOTYPES() \
	int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, \
				  u64 addr); \
	struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it); \
	void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it)

#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)

#endif
