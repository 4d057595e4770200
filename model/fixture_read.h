/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The parts of the fixture schema (docs/fixtures.md), for whoever reads files
 * that have them: fixtures themselves, and scenarios.
 *
 * Functions of keys get what is named below as their @to, or a struct whose
 * first member that is.
 */
#ifndef TV_MODEL_FIXTURE_READ_H
#define TV_MODEL_FIXTURE_READ_H

#include <limits.h>
#include "model/mm.h"
#include "model/yaml_reader.h"

/* Reads of one file, from its root. */
struct tv_fixture_reader {
	struct tv_world *world;
	unsigned long *pids;		/* bitmap of those seen; NULL before "tasks" */
	struct tv_yaml_place task_size;
};

int tv_fixture_schema(struct tv_yaml_reader *r, void *to);
int tv_fixture_page_size(struct tv_yaml_reader *r, void *to);
int tv_fixture_task_size(struct tv_yaml_reader *r, void *to);
int tv_fixture_tasks(struct tv_yaml_reader *r, void *to);

/* Keys of the faults; @to is a struct tv_fault_plan. */
int tv_fixture_fail_alloc(struct tv_yaml_reader *r, void *to);
int tv_fixture_irq_work(struct tv_yaml_reader *r, void *to);
int tv_fixture_bpf_cache(struct tv_yaml_reader *r, void *to);

#define TV_FIXTURE_FAULT_KEYS \
	TV_YAML_KEY("fail_alloc", tv_fixture_fail_alloc), \
	TV_YAML_KEY("irq_work", tv_fixture_irq_work), \
	TV_YAML_KEY("bpf_cache", tv_fixture_bpf_cache)

/* A pid, wherever one stands. */
int tv_fixture_pid(struct tv_yaml_reader *r, int *pid);

/* A context, wherever one stands. */
int tv_fixture_context(struct tv_yaml_reader *r, enum tv_context *context);

/* A VMA while its keys are read; @world keeps its name. */
struct tv_fixture_vma {
	struct tv_world *world;
	struct tv_vma_desc desc;
	unsigned long flags;
	bool has_flags;
	struct tv_yaml_place start, end, offset, flags_at;
};

int tv_fixture_vma_start(struct tv_yaml_reader *r, void *to);
int tv_fixture_vma_end(struct tv_yaml_reader *r, void *to);
int tv_fixture_vma_perms(struct tv_yaml_reader *r, void *to);
int tv_fixture_vma_offset(struct tv_yaml_reader *r, void *to);
int tv_fixture_vma_dev(struct tv_yaml_reader *r, void *to);
int tv_fixture_vma_inode(struct tv_yaml_reader *r, void *to);
int tv_fixture_vma_name(struct tv_yaml_reader *r, void *to);
int tv_fixture_vma_flags(struct tv_yaml_reader *r, void *to);

/* Of a struct tv_yaml_shape; the first three are required. */
#define TV_FIXTURE_VMA_KEYS \
	TV_YAML_KEY("start", tv_fixture_vma_start), \
	TV_YAML_KEY("end", tv_fixture_vma_end), \
	TV_YAML_KEY("perms", tv_fixture_vma_perms), \
	TV_YAML_KEY("offset", tv_fixture_vma_offset), \
	TV_YAML_KEY("dev", tv_fixture_vma_dev), \
	TV_YAML_KEY("inode", tv_fixture_vma_inode), \
	TV_YAML_KEY("name", tv_fixture_vma_name), \
	TV_YAML_KEY("flags", tv_fixture_vma_flags)

#define TV_FIXTURE_VMA_REQUIRED	(1 << 0 | 1 << 1 | 1 << 2)

/* All keys are read: do they fit together, and behind @prev (NULL: nothing)? */
int tv_fixture_vma_check(struct tv_yaml_reader *r, struct tv_fixture_vma *vma,
			 const struct tv_vma_desc *prev);

static inline int tv_fixture_ulong(struct tv_yaml_reader *r, unsigned long *value)
{
	uint64_t number = 0;
	int err = tv_yaml_number(r, ULONG_MAX, &number);

	*value = number;
	return err;
}

#endif
