# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make lint`: what programs can say of the sources without running them. Each part is a target of its own;
# what has been looked at is not looked at again before it changes. A check that is turned off has its reason
# where it is turned off: .clang-tidy, cppcheck.supp, spelling.ignore, shell.sh, here.
#
# LINT_CLANG, LINT_GCC: other versions of the compilers, such as LINT_CLANG=clang-19 (installed when missing).

include tests/conformance/kernel.mk

LINT       := $(OUT)/lint
LINT_CLANG ?= $(CLANG)
LINT_GCC   ?= $(CC)
LINT_TIDY  ?= clang-tidy
PKGS_lint   = $(PKGS_build) clang clang-tidy cppcheck sparse shellcheck codespell reuse git python3 \
	libcmocka-dev libbsd-dev libjudy-dev $(filter gcc-% clang-%,$(LINT_CLANG) $(LINT_GCC))

.PHONY: deps-lint
deps-lint:
	@$(call install_missing,$(PKGS_lint))

LINT_PARTS := gcc clang tidy cppcheck sparse shell spelling reuse
.PHONY: lint lint-parts $(LINT_PARTS:%=lint-%)
lint: deps-lint ## static checks: compilers, clang-tidy, cppcheck, sparse, shellcheck, codespell, REUSE
	@$(MAKE) --no-print-directory -k $(if $(filter -j%,$(MAKEFLAGS)),,-j2) lint-parts
lint-parts: $(LINT_PARTS:%=lint-%)
	@echo "lint: all clean: $(LINT_PARTS)"

# --- the sources of user space, tests included ---------------------------------
# BPF programs are compiled, with warnings, by the tests that run them, and the kernel's parts by
# kernel-check. run_extracted.c is the kernel's own text, which has warnings of its own.

LINT_DIRS := $(LIB_DIRS) cli kernel $(filter-out tests/differential/bpf_objects,$(patsubst %/,%,$(wildcard \
	tests/*/ tests/race/threads/ tests/differential/kernel/)))
LINT_C := $(filter-out %.bpf.c tests/conformance/run_extracted.c tests/differential/kernel/text_mark.c, \
	$(wildcard $(LINT_DIRS:%=%/*.c)))
LINT_SHARED := $(SRC_MAPLE) $(wildcard model/iter_*.c model/ablation*.c tests/race/threads/*.c)

# What is compiled with more than the flags of all: the same flags for each of the tools.
LINT_WITH_KERNEL := $(addprefix tests/,bench/maple_bench_kernel.c conformance/hooks_kernel.c \
	differential/histories.c differential/kernel/kernel_slab.c differential/kernel/side_kernel.c)
LINT_WITH_OURS := $(addprefix tests/,bench/maple_bench_ours.c bench/maple_bench_tree.c \
	conformance/hooks_ours.c conformance/run_module.c conformance/steer.c differential/side_apply.c \
	differential/side_look.c differential/side_ours.c differential/ours_slab.c)
LINT_BENCH := -DSIDE=bench_lint -DSIDE_NAME='"lint"'
LINT_MORE = $(if $(filter $(1),$(LINT_WITH_KERNEL)),-Itests/differential/kernel -isystem $(KERNEL_INC) \
	-I$(CONF)/gen) $(if $(filter $(1),$(LINT_WITH_OURS)),$(FIND_ours)) \
	$(if $(filter tests/bench/maple_%,$(1)),$(LINT_BENCH)) \
	$(if $(filter $(VERIFIER_TESTS:%=tests/unit/%.c),$(1)),-DVERIFIER_PROGRAMS='"lint"') \
	$(if $(filter model/iter_%,$(1)),-DTV_DESIGN=$(patsubst model/iter_%.c,%,$(1)))
LINT_FLAGS = $(CPPFLAGS) $(call LINT_MORE,$<) -std=gnu11

$(LINT_WITH_KERNEL:%.c=$(LINT)/clang/%.ok) $(LINT_WITH_KERNEL:%.c=$(LINT)/gcc/%.o): | $(KERNEL_INC)/linux/maple_tree.h $(CONF)/gen/histories.inc

# --- compilers ---------------------------------------------------------------

# Where the build has the very same object, that one, so that it is compiled once.
LINT_OWN := $(LINT_WITH_KERNEL) $(LINT_WITH_OURS)
LINT_GCC_DONE := $(if $(filter-out $(CC),$(LINT_GCC)),$(LINT_C:%.c=$(LINT)/gcc/%.o), \
	$(patsubst %.c,$(OUT)/%.o,$(filter-out $(LINT_OWN),$(LINT_C))) $(LINT_OWN:%.c=$(LINT)/gcc/%.o))

lint-gcc: $(LINT_GCC_DONE) ## all of user space compiles with gcc -Wall -Wextra -Werror (LINT_GCC=gcc-13: another one)
$(LINT_GCC_DONE): | deps-lint

$(LINT)/gcc/%.o: %.c | deps-lint
	@mkdir -p $(@D)
	$(call say,GCC)
	$(Q)$(LINT_GCC) $(LINT_FLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# The file that says what was looked at lists its headers, too (-MMD), for clang-tidy as well.
lint-clang: $(LINT_C:%.c=$(LINT)/clang/%.ok) ## the same with clang (LINT_CLANG=clang-19: another one)

$(LINT)/clang/%.ok: %.c | deps-lint
	@mkdir -p $(@D)
	$(call say,CLANG)
	$(Q)$(LINT_CLANG) $(LINT_FLAGS) $(WARN) -fsyntax-only -MMD -MP -MT $@ -MF $(@:.ok=.d) $<
	@touch $@

# --- analysis ----------------------------------------------------------------

.PHONY: lint-tidy-full
lint-tidy: $(LINT_C:%.c=$(LINT)/tidy/%.ok) ## clang-tidy with .clang-tidy, but for its slow analyzer
lint-tidy-full: $(LINT_C:%.c=$(LINT)/tidy-full/%.ok) ## clang-tidy, the analyzer included (8 minutes of a core)

# It counts warnings of system headers on stderr, also when told to be quiet.
$(LINT)/tidy/%.ok: LINT_CHECKS := --checks=-clang-analyzer-*
$(LINT)/tidy/%.ok $(LINT)/tidy-full/%.ok: %.c $(LINT)/clang/%.ok .clang-tidy
	@mkdir -p $(@D)
	$(call say,TIDY)
	$(Q)$(LINT_TIDY) --quiet $(LINT_CHECKS) $< -- $(LINT_FLAGS) $(WARN) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

# The macros of libraries that it would have to read from their headers are in cppcheck.cfg.
lint-cppcheck: | deps-lint ## cppcheck, less what tests/lint/cppcheck.supp names
	@mkdir -p $(LINT)/cppcheck
	$(call say,CPPCHECK)
	$(Q)cppcheck -q -j2 --cppcheck-build-dir=$(LINT)/cppcheck --std=c11 --error-exitcode=1 \
		--enable=warning,performance,portability --library=tests/lint/cppcheck.cfg --inline-suppr \
		--suppressions-list=tests/lint/cppcheck.supp -I. -D_GNU_SOURCE -D__x86_64__ -U__SANITIZE_THREAD__ \
		-DTASKVMA_VERSION='"0"' -DTV_DESIGN=lint --template='{file}:{line}: {message} [{id}]' \
		$(LIB_DIRS) cli

# sparse: what the kernel gets. PTHREAD_MUTEX_INITIALIZER of the C library has 0 for a pointer.
lint-sparse: $(LINT_SHARED:%.c=$(LINT)/sparse/%.ok) ## sparse on what the kernel gets, in its user-space build

$(LINT)/sparse/%.ok: %.c $(LINT)/clang/%.ok
	@mkdir -p $(@D)
	$(call say,SPARSE)
	$(Q)sparse -Wsparse-error -Wbitwise -Wno-non-pointer-null -D__CHECK_ENDIAN__ \
		-gcc-base-dir $(dir $(shell $(CC) -print-libgcc-file-name)) $(LINT_FLAGS) $<
	@touch $@

# --- text --------------------------------------------------------------------

lint-shell: | deps-lint ## shellcheck on all scripts
	$(call say,SHELL)
	$(Q)tests/lint/shell.sh

lint-spelling: | deps-lint ## codespell, less the words in tests/lint/spelling.ignore
	$(call say,SPELLING)
	$(Q)tests/lint/files.sh | xargs -d '\n' codespell --ignore-words=tests/lint/spelling.ignore

lint-reuse: | deps-lint ## each file says whose it is and under which licences
	$(call say,REUSE)
	$(Q)tests/lint/reuse.sh $(LINT)/reuse
