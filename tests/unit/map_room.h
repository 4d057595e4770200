/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What tests of maps need: memory to make them in, and definitions in a line. */
#ifndef TV_TEST_MAP_ROOM_H
#define TV_TEST_MAP_ROOM_H

#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/map_instance.h"

#define TEST_CPUS	2u
#define TEST_LEFT	(UINT64_C(64) << 20)

struct map_test {
	struct tv_map_room room;
	struct tv_bpf_map def;
	struct tv_map *map;
};

/* A task's address is its number shifted; 0 is none. */
static inline uint64_t owner_of(void *arg, uint64_t addr)
{
	return addr >> 4;
}

static inline void map_test_begin(struct map_test *t)
{
	*t = (struct map_test){
		.room = { .nr_cpus = TEST_CPUS, .left = TEST_LEFT, .owner = owner_of },
		.def = { .name = "tested", .section = ".maps" },
	};
	t->room.memory = tv_memory_create();
	assert_non_null(t->room.memory);
}

/* All that maps took is back. */
static inline void map_test_end(struct map_test *t)
{
	tv_map_destroy(t->map);
	assert_int_equal(t->room.left, TEST_LEFT);
	tv_memory_destroy(t->room.memory);
}

static inline int map_test_create(struct map_test *t, uint32_t type, uint32_t key_size,
				  uint32_t value_size, uint32_t max_entries, uint32_t flags)
{
	tv_map_destroy(t->map);
	t->map = NULL;
	t->def.type = type;
	t->def.key_size = key_size;
	t->def.value_size = value_size;
	t->def.max_entries = max_entries;
	t->def.flags = flags;
	return tv_map_create(&t->def, &t->room, &t->map);
}

static inline void *bytes_at(struct map_test *t, uint64_t addr, uint32_t size)
{
	void *bytes = tv_memory_bytes(t->room.memory, addr, size, false);

	assert_non_null(bytes);
	return bytes;
}

/* Maps with keys of 4 bytes and values of 8. */
static inline int put(struct map_test *t, uint32_t key, uint64_t value, uint64_t flags)
{
	return tv_map_update(t->map, 0, &key, &value, flags);
}

static inline uint64_t *get(struct map_test *t, uint32_t key)
{
	uint64_t addr = tv_map_lookup(t->map, 0, &key);

	return addr ? bytes_at(t, addr, sizeof(uint64_t)) : NULL;
}

static inline int drop(struct map_test *t, uint32_t key)
{
	return tv_map_delete(t->map, &key);
}

/*
 * A map that is given ever more room, until it and @use have enough: whatever is missing, nothing
 * breaks. @use: -ENOMEM or 0.
 */
static inline void map_test_scarce(struct map_test *t, int (*use)(struct map_test *t))
{
	uint64_t left, failures = 0;
	struct tv_map *map;
	int err;

	for (left = 0; left < TEST_LEFT; left += left < 2048 ? 8 : left / 8 & ~UINT64_C(7)) {
		t->room.left = left;
		err = tv_map_create(&t->def, &t->room, &map);
		if (!err) {
			t->map = map;
			err = use(t);
			tv_map_destroy(map);
			t->map = NULL;
		}
		assert_int_equal(t->room.left, left);
		t->room.left = TEST_LEFT;
		if (!err)
			break;
		assert_int_equal(err, -ENOMEM);
		failures++;
	}
	assert_true(failures > 0 && left < TEST_LEFT);
}

#endif
