# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make bench-verify`: the simulated verifier's time over the running kernel's, on the programs of
# iters, iters_looping, iters_state_safety, iters_num, iters_task_vma and
# verifier_iterating_callbacks (see tests/differential/verifier.mk). VERIFY_FLAGS=--each prints all.

VERIFY_FLAGS ?=

$(OUT)/bench/verify: $(OUT)/tests/bench/verify_bench.o $(OUT)/libtaskvma.a \
		$(patsubst %,$(OUT)/tests/differential/%.o,verifier_kernel bpf_capture)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS)

.PHONY: bench-verify
bench: bench-verify
bench-verify: $(OUT)/bench/verify ## the simulated verifier's time over the running kernel's
	@$(call install_missing,clang bpftool python3)
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_BPF)
	@mkdir -p $(OUT)/differential
	@BPF_SELFTESTS=none tests/differential/bpf_objects.sh $(abspath $(KSRC)) $(BPF_OBJECTS) >$(BPF_OBJECTS).list
	@$< $(VERIFY_FLAGS) $$(tests/differential/verifier_groups.sh <$(BPF_OBJECTS).list | \
		sed -n 's/^103-clang-14=//p'); status=$$?; \
		[ $$status != 3 ] || { echo "bench-verify: skipped: no bpf(2) or no BTF here" >&2; status=0; }; \
		exit $$status
