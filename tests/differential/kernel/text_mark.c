// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A label in the text section: linked before and behind the kernel's code, it tells where that is. */
__asm__(".text\n.globl " MARK "\n" MARK ":\n");
