# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Programs that say themselves what a verifier says of them, for tests/unit/test_verifier_programs.c
# (test_verifier_fields.c) and, beside the running kernel, for differential-verifier.

VERIFIER_PROGRAMS := $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/verifier/*.bpf.c))

$(OUT)/tests/verifier/%.bpf.o: tests/verifier/%.bpf.c tests/verifier/program.h
	@mkdir -p $(@D)
	$(call say,BPF)
	$(Q)$(CLANG) -target bpf -mcpu=v3 -g -O2 -Wall -Werror -I/usr/include/$(shell uname -m)-linux-gnu -c $< -o $@

VERIFIER_TESTS := test_verifier_programs test_verifier_fields test_verifier_altered
$(VERIFIER_TESTS:%=$(OUT)/tests/unit/%.o): CPPFLAGS += -DVERIFIER_PROGRAMS='"$(OUT)/tests/verifier"'
$(foreach d,unit mutants,$(VERIFIER_TESTS:%=$(OUT)/$(d)/%)): | $(VERIFIER_PROGRAMS)
