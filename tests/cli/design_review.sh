#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# docs/design-review.md says what its commands print: the quick ones; `make
# design-review-check` has them all. Counts may differ here, findings and schedules not.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# blocks FILE: those that are quick, without counts.
blocks() {
	awk '/^```$/ { inside = !inside; keep = 0; next }
	     inside && /^\$ / {
		keep = /(recursion-deadlock|exit-during-new|exec-during-new|nmi-on-walk|irq-work-busy|use-after-next)\.yaml( --design (mmap_lock|rcu_addr))?$/
	     }
	     keep' "$1" | grep -v '^design \|^  new: ' | sed 's/; executions: [0-9]*//'
}

t_begin "docs/design-review.md says what is found"
{
	echo '```'
	# shellcheck disable=SC2016  # the backquotes are the page's
	blocks "$ROOT/docs/design-review.md" | grep '^\$ ' | sed 's/.*/&\n```\n```/'
} >"$T/commands.md"
t_ok test "$(grep -c '^\$ ' "$T/commands.md")" -ge 6
"$ROOT/tests/review/fill.sh" "$TASKVMA" "$T/commands.md" >"$T/filled.md"
blocks "$T/filled.md" >"$T/now"
blocks "$ROOT/docs/design-review.md" >"$T/written"
t_ok test -s "$T/written"
diff -u "$T/written" "$T/now" >"$T/diff" || t_fail "$(head -20 "$T/diff")"

t_done
