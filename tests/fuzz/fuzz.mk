# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# `make fuzz TIME=60 [FUZZ=maple]`: each fuzzer of tests/fuzz in turn, with libFuzzer and the address
# and undefined-behaviour sanitizers. `make fuzz-speed`: without them. More is in tests/fuzz/README.md.
#
# A build with another engine (OSS-Fuzz, ClusterFuzzLite, AFL++) is KIND=fuzz-engine with CC, CFLAGS,
# FUZZ_ENGINE and FUZZ_OUT given: tests/fuzz/oss-fuzz/build.sh does that.

TIME       ?= 60
FUZZ       ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_CC    ?= clang
# an engine in C++ is linked by its compiler
FUZZ_LINK  ?= $(CC)
FUZZ_LINK_FLAGS = $(if $(filter fuzz-engine,$(KIND)),$(CXXFLAGS),$(CFLAGS))
FUZZ_RPATH ?=
FUZZ_SAN   := -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_fuzz        := -O1 -fsanitize=fuzzer-no-link $(FUZZ_SAN) -fno-omit-frame-pointer
CFLAGS_fuzz-speed  := -O2 -fsanitize-coverage=inline-8bit-counters,pc-table
# what the engine's owner wants stands in CFLAGS already
CFLAGS_fuzz-engine := -O1
# what checks a tree is no part of it: where it goes is not what an input is kept for
$(addprefix $(BUILD)/,$(foreach k,fuzz fuzz-speed,$k/maple/validate.o $k/maple/visit.o)): \
	CFLAGS += -fno-sanitize-coverage=func,bb,edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table
FUZZ_ENGINE_fuzz       := -fsanitize=fuzzer
FUZZ_ENGINE_fuzz-speed := -fsanitize=fuzzer
FUZZ_ENGINE ?= $(FUZZ_ENGINE_$(KIND))
FUZZ_OUT    ?= $(OUT)/fuzzers
CORPUS      ?= $(BUILD)/corpus
PKGS_fuzz   := $(PKGS_build) clang python3

# programs at random: also what the differential tests compare with the kernel
GENERATE_PARTS := generate_compose generate_draft generate_mutate
FUZZ_PARTS := $(patsubst tests/fuzz/%.c,$(OUT)/tests/fuzz/%.o, \
	$(filter-out tests/fuzz/fuzz_%.c tests/fuzz/replay_main.c tests/fuzz/%.bpf.c, \
		$(wildcard tests/fuzz/*.c))) \
	$(OUT)/tests/fuzz/frame_object.o \
	$(GENERATE_PARTS:%=$(OUT)/tests/differential/%.o)
FUZZERS := $(FUZZ:%=$(FUZZ_OUT)/fuzz_%)
REPLAYS := $(patsubst tests/fuzz/fuzz_%.c,$(OUT)/fuzz/replay_%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: fuzz fuzz-speed fuzz-build fuzz-replays deps-fuzz
deps-fuzz:
	@$(call install_missing,$(PKGS_fuzz))

fuzz: deps-fuzz fuzz-seeds ## each fuzzer for TIME=60 seconds under ASan and UBSan; FUZZ=maple: one
	@$(MAKE) --no-print-directory fuzz-build KIND=fuzz CC=$(FUZZ_CC) FUZZ='$(FUZZ)'
	@tests/fuzz/run.sh $(BUILD)/fuzz/fuzzers $(CORPUS) $(TIME) $(FUZZ)

fuzz-speed: deps-fuzz fuzz-seeds ## the same without sanitizers: inputs a second
	@$(MAKE) --no-print-directory fuzz-build KIND=fuzz-speed CC=$(FUZZ_CC) FUZZ='$(FUZZ)'
	@tests/fuzz/run.sh $(BUILD)/fuzz-speed/fuzzers $(CORPUS) $(TIME) $(FUZZ)

fuzz-build: $(FUZZERS)

$(FUZZ_OUT)/fuzz_%: $(OUT)/tests/fuzz/fuzz_%.o $(FUZZ_PARTS) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(FUZZ_LINK) $(FUZZ_LINK_FLAGS) $(LDFLAGS) -o $@ $^ $(FUZZ_ENGINE) $(LDLIBS) $(FUZZ_RPATH)

# The frame of fuzzed programs goes into the fuzzers as bytes.
$(OUT)/tests/fuzz/frame.bpf.o: tests/fuzz/frame.bpf.c
	@mkdir -p $(@D)
	$(call say,BPF)
	$(Q)$(CLANG) -target bpf -mcpu=v3 -g -O2 -c $< -o $@

$(OUT)/tests/fuzz/frame_object.c: $(OUT)/tests/fuzz/frame.bpf.o
	$(Q){ echo '#include "tests/fuzz/frame.h"'; \
		echo 'const unsigned char fuzz_frame_object[] = {'; \
		od -An -v -tx1 $< | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'; \
		echo '};'; \
		echo 'const unsigned int fuzz_frame_object_size = sizeof(fuzz_frame_object);'; } >$@

$(OUT)/tests/fuzz/frame_object.o: $(OUT)/tests/fuzz/frame_object.c
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@

# Without an engine: for inputs that once were a finding, and for whoever has one.
fuzz-replays: $(REPLAYS)
test-build: fuzz-replays

$(OUT)/fuzz/replay_%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/tests/fuzz/replay_main.o \
		$(FUZZ_PARTS) $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: fuzz-oss
fuzz-oss: deps-fuzz ## the build of OSS-Fuzz and ClusterFuzzLite, imitated here
	@tests/fuzz/imitate.sh $(BUILD)

# --- do they find anything? -----------------------------------------------------------------

PLANTED_TIME ?= 60
.PHONY: fuzz-planted
fuzz-planted: deps-fuzz fuzz-seeds ## defects made on purpose: each fuzzer finds its own within PLANTED_TIME=60 seconds
	@$(call install_missing,patch)
	@$(MAKE) --no-print-directory fuzz-build KIND=fuzz CC=$(FUZZ_CC)
	@tests/fuzz/planted.sh $(BUILD) $(PLANTED_TIME) $(PLANTED)

# --- seeds and corpora: made, not kept ---------------------------------------------------

.PHONY: fuzz-seeds fuzz-merge fuzz-minimise
fuzz-seeds: $(BUILD)/tests/fuzz/frame.bpf.o
	@tests/fuzz/seeds.sh $(CORPUS)/seeds $< $(CLANG)

# What is new in another corpus: make fuzz-merge FUZZ=maple FROM=folder
fuzz-merge: deps-fuzz ## take over from the corpus FROM=folder what is new, for FUZZ=name
	@[ -n "$(FROM)" ] || { echo "fuzz-merge: FROM=folder is missing" >&2; exit 2; }
	@$(MAKE) --no-print-directory fuzz-build KIND=fuzz CC=$(FUZZ_CC) FUZZ='$(FUZZ)'
	@for f in $(FUZZ); do mkdir -p $(CORPUS)/$$f; \
		$(BUILD)/fuzz/fuzzers/fuzz_$$f -merge=1 $(CORPUS)/$$f $(FROM) 2>&1 | grep -a '^MERGE-OUTER: [0-9]* new' | \
			sed "s/^/$$f: /"; done

fuzz-minimise: deps-fuzz ## each corpus with the fewest inputs that reach the same
	@$(MAKE) --no-print-directory fuzz-build KIND=fuzz CC=$(FUZZ_CC) FUZZ='$(FUZZ)'
	@for f in $(FUZZ); do [ -d $(CORPUS)/$$f ] || continue; \
		rm -rf $(CORPUS)/$$f.min && mkdir -p $(CORPUS)/$$f.min && \
		$(BUILD)/fuzz/fuzzers/fuzz_$$f -merge=1 $(CORPUS)/$$f.min $(CORPUS)/$$f >/dev/null 2>&1 && \
		echo "$$f: $$(ls $(CORPUS)/$$f | wc -l) inputs, now $$(ls $(CORPUS)/$$f.min | wc -l)" && \
		rm -rf $(CORPUS)/$$f && mv $(CORPUS)/$$f.min $(CORPUS)/$$f || exit 1; done
