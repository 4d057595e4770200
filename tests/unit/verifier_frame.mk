# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Unit tests of the simulated verifier that stand in the frame of the fuzzed programs.

VERIFIER_FRAME := $(OUT)/tests/fuzz/frame.o $(OUT)/tests/fuzz/frame_object.o \
	$(addprefix $(OUT)/tests/differential/,generate_compose.o generate_draft.o generate_mutate.o \
		verifier_text.o)
VERIFIER_FRAME_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_verifier_iter_*.c))

# tests/mutants links them with another library
$(VERIFIER_FRAME_TESTS:%=$(OUT)/unit/%): $(OUT)/libtaskvma.a
$(VERIFIER_FRAME_TESTS:%=$(OUT)/mutants/%): $(OUT)/mutants/libverifier.so
$(foreach d,unit mutants,$(VERIFIER_FRAME_TESTS:%=$(OUT)/$(d)/%)): $(OUT)/%: $(VERIFIER_FRAME)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(OUT)/tests/unit/$(@F).o $(VERIFIER_FRAME) $(filter-out %.o,$^) $(LDLIBS) -lcmocka
$(foreach t,$(VERIFIER_FRAME_TESTS),$(eval $(OUT)/unit/$(t) $(OUT)/mutants/$(t): $(OUT)/tests/unit/$(t).o))
