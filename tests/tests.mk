# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Programs that the tests of the command need.

HELPERS := $(patsubst tests/helpers/%.c,$(OUT)/helpers/%,$(wildcard tests/helpers/*.c))

$(OUT)/helpers/%: $(OUT)/tests/helpers/%.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

test-build: $(HELPERS)

# Unit tests of the command's own parts, which are not in the library.
$(OUT)/unit/test_cli_%: $(OUT)/tests/unit/test_cli_%.o $(filter-out %/main.o,$(OBJ_CLI)) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka
