/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The BPF allocator: never sleeps, may fail. */
#ifndef TV_MODEL_BPF_MEM_ALLOC_H
#define TV_MODEL_BPF_MEM_ALLOC_H

#include "model/world.h"

struct bpf_mem_alloc {
	const char *name;
};

extern struct bpf_mem_alloc bpf_global_ma;

/* NULL when the fault plan, or the machine, says so. Not zeroed, as in the kernel. */
void *tv_bpf_mem_alloc(struct bpf_mem_alloc *ma, size_t size, const struct tv_site *site);
void tv_bpf_mem_free(struct bpf_mem_alloc *ma, void *ptr, const struct tv_site *site);

#define bpf_mem_alloc(ma, size)	tv_bpf_mem_alloc(ma, size, TV_SITE())
#define bpf_mem_free(ma, ptr)	tv_bpf_mem_free(ma, ptr, TV_SITE())

#endif
