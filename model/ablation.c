// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The decisions, and the designs that lack one. */
#include <string.h>
#include "model/ablation.h"
#include "model/approach.h"

/* identifier, its design, what it lacks, what it is called */
#define VARIANTS(X) \
	X(mmap_lock_no_task_ref, mmap_lock, "no reference on the task", "mmap_lock-no-task-ref") \
	X(mmap_lock_no_mark, mmap_lock, "a failed new is not marked", "mmap_lock-no-mark") \
	X(mmap_lock_lock_dropped, mmap_lock, "the lock is dropped between steps", \
	  "mmap_lock-lock-dropped") \
	X(mmap_lock_gate, mmap_lock, "[vsyscall] is shown", "mmap_lock-gate") \
	X(mmap_lock_slot_unchecked, mmap_lock, "the irq_work slot is not asked", \
	  "mmap_lock-slot-unchecked") \
	X(mmap_lock_waits, mmap_lock, "new waits for mmap_lock", "mmap_lock-waits") \
	X(snapshot_no_mm_ref, snapshot, "no reference on the mm", "snapshot-no-mm-ref") \
	X(snapshot_waits, snapshot, "new spins for alloc_lock", "snapshot-waits") \
	X(snapshot_no_page_step, snapshot, "no step by a page", "snapshot-no-page-step")

#define X(variant, base, lacks, called) \
	int variant##_iter_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr); \
	struct vm_area_struct *variant##_iter_next(struct bpf_iter_task_vma *it); \
	void variant##_iter_destroy(struct bpf_iter_task_vma *it);
VARIANTS(X)
#undef X

/* what the whole designs promise, as model/iter.c has it */
#define PROMISES_snapshot	(TV_PROMISE_FORWARD | TV_PROMISE_UNTOUCHED)
#define PROMISES_mmap_lock	(PROMISES_snapshot | TV_PROMISE_STABLE | TV_PROMISE_DISJOINT)

#define X(variant, base, lacks, called) \
	static const struct tv_iter_design variant = { \
		.name = called, .summary = #base ", ablated: " lacks, .promises = PROMISES_##base, \
		.iter_new = variant##_iter_new, .iter_next = variant##_iter_next, \
		.iter_destroy = variant##_iter_destroy, \
	};
VARIANTS(X)
#undef X

const struct tv_iter_design *tv_ablation_design(const char *name)
{
	const struct tv_iter_design *whole = tv_approach_find(name);
	static const struct tv_iter_design *const variants[] = {
#define X(variant, base, lacks, called) &variant,
		VARIANTS(X)
#undef X
	};
	size_t i;

	if (whole)
		return whole;
	for (i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		if (!strcmp(variants[i]->name, name))
			return variants[i];
	}
	return NULL;
}

/* --- the table ----------------------------------------------------------------- */

const struct tv_ablation tv_ablations[] = {
	{
		.name = "task-reference", .since = "v2",
		.decision = "the iterator holds the task, so that task->mm is not reused",
		.off = "the task is used, and not held",
		.with = { "mmap_lock", "ablate-task-exit" },
		.without = { "mmap_lock-no-task-ref", "ablate-task-exit" },
		.breaks = { TV_HAZARD_USE_AFTER_FREE, "of a freed task" },
	}, {
		.name = "data-pointer", .since = "v2, v3",
		.decision = "the iterator is 8 bytes of the program's stack, a pointer to its data",
		.off = "the data lies in the iterator, as large as the kernel's struct ma_state is",
		.show = tv_ablation_inline_data_shown,
	}, {
		.name = "null-data", .since = "v3",
		.decision = "NULL data stands for a new that failed: next and destroy do nothing",
		.off = "new leaves in the iterator what was there when it fails",
		.with = { "mmap_lock", "ablate-new-fails" },
		.without = { "mmap_lock-no-mark", "ablate-new-fails" },
		.breaks = { TV_HAZARD_USE_AFTER_FREE, NULL },
	}, {
		.name = "rcu-argument", .since = "v4",
		.decision = "new takes a task that is held, or protected by RCU (KF_RCU)",
		.off = "new takes any pointer to a task, also one whose RCU section is over",
		.with = { "mmap_lock", "ablate-task-exit" }, .without = { "mmap_lock", "ablate-task-bare" },
		.breaks = { TV_HAZARD_USE_AFTER_FREE, "of a freed task" },
	}, {
		.name = "lock-kept", .since = "v1",
		.decision = "mmap_lock is kept from new to destroy",
		.off = "mmap_lock is given back between two steps, and tried again",
		.with = { "mmap_lock", "ablate-grow" },
		.without = { "mmap_lock-lock-dropped", "ablate-grow" },
		.breaks = { TV_HAZARD_REPEATED_VMA, NULL },
	}, {
		.name = "vsyscall", .since = "v1",
		.decision = "[vsyscall] is left out: it is in no mm's tree",
		.off = "[vsyscall] comes last, as in /proc/PID/maps",
		.with = { "mmap_lock", "ablate-plain" },
		.without = { "mmap_lock-gate", "ablate-plain" },
		.breaks = { TV_HAZARD_FOREIGN_VMA, NULL },
	}, {
		.name = "trylock", .since = "v1",
		.decision = "mmap_lock is tried and never waited for",
		.off = "new waits for mmap_lock",
		.with = { "mmap_lock", "nmi-walk" }, .without = { "mmap_lock-waits", "nmi-walk" },
		.breaks = { TV_HAZARD_SLEEP_IN_ATOMIC, NULL },
	}, {
		.name = "irq-work-slot", .since = "v1",
		.decision = "with interrupts off, new fails when the CPU's irq_work slot is busy",
		.off = "the slot is not asked before the lock is taken",
		.with = { "mmap_lock", "irq-work-busy" },
		.without = { "mmap_lock-slot-unchecked", "irq-work-busy" },
		.breaks = { TV_HAZARD_LEAK, NULL },
	}, {
		.name = "mm-reference", .since = "2026",
		.decision = "the iterator holds the mm, taken under alloc_lock",
		.off = "the mm is used, and not held",
		.with = { "snapshot", "exit-during-new" },
		.without = { "snapshot-no-mm-ref", "exit-during-new" },
		.breaks = { TV_HAZARD_USE_AFTER_FREE, "of a freed mm" },
	}, {
		.name = "alloc-lock-trylock", .since = "2026",
		.decision = "alloc_lock is tried and never spun for",
		.off = "new spins for alloc_lock",
		.with = { "snapshot", "ablate-alloc-lock" },
		.without = { "snapshot-waits", "ablate-alloc-lock" },
		.breaks = { TV_HAZARD_DEADLOCK, NULL },
	}, {
		.name = "page-step", .since = "2026",
		.decision = "each step goes on by a page at least",
		.off = "a step goes to the end of the VMA it saw, wherever that is",
		.with = { "snapshot", "ablate-page-step" },
		.without = { "snapshot-no-page-step", "ablate-page-step" },
		.breaks = { TV_HAZARD_NO_PROGRESS, NULL },
	}, {
		.name = NULL,
	},
};


/* --- what is found ------------------------------------------------------------- */

static bool is_sign(const struct tv_finding *finding, const struct tv_ablation_sign *sign)
{
	return finding->hazard.kind == sign->kind &&
	       (!sign->text || strstr(finding->hazard.text, sign->text));
}

const struct tv_finding *tv_ablation_breakage(const struct tv_ablation *ablation,
					      const struct tv_exploration *without)
{
	const struct tv_finding *finding, *shortest = NULL;

	for (finding = without->findings; finding; finding = finding->next) {
		if (is_sign(finding, &ablation->breaks) &&
		    (!shortest || finding->nr < shortest->nr))
			shortest = finding;
	}
	return shortest;
}
