# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make differential-run`: programs run on the model and on the running kernel, in processes of many
# kinds (tests/helpers/shapes.c, and programs that are installed), and everything they return and leave
# behind is compared: fixtures/programs, and iters.c, iters_num.c, iters_task_vma.c, iters_looping.c of
# KSRC as they are; iters_task.c, which no kernel runs on request, on the model alone.
# RUN_CLANG=clang-14: the objects of another compiler than the newest. RUN_FLAGS=--quick: three processes.

RUN_FLAGS ?=
RUN_CLANG ?= $(or $(lastword $(sort $(notdir $(wildcard /usr/bin/clang-14 /usr/bin/clang-19)))),clang)
RUN_ITERS := iters|iters_num|iters_task_vma|iters_looping|iters_task

.PHONY: differential-run
differential: differential-run
differential-run: $(OUT)/taskvma $(OUT)/helpers/shapes ## programs on the model and on the running kernel (20 minutes)
	@$(call install_missing,clang bpftool python3 util-linux)
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_BPF)
	@mkdir -p $(OUT)/differential
	@BPF_SELFTESTS=none tests/differential/bpf_objects.sh $(abspath $(KSRC)) $(BPF_OBJECTS) >$(BPF_OBJECTS).list
	@timeout 3600 python3 tests/differential/run_compare.py $(OUT)/taskvma $(OUT)/helpers/shapes $(RUN_FLAGS) \
		$$(grep -- '-$(RUN_CLANG)/' $(BPF_OBJECTS).list | \
			sed -En 's,^(.*/programs-[^/]*/(vma|mistake)_.*)$$,programs=\1,p; s,^(.*/iters-[^/]*/($(RUN_ITERS))\.bpf\.o)$$,iters=\1,p'); \
		status=$$?; \
		[ $$status != 3 ] || { echo "differential-run: skipped: no bpf(2), BTF or ptrace here" >&2; status=0; }; \
		exit $$status
