# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The test counts allocations and lets one fail; the pool of states is led here, too, since it asks the
# system only once in a while.

comma := ,
$(OUT)/unit/test_verifier_failnth: LDFLAGS += $(patsubst %,-Wl$(comma)--wrap=%,malloc calloc realloc \
	strdup strndup asprintf vasprintf open_memstream fclose vs_pool_alloc vs_pool_zalloc)
