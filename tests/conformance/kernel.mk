# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Linux 6.12's sources and how its maple tree is compiled in user space: for all fragments that hold
# maple/ against it. Included by each of them, in whatever order they come; read once.
#
# KSRC is a tree of Linux 6.12; by default the few files needed are unpacked into $(BUILD)/linux-6.12
# from Debian's package linux-source-6.12, which is installed when missing.
ifndef KERNEL_INC

KSRC ?= $(BUILD)/linux-6.12
CONF := $(OUT)/conformance

KERNEL_MAPLE := lib/maple_tree.c lib/test_maple_tree.c include/linux/maple_tree.h \
	tools/testing/radix-tree/maple.c
KERNEL_MAPLE_TESTS := $(KSRC)/tools/testing/radix-tree/maple.c

.PHONY: kernel-source-maple
kernel-source-maple:
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_MAPLE)

$(KERNEL_MAPLE:%=$(KSRC)/%): | kernel-source-maple ;

# The kernel's header, alone, under the name it is included by.
KERNEL_INC := $(CONF)/include
$(KERNEL_INC)/linux/maple_tree.h: $(KSRC)/include/linux/maple_tree.h
	@mkdir -p $(@D)
	@cp $< $@

# Two modes of each tree, and two trees. The kernel's texts are not ours to warn about.
MODE_plain :=
MODE_debug := -DCONFIG_DEBUG_MAPLE_TREE
FIND_ours   := -Itests/conformance/include
FIND_kernel := -Itests/differential/kernel -I$(KERNEL_INC)
KERNEL_TEXT := -std=gnu11 -O2 -g -fPIC -w -fno-strict-aliasing

SLAB := $(addprefix $(OUT)/tests/differential/,slab.o live_set.o)

OBJCOPY ?= objcopy

endif
