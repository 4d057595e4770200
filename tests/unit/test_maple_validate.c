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

#define LAST	(MAPLE_RANGE64_SLOTS - 1)	/* slot of a leaf */
#define ENTRIES	(2 * MAPLE_RANGE64_SLOTS - 2)	/* more than two leaves of them */

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
	for (i = 0; i < ENTRIES; i++)
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
	BREAK(leaf()->parent, (void *)((unsigned long)leaf()->parent ^ 1UL << 30), "parent is");
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
	BREAK(leaf()->parent, (void *)((unsigned long)leaf()->parent | 1), "marked as root");
	BREAK(leaf()->parent, (void *)((unsigned long)leaf()->parent ^ 2), "parent type");
	BREAK(leaf()->mr64.pivot[LAST - 1], 10000, "is too large");
	BREAK(root()->ma64.gap[0], 1UL << 30, "gap 40000000 in slot 0");
	BREAK(root()->ma64.meta.gap, end + 1, "gap offset");
	BREAK(root()->ma64.slot[end + 1], leaf(), "unused slot");
	BREAK(root()->ma64.pivot[end + 1], 7, "unused slot");
	BREAK(mt.ma_flags, mt.ma_flags & ~MT_FLAGS_ALLOC_RANGE, "type 3 in this tree");
}

/* Types in the marks of pointers to nodes. */
static void broken_types(void **state)
{
	unsigned long child = (unsigned long)root()->ma64.slot[0];
	unsigned long type = (unsigned long)maple_leaf_64 << MAPLE_NODE_TYPE_SHIFT;
	unsigned long dense = child ^ type ^ (unsigned long)maple_dense << MAPLE_NODE_TYPE_SHIFT;

	BREAK(root()->ma64.slot[0], (void *)dense, "no node in slot 0");
	BREAK(root()->ma64.slot[0], (void *)(dense | 2), "not a tree");
	BREAK(root()->ma64.slot[0], (void *)(dense | 4 << MAPLE_NODE_TYPE_SHIFT), "not a tree");
	BREAK(mt.ma_root, (void *)((unsigned long)mt.ma_root & ~(3UL << MAPLE_NODE_TYPE_SHIFT)),
	      "not a tree");
	BREAK(root()->ma64.slot[0], (void *)(child ^ type ^ (unsigned long)maple_range_64 <<
					     MAPLE_NODE_TYPE_SHIFT), "type 2 at this depth");
}

/* An inner node that is its own child, without end. */
static void bottomless(void **state)
{
	struct maple_tree deep = { .ma_flags = MAPLE_HEIGHT_MAX << MT_FLAGS_HEIGHT_OFFSET };
	struct maple_node *node = aligned_alloc(sizeof(*node), sizeof(*node));
	unsigned long enode = (unsigned long)node | 4 | maple_range_64 << MAPLE_NODE_TYPE_SHIFT;

	memset(node, 0, sizeof(*node));
	node->mr64.pivot[0] = ULONG_MAX;
	node->mr64.slot[0] = (void *)enode;
	deep.ma_root = (void *)(enode | 2);
	assert_int_equal(tv_mt_visit(&deep, &(struct tv_mt_visitor){ 0 }, NULL), -EINVAL);
	free(node);
}

static void a_small_leaf(void **state)
{
	struct maple_node *second = node_of(root()->ma64.slot[1]);
	struct maple_node kept = *second;
	unsigned int i;

	/* two slots are too few, where other leaves follow */
	second->mr64.pivot[1] = root()->ma64.pivot[1];
	for (i = 2; i < MAPLE_RANGE64_SLOTS; i++) {
		second->mr64.slot[i] = NULL;
		if (i < MAPLE_RANGE64_SLOTS - 1)
			second->mr64.pivot[i] = 0;
	}
	second->mr64.meta.end = 1;
	assert_found("too small");
	*second = kept;
	assert_sound();
	/* and the last of them must be an entry */
	assert_null(second->mr64.slot[LAST - 1]);
	assert_int_not_equal(second->mr64.pivot[LAST - 1], 0);
	second->mr64.slot[LAST - 1] = second->mr64.slot[LAST];
	second->mr64.slot[LAST] = NULL;
	assert_found("ends in NULL");
	*second = kept;
}

static void without_nodes(void **state)
{
	struct maple_tree lone = MTREE_INIT(lone, 0);
	const char *why = NULL;
	unsigned long checks = 0;

	assert_int_equal(tv_mt_validate(&lone, NULL, &checks), 0);
	assert_true(checks > 0);
	lone.ma_flags = 1 << MT_FLAGS_HEIGHT_OFFSET;
	assert_int_equal(tv_mt_validate(&lone, &why, NULL), -EINVAL);
	assert_string_equal(why, "height 1 without nodes");
	lone.ma_flags = 0;
	lone.ma_root = xa_mk_internal(3);
	assert_int_equal(tv_mt_validate(&lone, &why, NULL), -EINVAL);
	assert_non_null(strstr(why, "internal entry"));
	assert_int_equal(tv_mt_validate(&lone, NULL, NULL), -EINVAL);
	assert_int_equal(tv_mt_visit(&lone, &(struct tv_mt_visitor){ 0 }, NULL), 0);
}

static int stop_at_slot(const struct tv_mt_node *node, const struct tv_mt_slot *slot, void *arg)
{
	return slot->child ? 0 : 43;
}

static int stop_at_leaf(const struct tv_mt_node *node, void *arg)
{
	return node->parent ? 44 : 0;
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
	assert_int_equal(entries, ENTRIES);
	assert_int_equal(tv_mt_visit(&mt, &(struct tv_mt_visitor){ .enter = stop_at_once },
				     NULL), 42);
	assert_int_equal(tv_mt_visit(&mt, &(struct tv_mt_visitor){ .slot = stop_at_slot }, NULL), 43);
	assert_int_equal(tv_mt_visit(&mt, &(struct tv_mt_visitor){ .leave = stop_at_leaf }, NULL), 44);
	assert_int_equal(tv_mt_visit(&mt, &(struct tv_mt_visitor){ 0 }, NULL), 0);
}

/* --- what is printed --------------------------------------------------------------- */

static char printed[1 << 16];

/* Runs @print with stdout and stderr led to printed[]. */
static void catch_output(void (*print)(const void *what), const void *what)
{
	FILE *out = tmpfile();
	int kept[3] = { -1, dup(1), dup(2) }, fd;
	size_t size;

	assert_non_null(out);
	fflush(NULL);
	for (fd = 1; fd <= 2; fd++)
		dup2(fileno(out), fd);
	print(what);
	fflush(NULL);
	for (fd = 1; fd <= 2; fd++) {
		dup2(kept[fd], fd);
		close(kept[fd]);
	}
	rewind(out);
	size = fread(printed, 1, sizeof(printed) - 1, out);
	printed[size] = 0;
	fclose(out);
}

static void assert_printed(const char *text)
{
	if (!strstr(printed, text))
		fail_msg("\"%s\" is missing in\n%s", text, printed);
}

static void dump_hex(const void *what)
{
	mt_dump(what, mt_dump_hex);
}

static void dump_dec(const void *what)
{
	mt_dump(what, mt_dump_dec);
}

/* The kernel's format; addresses, which differ from run to run, are not looked at. */
static void dump(void **state)
{
	struct maple_tree small;
	char text[128];

	mt_init_flags(&small, MT_FLAGS_ALLOC_RANGE);
	mtree_store_range(&small, 16, 31, xa_mk_value(5), GFP_KERNEL);
	catch_output(dump_hex, &small);
	assert_printed("flags 5, height 1 root");
	snprintf(text, sizeof(text), "\n0-%lx: node ", ULONG_MAX);
	assert_printed(text);
	snprintf(text, sizeof(text), "\n  0-f: (nil)\n  10-1f: value 5 (0x5) [0xb]\n  20-%lx: (nil)\n",
		 ULONG_MAX);
	assert_printed(text);
	catch_output(dump_dec, &small);
	snprintf(text, sizeof(text), "\n0-%lu: node ", ULONG_MAX);
	assert_printed(text);
	snprintf(text, sizeof(text), "\n  0-15: (nil)\n  16-31: value 5 (0x5) [0xb]\n  32-%lu: (nil)\n",
		 ULONG_MAX);
	assert_printed(text);
	mtree_destroy(&small);
}

static void dump_entries(void **state)
{
	struct maple_tree small = MTREE_INIT(small, 0);
	static int object;
	char text[64];

	catch_output(dump_dec, &small);
	assert_printed("height 0 root (nil)\n0: (nil)\n");
	mtree_store(&small, 0, &object, GFP_KERNEL);
	catch_output(dump_hex, &small);
	snprintf(text, sizeof(text), "\n0: %p\n", (void *)&object);
	assert_printed(text);
	mtree_store(&small, 1, XA_ZERO_ENTRY, GFP_KERNEL);
	catch_output(dump_hex, &small);
	assert_printed("\n  1: zero (257)\n");
	node_of(small.ma_root)->mr64.slot[1] = xa_mk_internal(3);
	catch_output(dump_hex, &small);
	assert_printed("\n  1: UNKNOWN ENTRY (0xe)\n");
	mtree_destroy(&small);
}

static void dump_levels(void **state)
{
	catch_output(dump_hex, &mt);
	assert_printed("depth 0 type 3 parent ");
	assert_printed("\n  0-");
	assert_printed("depth 1 type 1 parent ");
	assert_printed("\n    0-1: value 0 (0x0) [0x1]\n");
}

static void dump_broken(void **state)
{
	void *kept = root()->ma64.slot[1];

	root()->ma64.slot[1] = NULL;
	catch_output(dump_hex, &mt);
	assert_printed("tree is broken below here\n");
	root()->ma64.slot[1] = kept;
	assert_sound();
}

static void dump_state(const void *mas)
{
	mas_dump(mas);
}

static void states_are_shown(void **state)
{
	static const char *const statuses[] = {
		"(ma_active)", "(ma_start) ", "(ma_root)", "(ma_none)", "(ma_pause) ",
		"(ma_overflow) ", "(ma_underflow) ", "(ma_error) ",
	};
	MA_STATE(mas, &mt, 3, 9);
	unsigned int i;

	for (i = 0; i <= ma_error; i++) {
		mas.status = i;
		catch_output(dump_state, &mas);
		assert_printed(statuses[i]);
		assert_printed("Store Type: invalid store type\n[0/0] index=3 last=9\n");
		assert_null(strstr(printed, "Check index"));
	}
	mas.store_type = wr_slot_store;
	mas.index = 10;
	catch_output(dump_state, &mas);
	assert_printed("Store Type: slot_store\n");
	assert_printed("\nCheck index & last\n");
	mas.status = ma_error + 1;
	mas.store_type = wr_slot_store + 1;
	catch_output(dump_state, &mas);
	assert_printed(" Store Type: \n");
}

static void dump_wr_state(const void *wr)
{
	mas_wr_dump(wr);
}

static void stores_are_shown(void **state)
{
	MA_STATE(mas, &mt, 3, 9);
	MA_WR_STATE(wr, &mas, NULL);

	wr.r_min = 16;
	wr.r_max = 255;
	wr.offset_end = 2;
	wr.end_piv = 10;
	mas.end = 4;
	catch_output(dump_wr_state, &wr);
	assert_printed("WR_MAS: node=(nil) r_min=10 r_max=ff\n");
	assert_printed("type=0 off_end=2, node_end=4, end_piv=a\n");
}

static void count_checks(const void *what)
{
	tv_mt_validate_counted(what);
}

/* A sound tree: all checks pass. A broken one: all but one, and it is shown. */
static void checks_are_counted(void **state)
{
	int run = atomic_read(&maple_tree_tests_run), passed = atomic_read(&maple_tree_tests_passed);
	unsigned long checks = 0;

	tv_mt_validate(&mt, NULL, &checks);
	tv_mt_validate_counted(&mt);
	assert_int_equal(atomic_read(&maple_tree_tests_run) - run, checks);
	assert_int_equal(atomic_read(&maple_tree_tests_passed) - passed, checks);

	run = atomic_read(&maple_tree_tests_run);
	passed = atomic_read(&maple_tree_tests_passed);
	root()->ma64.meta.gap++;
	catch_output(count_checks, &mt);
	root()->ma64.meta.gap--;
	assert_printed("mt_validate: node ");
	assert_int_equal(atomic_read(&maple_tree_tests_run) - run,
			 atomic_read(&maple_tree_tests_passed) - passed + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(broken_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(visitor, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_types, setup, teardown),
		cmocka_unit_test(bottomless),
		cmocka_unit_test_setup_teardown(a_small_leaf, setup, teardown),
		cmocka_unit_test(without_nodes),
		cmocka_unit_test(dump),
		cmocka_unit_test(dump_entries),
		cmocka_unit_test_setup_teardown(dump_levels, setup, teardown),
		cmocka_unit_test_setup_teardown(dump_broken, setup, teardown),
		cmocka_unit_test(states_are_shown),
		cmocka_unit_test(stores_are_shown),
		cmocka_unit_test_setup_teardown(checks_are_counted, setup, teardown),
	};

	return cmocka_run_group_tests_name("maple_validate", tests, NULL, NULL) != 0;
}
