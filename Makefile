# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# taskvma: one Makefile, fragments in the folders (*/*.mk) for what only they need.
# `make help` lists the targets. Everything made goes under $(BUILD).

BUILD    ?= build
PREFIX   ?= /usr/local
DESTDIR  ?=
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
CLANG    ?= clang
VERSION  := 0.1.0

# One variable picks the kind of build; each kind has its own folder, so they never mix.
#   release (default) | debug | asan (address + undefined) | tsan | coverage
KIND     ?= release
CFLAGS_release  := -O2
CFLAGS_debug    := -O0
CFLAGS_asan     := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan     := -O1 -fsanitize=thread -fno-omit-frame-pointer
CFLAGS_coverage := -O0 --coverage
OUT      := $(BUILD)$(if $(filter release,$(KIND)),,/$(KIND))

WARN     := -Wall -Wextra -Werror -Wno-unused-parameter -Wstrict-prototypes -Wmissing-prototypes
CPPFLAGS += -I. -I$(OUT) -D_GNU_SOURCE -DTASKVMA_VERSION='"$(VERSION)"'
CFLAGS   += -std=gnu11 -g -fPIC $(WARN) $(CFLAGS_$(KIND))
LDFLAGS  += $(filter -fsanitize% --coverage,$(CFLAGS_$(KIND)))
LDLIBS   := -lfyaml -lurcu -lelf -lbpf -lpthread

LIB_DIRS := maple model bpf verifier_sim
SRC_MAPLE := $(wildcard maple/*.c)
SRC_LIB  := $(wildcard $(LIB_DIRS:%=%/*.c))
SRC_CLI  := $(wildcard cli/*.c)
SRC_UNIT := $(wildcard tests/unit/test_*.c)
OBJ_LIB  := $(SRC_LIB:%.c=$(OUT)/%.o)
OBJ_CLI  := $(SRC_CLI:%.c=$(OUT)/%.o)
UNIT     := $(SRC_UNIT:tests/unit/%.c=$(OUT)/unit/%)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

.PHONY: all
all: deps-build $(OUT)/taskvma $(OUT)/libtaskvma.a $(OUT)/libtaskvma.so $(OUT)/libmaple.a ## build the command and the libraries

include $(sort $(wildcard $(foreach d,$(LIB_DIRS) cli fixtures kernel tests tests/* docs,$(d)/*.mk)))

# --- compile -----------------------------------------------------------------

$(OUT)/%.o: %.c | deps-build
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CFLAGS_$(<D)) -MMD -MP -c $< -o $@

$(OUT)/libmaple.a: $(SRC_MAPLE:%.c=$(OUT)/%.o)
	@rm -f $@ && $(AR) rcs $@ $^

$(OUT)/libtaskvma.a: $(OBJ_LIB)
	@rm -f $@ && $(AR) rcs $@ $^

$(OUT)/libtaskvma.so: $(OBJ_LIB)
	$(CC) -shared -Wl,-soname,libtaskvma.so.0 $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/taskvma: $(OBJ_CLI) $(OUT)/libtaskvma.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/unit/%: $(OUT)/tests/unit/%.o $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
