# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make conformance-bpf`: a table of what BPF instructions do, on the interpreter and on the running
# kernel (BPF_PROG_TEST_RUN in the test's own process). N runs at random of each case.

INSN_TABLE := $(addprefix $(OUT)/tests/conformance/,insn_alu.o insn_flow.o insn_memory.o insn_cases.o insn_ours.o)
INSN_RUN   := $(OUT)/helpers/insn_run

# The unit test holds the interpreter against the same table.
$(OUT)/unit/test_interp: $(OUT)/tests/unit/test_interp.o $(INSN_TABLE) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(INSN_RUN): $(OUT)/tests/conformance/insn_run.o $(OUT)/tests/conformance/insn_kernel.o $(INSN_TABLE) \
		$(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

FORMAT_RUN := $(OUT)/helpers/format_run
$(FORMAT_RUN): $(OUT)/tests/conformance/format_run.o $(OUT)/tests/conformance/format_table.o $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

test-build: $(INSN_RUN) $(FORMAT_RUN)

.PHONY: conformance-bpf
conformance-bpf: $(INSN_RUN) $(FORMAT_RUN) ## what BPF instructions do, on the interpreter and on the running kernel (N=1000)
	@timeout 100 $(FORMAT_RUN) || [ $$? = 3 ]
	@timeout 900 $< $(or $(N),1000) $(SEED); status=$$?; \
		[ $$status != 3 ] || { echo "conformance-bpf: the kernel's side was skipped: no bpf(2) here" >&2; status=0; }; \
		exit $$status

# What the kernel's verifier tests return: their objects are those of `make differential-bpf`.
RETURNS_RUN := $(OUT)/conformance/returns_run
$(RETURNS_RUN): $(OUT)/tests/conformance/returns_run.o $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: conformance-bpf-returns
conformance-bpf-returns: $(RETURNS_RUN) ## what the kernel's verifier tests return, on the interpreter
	@$(call install_missing,clang bpftool python3)
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_BPF)
	@mkdir -p $(OUT)/differential
	@BPF_SELFTESTS=none tests/differential/bpf_objects.sh $(abspath $(KSRC)) $(BPF_OBJECTS) >$(BPF_OBJECTS).list
	@timeout 900 $< $$(grep /verifier_ $(BPF_OBJECTS).list); status=$$?; \
		[ $$status != 3 ] || { echo "conformance-bpf-returns: skipped: no BTF of a kernel here" >&2; status=0; }; \
		exit $$status
