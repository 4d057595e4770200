// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Address spaces that change, and walks of all designs over them, call by call in any order, in any
 * context, with memory that runs out, against an array that says what each page must show. After
 * each change the tree is valid and says the same; each VMA a walk shows is the one that is next at
 * that moment; at the end nothing is held any more.
 *
 * An input is RECORD bytes for each thing done: what, two places, an argument. How many bytes are left over
 * at the end says on which machine.
 */
#include <errno.h>

#include "maple/alloc.h"
#include "model/iter.h"
#include "model/mm.h"
#include "model/mmap.h"
#include "model/mmap_lock.h"
#include "model/task.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/nodes.h"

#define RECORD		4
#define MAX_OPS		128
#define PAGE		(f.world->limits.page_size)
#define PAGES		32	/* of an address space; a change sees up to 32 VMAs (model/history.h) */
#define PAGE_NR(addr)	(((addr) - f.base) / PAGE)
#define ADDRESS(nr)	(f.base + (nr) * PAGE)
#define TASKS		2
#define SPACES		16
#define WALKS		3
#define DESIGNS		5

struct page {
	bool mapped;
	unsigned long vm_flags, pgoff;
	const struct file *file;
	const char *name;
};

/* What an mm must show. @mm NULL: nobody can look any more. */
struct space {
	struct mm_struct *mm;
	struct page pages[PAGES];
};

struct walk {
	bool begun;
	const struct tv_iter_design *design;
	struct tv_actor actor;
	struct bpf_iter_task_vma it;
	struct space *space;		/* NULL: new has failed */
	unsigned long from;		/* the next VMA ends above */
};

static struct {
	struct tv_world *world;
	unsigned long base;			/* where the pages are */
	struct task_struct *tasks[TASKS];	/* NULL: it has exited */
	struct space *of[TASKS];		/* NULL: no mm */
	struct space spaces[SPACES];
	unsigned int nr_spaces;
	struct walk walks[WALKS];
	bool memory_fails;
} f;

struct op {
	unsigned int what, argument;
	unsigned long first, last;	/* pages, last exclusive */
};

/* --- what must be, and what is ------------------------------------------------------- */

static bool page_is(const struct page *page, const struct vm_area_struct *vma, unsigned long nr)
{
	unsigned long pgoff = vma->vm_file ? vma->vm_pgoff + nr - PAGE_NR(vma->vm_start) : 0;

	return page->mapped && page->vm_flags == vma->vm_flags && page->file == vma->vm_file &&
	       page->name == vma->tv_name && page->pgoff == pgoff;
}

static void require_vma(const struct space *space, const struct vm_area_struct *vma)
{
	unsigned long nr;

	fuzz_require(vma->vm_start >= f.base && vma->vm_start < vma->vm_end &&
		     vma->vm_end <= ADDRESS(PAGES) && vma->vm_mm == space->mm, "VMA %lx-%lx", vma->vm_start, vma->vm_end);
	for (nr = PAGE_NR(vma->vm_start); nr < PAGE_NR(vma->vm_end); nr++)
		fuzz_require(page_is(&space->pages[nr], vma, nr), "page %lu of VMA %lx-%lx", nr,
			     vma->vm_start, vma->vm_end);
}

static unsigned long next_mapped(const struct space *space, unsigned long nr)
{
	while (nr < PAGES && !space->pages[nr].mapped)
		nr++;
	return nr;
}

static void require_space(const struct space *space)
{
	VMA_ITERATOR(vmi, space->mm, 0);
	struct vm_area_struct *vma;
	unsigned long nr = 0, vmas = 0;
	const char *why = "";

	fuzz_require(!mt_validate(&space->mm->mm_mt, &why), "%s", why);
	for_each_vma(vmi, vma) {
		fuzz_require(vma->vm_start == vma_iter_addr(&vmi) &&
			     vma->vm_end == vma_iter_end(&vmi), "tree and fields differ");
		fuzz_require(next_mapped(space, nr) == PAGE_NR(vma->vm_start),
			     "page %lu is missing", next_mapped(space, nr));
		require_vma(space, vma);
		nr = PAGE_NR(vma->vm_end);
		vmas++;
	}
	fuzz_require(next_mapped(space, nr) == PAGES, "page %lu is missing",
		     next_mapped(space, nr));
	fuzz_require(vmas == space->mm->map_count, "%lu VMAs, map_count %lu", vmas,
		     space->mm->map_count);
}

/* --- walks ----------------------------------------------------------------------------- */

/* What a walk sees now: the first VMA that ends above walk->from, or nothing. */
static bool walk_next(struct walk *walk)
{
	const struct vm_area_struct *vma;
	unsigned long expected;

	tv_current = &walk->actor;
	vma = walk->design->iter_next(&walk->it);
	tv_current = &f.world->kernel;
	if (!walk->space) {
		fuzz_require(!vma, "a walk that failed shows %p", (const void *)vma);
		return false;
	}
	expected = next_mapped(walk->space, PAGE_NR(walk->from));
	if (!vma) {
		fuzz_require(expected == PAGES, "%s: page %lu is missed", walk->design->name,
			     expected);
		return false;
	}
	require_vma(walk->space, vma);
	fuzz_require(PAGE_NR(vma->vm_start) <= expected && PAGE_NR(vma->vm_end) > expected,
		     "%s: %lx-%lx is shown, not page %lu", walk->design->name, vma->vm_start,
		     vma->vm_end, expected);
	walk->from = vma->vm_end;
	return true;
}

static void walk_end(struct walk *walk)
{
	if (!walk->begun)
		return;
	tv_current = &walk->actor;
	walk->design->iter_destroy(&walk->it);
	tv_context_leave(&walk->actor);
	walk->begun = false;
}

/* Whether new may say @err. */
static bool may_fail(const struct walk *walk, const struct space *space, int err,
		     enum tv_mmap_lock_state lock)
{
	bool mmap_lock = !strcmp(walk->design->name, "mmap_lock");
	bool irqs_off = walk->actor.context >= TV_CONTEXT_IRQS_OFF;

	switch (err) {
	case 0:
		return space && (mmap_lock || !irqs_off) &&
		       !(mmap_lock && (lock == TV_MMAP_WRITE || lock == TV_MMAP_WRITE_WAITING));
	case -ENOENT:
		return !space;
	case -ENOMEM:
		return f.memory_fails || irqs_off;
	case -EBUSY:
		return mmap_lock ? irqs_off || lock == TV_MMAP_WRITE || lock == TV_MMAP_WRITE_WAITING :
				   irqs_off;
	default:
		return false;
	}
}

static void walk_begin(struct walk *walk, unsigned int task, const struct op *op)
{
	struct space *space = f.of[task];
	enum tv_mmap_lock_state lock = op->argument >> 6 & 3;
	int err;

	walk_end(walk);
	walk->design = tv_iter_designs[op->argument % DESIGNS];
	walk->actor = (struct tv_actor){
		.world = f.world, .name = "program", .cpu = &f.world->cpus[walk - f.walks],
	};
	walk->from = ADDRESS(op->first);
	if (space && space->mm->mmap_lock.readers)
		lock = TV_MMAP_FREE;
	if (space)
		tv_mmap_lock_set_state(space->mm, lock);
	tv_context_enter(&walk->actor, op->argument >> 3 & 3);
	memset(&walk->it, 0xa5, sizeof(walk->it));
	err = walk->design->iter_new(&walk->it, f.tasks[task], walk->from);
	fuzz_require(may_fail(walk, space, err, lock), "%s: new: %d", walk->design->name, err);
	tv_current = &f.world->kernel;
	if (space)
		tv_mmap_lock_set_state(space->mm, TV_MMAP_FREE);
	walk->begun = true;
	walk->space = err ? NULL : space;
}

/* Those that would make a writer of @space wait, or (mmap_lock) hold no reference on the mm. */
static void end_walks_in_the_way(const struct space *space)
{
	unsigned int i;

	for (i = 0; i < WALKS; i++) {
		struct walk *walk = &f.walks[i];

		if (walk->begun && walk->space == space &&
		    (!strcmp(walk->design->name, "mmap_lock") ||
		     !strcmp(walk->design->name, "vma_lock")))
			walk_end(walk);
	}
}

/* --- changes ------------------------------------------------------------------------------ */

static const struct kind {
	unsigned long vm_flags;
	const char *name;
	uint64_t ino;
} kinds[] = {
	{ VM_READ | VM_WRITE, NULL, 0 }, { VM_READ, NULL, 0 }, { VM_READ, "/bin/a", 7 },
	{ VM_READ | VM_EXEC, "/bin/a", 7 }, { VM_READ, "/bin/b", 8 },
	{ VM_READ | VM_WRITE, "[heap]", 0 },
};

static bool failed(int err)
{
	fuzz_require(!err || (err == -ENOMEM && f.memory_fails), "%d", err);
	return err;
}

static void do_mmap(struct space *space, const struct op *op)
{
	const struct kind *kind = &kinds[op->argument % (sizeof(kinds) / sizeof(kinds[0]))];
	unsigned long nr, pgoff = op->argument & 128 ? op->first : op->argument >> 3 & 7;
	struct tv_vma_desc desc = {
		.start = ADDRESS(op->first), .end = ADDRESS(op->last), .vm_flags = kind->vm_flags,
		.offset = kind->ino ? pgoff * PAGE : 0, .ino = kind->ino,
		.name = kind->name, .name_len = kind->name ? strlen(kind->name) : 0,
	};
	struct vm_area_struct *vma;

	if (failed(tv_mmap(space->mm, &desc)))
		return;
	VMA_ITERATOR(vmi, space->mm, desc.start);
	vma = vma_iter_load(&vmi);
	fuzz_require(vma, "nothing is mapped");
	/* files and names are those of the model: the first look at them is trusted */
	for (nr = op->first; nr < op->last; nr++)
		space->pages[nr] = (struct page){
			true, kind->vm_flags, kind->ino ? pgoff + nr - op->first : 0, vma->vm_file,
			vma->tv_name,
		};
	fuzz_require(!vma->vm_file == !kind->ino, "a file");
	if (vma->vm_file)
		fuzz_require(!strcmp(vma->vm_file->tv_key.path, kind->name), "another file");
	else
		fuzz_require(!vma->tv_name == !kind->name, "a name");
}

static void do_munmap(struct space *space, const struct op *op)
{
	if (failed(tv_munmap(space->mm, ADDRESS(op->first), ADDRESS(op->last))))
		return;
	memset(&space->pages[op->first], 0, (op->last - op->first) * sizeof(space->pages[0]));
}

static void do_mprotect(struct space *space, const struct op *op)
{
	unsigned long access = (op->argument & 1 ? VM_READ : 0) | (op->argument & 2 ? VM_WRITE : 0) |
			       (op->argument & 4 ? VM_EXEC : 0);
	unsigned long nr;

	if (failed(tv_mprotect(space->mm, ADDRESS(op->first), ADDRESS(op->last), access)))
		return;
	for (nr = op->first; nr < op->last; nr++) {
		if (space->pages[nr].mapped)
			space->pages[nr].vm_flags &= ~(VM_READ | VM_WRITE | VM_EXEC);
		if (space->pages[nr].mapped)
			space->pages[nr].vm_flags |= access;
	}
}

static bool is_hole(const struct space *space, unsigned long first, unsigned long last)
{
	return next_mapped(space, first) >= last;
}

/* Pages of the VMA that stood at @edge are there up (down) to @to, or no more. */
static void move_end(struct space *space, unsigned long edge, unsigned long to)
{
	for (; edge < to; edge++) {
		space->pages[edge] = space->pages[edge - 1];
		if (space->pages[edge].file)
			space->pages[edge].pgoff++;
	}
	for (; edge > to; edge--)
		memset(&space->pages[edge - 1], 0, sizeof(space->pages[0]));
}

static void move_start(struct space *space, unsigned long edge, unsigned long to)
{
	for (; edge > to; edge--) {
		space->pages[edge - 1] = space->pages[edge];
		if (space->pages[edge].file)
			space->pages[edge - 1].pgoff--;
	}
	for (; edge < to; edge++)
		memset(&space->pages[edge], 0, sizeof(space->pages[0]));
}

static void do_resize(struct space *space, const struct op *op)
{
	VMA_ITERATOR(vmi, space->mm, ADDRESS(op->first));
	struct vm_area_struct *vma = vma_iter_load(&vmi);
	unsigned long start, end, to = op->argument & 1 ? op->last : op->last - 1;
	bool well;
	int err;

	if (!vma) {
		err = tv_resize_start(space->mm, ADDRESS(op->first), ADDRESS(to));
		fuzz_require(err == -ENOENT, "resize of nothing: %d", err);
		return;
	}
	start = PAGE_NR(vma->vm_start);
	end = PAGE_NR(vma->vm_end);
	if (op->argument & 2) {
		well = to > end ? is_hole(space, end, to) : to > start && to != end;
		err = tv_resize_end(space->mm, ADDRESS(end), ADDRESS(to));
	} else {
		well = to < start ? is_hole(space, to, start) : to < end && to != start;
		err = tv_resize_start(space->mm, ADDRESS(start), ADDRESS(to));
	}
	if (!well) {
		fuzz_require(err == -EINVAL, "bad resize: %d", err);
		return;
	}
	if (failed(err))
		return;
	if (op->argument & 2)
		move_end(space, end, to);
	else
		move_start(space, start, to);
}

/* --- tasks ------------------------------------------------------------------------------- */

static struct space *space_add(struct mm_struct *mm)
{
	struct space *space = &f.spaces[f.nr_spaces++];

	memset(space, 0, sizeof(*space));
	space->mm = mm;
	return space;
}

static bool space_is_walked(const struct space *space)
{
	unsigned int i;

	for (i = 0; i < WALKS; i++) {
		if (f.walks[i].begun && f.walks[i].space == space)
			return true;
	}
	return false;
}

static void task_make(unsigned int nr)
{
	struct mm_struct *mm;

	fuzz_require(!tv_task_create(f.world, 100 + 10 * nr, "sh", &f.tasks[nr]), "task");
	fuzz_require(!tv_mm_create(f.world, &mm), "mm");
	tv_task_set_mm(f.tasks[nr], mm);
	f.of[nr] = space_add(mm);
}

static void do_fork(unsigned int nr)
{
	failed(tv_task_fork(f.tasks[nr]));
}

static void do_exec(unsigned int nr)
{
	if (!f.of[nr] || f.nr_spaces == SPACES || failed(tv_task_exec(f.tasks[nr])))
		return;
	f.of[nr] = space_add(f.tasks[nr]->mm);
}

static void do_exit_mm(unsigned int nr)
{
	if (f.of[nr])
		tv_task_exit_mm(f.tasks[nr]);
	f.of[nr] = NULL;
}

/* --- one input ------------------------------------------------------------------------------ */

enum {
	DO_MMAP, DO_MMAP_TOO, DO_MUNMAP, DO_MPROTECT, DO_RESIZE, DO_FORK, DO_EXEC, DO_EXIT_MM,
	DO_BEGIN, DO_NEXT, DO_NEXT_TOO, DO_END, DO_FAULT, DO_NR,
};

/* The next call only. */
static void plan_faults(const struct op *op)
{
	unsigned long nth = 1 + op->argument % 8;

	f.memory_fails = true;
	switch (op->argument >> 6) {
	case 0:
		f.world->faults.fail_object = f.world->objects + nth;
		break;
	case 1:
		f.world->faults.fail_alloc = f.world->bpf_allocs + 1;
		break;
	case 2:
		fuzz_nodes_fail(nth);
		break;
	case 3:
		f.world->faults.irq_work_busy = true;
		break;
	}
}

static void forget_faults(void)
{
	f.memory_fails = false;
	f.world->faults.fail_object = 0;
	f.world->faults.fail_alloc = 0;
	f.world->faults.irq_work_busy = false;
	fuzz_nodes_fail(0);
}

static void change(struct space *space, const struct op *op)
{
	end_walks_in_the_way(space);
	switch (op->what) {
	case DO_MUNMAP:
		do_munmap(space, op);
		break;
	case DO_MPROTECT:
		do_mprotect(space, op);
		break;
	case DO_RESIZE:
		do_resize(space, op);
		break;
	default:
		do_mmap(space, op);
	}
	require_space(space);
}

static void change_task(unsigned int task, const struct op *op)
{
	struct space *before = f.of[task];

	if (before)
		end_walks_in_the_way(before);
	if (op->what == DO_FORK)
		do_fork(task);
	else if (op->what == DO_EXEC)
		do_exec(task);
	else
		do_exit_mm(task);
	/* who walks an mm that its task has left keeps it */
	if (before && (f.of[task] == before || space_is_walked(before)))
		require_space(before);
}

static void do_op(const struct op *op)
{
	unsigned int task = op->argument >> 5 & 1;
	struct walk *walk = &f.walks[op->last % WALKS];

	switch (op->what) {
	case DO_BEGIN:
		walk_begin(walk, task, op);
		break;
	case DO_NEXT: case DO_NEXT_TOO:
		if (walk->begun)
			walk_next(walk);
		break;
	case DO_END:
		while (op->argument & 1 && walk->begun && walk_next(walk))
			;
		walk_end(walk);
		break;
	case DO_FORK: case DO_EXEC: case DO_EXIT_MM:
		change_task(task, op);
		break;
	default:
		if (f.of[task])
			change(f.of[task], op);
	}
}

static void read_op(struct fuzz_bytes *in, struct op *op)
{
	unsigned long length;

	op->what = fuzz_below(in, DO_NR);
	op->first = fuzz_below(in, PAGES);
	length = 1 + fuzz_below(in, PAGES);
	op->last = op->first + length > PAGES ? PAGES : op->first + length;
	op->argument = fuzz_byte(in);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_nodes_use();
	return 0;
}

static void end_of_world(void)
{
	unsigned int i;

	for (i = 0; i < WALKS; i++)
		walk_end(&f.walks[i]);
	tv_world_teardown(f.world);
	fuzz_require(tv_ledger_is_clean(&f.world->ledger), "something is still held");
	fuzz_require(!f.world->hazards, "%s", f.world->hazard.text);
	tv_world_destroy(f.world);
	fuzz_nodes_grace();
	fuzz_require(!tv_maple_nodes_live(), "%lu nodes are left", tv_maple_nodes_live());
}

/* Pages from the first on with usual addresses, up to the very last where there are more. */
static void use_machine(unsigned int nr)
{
	static const struct tv_space_limits machines[RECORD] = {
		{ 0x1000, 0x7ffffffff000 }, { 0x4000, 1UL << 48 }, { 0x10000, 1UL << 52 },
		{ 0x1000, (1UL << 56) - 0x1000 },
	};

	f.world->limits = machines[nr];
	f.base = nr < 2 ? 0 : machines[nr].task_size - PAGES * PAGE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes in = { data, size };
	unsigned int i;
	struct op op;

	memset(&f, 0, sizeof(f));
	fuzz_require(!tv_world_create(&f.world), "world");
	use_machine(size % RECORD);
	for (i = 0; i < TASKS; i++)
		task_make(i);
	for (i = 0; i < MAX_OPS && in.left >= RECORD; i++) {
		read_op(&in, &op);
		if (op.what == DO_FAULT) {
			plan_faults(&op);
			continue;
		}
		do_op(&op);
		forget_faults();
	}
	forget_faults();
	end_of_world();
	return 0;
}
