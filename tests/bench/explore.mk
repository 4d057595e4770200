# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The explorer: its speed, what its reduction saves, and spin on the same protocol.

.PHONY: bench-explore
bench: bench-explore
bench-explore: $(OUT)/taskvma ## time the explorer, against plain enumeration and against spin
	@$(call install_missing,spin gcc)
	@tests/bench/explore.sh $(OUT)/taskvma
