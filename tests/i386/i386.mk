# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make i386`: maple/ with words of 32 bits, which have another node geometry (docs/maple.md): its unit tests,
# the kernel's own tests, and the differential against the kernel's tree, which is built for 32 bits, too.
# What of libraries is needed is unpacked into $(BUILD)/i386/root; nothing of it is installed.

include tests/conformance/kernel.mk

I386_ROOT  := $(BUILD)/i386/root
I386_OPS   ?= 1000000
# not the episodes, whose results are written down as the kernel's tree of 64 bits gave them: the differential
# asks the one of 32 bits
I386_UNIT  := $(filter-out test_maple_episodes,$(patsubst tests/unit/%.c,%, \
	$(wildcard tests/unit/test_maple_*.c tests/unit/test_vma_iterator.c)))
# position-independent code has helpers of its own there, which the kernel's half shares with ours
I386_MAKE   = $(MAKE) --no-print-directory KIND=i386 CC='$(CC) -m32' LD='$(LD) -m elf_i386' \
	OBJCOPY='$(OBJCOPY) --wildcard --keep-global-symbol=__x86.get_pc_thunk.*'
PKGS_i386  := gcc-multilib

CFLAGS_i386 := -O2
ifeq ($(KIND),i386)
CPPFLAGS += -isystem $(I386_ROOT)/usr/include/i386-linux-gnu -isystem $(I386_ROOT)/usr/include
LDFLAGS  += -L$(I386_ROOT)/usr/lib/i386-linux-gnu -Wl,-rpath,$(abspath $(I386_ROOT)/usr/lib/i386-linux-gnu)

# The tree alone: the rest of the library is built for 64 bits.
$(I386_UNIT:%=$(OUT)/unit/%): $(OUT)/unit/%: $(OUT)/tests/unit/%.o $(OUT)/libmaple.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lurcu -lpthread -lcmocka
endif

.PHONY: i386 i386-build deps-i386
deps-i386: deps-build
	@$(call install_missing,$(PKGS_i386)) || true
	@mkdir -p $(BUILD)/i386
	@tests/i386/root.sh $(I386_ROOT)

i386-build: $(I386_UNIT:%=$(OUT)/unit/%) $(OUT)/differential/maple $(CONF)/plain/ours/module \
	$(CONF)/plain/kernel/module

i386: deps-i386 $(KERNEL_MAPLE:%=$(KSRC)/%) ## maple/ with 32-bit words: unit tests, the kernel's own tests, and beside the kernel's tree
	@$(I386_MAKE) i386-build
	@tests/i386/run.sh $(BUILD)/i386 $(I386_OPS)
