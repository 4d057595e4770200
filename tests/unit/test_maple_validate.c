// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every rule that mt_validate() knows is broken once, by hand, and found; mt_dump() shows the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "maple/maple_tree.h"
#include "maple/visit.h"

static struct maple_tree mt;

static struct maple_node *node_of(const void *enode)
{
	return (struct maple_node *)((unsigned long)enode & ~MAPLE_NODE_MASK);
}

static struct maple_node *root(void)
{
	return node_of(mt.ma_root);
}

/* The first leaf of a tree of height 2. */
static struct maple_node *leaf(void)
{
	return node_of(root()->ma64.slot[0]);
}

static int setup(void **state)
{
	unsigned long i;

	/* The gap behind the first entry is the largest in its leaf. */
	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
	for (i = 0; i < 30; i++)
		mtree_store_range(&mt, 10 * i, i ? 10 * i + 5 : 1, xa_mk_value(i), GFP_KERNEL);
	assert_int_equal(mt_height(&mt), 2);
	return 0;
}

static int teardown(void **state)
{
	mtree_destroy(&mt);
	return 0;
}

static void assert_found(const char *words)
{
	const char *why = NULL;

	if (!mt_validate(&mt, &why))
		fail_msg("not found: %s", words);
	if (!strstr(why, words))
		fail_msg("\"%s\" instead of \"%s\"", why, words);
}

static void assert_sound(void)
{
	const char *why;

	if (mt_validate(&mt, &why))
		fail_msg("%s", why);
}

/* Breaks @place by writing @value, expects @words, and mends it. */
#define BREAK(place, value, words) do {					\
	__typeof__(place) kept = (place);				\
									\
	(place) = (value);						\
	assert_found(words);						\
	(place) = kept;							\
	assert_sound();							\
} while (0)

static void broken_rules(void **state)
{
	unsigned char end = root()->ma64.meta.end;

	assert_sound();
	BREAK(leaf()->parent, (void *)leaf(), "dead");
	BREAK(leaf()->parent, (void *)((unsigned long)leaf()->parent + 8), "parent slot");
	BREAK(leaf()->parent, (void *)((unsigned long)leaf()->parent ^ 1UL << 40), "parent is");
	BREAK(root()->parent, (void *)((unsigned long)&mt + 9), "root's parent");
	BREAK(leaf()->mr64.pivot[1], 1, "below");
	BREAK(leaf()->mr64.pivot[2], 10000, "");
	BREAK(root()->ma64.meta.end, end + 1, "data end");
	BREAK(leaf()->mr64.slot[1], xa_mk_value(5), "largest gap");
	BREAK(leaf()->mr64.slot[2], NULL, "a NULL behind a NULL");
	BREAK(root()->ma64.gap[0], 1, "largest gap");
	BREAK(root()->ma64.meta.gap, 0, "gap offset");
	BREAK(root()->ma64.gap[end + 1], 1, "unused slot");
	BREAK(root()->ma64.slot[1], NULL, "no child");
	BREAK(mt.ma_flags, mt.ma_flags + (1 << MT_FLAGS_HEIGHT_OFFSET), "height");
}

static int count_entries(const struct tv_mt_node *node, const struct tv_mt_slot *slot, void *arg)
{
	if (!slot->child && slot->entry)
		++*(unsigned int *)arg;
	return 0;
}

static int stop_at_once(const struct tv_mt_node *node, void *arg)
{
	return 42;
}

static void visitor(void **state)
{
	unsigned int entries = 0;

	assert_int_equal(tv_mt_visit(&mt, &(struct tv_mt_visitor){ .slot = count_entries },
				     &entries), 0);
	assert_int_equal(entries, 30);
	assert_int_equal(tv_mt_visit(&mt, &(struct tv_mt_visitor){ .enter = stop_at_once },
				     NULL), 42);
}

/* Without addresses, which differ from run to run. */
static void dump(void **state)
{
	static const char want[] = "flags 5, height 1 root";
	char line[4096];
	FILE *out = tmpfile();
	struct maple_tree small;
	int kept = dup(1), lines = 0, found = 0;

	assert_non_null(out);
	mt_init_flags(&small, MT_FLAGS_ALLOC_RANGE);
	mtree_store_range(&small, 16, 31, xa_mk_value(5), GFP_KERNEL);
	fflush(stdout);
	dup2(fileno(out), 1);
	mt_dump(&small, mt_dump_hex);
	fflush(stdout);
	dup2(kept, 1);
	close(kept);
	rewind(out);
	while (fgets(line, sizeof(line), out)) {
		lines++;
		found += !!strstr(line, want);
		found += !strncmp(line, "0-ffffffffffffffff: node ", 25);
		found += !strcmp(line, "  0-f: (nil)\n");
		found += !strcmp(line, "  10-1f: value 5 (0x5) [0xb]\n");
		found += !strcmp(line, "  20-ffffffffffffffff: (nil)\n");
	}
	fclose(out);
	mtree_destroy(&small);
	assert_int_equal(lines, 5);
	assert_int_equal(found, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(broken_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(visitor, setup, teardown),
		cmocka_unit_test(dump),
	};

	return cmocka_run_group_tests_name("maple_validate", tests, NULL, NULL) != 0;
}
