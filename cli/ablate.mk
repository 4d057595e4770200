# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The scenarios of `ablate` are part of the command: it needs no file when it is installed.

ABLATE_SCENARIOS := $(wildcard fixtures/scenarios/ablate-*.yaml) \
	$(addprefix fixtures/scenarios/,nmi-walk.yaml irq-work-busy.yaml exit-during-new.yaml)

$(OUT)/cli/ablate_scenarios.o: $(ABLATE_SCENARIOS)
