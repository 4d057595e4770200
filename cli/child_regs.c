// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Registers of a stopped child (child_regs.h): x86-64. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include "cli/child_regs.h"

#ifdef __x86_64__

const uint8_t child_syscall_insn[] = { 0x0f, 0x05 };
const unsigned int child_syscall_insn_size = sizeof(child_syscall_insn);

bool child_regs_known(void)
{
	return true;
}

static int get(pid_t pid, struct user_regs_struct *regs)
{
	return ptrace(PTRACE_GETREGS, pid, NULL, regs) ? -errno : 0;
}

static int set(pid_t pid, const struct user_regs_struct *regs)
{
	return ptrace(PTRACE_SETREGS, pid, NULL, regs) ? -errno : 0;
}

/* Linux arch/x86/entry: rax holds -ENOSYS from the entry of a call on. */
long child_regs_entered(pid_t pid)
{
	struct user_regs_struct regs;

	if (get(pid, &regs) || (long long)regs.rax != -ENOSYS)
		return -1;
	return (long)regs.orig_rax;
}

int child_regs_skip(pid_t pid)
{
	struct user_regs_struct regs;
	int err = get(pid, &regs);

	regs.orig_rax = ~0ull;
	return err ? err : set(pid, &regs);
}

int child_regs_call(pid_t pid, uint64_t gadget, long nr, const uint64_t args[6])
{
	struct user_regs_struct regs;
	int err = get(pid, &regs);

	if (err)
		return err;
	regs.rip = gadget;
	regs.rax = (unsigned long long)nr;
	/* no call that was under way is begun again */
	regs.orig_rax = ~0ull;
	regs.rdi = args[0];
	regs.rsi = args[1];
	regs.rdx = args[2];
	regs.r10 = args[3];
	regs.r8 = args[4];
	regs.r9 = args[5];
	return set(pid, &regs);
}

int child_regs_result(pid_t pid, int64_t *ret)
{
	struct user_regs_struct regs;
	int err = get(pid, &regs);

	if (!err)
		*ret = (int64_t)regs.rax;
	return err;
}

int child_regs_stack(pid_t pid, uint64_t *sp)
{
	struct user_regs_struct regs;
	int err = get(pid, &regs);

	if (!err)
		*sp = regs.rsp;
	return err;
}

#else

const uint8_t child_syscall_insn[] = { 0 };
const unsigned int child_syscall_insn_size = sizeof(child_syscall_insn);

bool child_regs_known(void)
{
	return false;
}

long child_regs_entered(pid_t pid)
{
	return -1;
}

int child_regs_skip(pid_t pid)
{
	return -ENOSYS;
}

int child_regs_call(pid_t pid, uint64_t gadget, long nr, const uint64_t args[6])
{
	return -ENOSYS;
}

int child_regs_result(pid_t pid, int64_t *ret)
{
	return -ENOSYS;
}

int child_regs_stack(pid_t pid, uint64_t *sp)
{
	return -ENOSYS;
}

#endif
