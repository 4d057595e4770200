/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A packet's context, struct __sk_buff: which members programs of a socket and of traffic control may
 * read and write, and how wide (Linux net/core/filter.c: bpf_skb_is_valid_access and its callers).
 */
#include <stddef.h>

#include "verifier_sim/internal.h"

/* How an access has to lie in its member. */
enum width {
	NARROW,		/* part of a word may be read, only a whole one written */
	BYTES,		/* anything within the member */
	WORD,		/* 4 bytes, at any place that is aligned */
	DOUBLE_WORD,	/* 8 bytes */
	BYTE,		/* 1 byte */
};

#define SOCKET_READS	1u
#define SOCKET_WRITES	2u
#define TC_READS	4u
#define TC_WRITES	8u
#define BOTH_READ	(SOCKET_READS | TC_READS)

struct member {
	size_t start, end;
	unsigned int may;
	enum width width;
	uint32_t type;		/* what is found; 0: a number */
};

#define RANGE(first, last)	offsetof(struct __sk_buff, first), \
				offsetof(struct __sk_buff, last) + sizeof(((struct __sk_buff *)0)->last)
#define MEMBER(name)		RANGE(name, name)

/* All others are read by both, and by word. */
static const struct member members[] = {
	{ MEMBER(mark), BOTH_READ | TC_WRITES, NARROW, 0 },
	{ MEMBER(queue_mapping), BOTH_READ | TC_WRITES, NARROW, 0 },
	{ MEMBER(priority), BOTH_READ | TC_WRITES, NARROW, 0 },
	{ MEMBER(tc_index), BOTH_READ | TC_WRITES, NARROW, 0 },
	{ MEMBER(cb), BOTH_READ | SOCKET_WRITES | TC_WRITES, BYTES, 0 },
	{ MEMBER(tc_classid), TC_READS | TC_WRITES, NARROW, 0 },
	{ MEMBER(data), TC_READS, WORD, PTR_TO_PACKET },
	{ MEMBER(data_end), TC_READS, WORD, PTR_TO_PACKET_END },
	{ RANGE(family, local_port), 0, NARROW, 0 },
	{ MEMBER(data_meta), TC_READS, WORD, PTR_TO_PACKET_META },
	{ MEMBER(flow_keys), 0, NARROW, 0 },
	{ MEMBER(tstamp), TC_READS | TC_WRITES, DOUBLE_WORD, 0 },
	{ MEMBER(wire_len), TC_READS, NARROW, 0 },
	{ MEMBER(sk), BOTH_READ, DOUBLE_WORD, PTR_TO_SOCK_COMMON },
	{ MEMBER(tstamp_type), TC_READS, BYTE, 0 },
	/* padding */
	{ offsetof(struct __sk_buff, tstamp_type) + 1, offsetof(struct __sk_buff, hwtstamp), 0, BYTE, 0 },
	{ MEMBER(hwtstamp), TC_READS, DOUBLE_WORD, 0 },
};

static const struct member *member_at(int off)
{
	static const struct member plain = { 0, sizeof(struct __sk_buff), BOTH_READ, NARROW, 0 };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (members[i].start <= (size_t)off && (size_t)off < members[i].end)
			return &members[i];
	return &plain;
}

static bool fits(const struct member *m, int off, int size, enum vs_access how)
{
	switch (m->width) {
	case BYTES:
		return (size_t)off + (size_t)size <= m->end;
	case BYTE:
		return size == 1;
	case WORD:
		return size == 4;
	case DOUBLE_WORD:
		return size == 8;
	default:
		return how == VS_WRITE ? size == 4 : size <= 4;
	}
}

bool vs_skb_access(const struct vs_env *env, int off, int size, enum vs_access how, bool sign_extend,
		   uint32_t *type)
{
	bool tc = env->prog->type == BPF_PROG_TYPE_SCHED_CLS;
	unsigned int needed = how == VS_WRITE ? (tc ? TC_WRITES : SOCKET_WRITES)
					      : (tc ? TC_READS : SOCKET_READS);
	const struct member *m;

	if (off < 0 || (size_t)off >= sizeof(struct __sk_buff) || off % size)
		return false;
	m = member_at(off);
	if (!(m->may & needed) || !fits(m, off, size, how) || (m->width == WORD && sign_extend))
		return false;
	if (m->type)
		*type = m->type;
	return true;
}
