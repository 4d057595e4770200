# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make differential-bpf`: bpf/ and libbpf load the same objects, and what libbpf hands to the
# running kernel is compared. KSRC is the tree of conformance.mk; the selftests' programs are taken
# from there. BPF_SELFTESTS=PATTERN narrows them (none: only iters*, verifier_* and our own).

BPF_OBJECTS := $(OUT)/differential/bpf-objects
BPF_COMPARE := bpf_compare bpf_capture bpf_log_text
KERNEL_BPF  := tools/testing/selftests/bpf tools/lib/bpf tools/include/uapi scripts/bpf_doc.py

$(OUT)/differential/bpf: $(BPF_COMPARE:%=$(OUT)/tests/differential/%.o) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: differential-bpf
differential: differential-bpf
differential-bpf: $(OUT)/differential/bpf ## bpf/ beside libbpf and the running kernel (10 minutes the first time)
	@$(call install_missing,clang bpftool python3)
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_BPF)
	@tests/differential/bpf_objects.sh $(abspath $(KSRC)) $(BPF_OBJECTS) >$(BPF_OBJECTS).list
	@sed 's/^/  does not compile: /' $(BPF_OBJECTS)/failed
	@timeout 3000 $< $$(cat $(BPF_OBJECTS).list); status=$$?; \
		[ $$status != 3 ] || { echo "differential-bpf: skipped: no bpf(2) here" >&2; status=0; }; \
		exit $$status
