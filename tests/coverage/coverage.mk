# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make coverage`: what the unit tests and the tests of the command reach, without fuzzers and
# without valgrind. The report stands in $(BUILD)/coverage/report: index.html, cobertura.xml,
# folders.txt (a line for each folder) and uncovered.txt (lines and branches that nothing reaches).

PKGS_coverage := $(PKGS_test) gcovr python3

.PHONY: coverage coverage-report deps-coverage
coverage: deps-coverage ## what the tests reach: HTML, Cobertura XML, a summary per folder
	@$(MAKE) --no-print-directory test-build KIND=coverage
	@tests/coverage/run.sh $(BUILD)
	@tests/coverage/report.sh $(BUILD)

# Once more from the counts that are there.
coverage-report:
	@tests/coverage/report.sh $(BUILD)

deps-coverage:
	@$(call install_missing,$(PKGS_coverage))
