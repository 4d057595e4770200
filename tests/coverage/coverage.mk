# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make coverage`: what the unit tests, the tests of the command and the kernel's own tests reach,
# without fuzzers and without valgrind. The report stands in $(BUILD)/coverage/report: index.html,
# cobertura.xml, folders.txt (a line for each folder), uncovered.txt (lines and branches that nothing
# reaches) and reasons.txt (which of them the list in unreached.txt does not explain). COVERAGE_KERNEL=no leaves the kernel's tests away: what `make test` alone reaches.

include tests/conformance/kernel.mk

PKGS_coverage   := $(PKGS_test) gcovr python3 bpftool
COVERAGE_KERNEL ?= yes

.PHONY: coverage coverage-kernel coverage-report deps-coverage
coverage: deps-coverage ## what the tests reach: HTML, Cobertura XML, a summary per folder
	@$(MAKE) --no-print-directory test-build KIND=coverage
	@tests/coverage/run.sh $(BUILD)
	@[ $(COVERAGE_KERNEL) = no ] || $(MAKE) --no-print-directory coverage-kernel KIND=coverage || \
		echo "coverage: skipped: the kernel's own tests" >&2
	@tests/coverage/report.sh $(BUILD)

# The objects are those of differential-verifier: they need the running kernel's types, not its verdict.
coverage-kernel: $(CONF)/plain/ours/module
	@tests/conformance/kernel-source.sh $(KSRC) $(KERNEL_BPF)
	@objects=$$(BPF_SELFTESTS=none tests/differential/bpf_objects.sh $(abspath $(KSRC)) \
		$(abspath $(BUILD)/differential/bpf-objects)) || \
		{ echo "coverage: skipped: the kernel's verifier programs" >&2; objects=; }; \
	tests/coverage/kernel_tests.sh $(BUILD) $$objects

# Once more from the counts that are there.
coverage-report:
	@tests/coverage/report.sh $(BUILD)

deps-coverage:
	@$(call install_missing,$(PKGS_coverage))
