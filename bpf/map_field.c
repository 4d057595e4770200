// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The special fields of a map's value, as the kernel would note them in the map. */
#include <errno.h>
#include <string.h>

#include "bpf/field.h"
#include "bpf/internal.h"

#define VERSION(major, minor)	((major) << 16 | (minor) << 8)

/* Kinds that came with later kernels: before, their names meant nothing, or an error. */
static uint32_t kinds_of(uint32_t version)
{
	uint32_t kinds = TV_FIELDS_OF_MAP;

	if (version < VERSION(6, 13))
		kinds &= ~TV_FIELD_BIT(TV_FIELD_UPTR);
	if (version < VERSION(6, 15))
		kinds &= ~TV_FIELD_BIT(TV_FIELD_RES_SPIN_LOCK);
	if (version < VERSION(6, 18))
		kinds &= ~TV_FIELD_BIT(TV_FIELD_TASK_WORK);
	return kinds;
}

int map_fields(struct loader *ld, struct tv_bpf_map *map)
{
	struct tv_bpf_field fields[TV_MAX_FIELDS];

	if (!map->value_type_id)
		return 0;
	map->field_err = tv_fields_find(ld->obj->btf, map->value_type_id, map->value_size,
					kinds_of(ld->opts.kernel_version), fields,
					&map->field_cnt);
	map->fields = arena_copy(ld->arena, fields, map->field_cnt * sizeof(*fields));
	return map->fields ? 0 : ld_nomem(ld);
}
