# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make fail-nth`: each allocation of each verb of the command fails once. ONLY='^verify' picks some.

FAILNTH         := $(OUT)/helpers/failnth
FAILNTH_PRELOAD := $(patsubst %,$(FAILNTH)/%.o,preload blocks lost)
FAILNTH_RUN     := $(patsubst %,$(FAILNTH)/%.o,run judge places libraries)

# Whatever the command is built with, these are not.
FAILNTH_CFLAGS  = -O2 $(filter-out $(CFLAGS_$(KIND)),$(CFLAGS))

$(FAILNTH)/%.o: tests/failnth/%.c | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(FAILNTH_CFLAGS) -ftls-model=initial-exec -MMD -MP -c $< -o $@

$(FAILNTH)/preload.so: $(FAILNTH_PRELOAD)
	$(call say,LD)
	$(Q)$(CC) -shared -o $@ $^

$(FAILNTH)/run_failnth: $(FAILNTH_RUN)
	$(call say,LD)
	$(Q)$(CC) -o $@ $^

$(FAILNTH)/planted: $(FAILNTH)/planted.o
	$(call say,LD)
	$(Q)$(CC) -o $@ $^

FAILNTH_BUILT := $(addprefix $(FAILNTH)/,preload.so run_failnth planted)
test-build: $(FAILNTH_BUILT)

PKGS_failnth := $(PKGS_build) binutils clang

.PHONY: fail-nth deps-failnth
deps-failnth:
	@$(call install_missing,$(PKGS_failnth))

fail-nth: deps-failnth $(FAILNTH_BUILT) $(OUT)/taskvma ## each allocation of each verb of the command fails once
	@tests/failnth/verbs.sh $(OUT)/taskvma $(FAILNTH) $(if $(ONLY),--only '$(ONLY)')
