# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make kernel-boot`: Linux 6.12 with the series of kernel.mk, built small, booted in an emulator, and
# asked what the iterator answers there; docs/kernel.md, "Booting". DESIGN as for kernel-patch.
#
#   DEBUG=1  with lockdep and KASAN, whose complaints fail it
#   UP=1     for one CPU: without PER_VMA_LOCK, which the snapshot design needs
#
# Sources and objects are kept in $(BUILD)/kernel/boot, or KBUILD_DIR/boot; nothing is written elsewhere.

BOOT_WORK  := $(or $(KBUILD_DIR),$(BUILD)/kernel)/boot
BOOT_KIND  := $(if $(DEBUG),debug,$(if $(UP),up,plain))
BOOT_GUEST := $(patsubst %,$(OUT)/kernel/boot_%.o,guest case ask child)
PKGS_boot  := gcc make bc bison flex libelf-dev libssl-dev dwarves patch python3 cpio xz-utils \
	clang bpftool qemu-system-x86 busybox-static zlib1g-dev libbpf-dev

$(OUT)/kernel/boot_guest: $(BOOT_GUEST)
	$(call say,LD)
	$(Q)$(CC) -static -o $@ $^ -lbpf -lelf -lz

# $(call boot_design,DESIGN)
define boot_design
	kernel=$$(kernel/boot_build.sh $(BOOT_WORK) $(1) $(KERNEL_OUT)/patches-$(1) $(BOOT_KIND) \
		$(if $(KSRC_GIVEN),$(KSRC))) && \
	objects=$$(kernel/boot_objects.sh $(BOOT_WORK)/linux $$kernel.btf $(BOOT_WORK)/objects-$(1)-$(BOOT_KIND)) && \
	STATIC=1 kernel/selftest/build.sh $(BOOT_WORK)/linux $$kernel.btf $(BOOT_WORK)/selftest-$(1)-$(BOOT_KIND) \
		$(BOOT_WORK)/linux/tools/testing/selftests/bpf && \
	kernel/boot.sh $(BOOT_WORK)/run-$(1)-$(BOOT_KIND) $$kernel $(1) $(BOOT_KIND) $(OUT)/taskvma \
		$(OUT)/kernel/boot_guest $(BOOT_WORK)/selftest-$(1)-$(BOOT_KIND)/task_vma_walk_test \
		$$objects || status=1;
endef

.PHONY: kernel-boot
kernel-boot: $(OUT)/taskvma $(OUT)/kernel/boot_guest kernel-patch ## a kernel with the series, booted and compared with the emulator (DESIGN=, DEBUG=1; 15 minutes the first time)
	@echo "kernel-boot: needs the packages $(PKGS_boot) (installed when missing)"
	@$(call install_missing,$(PKGS_boot))
	@status=0; $(foreach d,$(KERNEL_DESIGNS),$(call boot_design,$(d))) exit $$status
