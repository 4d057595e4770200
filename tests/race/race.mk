# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make race`: real threads, plain and under ThreadSanitizer: readers without a lock against a
# writer on one maple tree, and the iterator's designs against writers, forks and exits.
# SECONDS is the time of each run.

SECONDS ?= 10
RACE_FLAGS ?=
ITER_THREADS_FLAGS ?=

RACE := $(OUT)/race

.PHONY: race race-build
race-build: $(RACE)/maple_torture $(RACE)/iter_threads
race: ## real threads on a maple tree and in the iterator's designs, plain and under ThreadSanitizer
	@$(MAKE) --no-print-directory race-build KIND=release
	@$(MAKE) --no-print-directory race-build KIND=tsan
	@echo "maple tree:" && $(BUILD)/race/maple_torture --seconds $(SECONDS) $(RACE_FLAGS)
	@echo "iterators:" && $(BUILD)/race/iter_threads --seconds $(SECONDS) $(ITER_THREADS_FLAGS)
	@export TSAN_OPTIONS="halt_on_error=0 exitcode=66 $$TSAN_OPTIONS"; \
		echo "maple tree, ThreadSanitizer:" && \
		$(BUILD)/tsan/race/maple_torture --seconds $(SECONDS) $(RACE_FLAGS) && \
		echo "iterators, ThreadSanitizer:" && \
		$(BUILD)/tsan/race/iter_threads --seconds $(SECONDS) $(ITER_THREADS_FLAGS)

$(RACE)/maple_torture: $(OUT)/tests/race/maple_torture.o $(OUT)/libmaple.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lurcu -lpthread

# The designs, from the sources that the model has, over the threads' own environment.
THREAD_DESIGNS := mmap_lock snapshot vma_lock vma_ref rcu_addr
THREAD_ENV := tests/race/threads/task_vma_env.h

$(RACE)/iter_%.o: model/iter_%.c $(THREAD_ENV) | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -DTV_DESIGN=$* -include $(THREAD_ENV) -MMD -MP -c $< -o $@

$(RACE)/iter_threads: $(OUT)/tests/race/iter_threads.o $(THREAD_DESIGNS:%=$(RACE)/iter_%.o) \
		$(patsubst %.c,$(OUT)/%.o,$(wildcard tests/race/threads/*.c)) $(OUT)/libmaple.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lurcu -lpthread
