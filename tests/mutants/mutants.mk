# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make mutants`: sources with one thing wrong, one after the other; the scenarios and unit tests have
# to notice each. MUTANTS_EVERY=1 makes all there are, ONLY='iter_.*dropped' some.
# A further target is one more set of the three variables and one line at the end.

MUT           := $(OUT)/mutants
MUTANTS_EVERY ?= 16
MUTANTS_JOBS  ?= 2
MUT_VALGRIND  := valgrind -q --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect
PKGS_mutants  := $(PKGS_test) python3

# What is run on mutants of the model: unit tests, then every scenario, then the ablations.
MUTANTS_model := $(wildcard model/iter_*.c) $(addprefix model/,task_vma_mm.h mmap_lock.c rwsem.c \
	vma_lock.c vma_ref.c task.c mm.c file.c bpf_mem_alloc.c bpf_mem_cache.c mmap_unlock_work.c \
	irq_work.c spinlock.c rcu.c work.c vma.c mmap.c)
MUTANTS_model_units := $(patsubst tests/unit/%.c,$(MUT)/%,$(filter-out %/test_cli_%.c, \
	$(wildcard $(addprefix tests/unit/test_,iter_*.c ledger.c irq_work.c bpf_mem_alloc.c rwsem.c \
	steps.c rcu.c mm.c mmap.c maps.c fixture.c scenario.c))))
# these only say that a step, or an event, is there: to say it twice, or elsewhere, changes nothing
MUTANTS_model_ignore := tv_step,tv_touch,tv_event,tv_refuse,tv_history_commit,touch_from_afar

# these only give something its first value
MUTANTS_model_setting := iter_set_walk,vma_iter_init,strncpy,mt_init_flags,mt_set_external_lock

$(MUT)/test_%: $(OUT)/tests/unit/test_%.o $(OUT)/libtaskvma.so
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(OUT)/libtaskvma.so $(LDLIBS) -lcmocka

$(MUT)/run_scenarios: $(OUT)/tests/mutants/run_scenarios.o $(OUT)/libtaskvma.so
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(OUT)/libtaskvma.so $(LDLIBS)

$(MUT)/taskvma: $(OBJ_CLI) $(OUT)/libtaskvma.so
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(OBJ_CLI) $(OUT)/libtaskvma.so $(LDLIBS)

# $(call run_mutants,TARGET,COMMANDS): a --test for each command
run_mutants = tests/mutants/run_mutants.py --library $(OUT)/libtaskvma.so --objects $(OUT) \
	--link '$(CC) -shared -Wl,-soname,libtaskvma.so.0 $(LDFLAGS) -o LIBRARY OBJECTS $(LDLIBS)' \
	--equivalent tests/mutants/$(1).equivalent --ignore-calls '$(MUTANTS_$(1)_ignore)' \
	--setting-calls '$(MUTANTS_$(1)_setting)' \
	--every $(MUTANTS_EVERY) --jobs $(MUTANTS_JOBS) $(if $(ONLY),--only '$(ONLY)') \
	$(foreach t,$(MUTANTS_$(1)_units),--test '$(t)') $(2) $(MUTANTS_$(1))

.PHONY: mutants mutants-model deps-mutants
mutants: mutants-model ## defects made on purpose: does a test notice each?

deps-mutants:
	@$(call install_missing,$(PKGS_mutants))

mutants-model: deps-mutants $(MUT)/run_scenarios $(MUT)/taskvma $(MUTANTS_model_units)
	@$(call run_mutants,model,--test '$(MUT)/run_scenarios fixtures/scenarios/*.yaml' \
		--test '$(MUT)/taskvma ablate' --test '$(MUT_VALGRIND) $(MUT)/test_bpf_mem_alloc' \
		--test '$(MUT_VALGRIND) $(MUT)/test_ledger')
