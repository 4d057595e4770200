# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make differential-maple`: maple/ and the kernel's lib/maple_tree.c in one program, compared call
# by call. SEED and OPS choose the random part.

include tests/conformance/kernel.mk

SEED ?= 1
OPS  ?= 1000000

DIFF := $(OUT)/differential

SIDE_SRC := side_apply side_look
DIFF_SRC := maple_differential episode_make episode_text episode_run episode_shrink slab live_set

$(DIFF)/ours/%.o: tests/differential/%.c | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(FIND_ours) -MMD -MP -c $< -o $@

$(DIFF)/kernel/%.o: tests/differential/%.c $(KERNEL_INC)/linux/maple_tree.h | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(FIND_kernel) -MMD -MP -c $< -o $@

$(DIFF)/kernel/%.o: tests/differential/kernel/%.c $(KERNEL_INC)/linux/maple_tree.h | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(FIND_kernel) -MMD -MP -c $< -o $@

# The kernel's tree and its half of the comparison are one object that shows nothing but its table:
# no name of it meets ours. Marks before and behind tell its code from ours.
$(DIFF)/kernel/kernel_text.o $(DIFF)/kernel/kernel_text_end.o: $(DIFF)/kernel/%.o: \
		tests/differential/kernel/text_mark.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) -DMARK='"$*"' -c $< -o $@

$(DIFF)/side_kernel.o: $(DIFF)/kernel/kernel_text.o $(CONF)/plain/kernel/maple_tree.o \
		$(addprefix $(DIFF)/kernel/,$(SIDE_SRC:%=%.o) side_kernel.o) \
		$(CONF)/plain/kernel/kernel_slab.o $(DIFF)/kernel/kernel_text_end.o
	$(call say,LD)
	$(Q)$(LD) -r -o $@.all $^
	$(Q)$(OBJCOPY) --keep-global-symbol=side_kernel $@.all $@
	@rm -f $@.all

$(DIFF)/histories.o: tests/differential/histories.c $(CONF)/gen/histories.inc | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -I$(CONF)/gen -MMD -MP -c $< -o $@

$(DIFF)/maple: $(DIFF_SRC:%=$(OUT)/tests/differential/%.o) $(DIFF)/histories.o \
		$(addprefix $(DIFF)/ours/,$(SIDE_SRC:%=%.o) side_ours.o ours_slab.o) \
		$(DIFF)/side_kernel.o $(OUT)/libmaple.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lurcu -lpthread

# what a unit test knows of the kernel's tree
$(DIFF)/maple_recorded: $(addprefix $(OUT)/tests/differential/,maple_recorded.o episode_make.o \
		episode_digest.o slab.o live_set.o) $(DIFF)/side_kernel.o
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lurcu -lpthread

.PHONY: differential differential-maple
differential: differential-maple ## compare with the kernel's own code, part by part
differential-maple: $(DIFF)/maple $(DIFF)/maple_recorded
	@$(DIFF)/maple_recorded
	@$< --seed $(SEED) --ops $(OPS)
