/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What every object here includes. */
#ifndef TV_TEST_BPF_COMMON_H
#define TV_TEST_BPF_COMMON_H

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define LICENSE(text)	char _license[] SEC("license") = text

#define MAP(kind, name, k, v, n)		\
	struct {				\
		__uint(type, BPF_MAP_TYPE_##kind);	\
		__uint(max_entries, n);		\
		__type(key, k);			\
		__type(value, v);		\
	} name SEC(".maps")

#endif
