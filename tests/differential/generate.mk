# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make differential-generated N=10000 SEED=1`: programs that nobody wrote, judged by the simulated
# verifier and by the running kernel. First those on which they once differed are judged again.

GENERATE := generate generate_compose generate_draft generate_judge generate_mutate generate_paper \
	verifier_text bpf_capture
N        ?= 1000
GENERATED := $(OUT)/differential/generated
# the programs that say what an iterator is, as both compilers make them, and the frame to compose in
GENERATE_FROM = $(foreach c,14 19,$(foreach o,iters iters_looping iters_state_safety iters_num \
	iters_task_vma verifier_iterating_callbacks,$(wildcard $(BPF_OBJECTS)/iters-clang-$(c)/$(o).bpf.o)) \
	$(wildcard $(BPF_OBJECTS)/own-clang-$(c)/carrier.bpf.o))

$(OUT)/differential/generate: $(GENERATE:%=$(OUT)/tests/differential/%.o) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: differential-generated
differential: differential-generated
differential-generated: $(OUT)/differential/generate ## N random programs judged by the simulated verifier and the running kernel
	@$(call install_missing,clang bpftool python3)
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_BPF)
	@BPF_SELFTESTS=none tests/differential/bpf_objects.sh $(abspath $(KSRC)) $(BPF_OBJECTS) >/dev/null
	@mkdir -p $(GENERATED)
	@$< -r $(BPF_OBJECTS) $(wildcard tests/regressions/verifier/*.txt); status=$$?; \
		[ $$status = 0 ] && { timeout 3000 $< -n $(N) -s $(SEED) -o $(GENERATED) $(GENERATE_FROM); status=$$?; }; \
		[ $$status != 3 ] || { echo "differential-generated: skipped: no bpf(2) or no BTF here" >&2; status=0; }; \
		exit $$status

# --- what unit tests know of the kernel ------------------------------------------------------

RECORDED := verify_recorded generate_compose generate_draft generate_judge generate_mutate \
	verifier_text bpf_capture

$(OUT)/differential/verify_recorded: $(RECORDED:%=$(OUT)/tests/differential/%.o) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: differential-recorded
differential: differential-recorded
differential-recorded: $(OUT)/differential/verify_recorded $(OUT)/tests/fuzz/frame.bpf.o ## what unit tests know of the kernel's verifier, and the running kernel
	@$^; status=$$?; \
		[ $$status != 3 ] || { echo "differential-recorded: skipped: this kernel is no 6.18, or has no bpf(2) or BTF" >&2; status=0; }; \
		exit $$status

.PHONY: differential-recorded-boot
differential-recorded-boot: $(OUT)/differential/verify_recorded $(OUT)/tests/fuzz/frame.bpf.o ## the same of a booted 6.12, printed
	@$(call install_missing,qemu-system-x86 busybox-static)
	@VERIFIER_BOOT_ARGS=' ' tests/differential/verifier_boot.sh $(OUT)/differential/boot $< own=$(lastword $^)
