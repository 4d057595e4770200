// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The hooks by which the kernel's tests steer and watch the allocator (mt_set_non_kernel and its
 * kin), over the slab of the tree under test.
 */
#include <linux/maple_tree.h>
#include <linux/module.h>

#include "tests/conformance/hooks.h"
#include "tests/differential/slab.h"

/* How many allocations that may not sleep are let through from now on. */
void mt_set_non_kernel(unsigned int val)
{
	slab_set_nowait_budget(conformance_slab(), val);
}

/* A function to run before the allocation that follows a refused one: the second writer of a race. */
void mt_set_callback(void (*callback)(void *private))
{
	slab_set_hook(conformance_slab(), callback);
}

void mt_set_private(void *private)
{
	slab_set_hook_arg(conformance_slab(), private);
}

unsigned long mt_get_alloc_size(void)
{
	return slab_live(conformance_slab()) * slab_object_size(conformance_slab());
}

void mt_zero_nr_tallocated(void)
{
	slab_reset_total(conformance_slab());
}

unsigned int mt_nr_tallocated(void)
{
	return slab_total(conformance_slab());
}

unsigned int mt_nr_allocated(void)
{
	return slab_live(conformance_slab());
}
