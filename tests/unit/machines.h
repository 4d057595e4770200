/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Machines that tests are run on: each page size that is common, each end of user space. */
#ifndef TESTS_MACHINES_H
#define TESTS_MACHINES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/limits.h"

struct test_machine {
	const char *name;
	struct tv_space_limits limits;
	unsigned long high;	/* addresses from here on only some machines have */
};

static const struct test_machine test_machines[] = {
	{ "4 KiB", { 0x1000, 0x7ffffffff000 }, 1ul << 46 },
	{ "16 KiB", { 0x4000, 1ul << 48 }, 1ul << 47 },
	{ "64 KiB", { 0x10000, 1ul << 48 }, 1ul << 47 },
	{ "64 KiB, 52 bits", { 0x10000, 1ul << 52 }, 1ul << 51 },
	{ "4 KiB, five levels", { 0x1000, 0xfffffffffff000 }, 1ul << 55 },
};

#define TEST_MACHINES	(sizeof(test_machines) / sizeof(test_machines[0]))

/* The one of the test that runs: set by ON_EACH_MACHINE(), else the first. */
static const struct test_machine *test_machine = test_machines;

static inline int test_machine_use(void **state)
{
	test_machine = *state;
	return 0;
}

static inline int test_machine_forget(void **state)
{
	test_machine = test_machines;
	return 0;
}

#define ON_MACHINE(test, nr) \
	{ #test ", machine " #nr, test, test_machine_use, test_machine_forget, (void *)&test_machines[nr] }

/* Elements of the array that cmocka gets. */
#define ON_EACH_MACHINE(test) \
	ON_MACHINE(test, 0), ON_MACHINE(test, 1), ON_MACHINE(test, 2), ON_MACHINE(test, 3), ON_MACHINE(test, 4)

#endif
