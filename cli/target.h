/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kernel that BPF objects are read for: its types, version, configuration, symbols. */
#ifndef TV_CLI_TARGET_H
#define TV_CLI_TARGET_H

#include <stdbool.h>
#include "bpf/object.h"
#include "cli/cli.h"

struct cli_target {
	struct tv_btf *vmlinux;
	bool builtin;		/* only the few types that come with the command */
	bool running;		/* the types are the running kernel's: so are its symbols */
	char *kconfig;		/* lines CONFIG_X=y; NULL: unknown */
	struct tv_bpf_opts opts;	/* what tv_bpf_object_open() takes */
};

/*
 * The kernel of version @major.@minor with the types of @vmlinux: "running", "builtin", a file, or
 * NULL: the running kernel's where it tells them, else the built-in ones. Version and configuration
 * are the running kernel's when it is of that version. Failures have been told.
 */
enum cli_status cli_target_open(struct cli_target *target, const char *vmlinux,
				unsigned int major, unsigned int minor);
void cli_target_close(struct cli_target *target);

/* The address of a symbol of the running kernel (/proc/kallsyms): 0; -ENOENT, or -ENOMEM, and *@addr as it was. */
int cli_target_symbol(const char *name, uint64_t *addr);

/* What is wrong with an object or a BTF file; the exit status. */
enum cli_status cli_bad_object(const struct tv_bpf_error *error);

#endif
