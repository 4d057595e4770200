# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A unit test that lets allocations fail.

$(OUT)/unit/test_machine_nomem: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray
