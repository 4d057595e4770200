// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Global functions whose arguments carry tags, weak ones, and one that is only ever declared. */
#include "common.h"

#define __tag(text)	__attribute__((btf_decl_tag("arg:" #text)))

struct pair {
	int a, b;
};

__weak int from_ctx(void *ctx __tag(ctx))
{
	return ctx != NULL;
}

__noinline int of_pair(struct pair *p __tag(nonnull), struct task_struct *t __tag(trusted)
		       __tag(nullable))
{
	return p->a + p->b + (t ? t->pid : 0);
}

__weak int overridable(int x)
{
	return x + 1;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(use, struct pt_regs *regs, long nr)
{
	struct pair p = { 1, 2 };

	return of_pair(&p, bpf_get_current_task_btf()) + overridable(nr);
}

LICENSE("GPL");
