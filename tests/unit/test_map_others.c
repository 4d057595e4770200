// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The other kinds of maps: prog arrays, maps in maps, queues, stacks, perf event arrays, stack traces,
 * task storage, longest prefix match, bloom filters.
 */
#include "tests/unit/map_room.h"

static void prog_arrays_hold_programs(void **state)
{
	struct map_test t;
	uint32_t key;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PROG_ARRAY, 4, 8, 2, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 2, BPF_F_RDONLY_PROG), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 2, 0), 0);
	assert_int_equal(tv_map_prog(t.map, 0), -1);
	assert_int_equal(tv_map_set_prog(t.map, 1, 0), 0);
	assert_int_equal(tv_map_prog(t.map, 1), 0);
	assert_int_equal(tv_map_set_prog(t.map, 2, 0), -E2BIG);
	assert_int_equal(tv_map_set_prog(t.map, 0, -1), -EINVAL);
	assert_int_equal(tv_map_prog(t.map, 2), -1);
	assert_int_equal(tv_map_next_key(t.map, NULL, &key), 0);
	assert_int_equal(key, 0);
	assert_null(tv_map_value(t.map, &key, 0));
	assert_null(get(&t, 1));
	assert_int_equal(put(&t, 1, 1, 0), -EOPNOTSUPP);
	map_test_end(&t);
}

static void other_kinds_have_none_of_it(void **state)
{
	uint64_t value = 0;
	struct map_test t;
	struct tv_map_cursor cursor;
	uint32_t key = 0;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0), 0);
	assert_int_equal(tv_map_prog(t.map, 0), -1);
	assert_int_equal(tv_map_set_prog(t.map, 0, 0), -EINVAL);
	assert_int_equal(tv_map_set_inner(t.map, 0, t.map), -EINVAL);
	assert_null(tv_map_inner(t.map, &key));
	assert_int_equal(tv_map_push(t.map, &value, 0), -EOPNOTSUPP);
	assert_int_equal(tv_map_pop(t.map, &value), -EOPNOTSUPP);
	assert_int_equal(tv_map_peek(t.map, &value), -EOPNOTSUPP);
	assert_int_equal(tv_map_storage_get(t.map, 16, NULL, 1), 0);
	assert_int_equal(tv_map_storage_delete(t.map, 16), -EINVAL);
	assert_int_equal(tv_map_stack_id(t.map, &value, 1, 0), -EINVAL);
	assert_int_equal(tv_map_perf_output(t.map, 0, BPF_F_CURRENT_CPU, &value, 8), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_QUEUE, 0, 8, 2, 0), 0);
	assert_int_equal(tv_map_cursor_begin(&cursor, t.map), -EOPNOTSUPP);
	assert_int_equal(tv_map_lookup(t.map, 0, &key), 0);
	assert_int_equal(tv_map_delete(t.map, &key), -EOPNOTSUPP);
	assert_int_equal(tv_map_next_key(t.map, NULL, &key), -EOPNOTSUPP);
	assert_int_equal(tv_map_value_address(t.map, 0), 0);
	map_test_end(&t);
}

/* A map of the shape that t's maps in maps have for their inner maps, and one that is bigger. */
static void with_inner(uint32_t type)
{
	struct tv_bpf_map shape = {
		.name = "inner", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 2,
	};
	struct tv_bpf_map other = shape;
	struct tv_map *inner, *bigger;
	struct map_test t;
	uint32_t key = 1;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, type, 4, 4, 2, 0), -EBADF);
	t.def.inner = &other;
	other.type = BPF_MAP_TYPE_HASH_OF_MAPS;
	assert_int_equal(map_test_create(&t, type, 4, 4, 2, 0), -EINVAL);
	other.type = BPF_MAP_TYPE_PROG_ARRAY;
	assert_int_equal(map_test_create(&t, type, 4, 4, 2, 0), -524);
	t.def.inner = &shape;
	assert_int_equal(map_test_create(&t, type, 4, 8, 2, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, type, 4, 4, 2, 0), 0);
	other = shape;
	other.max_entries = 3;
	assert_int_equal(tv_map_create(&shape, &t.room, &inner), 0);
	assert_int_equal(tv_map_create(&other, &t.room, &bigger), 0);
	assert_int_equal(tv_map_lookup(t.map, 0, &key), 0);
	assert_int_equal(tv_map_set_inner(t.map, key, bigger), -EINVAL);
	assert_int_equal(tv_map_set_inner(t.map, key, inner), 0);
	assert_int_equal(tv_map_lookup(t.map, 0, &key), tv_map_address(inner));
	assert_ptr_equal(tv_map_at(t.room.memory, tv_map_lookup(t.map, 0, &key)), inner);
	assert_ptr_equal(tv_map_inner(t.map, &key), inner);
	assert_int_equal(tv_map_set_inner(t.map, key, inner), 0);
	tv_map_destroy(bigger);
	other.max_entries = 2;
	other.value_size = 16;
	assert_int_equal(tv_map_create(&other, &t.room, &bigger), 0);
	assert_int_equal(tv_map_set_inner(t.map, key, bigger), -EINVAL);
	assert_ptr_equal(tv_map_inner(t.map, &key), inner);
	tv_map_destroy(bigger);
	tv_map_destroy(inner);
	map_test_end(&t);
}

static void arrays_of_maps(void **state)
{
	with_inner(BPF_MAP_TYPE_ARRAY_OF_MAPS);
}

static void hashes_of_maps(void **state)
{
	with_inner(BPF_MAP_TYPE_HASH_OF_MAPS);
}

static void a_hash_of_many_maps(void **state)
{
	struct tv_bpf_map shape = {
		.name = "inner", .type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 2,
	};
	uint32_t key, cnt = 0;
	struct tv_map *inner;
	struct map_test t;

	map_test_begin(&t);
	t.def.inner = &shape;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 20, 0), 0);
	assert_int_equal(tv_map_create(&shape, &t.room, &inner), 0);
	for (key = 0; key < 20; key++)
		assert_int_equal(tv_map_set_inner(t.map, key * 7, inner), 0);
	assert_int_equal(tv_map_set_inner(t.map, 1, inner), -E2BIG);
	while (!tv_map_next_key(t.map, cnt ? &key : NULL, &key))
		assert_int_equal(key, 7 * cnt++);
	assert_int_equal(cnt, 20);
	tv_map_destroy(inner);
	map_test_end(&t);
}

/* Inner maps have the template's special fields, at the same places. */
static void inner_maps_with_locks(void **state)
{
	struct tv_bpf_field lock = { .kind = TV_FIELD_SPIN_LOCK, .size = 4 };
	struct tv_bpf_field later = { .kind = TV_FIELD_SPIN_LOCK, .offset = 4, .size = 4 };
	struct tv_bpf_map shape = {
		.name = "inner", .type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 2,
		.fields = &lock, .field_cnt = 1,
	};
	struct tv_bpf_map others[] = { shape, shape, shape };
	const int expected[] = { 0, -EINVAL, -EINVAL };
	struct tv_map *inner[3];
	struct map_test t;
	int i;

	map_test_begin(&t);
	t.def.inner = &shape;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 20, 0), 0);
	others[1].fields = &later;
	others[2].field_cnt = 0;
	for (i = 0; i < 3; i++) {
		assert_int_equal(tv_map_create(&others[i], &t.room, &inner[i]), 0);
		assert_int_equal(tv_map_set_inner(t.map, 0, inner[i]), expected[i]);
	}
	assert_int_equal(tv_map_set_inner(t.map, 20, inner[0]), -E2BIG);
	for (i = 0; i < 3; i++)
		tv_map_destroy(inner[i]);
	map_test_end(&t);
}

static void check_order(uint32_t type, const uint64_t expected[2])
{
	uint64_t value, i;
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, type, 0, 8, 2, 0), 0);
	value = 99;
	assert_int_equal(tv_map_pop(t.map, &value), -ENOENT);
	assert_int_equal(value, 0);
	for (value = 1; value <= 2; value++)
		assert_int_equal(tv_map_push(t.map, &value, BPF_ANY), 0);
	assert_int_equal(tv_map_push(t.map, &value, BPF_ANY), -E2BIG);
	assert_int_equal(tv_map_push(t.map, &value, BPF_NOEXIST), -EINVAL);
	assert_int_equal(tv_map_push(t.map, &value, 3), -EINVAL);
	/* 3 takes the place of 1, the oldest */
	assert_int_equal(tv_map_push(t.map, &value, BPF_EXIST), 0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(tv_map_peek(t.map, &value), 0);
		assert_int_equal(value, expected[i]);
		assert_int_equal(tv_map_pop(t.map, &value), 0);
		assert_int_equal(value, expected[i]);
	}
	assert_int_equal(tv_map_peek(t.map, &value), -ENOENT);
	assert_int_equal(map_test_create(&t, type, 4, 8, 2, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, type, 0, 8, UINT32_MAX / 8, 0), -E2BIG);
	map_test_end(&t);
}

static void queues_and_stacks(void **state)
{
	check_order(BPF_MAP_TYPE_QUEUE, (uint64_t[]){ 2, 3 });
	check_order(BPF_MAP_TYPE_STACK, (uint64_t[]){ 3, 2 });
}

static void perf_events_go_to_the_cpu_s_buffer(void **state)
{
	struct map_test t;
	const void *data;
	uint32_t size;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, TEST_CPUS + 1, 0), 0);
	assert_false(tv_map_consume(t.map, &data, &size));
	assert_int_equal(tv_map_perf_output(t.map, 1, BPF_F_CURRENT_CPU, "123456789", 9), 0);
	assert_int_equal(tv_map_perf_output(t.map, 0, 0, "", 0), 0);
	assert_int_equal(tv_map_perf_output(t.map, 0, 1, "", 0), -EOPNOTSUPP);
	assert_int_equal(tv_map_perf_output(t.map, 0, TEST_CPUS, "", 0), -ENOENT);
	assert_int_equal(tv_map_perf_output(t.map, 0, TEST_CPUS + 1, "", 0), -E2BIG);
	assert_int_equal(tv_map_perf_output(t.map, 0, UINT64_C(1) << 32, "", 0), -EINVAL);
	assert_int_equal(tv_map_perf_output(t.map, 0, BPF_F_CURRENT_CPU, "", 65535), -E2BIG);
	assert_true(tv_map_consume(t.map, &data, &size));
	/* with the size's 4 bytes a multiple of 8 */
	assert_int_equal(size, 12);
	assert_memory_equal(data, "123456789\0\0", 12);
	assert_true(tv_map_consume(t.map, &data, &size));
	assert_int_equal(size, 4);
	assert_false(tv_map_consume(t.map, &data, &size));
	assert_int_equal(tv_map_perf_output(t.map, 0, BPF_F_CURRENT_CPU, "x", 1), 0);
	t.room.left = 10;
	assert_int_equal(tv_map_perf_output(t.map, 0, BPF_F_CURRENT_CPU, "x", 1), -ENOSPC);
	t.room.left = TEST_LEFT - sizeof(void *) * 2 - 4;
	assert_true(tv_map_consume(t.map, &data, &size));
	tv_map_destroy(t.map);
	t.map = NULL;
	t.room.left = TEST_LEFT;
	map_test_end(&t);
}

/* What nobody took goes with the map, which map_test_end() sees. */
static void samples_nobody_took(void **state)
{
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, TEST_CPUS, 0), 0);
	assert_int_equal(tv_map_perf_output(t.map, 0, BPF_F_CURRENT_CPU, "first", 5), 0);
	assert_int_equal(tv_map_perf_output(t.map, 1, BPF_F_CURRENT_CPU, "second", 6), 0);
	map_test_end(&t);
}

static void stacks_have_the_ids_of_the_kernel(void **state)
{
	uint64_t ips[] = { 0xffffffff81000000, 0xffffffff82345678, 0x1234, 0x5678 }, *stored;
	uint32_t key, other;
	struct map_test t;
	int64_t id;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_STACK_TRACE, 4, 20, 100, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_STACK_TRACE, 4, 128 * 8, 100, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_STACK_TRACE, 4, 24, 1, 0), 0);
	id = tv_map_stack_id(t.map, ips, 4, 0);
	assert_int_equal(id, 0);
	key = id;
	stored = tv_map_value(t.map, &key, 0);
	assert_memory_equal(stored, ips, 24);
	assert_int_equal(tv_map_stack_id(t.map, ips, 3, 0), id);
	assert_int_equal(tv_map_stack_id(t.map, ips, 4, 4), -EFAULT);
	assert_int_equal(tv_map_stack_id(t.map, ips, 4, 1), -EEXIST);
	/* the new trace needs an element before the old one's is free */
	assert_int_equal(tv_map_stack_id(t.map, ips, 4, 1 | BPF_F_REUSE_STACKID), -ENOMEM);
	assert_int_equal(drop(&t, 1), -E2BIG);
	assert_int_equal(drop(&t, 0), 0);
	assert_int_equal(drop(&t, 0), -ENOENT);
	assert_int_equal(tv_map_stack_id(t.map, ips, 4, 3), 0);
	assert_memory_equal(tv_map_value(t.map, &key, 0), ((uint64_t[]){ 0x5678, 0, 0 }), 24);
	assert_int_equal(put(&t, 0, 0, 0), -EINVAL);
	assert_int_equal(tv_map_next_key(t.map, NULL, &other), 0);
	assert_int_equal(other, 0);
	assert_int_equal(tv_map_next_key(t.map, &other, &other), -ENOENT);

	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_STACK_TRACE, 4, 24, 3, 0), 0);
	key = tv_map_stack_id(t.map, ips, 4, 0);
	assert_true(key < 4);
	assert_int_equal(tv_map_stack_id(t.map, ips, 1, BPF_F_REUSE_STACKID) >= 0, true);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_STACK_TRACE, 4, 32, 3, BPF_F_STACK_BUILD_ID), 0);
	assert_int_equal(tv_map_stack_id(t.map, ips, 4, 0), -EOPNOTSUPP);
	map_test_end(&t);
}

static void storage_of_tasks(void **state)
{
	const uint64_t task = 0x50, init = 7;
	uint64_t addr, again;
	struct map_test t;
	uint32_t key;

	map_test_begin(&t);
	t.def.key_type_id = t.def.value_type_id = 1;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_TASK_STORAGE, 4, 8, 0, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_TASK_STORAGE, 4, 65408, 0, BPF_F_NO_PREALLOC),
			 -E2BIG);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_TASK_STORAGE, 4, 8, 0, BPF_F_NO_PREALLOC), 0);
	assert_int_equal(tv_map_storage_get(t.map, task, &init, 0), 0);
	assert_int_equal(tv_map_storage_get(t.map, task, &init, 2), 0);
	assert_int_equal(tv_map_storage_get(t.map, 0, &init, 1), 0);
	/* an address that is no task's */
	assert_int_equal(tv_map_storage_get(t.map, 1, &init, 1), 0);
	addr = tv_map_storage_get(t.map, task, &init, 1);
	assert_int_equal(*(uint64_t *)bytes_at(&t, addr, 8), 7);
	assert_int_equal(tv_map_storage_get(t.map, task, NULL, 1), addr);
	assert_int_equal(tv_map_next_key(t.map, NULL, &key), 0);
	assert_int_equal(key, task >> 4);
	assert_int_equal(*(uint64_t *)tv_map_value(t.map, &key, 0), 7);
	again = tv_map_storage_get(t.map, task * 2, NULL, 1);
	assert_int_equal(*(uint64_t *)bytes_at(&t, again, 8), 0);
	assert_int_equal(tv_map_next_key(t.map, &key, &key), 0);
	assert_int_equal(key, task * 2 >> 4);
	assert_int_equal(tv_map_next_key(t.map, &key, &key), -ENOENT);
	assert_int_equal(tv_map_storage_delete(t.map, 0), -EINVAL);
	assert_int_equal(tv_map_storage_delete(t.map, task), 0);
	assert_int_equal(tv_map_storage_delete(t.map, task), -ENOENT);
	/* it can still be read */
	assert_int_equal(*(uint64_t *)bytes_at(&t, addr, 8), 7);
	map_test_end(&t);
}

struct lpm_key {
	uint32_t length;
	uint8_t data[4];
};

static int lpm_put(struct map_test *t, struct lpm_key key, uint64_t value, uint64_t flags)
{
	return tv_map_update(t->map, 0, &key, &value, flags);
}

static uint64_t lpm_get(struct map_test *t, struct lpm_key key)
{
	uint64_t addr = tv_map_lookup(t->map, 0, &key);

	return addr ? *(uint64_t *)bytes_at(t, addr, 8) : 0;
}

#define KEY(length, ...) ((struct lpm_key){ length, { __VA_ARGS__ } })

static void longest_prefix(void **state)
{
	struct lpm_key key = { 0 }, order[] = {
		{ 24, { 192, 168, 0, 9 } }, { 24, { 192, 168, 1, 0 } }, { 24, { 192, 168, 128, 0 } },
		{ 16, { 192, 168, 7, 7 } },
	};
	struct map_test t;
	uint32_t i;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_LPM_TRIE, 8, 8, 4, 0), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_LPM_TRIE, 4, 8, 4, BPF_F_NO_PREALLOC), -EINVAL);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_LPM_TRIE, 8, 8, 4, BPF_F_NO_PREALLOC), 0);
	assert_int_equal(tv_map_next_key(t.map, NULL, &key), -ENOENT);
	for (i = 4; i--;)
		assert_int_equal(lpm_put(&t, order[i], i + 1, BPF_NOEXIST), 0);
	assert_int_equal(lpm_put(&t, KEY(8, 10), 9, 0), -ENOSPC);
	assert_int_equal(lpm_put(&t, KEY(33, 10), 9, 0), -EINVAL);
	assert_int_equal(lpm_put(&t, KEY(8, 10), 9, 4), -EINVAL);
	assert_int_equal(lpm_put(&t, KEY(8, 10), 9, BPF_EXIST), -ENOENT);
	assert_int_equal(lpm_put(&t, KEY(24, 192, 168, 0, 200), 9, BPF_NOEXIST), -EEXIST);
	assert_int_equal(lpm_get(&t, KEY(32, 192, 168, 1, 77)), 2);
	assert_int_equal(lpm_get(&t, KEY(32, 192, 168, 2, 77)), 4);
	assert_int_equal(lpm_get(&t, KEY(15, 192, 168, 2, 77)), 0);
	assert_int_equal(lpm_get(&t, KEY(33, 192, 168, 2, 77)), 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(tv_map_next_key(t.map, i ? &key : NULL, &key), 0);
		assert_memory_equal(&key, &order[i], sizeof(key));
	}
	assert_int_equal(tv_map_next_key(t.map, &key, &key), -ENOENT);
	assert_int_equal(tv_map_delete(t.map, &KEY(33, 0)), -EINVAL);
	assert_int_equal(tv_map_delete(t.map, &KEY(23, 192, 168)), -ENOENT);
	assert_int_equal(tv_map_delete(t.map, &KEY(24, 192, 168, 1)), 0);
	assert_int_equal(lpm_get(&t, KEY(32, 192, 168, 1, 77)), 4);
	assert_int_equal(lpm_put(&t, KEY(0), 50, 0), 0);
	assert_int_equal(lpm_get(&t, KEY(3, 1)), 50);
	map_test_end(&t);
}

static void bloom_filters_miss_nothing(void **state)
{
	uint32_t value, wrong = 0;
	struct map_test t;

	map_test_begin(&t);
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_BLOOM_FILTER, 4, 4, 1000, 0), -EINVAL);
	t.def.extra = 16;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_BLOOM_FILTER, 0, 4, 1000, 0), -EINVAL);
	t.def.extra = 3;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_BLOOM_FILTER, 0, 4, 1000, 0), 0);
	for (value = 0; value < 1000; value++)
		assert_int_equal(tv_map_push(t.map, &value, BPF_ANY), 0);
	assert_int_equal(tv_map_push(t.map, &value, BPF_EXIST), -EINVAL);
	for (value = 0; value < 1000; value++)
		assert_int_equal(tv_map_peek(t.map, &value), 0);
	for (; value < 11000; value++)
		wrong += !tv_map_peek(t.map, &value);
	/* 3000 of 8192 bits: about 290 */
	assert_in_range(wrong, 200, 400);
	/* bits beyond 2^32 are no more than that, and more than maps may take here */
	t.def.extra = 15;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_BLOOM_FILTER, 0, 4, UINT32_MAX, 0), -ENOMEM);
	t.def.extra = 0;
	map_test_end(&t);
}

/* --- little memory --- */

static int one_prog(struct map_test *t)
{
	return tv_map_set_prog(t->map, 0, 1);
}

static int one_push(struct map_test *t)
{
	return tv_map_push(t->map, &(uint64_t){ 1 }, 0);
}

static int some_stacks(struct map_test *t)
{
	uint64_t ip;
	int64_t id;

	for (ip = 0; ip < 4; ip++) {
		id = tv_map_stack_id(t->map, &ip, 1, BPF_F_REUSE_STACKID);
		if (id < 0)
			return id;
	}
	return 0;
}

static int some_storage(struct map_test *t)
{
	uint64_t task;

	for (task = 0x10; task < 0x200; task += 0x10)
		if (!tv_map_storage_get(t->map, task, NULL, 1))
			return -ENOMEM;
	return 0;
}

static int some_prefixes(struct map_test *t)
{
	uint32_t length;
	int err = 0;

	for (length = 0; length <= 32 && !err; length++)
		err = lpm_put(t, KEY(length, 1, 2, 3, 4), length, 0);
	return err;
}

static int some_inner(struct map_test *t)
{
	struct tv_map_room plenty = t->room;
	struct tv_map *inner;
	uint32_t key;
	int err;

	plenty.left = TEST_LEFT;
	assert_int_equal(tv_map_create(t->def.inner, &plenty, &inner), 0);
	for (key = 0, err = 0; key < 20 && !err; key++)
		err = tv_map_set_inner(t->map, key, inner);
	tv_map_destroy(inner);
	return err;
}

static void little_memory(void **state)
{
	struct tv_bpf_map shape = {
		.name = "inner", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 2,
	};
	const struct {
		uint32_t type, key, value, max, flags;
		int (*use)(struct map_test *t);
	} kinds[] = {
		{ BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 20, 0, one_prog },
		{ BPF_MAP_TYPE_QUEUE, 0, 8, 20, 0, one_push },
		{ BPF_MAP_TYPE_BLOOM_FILTER, 0, 8, 20, 0, one_push },
		{ BPF_MAP_TYPE_STACK_TRACE, 4, 8, 64, 0, some_stacks },
		{ BPF_MAP_TYPE_TASK_STORAGE, 4, 8, 0, BPF_F_NO_PREALLOC, some_storage },
		{ BPF_MAP_TYPE_LPM_TRIE, 8, 8, 64, BPF_F_NO_PREALLOC, some_prefixes },
		{ BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 64, 0, some_inner },
		{ BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 64, 0, some_inner },
	};
	struct map_test t;
	size_t i;

	map_test_begin(&t);
	t.def.key_type_id = t.def.value_type_id = 1;
	t.def.inner = &shape;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_int_equal(map_test_create(&t, kinds[i].type, kinds[i].key, kinds[i].value, kinds[i].max,
						 kinds[i].flags), 0);
		tv_map_destroy(t.map);
		t.map = NULL;
		map_test_scarce(&t, kinds[i].use);
	}
	map_test_end(&t);
}

static void cpus_have_a_number(void **state)
{
	struct map_test t;

	map_test_begin(&t);
	t.room.nr_cpus = 0;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0), -EINVAL);
	t.room.nr_cpus = 1u << 20;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0), -EINVAL);
	assert_null(t.map);
	t.room.nr_cpus = 1;
	assert_int_equal(map_test_create(&t, BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0), 0);
	map_test_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prog_arrays_hold_programs),
		cmocka_unit_test(other_kinds_have_none_of_it),
		cmocka_unit_test(cpus_have_a_number),
		cmocka_unit_test(arrays_of_maps),
		cmocka_unit_test(hashes_of_maps),
		cmocka_unit_test(a_hash_of_many_maps),
		cmocka_unit_test(inner_maps_with_locks),
		cmocka_unit_test(queues_and_stacks),
		cmocka_unit_test(perf_events_go_to_the_cpu_s_buffer),
		cmocka_unit_test(samples_nobody_took),
		cmocka_unit_test(stacks_have_the_ids_of_the_kernel),
		cmocka_unit_test(storage_of_tasks),
		cmocka_unit_test(longest_prefix),
		cmocka_unit_test(bloom_filters_miss_nothing),
		cmocka_unit_test(little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
