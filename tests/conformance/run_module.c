// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Runs the init function of the kernel's lib/test_maple_tree.c, which was compiled as it is, and
 * reports its counters. Exit 0 only when every check that ran passed, and some did.
 */
#include <linux/maple_tree.h>
#include <linux/module.h>

#include "tests/conformance/hooks.h"
#include "tests/differential/slab.h"

/* The module defines both itself, unless the tree under test is built for debugging. */
extern atomic_t maple_tree_tests_run, maple_tree_tests_passed;

int main(void)
{
	unsigned int run, passed;
	int err;

	conformance_init();
	err = tv_module_init();
	tv_module_exit();
	rcu_barrier();
	run = atomic_read(&maple_tree_tests_run);
	passed = atomic_read(&maple_tree_tests_passed);
	printf("\nconformance: %u run, %u passed, %lu nodes left, init returned %d\n", run, passed,
	       slab_live(conformance_slab()), err);
	return err || !run || run != passed || slab_live(conformance_slab());
}
