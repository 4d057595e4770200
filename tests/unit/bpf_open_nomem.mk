# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A unit test that lets allocations fail, those of an object's arena among them.

$(OUT)/unit/test_bpf_open_nomem: LDFLAGS += $(patsubst %,-Wl$(comma)--wrap=%,malloc calloc realloc strdup \
	arena_alloc arena_array arena_copy arena_strdup arena_printf arena_grow)
