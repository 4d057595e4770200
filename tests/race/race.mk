# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make race`: readers without a lock against a writer, plain and under ThreadSanitizer.
# SECONDS is the time of each run.

SECONDS ?= 10
RACE_FLAGS ?=

.PHONY: race race-build
race-build: $(OUT)/race/maple_torture
race: ## readers and a writer on one maple tree, plain and under ThreadSanitizer
	@$(MAKE) --no-print-directory race-build KIND=release
	@$(MAKE) --no-print-directory race-build KIND=tsan
	@echo "plain:" && $(BUILD)/race/maple_torture --seconds $(SECONDS) $(RACE_FLAGS)
	@echo "ThreadSanitizer:" && TSAN_OPTIONS="halt_on_error=0 exitcode=66 $$TSAN_OPTIONS" \
		$(BUILD)/tsan/race/maple_torture --seconds $(SECONDS) $(RACE_FLAGS)

$(OUT)/race/%: $(OUT)/tests/race/%.o $(OUT)/libmaple.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lurcu -lpthread
