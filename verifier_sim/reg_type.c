/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "verifier_sim/reg_type.h"

#include <stdio.h>

static const struct {
	const char *word;
	bool spills;
} bases[VS_REG_BASE_COUNT] = {
	[NOT_INIT] = { "?", false },
	[SCALAR_VALUE] = { "scalar", false },
	[PTR_TO_CTX] = { "ctx", true },
	[CONST_PTR_TO_MAP] = { "map_ptr", true },
	[PTR_TO_MAP_VALUE] = { "map_value", true },
	[PTR_TO_MAP_KEY] = { "map_key", true },
	[PTR_TO_STACK] = { "fp", true },
	[PTR_TO_PACKET_META] = { "pkt_meta", true },
	[PTR_TO_PACKET] = { "pkt", true },
	[PTR_TO_PACKET_END] = { "pkt_end", true },
	[PTR_TO_FLOW_KEYS] = { "flow_keys", true },
	[PTR_TO_SOCKET] = { "sock", true },
	[PTR_TO_SOCK_COMMON] = { "sock_common", true },
	[PTR_TO_TCP_SOCK] = { "tcp_sock", true },
	[PTR_TO_TP_BUFFER] = { "tp_buffer", false },
	[PTR_TO_XDP_SOCK] = { "xdp_sock", true },
	[PTR_TO_BTF_ID] = { "ptr_", true },
	[PTR_TO_MEM] = { "mem", true },
	[PTR_TO_ARENA] = { "arena", true },
	[PTR_TO_BUF] = { "buf", true },
	[PTR_TO_FUNC] = { "func", true },
	[CONST_PTR_TO_DYNPTR] = { "dynptr_ptr", false },
};

static const struct {
	uint32_t flag;
	const char *prefix;
} prefixes[] = {
	{ MEM_RDONLY, "rdonly_" }, { MEM_RINGBUF, "ringbuf_" }, { MEM_USER, "user_" },
	{ MEM_PERCPU, "percpu_" }, { MEM_RCU, "rcu_" }, { PTR_UNTRUSTED, "untrusted_" },
	{ PTR_TRUSTED, "trusted_" },
};

bool vs_type_is_spillable(uint32_t type)
{
	return vs_base(type) < VS_REG_BASE_COUNT && bases[vs_base(type)].spills;
}

const char *vs_type_str(uint32_t type, char *buf, size_t size)
{
	const char *null = !vs_maybe_null(type) ? "" :
			   vs_base(type) == PTR_TO_BTF_ID ? "or_null_" : "_or_null";
	size_t used = 0;

	buf[0] = 0;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]) && used < size; i++)
		if (type & prefixes[i].flag)
			used += (size_t)snprintf(buf + used, size - used, "%s", prefixes[i].prefix);
	if (used < size)
		snprintf(buf + used, size - used, "%s%s",
			 vs_base(type) < VS_REG_BASE_COUNT ? bases[vs_base(type)].word : "?", null);
	return buf;
}
