// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The memory of interpreted programs: who reaches what, and what is said of the rest. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/memory.h"

static uint8_t bytes[16];

static struct tv_region plain(const char *name, uint64_t size, bool read_only)
{
	return (struct tv_region){ .name = name, .size = size, .bytes = bytes, .read_only = read_only };
}

static void assert_described(const struct tv_memory *memory, uint64_t addr, const char *text)
{
	char buf[128];

	assert_string_equal(tv_memory_describe(memory, addr, buf, sizeof(buf)), text);
}

static void found_inside_only(void **state)
{
	struct tv_memory *memory = tv_memory_create();
	struct tv_region a = plain("a", 16, false), b = plain("b", TV_MEMORY_PAGE, false);
	struct tv_region c = plain("c", 0, false);

	assert_int_equal(tv_memory_add(memory, &a), 0);
	assert_int_equal(tv_memory_add(memory, &b), 0);
	assert_int_equal(tv_memory_add(memory, &c), 0);
	assert_true(a.addr >= TV_MEMORY_BASE && a.addr % TV_MEMORY_PAGE == 0);
	assert_true(c.addr > b.addr + b.size);
	assert_ptr_equal(tv_memory_find(memory, a.addr), &a);
	assert_ptr_equal(tv_memory_find(memory, a.addr + 15), &a);
	assert_null(tv_memory_find(memory, a.addr + 16));
	assert_null(tv_memory_find(memory, a.addr - 1));
	assert_ptr_equal(tv_memory_find(memory, b.addr + b.size - 1), &b);
	assert_null(tv_memory_find(memory, b.addr + b.size));
	assert_null(tv_memory_find(memory, c.addr));
	assert_null(tv_memory_find(memory, 0));
	assert_null(tv_memory_find(memory, UINT64_MAX));
	tv_memory_destroy(memory);
}

static void bytes_are_all_or_none(void **state)
{
	struct tv_memory *memory = tv_memory_create();
	struct tv_region a = plain("a", 16, false), b = plain("b", 16, true);

	tv_memory_add(memory, &a);
	tv_memory_add(memory, &b);
	assert_ptr_equal(tv_memory_bytes(memory, a.addr, 16, true), bytes);
	assert_ptr_equal(tv_memory_bytes(memory, a.addr + 8, 8, true), bytes + 8);
	assert_null(tv_memory_bytes(memory, a.addr + 8, 9, true));
	assert_null(tv_memory_bytes(memory, a.addr + 8, UINT64_MAX, true));
	assert_null(tv_memory_bytes(memory, 8, 8, false));
	assert_null(tv_memory_bytes(memory, b.addr, 1, true));
	assert_ptr_equal(tv_memory_bytes(memory, b.addr, 1, false), bytes);
	tv_memory_destroy(memory);
}

static void copies(void **state)
{
	struct tv_memory *memory = tv_memory_create();
	struct tv_region a = plain("value of map m", 16, false), b = plain("rodata", 16, true);
	uint64_t value = 0x1122334455667788;
	char why[128] = "";

	tv_memory_add(memory, &a);
	tv_memory_add(memory, &b);
	assert_int_equal(tv_memory_write(memory, a.addr + 8, &value, 8, why, sizeof(why)), 0);
	value = 0;
	assert_int_equal(tv_memory_read(memory, a.addr + 8, &value, 8, false, why, sizeof(why)), 0);
	assert_true(value == 0x1122334455667788);
	assert_int_equal(tv_memory_read(memory, a.addr + 12, &value, 8, false, why, sizeof(why)), -EFAULT);
	assert_string_equal(why, "8 bytes cannot be read at value of map m+12");
	assert_int_equal(tv_memory_write(memory, b.addr, &value, 8, why, sizeof(why)), -EFAULT);
	assert_string_equal(why, "8 bytes cannot be written at rodata+0");
	assert_int_equal(tv_memory_read(memory, 24, &value, 4, false, why, sizeof(why)), -EFAULT);
	assert_string_equal(why, "4 bytes cannot be read at NULL+24");
	assert_int_equal(tv_memory_read(memory, 24, &value, 4, false, NULL, 0), -EFAULT);
	tv_memory_destroy(memory);
}

static int offset_read(struct tv_region *region, uint64_t offset, void *to, uint32_t size, bool probing,
		       char *why, size_t why_size)
{
	if (offset >= 64)
		return probing ? -EFAULT : -ENOTSUP;
	memset(to, (int)offset, size);
	return 0;
}

static void objects_answer_themselves(void **state)
{
	static const struct tv_region_ops ops = { .read = offset_read };
	struct tv_memory *memory = tv_memory_create();
	struct tv_region task = { .name = "task", .size = 128, .ops = &ops };
	uint16_t value = 0;

	tv_memory_add(memory, &task);
	assert_int_equal(tv_memory_read(memory, task.addr + 5, &value, 2, false, NULL, 0), 0);
	assert_int_equal(value, 0x0505);
	assert_int_equal(tv_memory_read(memory, task.addr + 64, &value, 2, false, NULL, 0), -ENOTSUP);
	assert_int_equal(tv_memory_read(memory, task.addr + 64, &value, 2, true, NULL, 0), -EFAULT);
	assert_int_equal(tv_memory_read(memory, task.addr + 127, &value, 2, true, NULL, 0), -EFAULT);
	assert_int_equal(tv_memory_write(memory, task.addr, &value, 2, NULL, 0), -EFAULT);
	assert_null(tv_memory_bytes(memory, task.addr, 1, false));
	tv_memory_destroy(memory);
}

static void freed_is_remembered(void **state)
{
	struct tv_memory *memory = tv_memory_create();
	struct tv_region a = plain("iterator data", 16, false), b = a;
	uint64_t before;

	tv_memory_add(memory, &a);
	before = a.addr;
	assert_non_null(tv_memory_bytes(memory, before, 8, true));
	assert_described(memory, before + 4, "iterator data+4");
	tv_memory_remove(memory, &a);
	tv_memory_remove(memory, &a);
	assert_null(tv_memory_find(memory, before));
	assert_null(tv_memory_bytes(memory, before, 8, true));
	assert_described(memory, before + 4, "freed: iterator data+4");
	tv_memory_add(memory, &b);
	assert_true(b.addr > before);
	assert_described(memory, b.addr + 20, "4 bytes past iterator data");
	assert_described(memory, 8, "NULL+8");
	assert_described(memory, 0x1234567, "address 0x1234567");
	assert_described(memory, UINT64_MAX, "address 0xffffffffffffffff");
	tv_memory_destroy(memory);
}

/* Many that come and go are one span; those that stay are found all the same. */
static void come_and_go(void **state)
{
	enum { STAY = 300, ROUNDS = 100000 };
	struct tv_memory *memory = tv_memory_create();
	struct tv_region *stay = calloc(STAY, sizeof(*stay)), passing;
	uint64_t first = 0;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		passing = plain("passing", 100000, false);
		assert_int_equal(tv_memory_add(memory, &passing), 0);
		first = first ? first : passing.addr;
		assert_ptr_equal(tv_memory_find(memory, passing.addr + 99999), &passing);
		tv_memory_remove(memory, &passing);
		if (i % (ROUNDS / STAY) == 0 && i / (ROUNDS / STAY) < STAY) {
			stay[i / (ROUNDS / STAY)] = plain("stays", 8, false);
			assert_int_equal(tv_memory_add(memory, &stay[i / (ROUNDS / STAY)]), 0);
		}
	}
	for (i = 0; i < STAY; i++)
		assert_ptr_equal(tv_memory_find(memory, stay[i].addr + 7), &stay[i]);
	assert_described(memory, first, "freed: passing+0");
	tv_memory_destroy(memory);
	free(stay);
}

static void addresses_run_out(void **state)
{
	struct tv_memory *memory = tv_memory_create();
	struct tv_region half = plain("half", UINT64_C(1) << (TV_MEMORY_BITS - 1), false);
	struct tv_region all = plain("all", UINT64_MAX, false), more = half, small = plain("small", 8, false);

	assert_int_equal(tv_memory_add(memory, &all), -ENOSPC);
	assert_int_equal(tv_memory_add(memory, &half), 0);
	assert_int_equal(tv_memory_add(memory, &more), -ENOSPC);
	assert_int_equal(tv_memory_add(memory, &small), 0);
	assert_true(small.addr == half.addr + half.size + TV_MEMORY_PAGE);
	tv_memory_destroy(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_inside_only),
		cmocka_unit_test(bytes_are_all_or_none),
		cmocka_unit_test(copies),
		cmocka_unit_test(objects_answer_themselves),
		cmocka_unit_test(freed_is_remembered),
		cmocka_unit_test(come_and_go),
		cmocka_unit_test(addresses_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
