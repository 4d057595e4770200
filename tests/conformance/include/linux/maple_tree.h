/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kernel's tests include the kernel's name; here it means the tree of this project. */
#ifndef TV_TESTS_LINUX_MAPLE_TREE_H
#define TV_TESTS_LINUX_MAPLE_TREE_H

#include <pthread.h>

#include "maple/maple_tree.h"

#endif
