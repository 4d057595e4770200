// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Ring buffers: what fits, what is read and when, records over the end, hostile addresses. */
#include "tests/unit/map_room.h"

#define SIZE 4096u

static void make(struct map_test *t)
{
	map_test_begin(t);
	assert_int_equal(map_test_create(t, BPF_MAP_TYPE_RINGBUF, 0, 0, SIZE, 0), 0);
}

/* A reserved record of @size bytes, each @byte. */
static uint64_t reserve(struct map_test *t, uint32_t size, uint8_t byte)
{
	uint64_t record = tv_map_reserve(t->map, size);

	if (record)
		memset(tv_memory_bytes(t->room.memory, record, size, true), byte, size);
	return record;
}

/* The next record that is read has @size bytes, each @byte. */
static void expect(struct map_test *t, uint32_t size, uint8_t byte)
{
	const void *data;
	uint32_t got, i;

	assert_true(tv_map_consume(t->map, &data, &got));
	assert_int_equal(got, size);
	for (i = 0; i < size; i++)
		assert_int_equal(((const uint8_t *)data)[i], byte);
}

static void expect_none(struct map_test *t)
{
	const void *data;
	uint32_t size;

	assert_false(tv_map_consume(t->map, &data, &size));
}

static void read_in_order_up_to_a_busy_one(void **state)
{
	uint64_t first, second, third;
	struct map_test t;

	make(&t);
	expect_none(&t);
	first = reserve(&t, 5, 1);
	second = reserve(&t, 16, 2);
	third = reserve(&t, 1, 3);
	assert_int_equal(second - first, 16);
	assert_int_equal(third - second, 24);
	assert_int_equal(tv_map_submit(t.room.memory, third, false), 0);
	expect_none(&t);
	assert_int_equal(tv_map_submit(t.room.memory, first, false), 0);
	expect(&t, 5, 1);
	expect_none(&t);
	assert_int_equal(tv_map_submit(t.room.memory, second, true), 0);
	expect(&t, 1, 3);
	expect_none(&t);
	map_test_end(&t);
}

static void positions_as_the_kernel_counts(void **state)
{
	struct map_test t;

	make(&t);
	assert_int_equal(tv_map_output(t.map, "11111", 5), 0);
	assert_int_equal(tv_map_ringbuf_query(t.map, BPF_RB_AVAIL_DATA), 16);
	assert_int_equal(tv_map_ringbuf_query(t.map, BPF_RB_RING_SIZE), SIZE);
	assert_int_equal(tv_map_ringbuf_query(t.map, BPF_RB_CONS_POS), 0);
	assert_int_equal(tv_map_ringbuf_query(t.map, BPF_RB_PROD_POS), 16);
	assert_int_equal(tv_map_ringbuf_query(t.map, 99), 0);
	expect(&t, 5, '1');
	assert_int_equal(tv_map_ringbuf_query(t.map, BPF_RB_AVAIL_DATA), 0);
	assert_int_equal(tv_map_ringbuf_query(t.map, BPF_RB_CONS_POS), 16);
	map_test_end(&t);
}

static void never_full_to_the_last_byte(void **state)
{
	struct map_test t;

	make(&t);
	assert_int_equal(tv_map_reserve(t.map, SIZE - 7), 0);
	/* what takes the whole ring is refused too */
	assert_int_equal(tv_map_reserve(t.map, SIZE - 8), 0);
	assert_int_not_equal(tv_map_reserve(t.map, SIZE - 16), 0);
	assert_int_equal(tv_map_reserve(t.map, 0), 0);
	assert_int_equal(tv_map_output(t.map, "", 0), -EAGAIN);
	assert_int_equal(tv_map_reserve(t.map, UINT64_MAX), 0);
	assert_int_equal(tv_map_reserve(t.map, UINT32_MAX), 0);
	map_test_end(&t);
}

static void records_run_over_the_end(void **state)
{
	struct map_test t;
	uint64_t record;
	uint32_t i;

	make(&t);
	for (i = 0; i < 1000; i++) {
		record = reserve(&t, 3000, i);
		assert_int_not_equal(record, 0);
		assert_int_equal(tv_map_submit(t.room.memory, record, false), 0);
		expect(&t, 3000, i);
	}
	map_test_end(&t);
}

/* One record that is still written keeps what is behind it, however much of that is finished. */
static void a_busy_record_is_not_reached_from_behind(void **state)
{
	struct map_test t;
	uint64_t held;
	int cnt = 0;

	make(&t);
	held = reserve(&t, 8, 9);
	while (!tv_map_output(t.map, "", 1))
		cnt++;
	/* 16 bytes each, and one place stays empty */
	assert_int_equal(cnt, SIZE / 16 - 2);
	expect_none(&t);
	assert_int_equal(tv_map_submit(t.room.memory, held, false), 0);
	expect(&t, 8, 9);
	assert_int_equal(tv_map_output(t.map, "", 1), 0);
	assert_int_equal(tv_map_output(t.map, "", 1), -EAGAIN);
	map_test_end(&t);
}

static void only_what_is_reserved_is_submitted(void **state)
{
	struct map_test t;
	uint64_t record;

	make(&t);
	record = reserve(&t, 32, 1);
	assert_int_equal(tv_map_submit(t.room.memory, record + 8, false), -EINVAL);
	assert_int_equal(tv_map_submit(t.room.memory, record + 1, false), -EINVAL);
	assert_int_equal(tv_map_submit(t.room.memory, record - 8, false), -EINVAL);
	assert_int_equal(tv_map_submit(t.room.memory, record + SIZE, false), -EINVAL);
	assert_int_equal(tv_map_submit(t.room.memory, tv_map_address(t.map) + 8, false), -EINVAL);
	assert_int_equal(tv_map_submit(t.room.memory, 0, false), -EINVAL);
	assert_int_equal(tv_map_submit(t.room.memory, record, false), 0);
	assert_int_equal(tv_map_submit(t.room.memory, record, false), -EINVAL);
	/* what is written where the kernel has its headers changes nothing */
	memset(tv_memory_bytes(t.room.memory, record - 8, 8, true), 0xff, 8);
	expect(&t, 32, 1);
	expect_none(&t);
	map_test_end(&t);
}

static void not_created(void **state)
{
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_RINGBUF, 0, 0, 0, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_RINGBUF, 0, 0, 2048, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_RINGBUF, 0, 0, 12288, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_RINGBUF, 4, 0, 4096, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, BPF_F_NO_PREALLOC), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_RINGBUF, 0, 0, 1u << 31, 0), -ENOMEM);
	map_test_end(&t);
}

/* Whole pages, of the machine's size; where a record lies is counted in them, from the map's beginning. */
static void made_of_pages(void **state)
{
	const uint64_t far = 65536 + 8;
	uint32_t header[2];
	struct map_test t;

	map_test_begin(&t);
	t.room.page_size = 65536;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_RINGBUF, 0, 0, 32768, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_RINGBUF, 0, 0, 131072, 0), 0);
	assert_int_equal(tv_map_ringbuf_query(t.map, BPF_RB_RING_SIZE), 131072);
	reserve(&t, 65536 - 8, 1);
	reserve(&t, 8, 2);
	memcpy(header, tv_memory_bytes(t.room.memory, tv_map_reserve(t.map, 8) - 8, 8, false), 8);
	assert_int_equal(header[1], 3 + (far + 8) / 65536);
	map_test_end(&t);
}

static void other_maps_have_no_records(void **state)
{
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0), 0);
	assert_int_equal(tv_map_reserve(t.map, 8), 0);
	assert_int_equal(tv_map_output(t.map, "", 1), -EOPNOTSUPP);
	assert_int_equal(tv_map_ringbuf_query(t.map, BPF_RB_RING_SIZE), 0);
	assert_int_equal(tv_map_submit(t.room.memory, tv_map_value_address(t.map, 0), false), -EINVAL);
	expect_none(&t);
	map_test_end(&t);
}

static int fill(struct map_test *t)
{
	return tv_map_output(t->map, "12345678", 8);
}

static void little_memory(void **state)
{
	struct map_test t;

	make(&t);
	tv_map_destroy(t.map);
	map_test_scarce(&t, fill);
	map_test_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_in_order_up_to_a_busy_one),
		cmocka_unit_test(positions_as_the_kernel_counts),
		cmocka_unit_test(never_full_to_the_last_byte),
		cmocka_unit_test(records_run_over_the_end),
		cmocka_unit_test(a_busy_record_is_not_reached_from_behind),
		cmocka_unit_test(only_what_is_reserved_is_submitted),
		cmocka_unit_test(not_created),
		cmocka_unit_test(made_of_pages),
		cmocka_unit_test(other_maps_have_no_records),
		cmocka_unit_test(little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
