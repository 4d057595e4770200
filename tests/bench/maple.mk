# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make bench-maple`: maple/ timed beside the kernel's lib/maple_tree.c, which is compiled with the
# same optimisation over the same allocator, locks and RCU. MAPLE_BENCH_FLAGS goes to the program:
# `make bench-maple MAPLE_BENCH_FLAGS='--format csv --sizes 65530'`.

include tests/conformance/kernel.mk

MAPLE_BENCH_FLAGS ?=
PKGS_maple_bench := libbsd-dev libjudy-dev
BENCHM := $(OUT)/bench/maple-objects

.PHONY: deps-maple-bench
deps-maple-bench:
	@$(call install_missing,$(PKGS_maple_bench))

$(BENCHM)/kernel/%.o: tests/bench/%.c $(KERNEL_INC)/linux/maple_tree.h | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(FIND_kernel) -DTV_LOCKS_OF_MAPLE -DSIDE=bench_kernel \
		-DSIDE_NAME='"kernel"' -MMD -MP -c $< -o $@

$(BENCHM)/kernel/%.o: tests/differential/kernel/%.c | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(FIND_kernel) -DTV_LOCKS_OF_MAPLE -MMD -MP -c $< -o $@

$(BENCHM)/kernel/maple_tree.o: $(KSRC)/lib/maple_tree.c $(KERNEL_INC)/linux/maple_tree.h | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(KERNEL_TEXT) $(FIND_kernel) -DTV_LOCKS_OF_MAPLE -MMD -MP -c $< -o $@

$(BENCHM)/ours/%.o: tests/bench/%.c | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(FIND_ours) -DSIDE=bench_ours -DSIDE_NAME='"ours"' \
		-MMD -MP -c $< -o $@

# As in the comparison, the kernel's names stay inside.
$(BENCHM)/kernel.o: $(addprefix $(BENCHM)/kernel/,maple_tree.o kernel_slab.o maple_bench_tree.o \
		maple_bench_kernel.o)
	$(call say,LD)
	$(Q)$(LD) -r -o $@.all $^
	$(Q)$(OBJCOPY) --keep-global-symbol=bench_kernel $@.all $@
	@rm -f $@.all

$(OUT)/tests/bench/maple_bench_others.o: | deps-maple-bench

$(OUT)/bench/maple: $(addprefix $(OUT)/tests/bench/,maple_bench.o maple_bench_others.o) \
		$(addprefix $(BENCHM)/ours/,maple_bench_tree.o maple_bench_ours.o) $(SLAB) \
		$(OUT)/tests/differential/ours_slab.o $(BENCHM)/kernel.o $(OUT)/libmaple.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lJudy -lurcu -lpthread -lm

.PHONY: bench-maple
bench: bench-maple
bench-maple: $(OUT)/bench/maple ## time the maple tree beside the kernel's (5 minutes)
	@$< $(MAPLE_BENCH_FLAGS)

# What chosen operations cost in counted events: `make profile-maple SIZE=65530 OPS_OF='walk:find'`.
SIZE ?= 1000
OPS_OF ?= load:walk:find:iterate forward:gap search, lowest:gap search, highest
.PHONY: profile-maple
profile-maple: $(OUT)/bench/maple ## count instructions and misses of the maple tree beside the kernel's
	@$(call install_missing,valgrind)
	@IFS=:; tests/bench/maple_profile.sh $< $(SIZE) $$(printf '%s' '$(OPS_OF)')
