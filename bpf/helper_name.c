// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Numbers and names of BPF helpers (disasm.h). The list is closed: v6.2 added the last two. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "bpf/disasm.h"

#define QUOTED(name)	"bpf_" #name
static const char *const from_uapi[] = { __BPF_FUNC_MAPPER(QUOTED) };

/* Behind the end of an older <linux/bpf.h>. */
static const char *const later[] = { "bpf_cgrp_storage_get", "bpf_cgrp_storage_delete" };
#define FIRST_LATER	(TV_HELPER_COUNT - 2)

const char *tv_helper_name(int id)
{
	if (id < 0 || id >= TV_HELPER_COUNT)
		return "unknown";
	if ((size_t)id < sizeof(from_uapi) / sizeof(from_uapi[0]))
		return from_uapi[id];
	return id >= FIRST_LATER ? later[id - FIRST_LATER] : "unknown";
}

int tv_helper_id(const char *name)
{
	int id;

	for (id = 1; id < TV_HELPER_COUNT; id++)
		if (!strcmp(tv_helper_name(id), name))
			return id;
	return -ENOENT;
}
