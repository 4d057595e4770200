// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Machines of each page size and each end of user space: what is known of them, fixtures that are checked
 * by them, walks over their address spaces, up to the last page.
 */
#include <errno.h>
#include <stdlib.h>
#include "model/iter.h"
#include "model/maps.h"
#include "tests/unit/fixture_text.h"
#include "tests/unit/machines.h"
#include "tests/unit/model_world.h"

#define PAGE	(test_machine->limits.page_size)
#define END	(test_machine->limits.task_size)

static void task_sizes(void **state)
{
	static const unsigned long l4 = 0x7ffffffff000, l5 = 0xfffffffffff000, b48 = 1ul << 48, b52 = 1ul << 52;
	static const struct {
		unsigned long page_size, end, task_size;
	} rows[] = {
		{ 0x1000, 0, l4 }, { 0x1000, l4, l4 }, { 0x1000, l4 + 1, b48 }, { 0x1000, b48, b48 },
		{ 0x1000, b48 + 1, b52 }, { 0x1000, b52, b52 }, { 0x1000, b52 + 1, l5 }, { 0x1000, l5, l5 },
		{ 0x1000, l5 + 1, -0x1000ul }, { 0x1000, ULONG_MAX, -0x1000ul },
		/* x86-64 has no such pages */
		{ 0x4000, 0, b48 }, { 0x4000, b48 + 1, b52 }, { 0x4000, b52 + 1, -0x4000ul },
		{ 0x10000, 0, b48 }, { 0x10000, b52, b52 }, { 0x10000, ULONG_MAX, -0x10000ul },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(tv_fitting_task_size(rows[i].page_size, rows[i].end), rows[i].task_size);
	assert_int_equal(tv_default_task_size(0x1000), l4);
	assert_int_equal(tv_default_task_size(0x10000), b48);
}

static void page_sizes(void **state)
{
	static const uint64_t bad[] = { 0, 1, 2048, 4095, 4097, 12288, 131072, UINT64_C(1) << 32 | 4096 };
	uint64_t size;
	size_t i;

	for (size = 4096; size <= 65536; size *= 2)
		assert_true(tv_page_size_is_valid(size));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(tv_page_size_is_valid(bad[i]));
}

/* 48 bits of an address are meant with four levels, 57 with five. */
static void kernel_addresses(void **state)
{
	const struct tv_space_limits l4 = { 0x1000, 0x7ffffffff000 }, l5 = { 0x1000, 0xfffffffffff000 };
	static const struct {
		uint64_t addr;
		bool l4, l5;
	} rows[] = {
		{ 0, false, false }, { 0x7ffffffff000, false, false }, { 0x800000000000, false, false },
		{ 0xfffffffffff000, false, false }, { 0xffff7fffffffffff, false, true },
		{ 0xffff800000000000, true, true }, { 0xff11000000000000, false, true },
		{ 0xff00000000000000, false, true }, { 0xfeffffffffffffff, false, false },
		{ UINT64_MAX, true, true },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(tv_is_kernel_address(&l4, rows[i].addr), rows[i].l4);
		assert_int_equal(tv_is_kernel_address(&l5, rows[i].addr), rows[i].l5);
	}
}

static void smaps_tell_the_page_size(void **state)
{
	static const struct {
		const char *text;
		unsigned long size;
	} rows[] = {
		{ "1000-2000 r--p\n", 0 }, { "", 0 }, { "KernelPageSize: 64 kB\n", 0 },
		{ "a\nKernelPageSize:       64 kB\n", 65536 },
		{ "a\nKernelPageSize: 4 kB\nMMUPageSize: 64 kB\n", 4096 },
		{ "a\nKernelPageSize: 2048 kB\nb\nKernelPageSize: 16 kB\n", 16384 },
		{ "a\nKernelPageSize: 16 kB\nb\nKernelPageSize: 524288 kB\n", 16384 },
		{ "a\nKernelPageSize: 2048 kB\n", 0 }, { "a\nKernelPageSize: 5 kB\n", 0 },
		{ "a\nKernelPageSize: 0 kB\n", 0 }, { "a\nKernelPageSize:", 0 },
		{ "a\nKernelPageSize: 99999999999999999999999999 kB\n", 0 },
		{ "a KernelPageSize: 64 kB\n", 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(tv_maps_page_size(rows[i].text, strlen(rows[i].text)), rows[i].size);
}

/* --- fixtures ------------------------------------------------------------------- */

/* A fixture of this machine with one VMA. */
static const char *fixture(unsigned long start, unsigned long end, unsigned long offset)
{
	static char text[512];

	snprintf(text, sizeof(text),
		 "schema: 1\npage_size: %lu\ntask_size: 0x%lx\ntasks:\n  - pid: 42\n    vmas:\n"
		 "      - {start: 0x%lx, end: 0x%lx, perms: r--p, offset: 0x%lx}\n", PAGE, END, start, end,
		 offset);
	return text;
}

static void assert_refused(const char *text, const char *key, const char *reason)
{
	const char *line = strstr(text, "      - {");
	struct tv_world *world;
	struct tv_diag diag;

	assert_int_equal(fixture_load_text(text, &world, &diag), -EINVAL);
	assert_string_equal(diag.text, reason);
	assert_int_equal(diag.line, 7);
	assert_int_equal(diag.column, strstr(line, key) + strlen(key) - line + 1);
}

static void fixtures_are_checked(void **state)
{
	struct tv_world *world;
	struct tv_diag diag;

	assert_refused(fixture(PAGE / 2, 2 * PAGE, 0), "start: ", "start is not page aligned");
	assert_refused(fixture(PAGE, 2 * PAGE + PAGE / 2, 0), "end: ", "end is not page aligned");
	assert_refused(fixture(PAGE, 2 * PAGE, PAGE / 2), "offset: ", "offset is not page aligned");
	assert_refused(fixture(END - PAGE, END + PAGE, 0), "end: ", "VMA ends above the task size");
	assert_int_equal(fixture_load_text(fixture(END - PAGE, END, PAGE), &world, &diag), 0);
	assert_memory_equal(&world->limits, &test_machine->limits, sizeof(world->limits));
	model_world_end(world);
}

/* A file that does not say where user space ends means the usual machine of that page size, and stays short. */
static void the_usual_is_not_written(void **state)
{
	char text[256], *written;
	struct tv_world *world;
	struct tv_diag diag;
	size_t len;
	FILE *out;

	snprintf(text, sizeof(text), PAGE == 4096 ? "schema: 1\ntasks: []\n"
						  : "schema: 1\npage_size: %lu\ntasks: []\n", PAGE);
	assert_int_equal(fixture_load_text(text, &world, &diag), 0);
	assert_int_equal(world->limits.page_size, PAGE);
	assert_int_equal(world->limits.task_size, tv_default_task_size(PAGE));
	out = open_memstream(&written, &len);
	assert_int_equal(tv_fixture_write(out, world), 0);
	fclose(out);
	assert_string_equal(written, text);
	free(written);
	model_world_end(world);
}

/* --- walks ---------------------------------------------------------------------- */

#define NR_VMAS		40

/* The lowest page, runs of pages with a page between, from the middle on far above, and the last page. */
static void place(int i, unsigned long *start, unsigned long *end)
{
	unsigned long base = i < NR_VMAS / 2 ? 0 : test_machine->high;

	*start = i == NR_VMAS - 1 ? END - PAGE : base + (unsigned long)i * 4 * PAGE;
	*end = i == NR_VMAS - 1 ? END : *start + (1 + (unsigned long)i % 3) * PAGE;
}

static struct tv_world *make_world(void)
{
	struct tv_world *world = model_world(-1);
	struct tv_vma_list list = { 0 };
	struct vm_area_struct *vma;
	struct mm_struct *mm;
	int i;

	world->limits = test_machine->limits;
	assert_int_equal(tv_mm_create(world, &mm), 0);
	tv_task_set_mm(tv_world_find_task(world, 42), mm);
	for (i = 0; i < NR_VMAS; i++) {
		struct tv_vma_desc desc = {
			.vm_flags = VM_READ, .offset = (unsigned long)i * PAGE, .major = 8, .minor = 1,
			.ino = 7, .name = "/bin/sh", .name_len = 7,
		};

		place(i, &desc.start, &desc.end);
		assert_int_equal(tv_vma_create(mm, &desc, &vma), 0);
		assert_int_equal(vma->vm_pgoff, i);
		assert_int_equal(tv_vma_list_add(&list, vma), 0);
	}
	assert_int_equal(tv_vma_list_load(&list, mm), 0);
	tv_vma_list_fini(&list);
	return world;
}

/* The lines of all VMAs that end above @from, as the kernel's format has them. */
static char *expected_lines(unsigned long from)
{
	char prefix[128], *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int i;

	for (i = 0; i < NR_VMAS; i++) {
		unsigned long start, end;

		place(i, &start, &end);
		snprintf(prefix, sizeof(prefix), "%08lx-%08lx r--p %08lx 08:01 7 ", start, end,
			 (unsigned long)i * PAGE);
		if (end > from)
			fprintf(out, "%-73s/bin/sh\n", prefix);
	}
	fclose(out);
	return text;
}

static int print(void *arg, const struct vm_area_struct *vma)
{
	return tv_maps_print(arg, vma);
}

static void assert_walk(struct tv_world *world, const struct tv_iter_design *design, unsigned long from)
{
	char *text, *expected = expected_lines(from);
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(tv_iter_walk(world, design, TV_CONTEXT_PROCESS, tv_world_find_task(world, 42), from,
				      print, out, NULL), 0);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
	free(expected);
}

/* From everywhere around each edge. */
static void walks_show_what_the_kernel_prints(void **state)
{
	struct tv_world *world = make_world();
	size_t design;
	int i;

	for (design = 0; tv_iter_designs[design]; design++) {
		const struct tv_iter_design *d = tv_iter_designs[design];

		if (d->approach)
			continue;
		assert_walk(world, d, 0);
		for (i = 0; i < NR_VMAS; i += 13) {
			unsigned long start, end;

			place(i, &start, &end);
			assert_walk(world, d, start);
			assert_walk(world, d, end - 1);
			assert_walk(world, d, end);
		}
		assert_walk(world, d, END - PAGE);
	}
	model_world_end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(task_sizes),
		cmocka_unit_test(page_sizes),
		cmocka_unit_test(kernel_addresses),
		cmocka_unit_test(smaps_tell_the_page_size),
		ON_EACH_MACHINE(fixtures_are_checked),
		ON_EACH_MACHINE(the_usual_is_not_written),
		ON_EACH_MACHINE(walks_show_what_the_kernel_prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
