# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make differential-verifier`: the simulated verifier and the running kernel judge the same
# programs, those of bpf.mk. Each miss is printed, then a table by group:
#
#   own        our own programs
#   programs   tracing programs as people write them (fixtures/programs)
#   cases      programs that say what a verifier says of them (tests/verifier)
#   103        the programs that say what an open-coded iterator is: iters, iters_looping,
#              iters_state_safety, iters_num, iters_task_vma, verifier_iterating_callbacks
#   verifier   the other selftests of the verifier (iters*.c, verifier_*.c)
#   selftests  all other selftests (BPF_SELFTESTS=none: leave them away)

VERIFIER_COMPARE := verifier_compare verifier_kernel verifier_text bpf_capture

$(OUT)/differential/verifier: $(VERIFIER_COMPARE:%=$(OUT)/tests/differential/%.o) \
		$(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: differential-verifier
differential: differential-verifier
differential-verifier: $(OUT)/differential/verifier ## the simulated verifier beside the running kernel's (10 minutes)
	@$(call install_missing,clang bpftool python3)
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_BPF)
	@tests/differential/bpf_objects.sh $(abspath $(KSRC)) $(BPF_OBJECTS) >$(BPF_OBJECTS).list
	@timeout 3000 $< $$(tests/differential/verifier_groups.sh <$(BPF_OBJECTS).list); status=$$?; \
		[ $$status != 3 ] || { echo "differential-verifier: skipped: no bpf(2) or no BTF here" >&2; status=0; }; \
		exit $$status

# `make differential-verifier-boot`: the same beside a 6.12, booted in an emulator, by the rules of
# 6.12. VERIFIER_BOOT_GROUPS: the groups, as a pattern of grep -E (`.` is all, in hours).
VERIFIER_BOOT_GROUPS ?= own|programs|103

.PHONY: differential-verifier-boot
differential-verifier-boot: $(OUT)/differential/verifier ## the simulated verifier beside a booted 6.12's (5 minutes)
	@$(call install_missing,clang bpftool python3 qemu-system-x86 busybox-static)
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_BPF)
	@BPF_SELFTESTS=$${BPF_SELFTESTS:-none} \
		tests/differential/bpf_objects.sh $(abspath $(KSRC)) $(BPF_OBJECTS) >$(BPF_OBJECTS).list
	@tests/differential/verifier_boot.sh $(OUT)/differential/boot $< \
		$$(tests/differential/verifier_groups.sh <$(BPF_OBJECTS).list | \
			grep -E '^($(VERIFIER_BOOT_GROUPS))-clang'); status=$$?; \
		[ $$status != 3 ] || { echo "differential-verifier-boot: skipped: no 6.12, or no bpf(2) in it" >&2; status=0; }; \
		exit $$status
