// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which helpers and kfuncs bpf/ has itself: those that need only the machine and its maps. */
#include <string.h>

#include "bpf/call.h"

static const struct call_entry *const lists[] = {
	call_map_list, call_ring_list, call_print_list, call_plain_list, call_iter_list,
	call_parse_list,
};

/* By @name, or when that is NULL by @id. */
static tv_call_fn *find(int id, const char *name)
{
	const struct call_entry *entry;
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (entry = lists[i]; entry->call; entry++)
			if (name ? entry->name && !strcmp(entry->name, name) : entry->id && entry->id == id)
				return entry->call;
	return NULL;
}

tv_call_fn *call_own_helper(int id)
{
	return find(id, NULL);
}

tv_call_fn *call_own_kfunc(const char *name)
{
	return find(0, name);
}
