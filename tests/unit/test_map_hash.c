// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Hash maps: flags, limits, where values are before and after, keys in order, walks of what changes. */
#include "tests/unit/map_room.h"

static void make(struct map_test *t, uint32_t type, uint32_t max_entries, uint32_t flags)
{
	map_test_begin(t);
	assert_int_equal(map_test_create(t, type, 4, 8, max_entries, flags), 0);
}

static void flags_say_what_may_be_there(void **state)
{
	struct map_test t;

	make(&t, BPF_MAP_TYPE_HASH, 2, 0);
	assert_int_equal(put(&t, 1, 10, BPF_EXIST), -ENOENT);
	assert_int_equal(put(&t, 1, 10, BPF_NOEXIST), 0);
	assert_int_equal(put(&t, 1, 11, BPF_NOEXIST), -EEXIST);
	assert_int_equal(*get(&t, 1), 10);
	assert_int_equal(put(&t, 1, 12, BPF_EXIST), 0);
	assert_int_equal(*get(&t, 1), 12);
	assert_int_equal(put(&t, 1, 12, 3), -EINVAL);
	assert_int_equal(put(&t, 1, 12, BPF_F_LOCK), -EINVAL);
	assert_int_equal(drop(&t, 2), -ENOENT);
	assert_int_equal(drop(&t, 1), 0);
	assert_null(get(&t, 1));
	map_test_end(&t);
}

static void full(void **state)
{
	uint32_t flags;
	struct map_test t;

	for (flags = 0; flags <= BPF_F_NO_PREALLOC; flags += BPF_F_NO_PREALLOC) {
		make(&t, BPF_MAP_TYPE_HASH, 2, flags);
		assert_int_equal(put(&t, 1, 1, 0), 0);
		assert_int_equal(put(&t, 2, 2, 0), 0);
		assert_int_equal(put(&t, 3, 3, 0), -E2BIG);
		assert_int_equal(put(&t, 2, 4, 0), 0);
		assert_int_equal(drop(&t, 1), 0);
		assert_int_equal(put(&t, 3, 3, 0), 0);
		assert_int_equal(put(&t, 1, 1, 0), -E2BIG);
		map_test_end(&t);
	}
}

static void the_old_value_stays_readable(void **state)
{
	uint64_t *old, *now;
	struct map_test t;

	make(&t, BPF_MAP_TYPE_HASH, 8, 0);
	assert_int_equal(put(&t, 1, 10, 0), 0);
	old = get(&t, 1);
	assert_int_equal(put(&t, 1, 11, 0), 0);
	now = get(&t, 1);
	assert_ptr_not_equal(old, now);
	assert_int_equal(*old, 10);
	/* a preallocated map keeps the old element for the next update of a key that is there */
	assert_int_equal(put(&t, 2, 20, 0), 0);
	assert_int_equal(*old, 10);
	assert_int_equal(put(&t, 2, 21, 0), 0);
	assert_int_equal(*old, 21);
	/* a deleted one is the next to be taken */
	assert_int_equal(drop(&t, 1), 0);
	assert_int_equal(*now, 11);
	assert_int_equal(put(&t, 3, 30, 0), 0);
	assert_int_equal(*now, 30);
	map_test_end(&t);
}

static void without_preallocation_it_is_free_at_once(void **state)
{
	struct map_test t;
	uint64_t *old;

	make(&t, BPF_MAP_TYPE_HASH, 8, BPF_F_NO_PREALLOC);
	assert_int_equal(put(&t, 1, 10, 0), 0);
	old = get(&t, 1);
	assert_int_equal(put(&t, 1, 11, 0), 0);
	assert_int_equal(*old, 10);
	assert_int_equal(put(&t, 2, 20, 0), 0);
	assert_int_equal(*old, 20);
	map_test_end(&t);
}

static void per_cpu_values_change_in_place(void **state)
{
	uint32_t key = 7;
	uint64_t value = 1, *mine, *other;
	struct map_test t;

	make(&t, BPF_MAP_TYPE_PERCPU_HASH, 2, 0);
	assert_int_equal(tv_map_update(t.map, 1, &key, &value, 0), 0);
	mine = tv_map_value(t.map, &key, 1);
	other = tv_map_value(t.map, &key, 0);
	assert_int_equal(*mine, 1);
	assert_int_equal(*other, 0);
	value = 2;
	assert_int_equal(tv_map_update(t.map, 0, &key, &value, BPF_EXIST), 0);
	assert_int_equal(*mine, 1);
	assert_int_equal(*other, 2);
	assert_int_equal(tv_map_update(t.map, 0, &key, &value, BPF_F_LOCK), -EINVAL);
	assert_int_equal(tv_map_lookup(t.map, TEST_CPUS, &key), 0);
	/* an element that comes again has no old values on the other CPUs */
	assert_int_equal(drop(&t, 7), 0);
	assert_int_equal(tv_map_update(t.map, 1, &key, &value, 0), 0);
	assert_int_equal(*(uint64_t *)tv_map_value(t.map, &key, 0), 0);
	map_test_end(&t);
}

static void keys_in_the_order_they_came(void **state)
{
	uint32_t key, expected[] = { 5, 3, 9 }, i;
	struct map_test t;

	make(&t, BPF_MAP_TYPE_HASH, 8, 0);
	assert_int_equal(tv_map_next_key(t.map, NULL, &key), -ENOENT);
	put(&t, 5, 0, 0);
	put(&t, 4, 0, 0);
	put(&t, 3, 0, 0);
	put(&t, 9, 0, 0);
	put(&t, 5, 1, 0);
	drop(&t, 4);
	for (i = 0; i < 3; i++) {
		assert_int_equal(tv_map_next_key(t.map, i ? &key : NULL, &key), 0);
		assert_int_equal(key, expected[i]);
	}
	assert_int_equal(tv_map_next_key(t.map, &key, &key), -ENOENT);
	key = 4;
	assert_int_equal(tv_map_next_key(t.map, &key, &key), 0);
	assert_int_equal(key, 5);
	map_test_end(&t);
}

/* Each element deletes itself and the one after it, and adds one more. */
static void walk_of_a_map_that_changes(void **state)
{
	struct tv_map_cursor cursor;
	uint32_t seen[10], cnt = 0, i, at;
	struct map_test t;
	const void *key;
	uint64_t value;

	make(&t, BPF_MAP_TYPE_HASH, 100, 0);
	for (i = 0; i < 6; i++)
		put(&t, i, i * 10, 0);
	assert_int_equal(tv_map_cursor_begin(&cursor, t.map), 0);
	while (tv_map_cursor_next(&cursor, 0, &key, &value)) {
		memcpy(&at, key, sizeof(at));
		assert_int_equal(*(uint64_t *)bytes_at(&t, value, 8), at * 10);
		seen[cnt++] = at;
		assert_int_equal(drop(&t, at), 0);
		assert_int_equal(drop(&t, at + 1), 0);
		assert_int_equal(put(&t, at + 50, 0, 0), 0);
	}
	tv_map_cursor_end(&cursor);
	assert_int_equal(cnt, 3);
	assert_int_equal(seen[0], 0);
	assert_int_equal(seen[1], 2);
	assert_int_equal(seen[2], 4);
	map_test_end(&t);
}

static void a_walk_within_a_walk(void **state)
{
	struct tv_map_cursor outer, inner;
	struct map_test t;
	const void *key;
	uint64_t value;
	int cnt = 0;

	make(&t, BPF_MAP_TYPE_HASH, 100, 0);
	put(&t, 1, 0, 0);
	put(&t, 2, 0, 0);
	tv_map_cursor_begin(&outer, t.map);
	while (tv_map_cursor_next(&outer, 0, &key, &value)) {
		tv_map_cursor_begin(&inner, t.map);
		while (tv_map_cursor_next(&inner, 0, &key, &value)) {
			drop(&t, 2);
			cnt++;
		}
		tv_map_cursor_end(&inner);
	}
	tv_map_cursor_end(&outer);
	assert_int_equal(cnt, 1);
	map_test_end(&t);
}

static void long_keys_and_many_elements(void **state)
{
	uint8_t key[40] = { 0 };
	uint64_t value[3] = { 0 };
	struct map_test t;
	uint32_t i;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_HASH, 40, 24, 100000, 0), 0);
	for (i = 0; i < 50000; i++) {
		memcpy(key + 30, &i, sizeof(i));
		value[2] = i;
		assert_int_equal(tv_map_update(t.map, 0, key, value, BPF_NOEXIST), 0);
	}
	for (i = 0; i < 50000; i++) {
		memcpy(key + 30, &i, sizeof(i));
		memcpy(value, bytes_at(&t, tv_map_lookup(t.map, 0, key), 24), 24);
		assert_int_equal(value[2], i);
		if (i % 2)
			assert_int_equal(tv_map_delete(t.map, key), 0);
	}
	map_test_end(&t);
}

static void not_created(void **state)
{
	const struct {
		uint32_t type, key, value, max, flags;
		int err;
	} refused[] = {
		{ BPF_MAP_TYPE_HASH, 0, 8, 1, 0, -EINVAL },
		{ BPF_MAP_TYPE_HASH, 4, 0, 1, 0, -EINVAL },
		{ BPF_MAP_TYPE_HASH, 4, 8, 0, 0, -EINVAL },
		{ BPF_MAP_TYPE_HASH, 4, 8, 1, BPF_F_MMAPABLE, -EINVAL },
		{ BPF_MAP_TYPE_HASH, 4, 8, 1, BPF_F_NO_COMMON_LRU, -EINVAL },
		{ BPF_MAP_TYPE_HASH, 4, 8, 1, BPF_F_RDONLY | BPF_F_WRONLY, -EINVAL },
		{ BPF_MAP_TYPE_HASH, 4, 4 << 20, 1, 0, -E2BIG },
		{ BPF_MAP_TYPE_HASH, 4, 8, (1u << 27) + 1, 0, -E2BIG },
		{ BPF_MAP_TYPE_PERCPU_HASH, 4, 32769, 1, 0, -E2BIG },
		{ BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 1, BPF_F_NUMA_NODE, -EINVAL },
	};
	struct map_test t;
	size_t i;

	map_test_begin(&t);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_int_equal(map_test_create(&t, refused[i].type, refused[i].key, refused[i].value,
						 refused[i].max, refused[i].flags), refused[i].err);
	t.def.extra = 1;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_HASH, 4, 8, 1, 0), -EINVAL);
	map_test_end(&t);
}

static int fill(struct map_test *t)
{
	uint32_t key;
	int err = 0;

	for (key = 0; key < 40 && !err; key++) {
		err = put(t, key, key, 0);
		if (!err)
			err = put(t, key, key, 0);
	}
	return err;
}

static void little_memory(void **state)
{
	struct map_test t;

	make(&t, BPF_MAP_TYPE_HASH, 64, 0);
	tv_map_destroy(t.map);
	map_test_scarce(&t, fill);
	t.def.flags = BPF_F_NO_PREALLOC;
	map_test_scarce(&t, fill);
	map_test_end(&t);
}

static void in_place_under_its_lock(void **state)
{
	struct tv_bpf_field lock = { .kind = TV_FIELD_SPIN_LOCK, .offset = 0, .size = 4 };
	uint64_t value = 0x900000000;
	uint32_t key = 1;
	struct map_test t;
	uint64_t addr;

	map_test_begin(&t);
	t.def.fields = &lock;
	t.def.field_cnt = 1;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_HASH, 4, 8, 4, 0), 0);
	assert_int_equal(tv_map_update(t.map, 0, &key, &value, BPF_F_LOCK | BPF_EXIST), -ENOENT);
	assert_int_equal(tv_map_update(t.map, 0, &key, &value, BPF_F_LOCK), 0);
	addr = tv_map_lookup(t.map, 0, &key);
	assert_int_equal(tv_map_update(t.map, 0, &key, &value, BPF_F_LOCK), 0);
	assert_int_equal(tv_map_lookup(t.map, 0, &key), addr);
	assert_int_equal(tv_map_update(t.map, 0, &key, &value, BPF_F_LOCK | BPF_NOEXIST), -EEXIST);
	map_test_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_say_what_may_be_there),
		cmocka_unit_test(full),
		cmocka_unit_test(the_old_value_stays_readable),
		cmocka_unit_test(without_preallocation_it_is_free_at_once),
		cmocka_unit_test(per_cpu_values_change_in_place),
		cmocka_unit_test(keys_in_the_order_they_came),
		cmocka_unit_test(walk_of_a_map_that_changes),
		cmocka_unit_test(a_walk_within_a_walk),
		cmocka_unit_test(long_keys_and_many_elements),
		cmocka_unit_test(not_created),
		cmocka_unit_test(little_memory),
		cmocka_unit_test(in_place_under_its_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
