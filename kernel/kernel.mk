# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The iterator as patches for Linux 6.12 (docs/kernel.md). KSRC is a tree of that kernel, which is only
# read; without it, what is needed comes from Debian's package linux-source-6.12. DESIGN is mmap_lock,
# snapshot, or both, as it is without.

KSRC_GIVEN := $(filter command environment,$(origin KSRC))
include tests/conformance/kernel.mk

KERNEL_DESIGNS = $(or $(DESIGN),mmap_lock snapshot)
KERNEL_OUT := $(BUILD)/kernel
PKGS_kernel := git python3 $(if $(KSRC_GIVEN),,xz-utils)

# tests/cli/kernel_patch.sh
.PHONY: deps-kernel
deps-test: deps-kernel
deps-kernel:
	@$(call install_missing,git python3)

.PHONY: kernel-patch
kernel-patch: ## the iterator's sources as a patch series for Linux 6.12 (DESIGN=mmap_lock|snapshot, KSRC=)
	@$(if $(KSRC_GIVEN),,[ -e $(KSRC)/kernel/bpf/task_iter.c ] || echo "kernel-patch: needs" \
		"linux-source-6.12 (150 MB, installed when missing), 2 MB in $(KSRC), half a minute this once")
	@$(call install_missing,$(PKGS_kernel))
	@$(if $(KSRC_GIVEN),,tests/conformance/kernel-source.sh $(KSRC) `kernel/series.sh --needs`)
	@for design in $(KERNEL_DESIGNS); do \
		kernel/series.sh $(KSRC) $$design $(KERNEL_OUT) && \
		echo "kernel-patch: $(KERNEL_OUT)/patches-$$design" || exit 1; \
	done

# --- checks ------------------------------------------------------------------

KBUILD_DIR ?= $(KERNEL_OUT)
CHECK_DIR := $(KBUILD_DIR)/check
KERNEL_ARCHIVE ?= /usr/src/linux-source-6.12.tar.xz
KERNEL_TREE_FROM = $(if $(KSRC_GIVEN),$(KSRC),$(KERNEL_ARCHIVE))
PKGS_kernel-selftest := bpftool clang libbpf-dev libelf-dev zlib1g-dev
PKGS_kernel-tree := bc bison flex gcc libelf-dev make perl
PKGS_kernel-check := $(PKGS_kernel-tree) $(PKGS_kernel-selftest) dwarves sparse python3-docutils \
	python3-git python3-ply

.PHONY: kernel-tree
kernel-tree: kernel-patch
	@[ -d $(CHECK_DIR)/tree ] || echo "kernel-check: needs 250 MB in $(CHECK_DIR), and three minutes the" \
		"first time, half a minute a design later; packages: $(PKGS_kernel-check)"
	@$(call install_missing,$(PKGS_kernel-tree))
	@kernel/check_tree.sh $(KERNEL_TREE_FROM) $(CHECK_DIR)

.PHONY: kernel-check
kernel-check: kernel-tree ## apply the series to Linux 6.12: checkpatch, W=1 and sparse builds patch by patch (KSRC=, DESIGN=, KBUILD_DIR=)
	@$(call install_missing,$(PKGS_kernel-check))
	@failed=; for design in $(KERNEL_DESIGNS); do \
		kernel/check.sh $(CHECK_DIR) $(KERNEL_OUT)/patches-$$design $$design || failed=1; \
	done; [ -z "$$failed" ]

.PHONY: kernel-selftest
kernel-selftest: kernel-tree ## the series' selftest on the kernel that runs here, whatever its iterator is
	@$(call install_missing,$(PKGS_kernel-selftest))
	@[ -r /sys/kernel/btf/vmlinux ] || { echo "kernel-selftest: this kernel has no BTF" >&2; exit 3; }
	@kernel/selftest/build.sh $(CHECK_DIR)/tree /sys/kernel/btf/vmlinux $(KERNEL_OUT)/selftest
	@$(KERNEL_OUT)/selftest/task_vma_walk_test >$(KERNEL_OUT)/selftest/out; status=$$?; \
		grep -v ':PASS:' $(KERNEL_OUT)/selftest/out; exit $$status

# Here KSRC is a folder where a kernel was built, such as /lib/modules/VERSION/build.
.PHONY: kernel-module
kernel-module: $(if $(KSRC_GIVEN),,kernel-tree) ## the iterator of design mmap_lock as a module, for the kernel built in KSRC=
	@$(call install_missing,$(PKGS_kernel-tree) dwarves)
	@kernel/module/build.sh $(if $(KSRC_GIVEN),$(KSRC),$(CHECK_DIR)/obj) $(KERNEL_OUT)/module

# The kernel that kernel-boot made, of whichever design; boot.mk says where. Programs are made to call the
# module's kfuncs by macros.
MODULE_BOOT := $(KERNEL_OUT)/module-boot
MODULE_NAMES := $(foreach n,_new _next _destroy,-Dbpf_iter_task_vma$(n)=bpf_iter_tv_task_vma$(n)) \
	-Dbpf_iter_task_vma=bpf_iter_tv_task_vma

define module_boot
	set -e; obj=$(BOOT_WORK)/obj-plain; \
	[ -f $$obj/vmlinux ] || kernel/boot_build.sh $(BOOT_WORK) mmap_lock $(KERNEL_OUT)/patches-mmap_lock plain \
		$(if $(KSRC_GIVEN),$(KSRC)) >/dev/null; \
	env -u MAKEFLAGS -u MFLAGS -u BUILD make -s -C $(BOOT_WORK)/linux O=$$(realpath $$obj) modules_prepare; \
	kernel/module/build.sh $$obj $(MODULE_BOOT); \
	BPF_FLAGS="$(MODULE_NAMES)" STATIC=1 kernel/selftest/build.sh $(BOOT_WORK)/linux $$obj/vmlinux \
		$(MODULE_BOOT)/selftest; \
	objects=$$(CLANG="clang $(MODULE_NAMES)" kernel/boot_objects.sh $(BOOT_WORK)/linux $$obj/vmlinux \
		$(MODULE_BOOT)/objects); \
	kernel/module/boot.sh $(MODULE_BOOT)/run $$obj/vmlinux $(MODULE_BOOT)/tv_task_vma.ko \
		$(MODULE_BOOT)/selftest/task_vma_walk_test $(OUT)/taskvma $(OUT)/kernel/boot_guest $$objects
endef

.PHONY: kernel-module-boot
kernel-module-boot: $(OUT)/taskvma $(OUT)/kernel/boot_guest kernel-patch ## load that module into the kernel of kernel-boot, walk there, compare (15 minutes the first time)
	@echo "kernel-module-boot: needs the packages $(PKGS_boot) (installed when missing), and what kernel-boot builds"
	@$(call install_missing,$(PKGS_boot))
	@$(module_boot)
