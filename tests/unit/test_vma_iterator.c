// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* struct vma_iterator over a small address space, with the smallest mm and VMA types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "maple/alloc.h"
#include "maple/vma_iterator.h"

#define PAGE	0x1000UL
#define VMAS	50

static struct mm_struct mm;
static struct vm_area_struct vmas[VMAS];

/* VMA i is [4 i + 1, 4 i + 3) pages, so that two pages are free between. */
static int setup(void **state)
{
	VMA_ITERATOR(vmi, &mm, 0);
	unsigned long i;

	mt_init_flags(&mm.mm_mt, MM_MT_FLAGS);
	if (vma_iter_bulk_alloc(&vmi, VMAS))
		return -1;
	for (i = 0; i < VMAS; i++) {
		vmas[i].vm_start = (4 * i + 1) * PAGE;
		vmas[i].vm_end = (4 * i + 3) * PAGE;
		vmas[i].vm_mm = &mm;
		if (vma_iter_bulk_store(&vmi, &vmas[i]))
			return -1;
	}
	vma_iter_free(&vmi);
	return 0;
}

static int teardown(void **state)
{
	const char *why;
	int err = mt_validate(&mm.mm_mt, &why);

	__mt_destroy(&mm.mm_mt);
	rcu_barrier();
	return err || tv_maple_nodes_live();
}

static void walks_all(void **state)
{
	VMA_ITERATOR(vmi, &mm, 0);
	struct vm_area_struct *vma;
	unsigned long i = 0;

	for_each_vma(vmi, vma) {
		assert_ptr_equal(vma, &vmas[i++]);
		assert_int_equal(vma_iter_addr(&vmi), vma->vm_start);
		assert_int_equal(vma_iter_end(&vmi), vma->vm_end);
	}
	assert_int_equal(i, VMAS);
	while ((vma = vma_prev(&vmi)))
		assert_ptr_equal(vma, &vmas[--i]);
	assert_int_equal(i, 0);
}

static void walks_a_range(void **state)
{
	VMA_ITERATOR(vmi, &mm, 10 * PAGE);	/* within VMA 2 */
	struct vm_area_struct *vma;
	unsigned long i = 2;

	for_each_vma_range(vmi, vma, 21 * PAGE)	/* where VMA 5 begins */
		assert_ptr_equal(vma, &vmas[i++]);
	assert_int_equal(i, 5);
}

static void stands_between_neighbours(void **state)
{
	VMA_ITERATOR(vmi, &mm, 11 * PAGE);	/* the hole behind VMA 2 */
	VMA_ITERATOR(first, &mm, 0);
	struct vm_area_struct *before = NULL;

	assert_ptr_equal(vma_iter_next_rewind(&vmi, &before), &vmas[3]);
	assert_ptr_equal(before, &vmas[2]);
	assert_int_equal(vma_iter_addr(&vmi), 11 * PAGE);
	assert_int_equal(vma_iter_end(&vmi), 13 * PAGE);

	assert_ptr_equal(vma_iter_next_rewind(&first, &before), &vmas[0]);
	assert_null(before);
	assert_int_equal(vma_iter_addr(&first), 0);
	assert_int_equal(vma_iter_end(&first), PAGE);
}

static void goes_on_after_invalidation(void **state)
{
	struct vma_iterator vmi;

	vma_iter_init(&vmi, &mm, 0);
	assert_ptr_equal(vma_next(&vmi), &vmas[0]);
	vma_iter_invalidate(&vmi);
	assert_ptr_equal(vma_next(&vmi), &vmas[1]);
	vma_iter_set(&vmi, 41 * PAGE);
	assert_ptr_equal(vma_iter_load(&vmi), &vmas[10]);
	assert_null(vma_iter_next_range(&vmi));
	assert_int_equal(vma_iter_addr(&vmi), 43 * PAGE);
	assert_ptr_equal(vma_iter_prev_range_limit(&vmi, 0), &vmas[10]);
}

static void stores_and_clears(void **state)
{
	VMA_ITERATOR(vmi, &mm, 41 * PAGE);
	struct vm_area_struct wide = { 41 * PAGE, 44 * PAGE, &mm };

	/* Grow VMA 10 by a page into the hole behind it. */
	assert_ptr_equal(vma_next(&vmi), &vmas[10]);
	vma_iter_config(&vmi, wide.vm_start, wide.vm_end);
	assert_int_equal(vma_iter_prealloc(&vmi, &wide), 0);
	vma_iter_store(&vmi, &wide);
	assert_ptr_equal(mtree_load(&mm.mm_mt, 44 * PAGE - 1), &wide);
	assert_null(mtree_load(&mm.mm_mt, 44 * PAGE));

	/* Take it out; the hole is one with its neighbours. */
	vma_iter_config(&vmi, wide.vm_start, wide.vm_end);
	assert_int_equal(vma_iter_prealloc(&vmi, NULL), 0);
	vma_iter_clear(&vmi);
	assert_int_equal(vma_iter_addr(&vmi), 39 * PAGE);
	assert_int_equal(vma_iter_end(&vmi), 45 * PAGE);

	/* Over many VMAs. */
	vma_iter_set(&vmi, 0);
	assert_int_equal(vma_iter_clear_gfp(&vmi, 0, 150 * PAGE, GFP_KERNEL), 0);
	vma_iter_set(&vmi, 0);
	assert_ptr_equal(vma_next(&vmi), &vmas[37]);	/* it reached from 149 to 151: cut */
	assert_int_equal(vma_iter_addr(&vmi), 150 * PAGE);
	assert_int_equal(vma_iter_store_gfp(&vmi, &vmas[3], GFP_KERNEL), 0);
	assert_ptr_equal(mtree_load(&mm.mm_mt, 13 * PAGE), &vmas[3]);
}

static void finds_holes(void **state)
{
	VMA_ITERATOR(vmi, &mm, 0);

	assert_int_equal(vma_iter_area_lowest(&vmi, PAGE, 1000 * PAGE, 2 * PAGE), 0);
	assert_int_equal(vma_iter_addr(&vmi), 3 * PAGE);
	vma_iter_reset(&vmi);
	assert_int_equal(vma_iter_area_highest(&vmi, PAGE, 190 * PAGE, 2 * PAGE), 0);
	assert_int_equal(vma_iter_end(&vmi), 189 * PAGE);
	vma_iter_reset(&vmi);
	assert_int_equal(vma_iter_area_lowest(&vmi, PAGE, 190 * PAGE, 3 * PAGE), -EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(walks_all, setup, teardown),
		cmocka_unit_test_setup_teardown(walks_a_range, setup, teardown),
		cmocka_unit_test_setup_teardown(stands_between_neighbours, setup, teardown),
		cmocka_unit_test_setup_teardown(goes_on_after_invalidation, setup, teardown),
		cmocka_unit_test_setup_teardown(stores_and_clears, setup, teardown),
		cmocka_unit_test_setup_teardown(finds_holes, setup, teardown),
	};

	return cmocka_run_group_tests_name("vma_iterator", tests, NULL, NULL) != 0;
}
