/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A test module in user space: its init and exit functions are reached by fixed names, and the
 * allocator hooks that its tests call are those of tests/conformance/steer.c.
 */
#ifndef TV_TESTS_LINUX_MODULE_H
#define TV_TESTS_LINUX_MODULE_H

int tv_module_init(void);
void tv_module_exit(void);
#define module_init(fn) int tv_module_init(void) { return fn(); }
#define module_exit(fn) void tv_module_exit(void) { fn(); }
#define MODULE_AUTHOR(text)
#define MODULE_DESCRIPTION(text)
#define MODULE_LICENSE(text)

#ifndef printk
#define printk printf
#endif

void mt_set_non_kernel(unsigned int val);
void mt_set_callback(void (*callback)(void *private));
void mt_set_private(void *private);
unsigned long mt_get_alloc_size(void);
void mt_zero_nr_tallocated(void);
unsigned int mt_nr_tallocated(void);
unsigned int mt_nr_allocated(void);

#endif
