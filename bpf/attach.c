// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a program's section says about how it is loaded and attached. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bpf/internal.h"
#include "bpf/prog_type.h"

#define MAX_TARGET	128	/* bytes of a target's name with its prefix and end, as libbpf */

static int fail(struct loader *ld, struct tv_bpf_prog *prog, int err, const char *what,
		const char *name)
{
	prog->err = err;
	prog->why = arena_printf(ld->arena, "%s '%s'", what, name);
	return prog->why ? 0 : ld_nomem(ld);
}

/* The function or tracepoint in the kernel's BTF that the program is for. */
static int find_target(struct loader *ld, struct tv_bpf_prog *prog)
{
	char name[MAX_TARGET];
	int kind, id, len;

	if (!prog->attach_name)
		return fail(ld, prog, -EINVAL, "no BTF-based attach target is specified in section",
			    prog->section);
	len = snprintf(name, sizeof(name), "%s%s", tv_attach_prefix(prog->attach_type, &kind),
		       prog->attach_name);
	if (len >= (int)sizeof(name))
		return fail(ld, prog, -ENAMETOOLONG, "name too long:", prog->attach_name);
	if (!ld->opts.vmlinux)
		return 0;
	tv_attach_prefix(prog->attach_type, &kind);
	id = tv_btf_find(ld->opts.vmlinux, name, kind);
	if (id <= 0)
		return fail(ld, prog, -ESRCH, "failed to find kernel BTF type ID of",
			    prog->attach_name);
	prog->attach_btf_id = id;
	return 0;
}

int attach_prog(struct loader *ld, struct tv_bpf_prog *prog)
{
	const struct tv_sec_def *def = tv_sec_def_find(prog->section);
	const char *slash = strchr(prog->section, '/');

	prog->attach_name = slash ? slash + 1 : NULL;
	if (!def)
		return prog->err ? 0 : fail(ld, prog, -EINVAL,
					    "missing BPF prog type, check ELF section name",
					    prog->section);
	prog->type = def->prog_type;
	prog->attach_type = def->attach_type;
	prog->sleepable = def->flags & TV_SEC_SLEEPABLE;
	if (def->flags & TV_SEC_SLEEPABLE)
		prog->flags |= BPF_F_SLEEPABLE;
	if (def->flags & TV_SEC_XDP_FRAGS)
		prog->flags |= BPF_F_XDP_HAS_FRAGS;
	if (prog->err)
		return 0;
	if (prog->type == BPF_PROG_TYPE_STRUCT_OPS)
		return fail(ld, prog, -ENOTSUP, "unsupported: struct_ops program in section",
			    prog->section);
	if (prog->type == BPF_PROG_TYPE_EXT)
		return fail(ld, prog, -ENOTSUP, "unsupported: program that replaces another, section",
			    prog->section);
	return def->flags & TV_SEC_ATTACH_BTF ? find_target(ld, prog) : 0;
}
