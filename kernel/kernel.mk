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

.PHONY: kernel-patch
kernel-patch: ## the iterator's sources as a patch series for Linux 6.12 (DESIGN=mmap_lock|snapshot, KSRC=)
	@$(if $(KSRC_GIVEN),,echo "kernel-patch: needs linux-source-6.12 (150 MB, installed when missing)," \
		"15 seconds and 2 MB below $(BUILD) the first time")
	@$(call install_missing,$(PKGS_kernel))
	@$(if $(KSRC_GIVEN),,tests/conformance/kernel-source.sh $(KSRC) `kernel/series.sh --needs`)
	@for design in $(KERNEL_DESIGNS); do \
		kernel/series.sh $(KSRC) $$design $(KERNEL_OUT) && \
		echo "kernel-patch: $(KERNEL_OUT)/patches-$$design" || exit 1; \
	done
