// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* LRU hashes: never full, what was looked up stays longer, each CPU takes from where it may. */
#include "tests/unit/map_room.h"

static void make(struct map_test *t, uint32_t type, uint32_t max_entries, uint32_t flags)
{
	map_test_begin(t);
	assert_int_equal(map_test_create(t, type, 4, 8, max_entries, flags), 0);
}

static uint32_t cnt_keys(struct map_test *t)
{
	uint32_t key, cnt = 0;

	while (!tv_map_next_key(t->map, cnt ? &key : NULL, &key))
		cnt++;
	return cnt;
}

static bool has(struct map_test *t, uint32_t key)
{
	return tv_map_value(t->map, &key, 0);
}

static void never_full(void **state)
{
	const uint32_t flags[] = { 0, BPF_F_NO_COMMON_LRU };
	struct map_test t;
	uint32_t i, key;

	for (i = 0; i < 2; i++) {
		make(&t, BPF_MAP_TYPE_LRU_HASH, 100, flags[i]);
		for (key = 0; key < 10000; key++) {
			assert_int_equal(put(&t, key, key * 2, BPF_NOEXIST), 0);
			assert_int_equal(*get(&t, key), key * 2);
			assert_true(cnt_keys(&t) <= 100);
		}
		map_test_end(&t);
	}
}

/* Four elements, two CPUs: the stock is one at a time, so the order shows. */
static void what_is_looked_up_stays(void **state)
{
	struct map_test t;
	uint32_t key;

	make(&t, BPF_MAP_TYPE_LRU_HASH, 4, 0);
	for (key = 0; key < 4; key++)
		assert_int_equal(put(&t, key, key, 0), 0);
	assert_int_equal(cnt_keys(&t), 4);
	assert_non_null(get(&t, 0));
	assert_int_equal(put(&t, 4, 4, 0), 0);
	assert_true(has(&t, 0));
	assert_false(has(&t, 1));
	/* what user space reads is no use */
	assert_true(has(&t, 2));
	assert_int_equal(put(&t, 5, 5, 0), 0);
	assert_true(has(&t, 0));
	assert_false(has(&t, 2));
	map_test_end(&t);
}

static void flags_are_judged_after_an_element_was_taken(void **state)
{
	struct map_test t;

	make(&t, BPF_MAP_TYPE_LRU_HASH, 1, 0);
	assert_int_equal(put(&t, 1, 10, BPF_EXIST), -ENOENT);
	assert_int_equal(put(&t, 1, 10, 0), 0);
	/* there is one element: the key's own goes first */
	assert_int_equal(put(&t, 1, 11, BPF_NOEXIST), 0);
	assert_int_equal(*get(&t, 1), 11);
	assert_int_equal(put(&t, 1, 12, BPF_EXIST), -ENOENT);
	assert_null(get(&t, 1));
	assert_int_equal(put(&t, 1, 12, 4), -EINVAL);
	map_test_end(&t);
}

static void an_update_moves_the_key_to_another_element(void **state)
{
	uint64_t *old;
	struct map_test t;

	make(&t, BPF_MAP_TYPE_LRU_HASH, 8, 0);
	assert_int_equal(put(&t, 1, 10, 0), 0);
	old = get(&t, 1);
	assert_int_equal(put(&t, 1, 11, BPF_EXIST), 0);
	assert_ptr_not_equal(get(&t, 1), old);
	assert_int_equal(*old, 10);
	assert_int_equal(cnt_keys(&t), 1);
	assert_int_equal(drop(&t, 1), 0);
	assert_int_equal(drop(&t, 1), -ENOENT);
	map_test_end(&t);
}

static void a_cpu_takes_from_another(void **state)
{
	uint64_t value = 1;
	struct map_test t;
	uint32_t key;

	make(&t, BPF_MAP_TYPE_LRU_HASH, 2, 0);
	for (key = 0; key < 100; key++) {
		assert_int_equal(tv_map_update(t.map, key % 2, &key, &value, 0), 0);
		assert_true(has(&t, key));
		assert_true(cnt_keys(&t) <= 2);
	}
	map_test_end(&t);
}

static int put_on(struct map_test *t, uint32_t cpu, uint32_t key)
{
	uint64_t value = key;

	return tv_map_update(t->map, cpu, &key, &value, 0);
}

/* Three CPUs, two elements: who has none asks the others in turn, from where it ended last. */
static void the_others_are_asked_in_turn(void **state)
{
	struct map_test t;

	map_test_begin(&t);
	t.room.nr_cpus = 3;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_LRU_HASH, 4, 8, 2, 0), 0);
	assert_int_equal(put_on(&t, 1, 1), 0);
	assert_int_equal(put_on(&t, 2, 2), 0);
	assert_int_equal(put_on(&t, 0, 3), 0);
	assert_false(has(&t, 1));
	assert_int_equal(put_on(&t, 1, 4), 0);
	assert_false(has(&t, 2));
	assert_int_equal(put_on(&t, 2, 5), 0);
	assert_false(has(&t, 3));
	/* CPU 1 was asked last, so it is CPU 2's turn */
	assert_int_equal(put_on(&t, 0, 6), 0);
	assert_false(has(&t, 5));
	assert_true(has(&t, 4));
	map_test_end(&t);
}

static void each_cpu_has_its_own_share(void **state)
{
	uint64_t value = 1;
	struct map_test t;
	uint32_t key;

	/* 3 becomes 4: two for each CPU */
	make(&t, BPF_MAP_TYPE_LRU_PERCPU_HASH, 3, BPF_F_NO_COMMON_LRU);
	for (key = 0; key < 10; key++)
		assert_int_equal(tv_map_update(t.map, 0, &key, &value, 0), 0);
	assert_int_equal(cnt_keys(&t), 2);
	for (key = 10; key < 20; key++)
		assert_int_equal(tv_map_update(t.map, 1, &key, &value, 0), 0);
	assert_int_equal(cnt_keys(&t), 4);
	map_test_end(&t);
}

static void per_cpu_values_change_in_place(void **state)
{
	uint32_t key = 1;
	uint64_t value = 5, addr;
	struct map_test t;

	make(&t, BPF_MAP_TYPE_LRU_PERCPU_HASH, 4, 0);
	assert_int_equal(tv_map_update(t.map, 0, &key, &value, BPF_EXIST), -ENOENT);
	assert_int_equal(tv_map_update(t.map, 0, &key, &value, BPF_NOEXIST), 0);
	addr = tv_map_lookup(t.map, 1, &key);
	assert_int_equal(*(uint64_t *)bytes_at(&t, addr, 8), 0);
	assert_int_equal(tv_map_update(t.map, 1, &key, &value, 0), 0);
	assert_int_equal(*(uint64_t *)bytes_at(&t, addr, 8), 5);
	assert_int_equal(tv_map_lookup(t.map, 1, &key), addr);
	assert_int_equal(tv_map_update(t.map, 1, &key, &value, BPF_NOEXIST), -EEXIST);
	assert_int_equal(tv_map_lookup(t.map, TEST_CPUS, &key), 0);
	map_test_end(&t);
}

static void not_created(void **state)
{
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_LRU_HASH, 4, 8, 8, BPF_F_NO_PREALLOC), -524);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_LRU_HASH, 4, 8, 8,
					 BPF_F_NO_COMMON_LRU | BPF_F_NUMA_NODE), -EINVAL);
	map_test_end(&t);
}

/* An element evicted while a walk is about to visit it. */
static void a_walk_meets_eviction(void **state)
{
	struct tv_map_cursor cursor;
	uint32_t cnt = 0, i;
	struct map_test t;
	const void *key;
	uint64_t value;

	make(&t, BPF_MAP_TYPE_LRU_HASH, 8, 0);
	for (i = 0; i < 8; i++)
		put(&t, i, 0, 0);
	tv_map_cursor_begin(&cursor, t.map);
	while (tv_map_cursor_next(&cursor, 0, &key, &value)) {
		cnt++;
		for (i = 0; i < 20; i++)
			assert_int_equal(put(&t, 100 * cnt + i, 0, 0), 0);
	}
	tv_map_cursor_end(&cursor);
	assert_int_equal(cnt, 1);
	map_test_end(&t);
}

static int fill(struct map_test *t)
{
	uint32_t key;
	int err = 0;

	for (key = 0; key < 40 && !err; key++)
		err = put(t, key, key, 0);
	return err;
}

static void little_memory(void **state)
{
	struct map_test t;

	make(&t, BPF_MAP_TYPE_LRU_HASH, 64, 0);
	tv_map_destroy(t.map);
	map_test_scarce(&t, fill);
	t.def.type = BPF_MAP_TYPE_LRU_PERCPU_HASH;
	map_test_scarce(&t, fill);
	map_test_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_full),
		cmocka_unit_test(what_is_looked_up_stays),
		cmocka_unit_test(flags_are_judged_after_an_element_was_taken),
		cmocka_unit_test(an_update_moves_the_key_to_another_element),
		cmocka_unit_test(a_cpu_takes_from_another),
		cmocka_unit_test(the_others_are_asked_in_turn),
		cmocka_unit_test(each_cpu_has_its_own_share),
		cmocka_unit_test(per_cpu_values_change_in_place),
		cmocka_unit_test(not_created),
		cmocka_unit_test(a_walk_meets_eviction),
		cmocka_unit_test(little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
