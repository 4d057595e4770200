# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The unit tests that let one allocation fail (fail_nth.h). What one of them wraps beyond: an object's
# arena and the verifier's pool of states, which ask the system only once in a while, and what the C
# library allocates by itself.

FAIL_NTH := $(addprefix $(OUT)/unit/test_,bpf_failnth bpf_open_nomem machine_nomem verifier_failnth)

$(FAIL_NTH): WRAPPED := malloc calloc realloc reallocarray strdup strndup
$(OUT)/unit/test_bpf_open_nomem: WRAPPED += arena_alloc arena_array arena_copy arena_strdup arena_printf \
	arena_grow
$(OUT)/unit/test_verifier_failnth: WRAPPED += asprintf vasprintf open_memstream fclose vs_pool_alloc \
	vs_pool_zalloc
$(FAIL_NTH): LDFLAGS += $(WRAPPED:%=-Wl,--wrap=%)
