// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Changes of an address space do what mm/vma.c does, and all of it or
 * nothing: each allocation that an operation makes, of a kernel object or of
 * a node of the tree, fails once.
 */
#include <errno.h>
#include <string.h>
#include "maple/alloc.h"
#include "model/mmap.h"
#include "model/mmap_lock.h"
#include "tests/unit/machines.h"
#include "tests/unit/maple_nodes.h"
#include "tests/unit/model_world.h"

#define PAGE	(test_machine->limits.page_size)
#define PAGES	24	/* what is looked at: the first so many pages */
#define MANY	40	/* VMAs far above, so that the tree has levels */
#define FAR	(test_machine->high)

/* What one page shows: no two VMAs of the test are alike in all of it. */
struct page {
	unsigned long vm_flags, pgoff;
	const struct file *file;
};

struct pages {
	struct page of[PAGES];
	unsigned long nr_far;
};

static void add(struct tv_vma_list *list, struct mm_struct *mm, unsigned long start,
		unsigned long end, unsigned long vm_flags, const char *file, unsigned long offset)
{
	struct tv_vma_desc desc = {
		.start = start, .end = end, .vm_flags = vm_flags, .offset = offset,
		.ino = file ? 7 : 0, .name = file, .name_len = file ? strlen(file) : 0,
	};
	struct vm_area_struct *vma;

	assert_int_equal(tv_vma_create(mm, &desc, &vma), 0);
	assert_int_equal(tv_vma_list_add(list, vma), 0);
}

/* Pages 1-6 of a file, 6-8 anonymous, 8-12 the file, 16-20 anonymous, 22-24 the file; far ones. */
static struct tv_world *make_world(void)
{
	struct tv_vma_list list = { 0 };
	struct tv_world *world = model_world(-1);
	struct mm_struct *mm;
	unsigned long i;

	world->limits = test_machine->limits;
	assert_int_equal(tv_mm_create(world, &mm), 0);
	tv_task_set_mm(tv_world_find_task(world, 42), mm);
	add(&list, mm, 1 * PAGE, 6 * PAGE, VM_READ, "/bin/sh", 0);
	add(&list, mm, 6 * PAGE, 8 * PAGE, VM_READ | VM_WRITE, NULL, 0);
	add(&list, mm, 8 * PAGE, 12 * PAGE, VM_READ | VM_EXEC, "/bin/sh", 7 * PAGE);
	add(&list, mm, 16 * PAGE, 20 * PAGE, VM_READ | VM_WRITE, NULL, 0);
	add(&list, mm, 22 * PAGE, 24 * PAGE, VM_READ, "/bin/sh", 5 * PAGE);
	for (i = 0; i < MANY; i++)
		add(&list, mm, FAR + 2 * i * PAGE, FAR + (2 * i + 1) * PAGE, VM_READ, NULL, 0);
	assert_int_equal(tv_vma_list_load(&list, mm), 0);
	tv_vma_list_fini(&list);
	return world;
}

static struct mm_struct *mm_of(const struct tv_world *world)
{
	return tv_world_find_task(world, 42)->mm;
}

/* Reads all pages; on the way tree, fields and counts have to agree, and nothing be locked. */
static void look(struct tv_world *world, struct pages *pages)
{
	struct mm_struct *mm = mm_of(world);
	VMA_ITERATOR(vmi, mm, 0);
	struct vm_area_struct *vma;
	unsigned long nr = 0, at;

	memset(pages, 0, sizeof(*pages));
	assert_whole(&mm->mm_mt);
	for_each_vma(vmi, vma) {
		assert_int_equal(vma->vm_start, vma_iter_addr(&vmi));
		assert_int_equal(vma->vm_end, vma_iter_end(&vmi));
		assert_ptr_equal(vma->vm_mm, mm);
		assert_int_equal(vma->vm_refcnt, 1);
		assert_int_not_equal(vma->vm_lock_seq, mm->mm_lock_seq);
		nr++;
		if (vma->vm_start >= FAR) {
			pages->nr_far++;
			continue;
		}
		for (at = vma->vm_start; at < vma->vm_end; at += PAGE)
			pages->of[at / PAGE] = (struct page){
				.vm_flags = vma->vm_flags, .file = vma->vm_file,
				.pgoff = vma->vm_file ?
					 vma->vm_pgoff + (at - vma->vm_start) / PAGE : 0,
			};
	}
	assert_int_equal(nr, mm->map_count);
	assert_int_equal(mm->mmap_lock.readers, 0);
	assert_false(mm->mmap_lock.writer);
}

/* --- the operations ------------------------------------------------------------ */

enum kind { MAP, MAP_FILE, UNMAP, PROTECT, END, START, FORK, EXEC };

static const struct op {
	enum kind kind;
	unsigned int from, to;	/* pages */
} ops[] = {
	{ MAP, 12, 14 }, { MAP, 2, 4 }, { MAP, 5, 9 }, { MAP, 0, 20 }, { MAP, 20, 22 },
	{ MAP, 13, 16 }, { MAP_FILE, 12, 13 }, { MAP_FILE, 3, 10 },
	{ UNMAP, 2, 4 }, { UNMAP, 1, 2 }, { UNMAP, 4, 6 }, { UNMAP, 5, 17 }, { UNMAP, 0, 22 },
	{ UNMAP, 12, 16 }, { UNMAP, 6, 8 },
	{ PROTECT, 2, 4 }, { PROTECT, 1, 6 }, { PROTECT, 4, 7 }, { PROTECT, 0, 20 },
	{ PROTECT, 17, 18 },
	{ END, 20, 22 }, { END, 20, 17 }, { END, 12, 16 }, { START, 16, 13 }, { START, 16, 18 },
	{ START, 1, 3 }, { START, 22, 20 }, { START, 22, 23 },
	{ FORK, 0, 0 }, { EXEC, 0, 0 },
};

#define NR_OPS	(sizeof(ops) / sizeof(ops[0]))

static int map(struct mm_struct *mm, const struct op *op)
{
	struct tv_vma_desc desc = {
		.start = op->from * PAGE, .end = op->to * PAGE, .vm_flags = VM_READ | VM_WRITE,
	};

	if (op->kind == MAP_FILE) {
		desc.ino = 9;
		desc.name = "/lib/new";
		desc.name_len = 8;
	}
	return tv_mmap(mm, &desc);
}

static int run(struct tv_world *world, const struct op *op)
{
	struct task_struct *task = tv_world_find_task(world, 42);
	unsigned long from = op->from * PAGE, to = op->to * PAGE;

	switch (op->kind) {
	case UNMAP:
		return tv_munmap(task->mm, from, to);
	case PROTECT:
		return tv_mprotect(task->mm, from, to, VM_READ | VM_EXEC);
	case END:
		return tv_resize_end(task->mm, from, to);
	case START:
		return tv_resize_start(task->mm, from, to);
	case FORK:
		return tv_task_fork(task);
	case EXEC:
		return tv_task_exec(task);
	default:
		return map(task->mm, op);
	}
}

/* What @op has to make of @pages, from what it is, and not from what it does. */
static void expect(const struct op *op, const struct file *new_file, struct pages *pages)
{
	struct page *page, was;
	unsigned int i;

	if (op->kind == EXEC)
		memset(pages, 0, sizeof(*pages));
	for (i = op->from; op->kind <= PROTECT && i < op->to; i++) {
		page = &pages->of[i];
		was = *page;
		*page = (struct page){ 0 };
		if (op->kind == PROTECT && was.vm_flags)
			*page = (struct page){ VM_READ | VM_EXEC, was.pgoff, was.file };
		if (op->kind == MAP || op->kind == MAP_FILE)
			page->vm_flags = VM_READ | VM_WRITE;
		if (op->kind == MAP_FILE) {
			page->file = new_file;
			page->pgoff = i - op->from;
		}
	}
	if (op->kind == END && op->to > op->from) {
		for (i = op->from; i < op->to; i++)
			pages->of[i] = (struct page){
				pages->of[i - 1].vm_flags, pages->of[i - 1].file ?
				pages->of[i - 1].pgoff + 1 : 0, pages->of[i - 1].file,
			};
	} else if (op->kind == END) {
		memset(&pages->of[op->to], 0, (op->from - op->to) * sizeof(*page));
	} else if (op->kind == START && op->to < op->from) {
		for (i = op->to; i < op->from; i++)
			pages->of[i] = (struct page){
				pages->of[op->from].vm_flags, pages->of[op->from].file ?
				pages->of[op->from].pgoff - (op->from - i) : 0,
				pages->of[op->from].file,
			};
	} else if (op->kind == START) {
		memset(&pages->of[op->from], 0, (op->to - op->from) * sizeof(*page));
	}
}

static void assert_pages(const struct pages *a, const struct pages *b, const struct op *op,
			 unsigned long nth)
{
	if (memcmp(a, b, sizeof(*a)))
		fail_msg("operation %d on pages %u to %u, allocation %lu fails", op->kind, op->from,
			 op->to, nth);
}

static void does_what_it_says(void **state)
{
	size_t i;

	for (i = 0; i < NR_OPS; i++) {
		struct tv_world *world = make_world();
		struct pages before, after;
		struct vm_area_struct *vma;

		look(world, &before);
		assert_int_equal(run(world, &ops[i]), 0);
		look(world, &after);
		vma = mt_find(&mm_of(world)->mm_mt, &(unsigned long){ ops[i].from * PAGE }, FAR);
		expect(&ops[i], vma ? vma->vm_file : NULL, &before);
		assert_pages(&after, &before, &ops[i], 0);
		model_world_end(world);
	}
}

/* True: @nth was more than @op needs, and it was done. */
static bool fails_whole(const struct op *op, unsigned long nth, bool nodes)
{
	struct tv_world *world = make_world();
	struct pages before, after;
	int err;

	look(world, &before);
	if (nodes)
		tv_maple_fail_nth(nth);
	else
		world->faults.fail_object = world->objects + nth;
	err = run(world, op);
	tv_maple_fail_nth(0);
	world->faults.fail_object = 0;
	look(world, &after);
	if (err) {
		assert_int_equal(err, -ENOMEM);
		assert_pages(&after, &before, op, nth);
	}
	model_world_end(world);
	return !err;
}

static unsigned long nr_failures(const struct op *op, bool nodes)
{
	unsigned long nth, failures = 0;

	/* a merge that fails is no failure of what it belongs to: so beyond the first success */
	for (nth = 1; nth < 60; nth++)
		failures += !fails_whole(op, nth, nodes);
	return failures;
}

static void objects_fail(void **state)
{
	unsigned long failures = 0;
	size_t i;

	for (i = 0; i < NR_OPS; i++)
		failures += nr_failures(&ops[i], false);
	assert_true(failures > NR_OPS);
}

static void nodes_fail(void **state)
{
	unsigned long failures = 0;
	size_t i;

	for (i = 0; i < NR_OPS; i++)
		failures += nr_failures(&ops[i], true);
	assert_true(failures > NR_OPS);
}

/* What is unmapped from the middle of a VMA is the VMA that was there; its ends are new ones. */
static void the_inside_stays_the_same_vma(void **state)
{
	struct tv_world *world = make_world();
	struct mm_struct *mm = mm_of(world);
	struct vm_area_struct *vma = mt_find(&mm->mm_mt, &(unsigned long){ PAGE }, FAR);

	assert_int_equal(tv_mprotect(mm, 2 * PAGE, 4 * PAGE, VM_READ | VM_WRITE), 0);
	assert_int_equal(vma->vm_start, 2 * PAGE);
	assert_int_equal(vma->vm_end, 4 * PAGE);
	assert_int_equal(vma->vm_pgoff, 1);
	assert_int_equal(vma->vm_flags, VM_READ | VM_WRITE);
	model_world_end(world);
}

/* Neighbours become one VMA when they are alike in all that is looked at, and only then. */
static void equal_neighbours_merge(void **state)
{
	const struct {
		struct tv_vma_desc low, new, high;	/* start 0: there is none */
		unsigned long vmas;
	} cases[] = {
#define VMA(from, to, ...)	{ .start = from * PAGE, .end = to * PAGE, .vm_flags = VM_READ, __VA_ARGS__ }
#define FILE_AT(page)		.ino = 7, .name = "/a", .name_len = 2, .offset = page * PAGE
		{ VMA(2, 4), VMA(4, 6), VMA(6, 8), 1 },
		{ VMA(2, 4), VMA(4, 6), { .start = 0 }, 1 },
		{ { .start = 0 }, VMA(4, 6), VMA(6, 8), 1 },
		{ VMA(2, 3), VMA(4, 6), VMA(7, 8), 3 },
		{ { .start = 2 * PAGE, .end = 4 * PAGE, .vm_flags = VM_READ | VM_EXEC }, VMA(4, 6),
		  VMA(6, 8), 2 },
		{ VMA(2, 4, .name = "[a]", .name_len = 3), VMA(4, 6), { .start = 0 }, 2 },
		{ VMA(2, 4, .name = "[a]", .name_len = 3), VMA(4, 6, .name = "[a]", .name_len = 3),
		  { .start = 0 }, 1 },
		{ VMA(2, 4, FILE_AT(0)), VMA(4, 6, FILE_AT(2)), VMA(6, 8, FILE_AT(4)), 1 },
		{ VMA(2, 4, FILE_AT(0)), VMA(4, 6, FILE_AT(3)), VMA(6, 8, FILE_AT(4)), 3 },
		{ VMA(2, 4, FILE_AT(0)), VMA(4, 6), VMA(6, 8, FILE_AT(4)), 3 },
#undef VMA
#undef FILE_AT
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tv_world *world = model_world(0);
		struct mm_struct *mm = mm_of(world);

		world->limits = test_machine->limits;
		if (cases[i].low.start)
			assert_int_equal(tv_mmap(mm, &cases[i].low), 0);
		if (cases[i].high.start)
			assert_int_equal(tv_mmap(mm, &cases[i].high), 0);
		assert_int_equal(tv_mmap(mm, &cases[i].new), 0);
		assert_int_equal(mm->map_count, cases[i].vmas);
		model_world_end(world);
	}
}

static void bad_ranges_change_nothing(void **state)
{
	const unsigned long top = test_machine->limits.task_size;
	const unsigned long ranges[][2] = {
		{ 2 * PAGE, 2 * PAGE }, { 3 * PAGE, 2 * PAGE }, { 2 * PAGE + 1, 4 * PAGE },
		{ 2 * PAGE, 4 * PAGE + 8 }, { 2 * PAGE, 4 * PAGE + PAGE / 2 }, { top - PAGE, top + PAGE },
	};
	struct tv_world *world = make_world();
	struct mm_struct *mm = mm_of(world);
	struct pages before, after;
	struct tv_vma_desc desc;
	size_t i;

	look(world, &before);
	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		desc = (struct tv_vma_desc){ .start = ranges[i][0], .end = ranges[i][1] };
		assert_int_equal(tv_mmap(mm, &desc), -EINVAL);
		assert_int_equal(tv_munmap(mm, ranges[i][0], ranges[i][1]), -EINVAL);
		assert_int_equal(tv_mprotect(mm, ranges[i][0], ranges[i][1], VM_READ), -EINVAL);
	}
	look(world, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	/* up to the very end of user space is no bad range */
	assert_int_equal(tv_munmap(mm, top - PAGE, top), 0);
	model_world_end(world);
}

/* An edge moves into a hole, or into its own VMA: not over another, and something stays. */
static void edges_stay_in_their_place(void **state)
{
	static const struct {
		struct op op;
		int err;
	} cases[] = {
		{ { END, 6, 7 }, -EINVAL }, { { END, 12, 17 }, -EINVAL }, { { END, 12, 8 }, -EINVAL },
		{ { END, 12, 7 }, -EINVAL }, { { END, 13, 14 }, -ENOENT }, { { END, 0, 1 }, -ENOENT },
		{ { START, 8, 7 }, -EINVAL }, { { START, 16, 11 }, -EINVAL },
		{ { START, 16, 20 }, -EINVAL }, { { START, 16, 21 }, -EINVAL },
		{ { START, 17, 18 }, -ENOENT }, { { END, 20, 20 }, -EINVAL },
	};
	struct tv_world *world = make_world();
	struct pages before, after;
	size_t i;

	look(world, &before);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(run(world, &cases[i].op), cases[i].err);
		look(world, &after);
		assert_pages(&after, &before, &cases[i].op, 0);
	}
	model_world_end(world);
}

/* munmap(2) ends as a reader; mmap(2), over what was mapped, as the writer that it began as. */
static bool downgraded;

static void see_downgrade(void *arg, const struct tv_event *ev)
{
	downgraded |= ev->op == TV_ACQUIRE && ev->res == TV_RES_MMAP_READ;
}

static void unmap_frees_as_a_reader(void **state)
{
	static const struct {
		struct op op;
		bool downgrades;
	} cases[] = {
		{ { UNMAP, 2, 4 }, true }, { { UNMAP, 12, 16 }, false }, { { MAP, 2, 4 }, false },
		{ { PROTECT, 2, 4 }, false },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tv_world *world = make_world();

		downgraded = false;
		world->sink = see_downgrade;
		assert_int_equal(run(world, &cases[i].op), 0);
		assert_int_equal(downgraded, cases[i].downgrades);
		model_world_end(world);
	}
}

static int use_failing_allocator(void **state)
{
	return tv_maple_set_allocator(&tv_maple_failing_ops);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_MACHINE(does_what_it_says),
		cmocka_unit_test(objects_fail),
		cmocka_unit_test(nodes_fail),
		ON_EACH_MACHINE(the_inside_stays_the_same_vma),
		ON_EACH_MACHINE(equal_neighbours_merge),
		ON_EACH_MACHINE(bad_ranges_change_nothing),
		ON_EACH_MACHINE(edges_stay_in_their_place),
		cmocka_unit_test(unmap_frees_as_a_reader),
	};

	return cmocka_run_group_tests(tests, use_failing_allocator, NULL) != 0;
}
