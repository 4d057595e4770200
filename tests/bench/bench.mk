# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make bench` runs every benchmark; other fragments add theirs as prerequisites of it.
# BENCH_FLAGS goes to the walk benchmark: `make bench-walk BENCH_FLAGS='--format csv'`.

BENCH_FLAGS   ?=
SRC_WALKBENCH := $(wildcard tests/bench/walk_*.c)

.PHONY: bench bench-walk
bench: bench-walk ## time the walk, the loader and what else has a benchmark (minutes)
bench-walk: $(OUT)/bench/walk ## time the walk and the fixture loader
	@$< $(BENCH_FLAGS)

$(OUT)/bench/walk: $(SRC_WALKBENCH:%.c=$(OUT)/%.o) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
