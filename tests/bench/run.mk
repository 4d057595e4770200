# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make bench-run`: programs in the interpreter beside the same on the running kernel: nanoseconds per
# VMA of a walk over 1,000 and 60,000 mappings, and per instruction of some loops.

RUN_BENCH := run_bench run_kernel run_model walk_clock walk_child

$(OUT)/bench/run: $(RUN_BENCH:%=$(OUT)/tests/bench/%.o) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# libbpf's own headers and the compiler's types are enough for loops
$(OUT)/bench/run_loops.bpf.o: tests/bench/run_loops.bpf.c
	@mkdir -p $(@D)
	$(call say,BPF)
	$(Q)$(CLANG) -target bpf -mcpu=v3 -g -O2 -I/usr/include/$(shell uname -m)-linux-gnu -c -o $@ $<

.PHONY: bench-run
bench: bench-run
bench-run: $(OUT)/bench/run $(OUT)/bench/run_loops.bpf.o ## the interpreter's speed beside the running kernel's
	@$(call install_missing,clang bpftool python3)
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_BPF)
	@mkdir -p $(OUT)/differential
	@BPF_SELFTESTS=none tests/differential/bpf_objects.sh $(abspath $(KSRC)) $(BPF_OBJECTS) >$(BPF_OBJECTS).list
	@$< $$(grep '/programs-.*/vma_count.bpf.o$$' $(BPF_OBJECTS).list | tail -n 1) \
		$(OUT)/bench/run_loops.bpf.o; status=$$?; \
		[ $$status != 3 ] || { echo "bench-run: skipped: no bpf(2) or no BTF here" >&2; status=0; }; \
		exit $$status
