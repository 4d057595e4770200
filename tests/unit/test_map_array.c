// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Arrays, per-CPU arrays and data maps: what stands where, and what is refused. */
#include "tests/unit/map_room.h"

static void values_are_zero_and_stay_where_they_are(void **state)
{
	struct map_test t;
	uint64_t *first;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 3, 0), 0);
	first = get(&t, 1);
	assert_int_equal(*first, 0);
	assert_int_equal(put(&t, 1, 77, BPF_ANY), 0);
	assert_ptr_equal(get(&t, 1), first);
	assert_int_equal(*first, 77);
	assert_int_equal(*get(&t, 0), 0);
	assert_int_equal(*get(&t, 2), 0);
	assert_null(get(&t, 3));
	map_test_end(&t);
}

static void refused_in_the_kernels_order(void **state)
{
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 3, 0), 0);
	assert_int_equal(put(&t, 0, 1, 3), -EINVAL);
	assert_int_equal(put(&t, 9, 1, 3), -EINVAL);
	assert_int_equal(put(&t, 3, 1, BPF_NOEXIST), -E2BIG);
	assert_int_equal(put(&t, 0, 1, BPF_NOEXIST), -EEXIST);
	assert_int_equal(put(&t, 0, 1, BPF_EXIST), 0);
	assert_int_equal(put(&t, 0, 1, BPF_F_LOCK), -EINVAL);
	assert_int_equal(drop(&t, 0), -EINVAL);
	map_test_end(&t);
}

static void not_created(void **state)
{
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 8, 8, 3, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 0, 3, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 0, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 3, BPF_F_NO_PREALLOC), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 3,
					 BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 0x80000000u, 1, 0), -E2BIG);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 0x7fffffffu, 1000, 0), -ENOMEM);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PERCPU_ARRAY, 4, 32769, 1, 0), -E2BIG);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 1, BPF_F_MMAPABLE), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_XSKMAP, 4, 4, 1, 0), -ENOTSUP);
	assert_int_equal(map_test_create(&t, 1000, 4, 4, 1, 0), -ENOTSUP);
	assert_null(t.map);
	map_test_end(&t);
}

static void keys_ascend(void **state)
{
	uint32_t key, unknown = 100;
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0), 0);
	assert_int_equal(tv_map_next_key(t.map, NULL, &key), 0);
	assert_int_equal(key, 0);
	assert_int_equal(tv_map_next_key(t.map, &key, &key), 0);
	assert_int_equal(key, 1);
	assert_int_equal(tv_map_next_key(t.map, &key, &key), -ENOENT);
	assert_int_equal(tv_map_next_key(t.map, &unknown, &key), 0);
	assert_int_equal(key, 0);
	map_test_end(&t);
}

static void each_cpu_has_its_own(void **state)
{
	uint32_t key = 1;
	uint64_t value = 5;
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PERCPU_ARRAY, 4, 6, 2, 0), 0);
	assert_true(tv_map_is_percpu(t.map));
	assert_int_equal(tv_map_update(t.map, 1, &key, &value, BPF_ANY), 0);
	assert_int_equal(*(uint8_t *)tv_map_value(t.map, &key, 0), 0);
	assert_int_equal(*(uint8_t *)tv_map_value(t.map, &key, 1), 5);
	assert_true(tv_map_lookup(t.map, 0, &key) != tv_map_lookup(t.map, 1, &key));
	assert_int_equal(tv_map_lookup(t.map, TEST_CPUS, &key), 0);
	assert_null(tv_map_value(t.map, &key, TEST_CPUS));
	assert_int_equal(tv_map_update(t.map, TEST_CPUS, &key, &value, BPF_ANY), -EINVAL);
	map_test_end(&t);
}

static void data_begins_as_in_the_object(void **state)
{
	uint8_t data[12] = "rodata";
	uint32_t key = 0;
	struct map_test t;
	uint64_t addr;

	map_test_begin(&t);
	t.def.data = data;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 12, 1, BPF_F_RDONLY_PROG), 0);
	addr = tv_map_value_address(t.map, 2);
	assert_int_equal(addr, tv_map_lookup(t.map, 0, &key) + 2);
	assert_memory_equal(bytes_at(&t, addr, 10), data + 2, 10);
	assert_null(tv_memory_bytes(t.room.memory, addr, 1, true));
	assert_int_equal(tv_map_value_address(t.map, 12), 0);
	t.def.data = NULL;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 12, 2, 0), 0);
	assert_int_equal(tv_map_value_address(t.map, 0), 0);
	map_test_end(&t);
}

static void a_map_has_an_address(void **state)
{
	struct map_test t;
	uint64_t word, addr;
	char why[100];

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0), 0);
	addr = tv_map_address(t.map);
	assert_ptr_equal(tv_map_at(t.room.memory, addr), t.map);
	assert_null(tv_map_at(t.room.memory, addr + 1));
	assert_null(tv_map_at(t.room.memory, tv_map_value_address(t.map, 0)));
	assert_null(tv_map_at(t.room.memory, 0));
	assert_int_equal(tv_memory_read(t.room.memory, addr, &word, 8, false, why, sizeof(why)), -ENOTSUP);
	assert_string_equal(why, "the fields of struct bpf_map (of map tested) are not modelled");
	assert_ptr_equal(tv_map_def(t.map), &t.def);
	tv_map_destroy(t.map);
	t.map = NULL;
	assert_null(tv_map_at(t.room.memory, addr));
	map_test_end(&t);
}

static void special_fields_are_not_overwritten(void **state)
{
	struct tv_bpf_field fields[] = {
		{ .kind = TV_FIELD_SPIN_LOCK, .offset = 0, .size = 4 },
		{ .kind = TV_FIELD_TIMER, .offset = 8, .size = 16 },
	};
	uint64_t value[4] = { -1, -1, -1, -1 }, expected[4] = { 0xffffffff00000000, 0, 0, -1 };
	uint32_t key = 0;
	struct map_test t;

	map_test_begin(&t);
	t.def.fields = fields;
	t.def.field_cnt = 2;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 32, 1, 0), 0);
	assert_int_equal(tv_map_update(t.map, 0, &key, value, BPF_F_LOCK), 0);
	assert_memory_equal(tv_map_value(t.map, &key, 0), expected, 32);
	t.def.field_err = -E2BIG;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 32, 1, 0), 0);
	t.def.field_err = 0;
	map_test_end(&t);
}

static void walked_in_order(void **state)
{
	struct tv_map_cursor cursor;
	struct map_test t;
	const void *key;
	uint64_t value;
	uint32_t i;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 3, 0), 0);
	assert_int_equal(tv_map_cursor_begin(&cursor, t.map), 0);
	for (i = 0; i < 3; i++) {
		assert_true(tv_map_cursor_next(&cursor, 1, &key, &value));
		assert_int_equal(*(const uint32_t *)key, i);
		assert_int_equal(value, tv_map_lookup(t.map, 1, &i));
	}
	assert_false(tv_map_cursor_next(&cursor, 1, &key, &value));
	tv_map_cursor_end(&cursor);
	map_test_end(&t);
}

static int fill(struct map_test *t)
{
	uint32_t key = 3;
	uint64_t value = 1;

	return tv_map_update(t->map, 1, &key, &value, BPF_ANY);
}

static void little_memory(void **state)
{
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 4, 0), 0);
	tv_map_destroy(t.map);
	map_test_scarce(&t, fill);
	map_test_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_zero_and_stay_where_they_are),
		cmocka_unit_test(refused_in_the_kernels_order),
		cmocka_unit_test(not_created),
		cmocka_unit_test(keys_ascend),
		cmocka_unit_test(each_cpu_has_its_own),
		cmocka_unit_test(data_begins_as_in_the_object),
		cmocka_unit_test(a_map_has_an_address),
		cmocka_unit_test(special_fields_are_not_overwritten),
		cmocka_unit_test(walked_in_order),
		cmocka_unit_test(little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
