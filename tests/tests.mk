# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Programs that the tests of the command need.

HELPERS := $(patsubst tests/helpers/%.c,$(OUT)/helpers/%,$(wildcard tests/helpers/*.c))

$(OUT)/helpers/%: $(OUT)/tests/helpers/%.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

test-build: $(HELPERS)

# Unit tests of the command's own parts: the command is not in the library.
$(OUT)/unit/test_cli_smaps: $(OUT)/cli/smaps.o $(OUT)/cli/read_file.o
