/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A live process as /proc shows it. */
#ifndef TV_CLI_PROC_H
#define TV_CLI_PROC_H

#include <stdbool.h>
#include "cli/read_file.h"

struct cli_proc {
	int tgid;
	char comm[64];		/* kernel threads have longer ones than 15 bytes */
	bool kthread;
	bool exited;		/* has no mm any more: a zombie, or nearly */
	bool settled;		/* the address space did not change while it was read */
	struct cli_text maps;	/* with the VmFlags lines of smaps, where they are known */
};

/*
 * Reads /proc/@pid until two readings of maps agree, for a while. 0;
 * -ESRCH when there is no such process; else -errno (-EACCES, -EPERM: it is
 * somebody else's).
 */
int cli_proc_read(int pid, struct cli_proc *proc);
/* Only tgid, comm, kthread and exited. 0, -ESRCH, -errno. */
int cli_proc_identity(int pid, struct cli_proc *proc);
void cli_proc_fini(struct cli_proc *proc);

/*
 * The lines of @maps, each followed by the VmFlags line that @smaps has for
 * the very same line; lines that smaps does not have stay alone. 0 or -ENOMEM.
 */
int cli_maps_add_flags(const struct cli_text *maps, const struct cli_text *smaps,
		       struct cli_text *both);

#endif
