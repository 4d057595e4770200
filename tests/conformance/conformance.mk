# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make conformance`: the kernel's own maple tree tests, unchanged, against maple/, and against the
# kernel's own tree to know what they should count.

include tests/conformance/kernel.mk

# $(call conformance_rules,MODE,TREE)
define conformance_rules
$(CONF)/$(1)/$(2)/%.o: tests/conformance/%.c $(KERNEL_INC)/linux/maple_tree.h | deps-build
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$(CC) $$(CPPFLAGS) $$(CFLAGS) $(MODE_$(1)) $(FIND_$(2)) -MMD -MP -c $$< -o $$@

$(CONF)/$(1)/$(2)/test_maple_tree.o: $(KSRC)/lib/test_maple_tree.c \
		$(KERNEL_INC)/linux/maple_tree.h | deps-build
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$(CC) $$(CPPFLAGS) $(KERNEL_TEXT) $(MODE_$(1)) $(FIND_$(2)) -MMD -MP -c $$< -o $$@
endef
$(foreach m,plain debug,$(foreach t,ours kernel,$(eval $(call conformance_rules,$(m),$(t)))))

# The trees. maple/ once more for debugging; the plain one is the library that is shipped.
$(CONF)/debug/maple/%.o: maple/%.c | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(MODE_debug) -MMD -MP -c $< -o $@

$(CONF)/debug/libmaple.a: $(SRC_MAPLE:%.c=$(CONF)/debug/%.o)
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(CONF)/%/kernel/maple_tree.o: $(KSRC)/lib/maple_tree.c $(KERNEL_INC)/linux/maple_tree.h | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(KERNEL_TEXT) $(MODE_$*) $(FIND_kernel) -MMD -MP -c $< -o $@

$(CONF)/%/kernel/kernel_slab.o: tests/differential/kernel/kernel_slab.c | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(MODE_$*) $(FIND_kernel) -MMD -MP -c $< -o $@

TREE_plain_ours   := $(OUT)/libmaple.a
TREE_debug_ours   := $(CONF)/debug/libmaple.a
TREE_plain_kernel := $(addprefix $(CONF)/plain/kernel/,maple_tree.o kernel_slab.o steer.o)
TREE_debug_kernel := $(addprefix $(CONF)/debug/kernel/,maple_tree.o kernel_slab.o)
MORE_ours         := $(OUT)/tests/differential/ours_slab.o

# $(call conformance_program,MODE,TREE)
define conformance_program
$(CONF)/$(1)/$(2)/module: $(addprefix $(CONF)/$(1)/$(2)/,run_module.o hooks_$(2).o \
		test_maple_tree.o $(if $(filter ours,$(2)),steer.o)) \
		$(SLAB) $(MORE_$(2)) $(TREE_$(1)_$(2))
	$$(call say,LD)
	$$(Q)$$(CC) $$(LDFLAGS) -o $$@ $$^ -lurcu -lpthread
endef
$(foreach m,plain debug,$(foreach t,ours kernel,$(eval $(call conformance_program,$(m),$(t)))))

# The tests of tools/testing/radix-tree/maple.c that need no more than the header.
$(CONF)/gen/extracted_tests.h: tests/conformance/extract.py $(KERNEL_MAPLE_TESTS)
	@mkdir -p $(@D)
	@python3 $< tests $(KERNEL_MAPLE_TESTS) >$@

$(CONF)/gen/histories.inc: tests/conformance/extract.py $(KERNEL_MAPLE_TESTS)
	@mkdir -p $(@D)
	@python3 $< histories $(KERNEL_MAPLE_TESTS) >$@

$(CONF)/debug/%/run_extracted.o: tests/conformance/run_extracted.c $(CONF)/gen/extracted_tests.h \
		$(KERNEL_INC)/linux/maple_tree.h | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) -I$(KSRC) -I$(CONF)/gen $(KERNEL_TEXT) $(MODE_debug) $(FIND_$*) -MMD -MP -c $< -o $@

$(CONF)/debug/ours/extracted: $(addprefix $(CONF)/debug/ours/,run_extracted.o hooks_ours.o steer.o) \
		$(SLAB) $(MORE_ours) $(TREE_debug_ours)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lurcu -lpthread

$(CONF)/debug/kernel/extracted: $(addprefix $(CONF)/debug/kernel/,run_extracted.o hooks_kernel.o) \
		$(SLAB) $(TREE_debug_kernel)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lurcu -lpthread

# What the kernel's own tree counts: run once, kept as long as neither it nor the tests change.
CONF_REFERENCE := $(CONF)/plain/kernel/count $(CONF)/debug/kernel/count
$(CONF_REFERENCE): %/count: %/module
	@echo "conformance: the reference, $(patsubst $(CONF)/%/kernel,%,$(@D)) (about a minute)"
	@timeout 600 $< >$*/log 2>&1 || { tail -5 $*/log; exit 1; }
	@sed -n 's/^conformance: \([0-9]*\) run.*/\1/p' $*/log >$@

.PHONY: conformance conformance-build conformance-reference
conformance-build: $(CONF)/plain/ours/module $(CONF)/debug/ours/module $(CONF)/debug/ours/extracted
conformance: conformance-build $(CONF_REFERENCE) ## the kernel's own maple tree tests against maple/ (5 minutes)
	@tests/conformance/conformance.sh $(CONF) $(KERNEL_MAPLE_TESTS)

# The harness judged by the kernel: all of it must pass there.
conformance-reference: $(CONF_REFERENCE) $(CONF)/debug/kernel/extracted ## the same tests against the kernel's own tree
	@head $(CONF_REFERENCE)
	@timeout 1200 $(CONF)/debug/kernel/extracted >$(CONF)/debug/kernel/extracted.log
