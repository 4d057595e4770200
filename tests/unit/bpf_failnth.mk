# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The test counts allocations and lets one fail.

comma := ,
$(OUT)/unit/test_bpf_failnth: LDFLAGS += $(patsubst %,-Wl$(comma)--wrap=%,malloc calloc realloc reallocarray)
