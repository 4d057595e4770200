# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A unit test in which the system has no more memory.

$(OUT)/unit/test_maple_compat: LDFLAGS += -Wl,--wrap=malloc,--wrap=aligned_alloc
