// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A map of which the test says what it is: TYPE, VALUE_SIZE, MAX_ENTRIES, FLAGS. */
#include "basics.h"

struct {
	__uint(type, TYPE);
	__uint(key_size, 4);
	__uint(value_size, VALUE_SIZE);
	__uint(max_entries, MAX_ENTRIES);
	__uint(map_flags, FLAGS);
} sized SEC(".maps");

SEC("raw_tp")
int look(void *ctx)
{
	u32 key = 0;

	return !bpf_map_lookup_elem(&sized, &key);
}
