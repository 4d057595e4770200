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
CFLAGS_coverage := -O0 --coverage -include tests/coverage/functions.h
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

# --- what must be installed --------------------------------------------------
# Each target installs what it lacks: by apt as root or with sudo; elsewhere it names the packages.

PKGS_build := gcc make pkg-config libfyaml-dev liburcu-dev libelf-dev libbpf-dev uthash-dev
PKGS_run   := $(PKGS_build) graphviz
PKGS_test  := $(PKGS_run) libcmocka-dev valgrind clang

.PHONY: deps-build deps-run deps-test
deps-build deps-run deps-test: deps-%:
	@$(call install_missing,$(PKGS_$*))

# $(call install_missing,PACKAGES): nothing happens, quickly, where they all stand.
define install_missing
	if ! command -v dpkg-query >/dev/null; then \
		echo "not a Debian system: these packages (or yours of that kind) are needed: $(1)" >&2; exit 0; \
	fi; \
	missing=; for p in $(1); do \
		dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	echo "installing:$$missing" >&2; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	if [ -n "$$sudo" ] && ! command -v sudo >/dev/null; then \
		echo "not root and no sudo: please install$$missing" >&2; exit 1; \
	fi; \
	apt="$$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300"; \
	$$apt update >&2 && $$apt install --no-install-recommends $$missing >&2
endef

# `make V=1` shows the commands
Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)	$(patsubst $(BUILD)/%,%,$@)")

# --- compile -----------------------------------------------------------------

$(OUT)/%.o: %.c | deps-build
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# each iterator design is compiled under its own name (model/task_vma_env.h)
$(OUT)/model/iter_%.o: CPPFLAGS += -DTV_DESIGN=$(@F:iter_%.o=%)

$(OUT)/libmaple.a: $(SRC_MAPLE:%.c=$(OUT)/%.o)
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(OUT)/libtaskvma.a: $(OBJ_LIB)
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(OUT)/libtaskvma.so: $(OBJ_LIB)
	$(call say,LD)
	$(Q)$(CC) -shared -Wl,-soname,libtaskvma.so.0 $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/taskvma: $(OBJ_CLI) $(OUT)/libtaskvma.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/unit/%: $(OUT)/tests/unit/%.o $(OUT)/libtaskvma.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

# --- the README's two commands -----------------------------------------------

.PHONY: run
run: deps-run all ## walk a real process's address space with the emulated iterator
	@tests/demo.sh $(OUT)/taskvma

.PHONY: test
test: deps-test ## unit and command tests: plain under valgrind, and with ASan and UBSan
	@$(MAKE) --no-print-directory test-build KIND=release
	@$(MAKE) --no-print-directory test-build KIND=asan
	@tests/run.sh $(BUILD)

.PHONY: test-build
test-build: $(OUT)/taskvma $(OUT)/libtaskvma.so $(OUT)/libmaple.a $(UNIT)

# --- the rest ----------------------------------------------------------------

.PHONY: install
install: all ## install the command, libraries, headers and man pages under PREFIX (/usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(OUT)/taskvma $(DESTDIR)$(PREFIX)/bin/taskvma
	install -m 644 $(OUT)/libtaskvma.a $(OUT)/libmaple.a $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(OUT)/libtaskvma.so $(DESTDIR)$(PREFIX)/lib/libtaskvma.so.0
	ln -sf libtaskvma.so.0 $(DESTDIR)$(PREFIX)/lib/libtaskvma.so
	for h in maple/*.h; do \
		install -D -m 644 $$h $(DESTDIR)$(PREFIX)/include/taskvma/$$h; done
	for m in docs/man/*.1; do install -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/man1/; done

.PHONY: uninstall
uninstall: ## take away what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/taskvma $(DESTDIR)$(PREFIX)/lib/libtaskvma.* $(DESTDIR)$(PREFIX)/lib/libmaple.a
	rm -rf $(DESTDIR)$(PREFIX)/include/taskvma
	for m in docs/man/*.1; do rm -f $(DESTDIR)$(PREFIX)/share/man/man1/$$(basename $$m); done

.PHONY: clean
clean: ## remove all that was made
	rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sort | \
		awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'
