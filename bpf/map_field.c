// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Special fields of map values. */
#include "bpf/internal.h"

int map_fields(struct loader *ld, struct tv_bpf_map *map)
{
	return 0;
}
