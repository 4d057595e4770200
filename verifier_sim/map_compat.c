/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which map types go with which helpers. */
#include <errno.h>

#include "verifier_sim/internal.h"

/*
 * Pairs that belong together: such a map goes with these helpers only (@map_only), such a helper
 * with these maps only (@helper_only). What is in no row goes with everything.
 */
static const struct {
	uint16_t map_type, func;
	bool map_only, helper_only;
} pairs[] = {
	{ BPF_MAP_TYPE_PROG_ARRAY, BPF_FUNC_tail_call, true, true },
	{ BPF_MAP_TYPE_PERF_EVENT_ARRAY, BPF_FUNC_perf_event_read, true, true },
	{ BPF_MAP_TYPE_PERF_EVENT_ARRAY, BPF_FUNC_perf_event_output, true, true },
	{ BPF_MAP_TYPE_PERF_EVENT_ARRAY, BPF_FUNC_perf_event_read_value, true, true },
	{ BPF_MAP_TYPE_RINGBUF, BPF_FUNC_ringbuf_output, true, true },
	{ BPF_MAP_TYPE_RINGBUF, BPF_FUNC_ringbuf_reserve, true, true },
	{ BPF_MAP_TYPE_RINGBUF, BPF_FUNC_ringbuf_query, true, true },
	{ BPF_MAP_TYPE_USER_RINGBUF, BPF_FUNC_user_ringbuf_drain, true, true },
	{ BPF_MAP_TYPE_STACK_TRACE, BPF_FUNC_get_stackid, true, true },
	{ BPF_MAP_TYPE_CGROUP_ARRAY, BPF_FUNC_current_task_under_cgroup, true, true },
	{ BPF_MAP_TYPE_CGROUP_STORAGE, BPF_FUNC_get_local_storage, true, true },
	{ BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, BPF_FUNC_get_local_storage, true, true },
	{ BPF_MAP_TYPE_DEVMAP, BPF_FUNC_map_lookup_elem, true, false },
	{ BPF_MAP_TYPE_DEVMAP_HASH, BPF_FUNC_map_lookup_elem, true, false },
	{ BPF_MAP_TYPE_CPUMAP, BPF_FUNC_redirect_map, true, true },
	{ BPF_MAP_TYPE_XSKMAP, BPF_FUNC_map_lookup_elem, true, false },
	{ BPF_MAP_TYPE_ARRAY_OF_MAPS, BPF_FUNC_map_lookup_elem, true, false },
	{ BPF_MAP_TYPE_HASH_OF_MAPS, BPF_FUNC_map_lookup_elem, true, false },
	{ BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, BPF_FUNC_sk_select_reuseport, true, true },
	{ BPF_MAP_TYPE_QUEUE, BPF_FUNC_map_peek_elem, true, true },
	{ BPF_MAP_TYPE_QUEUE, BPF_FUNC_map_pop_elem, true, true },
	{ BPF_MAP_TYPE_QUEUE, BPF_FUNC_map_push_elem, true, true },
	{ BPF_MAP_TYPE_STACK, BPF_FUNC_map_peek_elem, true, true },
	{ BPF_MAP_TYPE_STACK, BPF_FUNC_map_pop_elem, true, true },
	{ BPF_MAP_TYPE_STACK, BPF_FUNC_map_push_elem, true, true },
	{ BPF_MAP_TYPE_BLOOM_FILTER, BPF_FUNC_map_peek_elem, true, true },
	{ BPF_MAP_TYPE_BLOOM_FILTER, BPF_FUNC_map_push_elem, true, true },
	{ BPF_MAP_TYPE_SK_STORAGE, BPF_FUNC_sk_storage_get, true, true },
	{ BPF_MAP_TYPE_SK_STORAGE, BPF_FUNC_sk_storage_delete, true, true },
	{ BPF_MAP_TYPE_INODE_STORAGE, BPF_FUNC_inode_storage_get, true, true },
	{ BPF_MAP_TYPE_INODE_STORAGE, BPF_FUNC_inode_storage_delete, true, true },
	{ BPF_MAP_TYPE_TASK_STORAGE, BPF_FUNC_task_storage_get, true, true },
	{ BPF_MAP_TYPE_TASK_STORAGE, BPF_FUNC_task_storage_delete, true, true },
	{ BPF_MAP_TYPE_PERCPU_ARRAY, BPF_FUNC_map_lookup_percpu_elem, false, true },
	{ BPF_MAP_TYPE_PERCPU_HASH, BPF_FUNC_map_lookup_percpu_elem, false, true },
	{ BPF_MAP_TYPE_LRU_PERCPU_HASH, BPF_FUNC_map_lookup_percpu_elem, false, true },
};

int vs_check_map_compat(struct vs_env *env, uint32_t map, uint32_t func)
{
	bool map_bound = false, func_bound = false, together = false;
	uint32_t type;

	if (!map)
		return 0;
	type = env->maps[map].def->type;
	if (type == BPF_MAP_TYPE_SOCKMAP || type == BPF_MAP_TYPE_SOCKHASH)
		return vs_unsupported(env, "socket maps");
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		bool same_map = pairs[i].map_type == type, same_func = pairs[i].func == func;

		map_bound |= same_map && pairs[i].map_only;
		func_bound |= same_func && pairs[i].helper_only;
		together |= same_map && same_func;
	}
	if (together || (!map_bound && !func_bound))
		return 0;
	vs_log(env, "cannot pass map_type %u into func %s#%u\n", type, tv_helper_name((int)func), func);
	return -EINVAL;
}
