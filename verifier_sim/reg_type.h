/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a register can hold: a base type and modifiers, or-ed (Linux include/linux/bpf.h). */
#ifndef TV_VERIFIER_REG_TYPE_H
#define TV_VERIFIER_REG_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vs_reg_base {
	NOT_INIT,		/* never written, or dead */
	SCALAR_VALUE,
	PTR_TO_CTX,
	CONST_PTR_TO_MAP,	/* the map itself */
	PTR_TO_MAP_VALUE,
	PTR_TO_MAP_KEY,
	PTR_TO_STACK,
	PTR_TO_PACKET_META,
	PTR_TO_PACKET,
	PTR_TO_PACKET_END,
	PTR_TO_FLOW_KEYS,
	PTR_TO_SOCKET,
	PTR_TO_SOCK_COMMON,
	PTR_TO_TCP_SOCK,
	PTR_TO_TP_BUFFER,
	PTR_TO_XDP_SOCK,
	PTR_TO_BTF_ID,
	PTR_TO_MEM,
	PTR_TO_ARENA,
	PTR_TO_BUF,
	PTR_TO_FUNC,
	CONST_PTR_TO_DYNPTR,
	VS_REG_BASE_COUNT,
};

#define VS_BASE_MASK	0xffu

enum vs_type_flag {
	PTR_MAYBE_NULL	= 1u << 8,	/* has to be compared with NULL first */
	MEM_RDONLY	= 1u << 9,
	MEM_RINGBUF	= 1u << 10,	/* reserved in a ring buffer */
	MEM_USER	= 1u << 11,
	MEM_PERCPU	= 1u << 12,
	OBJ_RELEASE	= 1u << 13,	/* of an argument: the call gives the reference back */
	PTR_UNTRUSTED	= 1u << 14,	/* may be stale: loads are guarded, calls refused */
	MEM_UNINIT	= 1u << 15,	/* of an argument: written without being read */
	DYNPTR_TYPE_LOCAL	= 1u << 16,
	DYNPTR_TYPE_RINGBUF	= 1u << 17,
	MEM_FIXED_SIZE	= 1u << 18,
	MEM_ALLOC	= 1u << 19,	/* from bpf_obj_new() */
	PTR_TRUSTED	= 1u << 20,
	MEM_RCU		= 1u << 21,	/* valid within the RCU section */
	NON_OWN_REF	= 1u << 22,
	DYNPTR_TYPE_SKB	= 1u << 23,
	DYNPTR_TYPE_XDP	= 1u << 24,
	MEM_ALIGNED	= 1u << 25,
	MEM_WRITE	= 1u << 26,
};

#define VS_TRUSTED_FLAGS	(MEM_ALLOC | PTR_TRUSTED | NON_OWN_REF)
/* A pointer with none but these may go where a trusted one is asked for. */
#define VS_SAFE_FLAGS		(VS_TRUSTED_FLAGS)

static inline uint32_t vs_base(uint32_t type)
{
	return type & VS_BASE_MASK;
}

static inline bool vs_maybe_null(uint32_t type)
{
	return type & PTR_MAYBE_NULL;
}

static inline bool vs_type_is_packet(uint32_t type)
{
	return vs_base(type) == PTR_TO_PACKET || vs_base(type) == PTR_TO_PACKET_META;
}

static inline bool vs_type_is_packet_any(uint32_t type)
{
	return vs_type_is_packet(type) || type == PTR_TO_PACKET_END;
}

static inline bool vs_type_is_map(uint32_t type)
{
	uint32_t base = vs_base(type);

	return base == CONST_PTR_TO_MAP || base == PTR_TO_MAP_VALUE || base == PTR_TO_MAP_KEY;
}

/* May it be spilled to the stack and come back whole? */
bool vs_type_is_spillable(uint32_t type);
/* The kernel's words: "rcu_ptr_or_null_", "scalar", ... into @buf; returns @buf. */
const char *vs_type_str(uint32_t type, char *buf, size_t size);

#endif
