/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Registers of a stopped child: what of it depends on the machine. */
#ifndef TV_CLI_CHILD_REGS_H
#define TV_CLI_CHILD_REGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Whether this machine's system calls are known here; without that the rest gives -ENOSYS. */
bool child_regs_known(void);

/* The bytes of the instruction that makes a system call. */
extern const uint8_t child_syscall_insn[];
extern const unsigned int child_syscall_insn_size;

/* Stopped where it enters a system call: its number. Elsewhere -1. */
long child_regs_entered(pid_t pid);
/* Stopped there: the call is not made. 0 or -errno. */
int child_regs_skip(pid_t pid);
/* The next thing it does is the instruction at @gadget, which makes this call. */
int child_regs_call(pid_t pid, uint64_t gadget, long nr, const uint64_t args[6]);
/* Stopped where a call returned: its result. */
int child_regs_result(pid_t pid, int64_t *ret);
int child_regs_stack(pid_t pid, uint64_t *sp);

#endif
