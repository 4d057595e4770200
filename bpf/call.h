/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* bpf/'s own helpers and kfuncs: each file of call_*.c has its list, which call_table.c searches. Private. */
#ifndef TV_BPF_CALL_H
#define TV_BPF_CALL_H

#include "bpf/machine_state.h"

struct call_entry {
	int id;			/* of a helper; 0: a kfunc */
	const char *name;	/* of a kfunc */
	tv_call_fn *call;
};

/* Each ends with an entry without @call. */
extern const struct call_entry call_map_list[], call_ring_list[], call_print_list[], call_plain_list[],
	call_iter_list[], call_parse_list[];

#endif
