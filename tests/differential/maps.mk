# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make differential-maps`: maps with content beside those of the running kernel. The tests of the
# command run it with fewer operations (tests/cli/maps.sh).

MAP_OPS := $(OUT)/differential/map_ops

$(MAP_OPS): $(patsubst %,$(OUT)/tests/differential/%.o,map_ops map_more map_kernel map_ours) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# the system's headers, not ours of the same names
$(MAP_OPS).bpf.o: tests/differential/map_ops.bpf.c tests/differential/map_ops.h
	@mkdir -p $(@D)
	$(call say,CLANG)
	$(Q)$(CLANG) -target bpf -mcpu=v3 -O2 -g -Wall -Werror -I/usr/include/$$(gcc -dumpmachine) -c $< -o $@

test-build: $(MAP_OPS) $(MAP_OPS).bpf.o

.PHONY: differential-maps
differential: differential-maps
differential-maps: $(MAP_OPS) $(MAP_OPS).bpf.o ## maps of the interpreter beside the running kernel's: 1.2 million operations
	@$(call install_missing,clang)
	@timeout 1200 $< $(MAP_OPS).bpf.o; status=$$?; \
		[ $$status != 3 ] || { echo "differential-maps: skipped: no bpf(2) here" >&2; status=0; }; \
		exit $$status
