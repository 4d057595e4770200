# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make mutants`: sources with one thing wrong, one after the other; what `make test` runs has to notice
# each. MUTANTS_EVERY=1 makes all there are, MUTANTS_OFFSET=3 others of them, ONLY='iter_.*dropped' some.
#
# There are three sets, each a library of few objects and the tests linked with it. A further one is
# one more set of the variables MUTANTS_NAME..., its name in MUTANT_SETS, and a target at the end.

MUT           := $(OUT)/mutants
MUTANT_SETS   := model maple verifier
MUTANTS_EVERY ?= 16
MUTANTS_OFFSET ?= 0
MUTANTS_JOBS  ?= 2
MUT_VALGRIND  := valgrind -q --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect
PKGS_mutants  := $(PKGS_test) python3

# --- model ----------------------------------------------------------------------------------
# What is run on mutants of the model: unit tests, then every scenario, then the ablations.
MUTANTS_model_library := $(OUT)/libtaskvma.so
MUTANTS_model_folders := maple,model,bpf,verifier_sim
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

# --- maple ----------------------------------------------------------------------------------
# Storing: what splits nodes, spans them, fills them up from a neighbour, keeps gaps, reserves nodes,
# loads in bulk and copies; and the search for gaps and for the place to store at.
MUTANTS_maple_library := $(MUT)/libmaple.so
MUTANTS_maple_folders := maple
MUTANTS_maple := $(addprefix maple/,splice.c commit.c store.c cut.c leaf.c root.c gap.c edit.c bulk.c \
	reserve.c dup.c area.c walk.c step.c find.c locate.c path.c)
# the longest last
MUTANTS_maple_units := $(addprefix $(MUT)/test_maple_,episodes split api areas edges states search readers \
	validate model failnth)
# these only give something a value
MUTANTS_maple_setting := ma_set_meta,mas_set_err,set_request,__builtin_prefetch

$(MUT)/libmaple.so: $(SRC_MAPLE:%.c=$(OUT)/%.o)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -shared -Wl,-soname,libmaple.so.0 $(LDFLAGS) -o $@ $^ -lurcu -lpthread

$(MUT)/test_maple_%: $(OUT)/tests/unit/test_maple_%.o $(MUT)/libmaple.so
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lurcu -lpthread -lcmocka

# --- verifier -------------------------------------------------------------------------------
# The rules of open-coded iterators: the kfuncs and their arguments, the slots on the stack, references,
# and how loops of them converge (comparing states, pruning, loop entries of 6.12, SCCs of 6.18). Of
# stack.c, which knows iterators only as slots not to be read, nothing.
MUTANTS_verifier_library := $(MUT)/libverifier.so
MUTANTS_verifier_folders := bpf,verifier_sim
MUTANTS_verifier := $(addprefix verifier_sim/,iter.c refs.c prune.c equal.c loop_entry.c scc.c \
	state.c kfunc_arg.c kfunc_call.c callback.c)
# these only give something its first value
MUTANTS_verifier_setting := vs_reg_not_init,vs_reg_unknown,vs_reg_zero,vs_reg_pointer,vs_scratch_slot,\
	vs_idmap_reset,vs_log_line
# the longest last
MUTANTS_verifier_units := $(addprefix $(MUT)/test_verifier_,iter_rules iter_6_12 iter_composed altered fields \
	limits programs)

$(MUT)/libverifier.so: $(patsubst %.c,$(OUT)/%.o,$(wildcard bpf/*.c verifier_sim/*.c))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -shared -Wl,-soname,libverifier.so.0 $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(MUT)/test_verifier_%: $(OUT)/tests/unit/test_verifier_%.o $(MUT)/libverifier.so
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

# --- how ------------------------------------------------------------------------------------

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

# $(call run_mutants,SET,COMMANDS): a --test for each command
run_mutants = tests/mutants/run_mutants.py --library $(MUTANTS_$(1)_library) --objects $(OUT) \
	--folders $(MUTANTS_$(1)_folders) --link '$(CC) -shared \
		-Wl,-soname,$(notdir $(MUTANTS_$(1)_library)).0 $(LDFLAGS) -o LIBRARY OBJECTS $(LDLIBS)' \
	--equivalent tests/mutants/$(1).equivalent --survivors tests/mutants/$(1).survivors \
	--ignore-calls '$(MUTANTS_$(1)_ignore)' --setting-calls '$(MUTANTS_$(1)_setting)' \
	--result $(MUT)/$(1).result \
	--every $(MUTANTS_EVERY) --offset $(MUTANTS_OFFSET) --jobs $(MUTANTS_JOBS) \
	$(if $(ONLY),--only '$(ONLY)') $(foreach t,$(MUTANTS_$(1)_units),--test '$(t)') \
	$(2) $(MUTANTS_$(1))

.PHONY: mutants $(MUTANT_SETS:%=mutants-%) deps-mutants
mutants: deps-mutants ## defects made on purpose: does `make test` notice each?
	@rm -f $(MUTANT_SETS:%=$(MUT)/%.result)
	@failed=0; for set in $(MUTANT_SETS); do \
		echo "mutants of the $$set:"; \
		$(MAKE) --no-print-directory mutants-$$set || failed=1; \
	done; \
	tests/mutants/table.sh $(MUTANT_SETS:%=$(MUT)/%.result); exit $$failed

deps-mutants:
	@$(call install_missing,$(PKGS_mutants))

mutants-model: deps-mutants $(MUT)/run_scenarios $(MUT)/taskvma $(MUTANTS_model_units)
	@$(call run_mutants,model,--test '$(MUT)/run_scenarios fixtures/scenarios/*.yaml' \
		--test '$(MUT)/taskvma ablate' --test '$(MUT_VALGRIND) $(MUT)/test_bpf_mem_alloc' \
		--test '$(MUT_VALGRIND) $(MUT)/test_ledger')

mutants-maple: deps-mutants $(MUTANTS_maple_units)
	@$(call run_mutants,maple)

mutants-verifier: deps-mutants $(MUTANTS_verifier_units)
	@$(call run_mutants,verifier,--test '$(MUT_VALGRIND) $(MUT)/test_verifier_iter_rules')
