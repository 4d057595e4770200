# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Unit tests of the simulated verifier that stand in the frame of the fuzzed programs.

VERIFY_FRAME := $(OUT)/tests/fuzz/frame.o $(OUT)/tests/fuzz/frame_object.o \
	$(addprefix $(OUT)/tests/differential/,generate_compose.o generate_draft.o generate_mutate.o \
		verifier_text.o)
VERIFY_FRAME_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_verify_iter_*.c))

# tests/mutants links them with another library
$(VERIFY_FRAME_TESTS:%=$(OUT)/unit/%): $(OUT)/libtaskvma.a
$(VERIFY_FRAME_TESTS:%=$(OUT)/mutants/%): $(OUT)/mutants/libverifier.so
$(foreach d,unit mutants,$(VERIFY_FRAME_TESTS:%=$(OUT)/$(d)/%)): $(OUT)/%: $(VERIFY_FRAME)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(OUT)/tests/unit/$(@F).o $(VERIFY_FRAME) $(filter-out %.o,$^) $(LDLIBS) -lcmocka
$(foreach t,$(VERIFY_FRAME_TESTS),$(eval $(OUT)/unit/$(t) $(OUT)/mutants/$(t): $(OUT)/tests/unit/$(t).o))
