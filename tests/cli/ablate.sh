#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma ablate.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# DECISION KIND-OF-HAZARD, as docs/ablations.md has them.
decisions='task-reference use after free
null-data use after free
rcu-argument use after free
lock-kept repeated VMA
vsyscall VMA of another address space
trylock sleeps where it must not
irq-work-slot leak
mm-reference use after free
alloc-lock-trylock deadlock
page-step no forward progress'

t_begin "ablate: every decision holds"
t_run "$TASKVMA" ablate
t_status 0
cp "$T_OUT" "$T/all"
t_ok test ! -s "$T_ERR"
t_ok test "$(wc -l <"$T/all")" = $(($(echo "$decisions" | wc -l) + 2))
while read -r name kind; do
	t_ok grep -q "^$name  *[v0-9, ]*  *nothing  *$kind in [0-9]* steps: " "$T/all"
done <<<"$decisions"
t_ok grep -q '^data-pointer .* right .*: the variable behind the iterator is 0x0, was 0x1122' "$T/all"

t_begin "ablate runs anywhere, and gives the same bytes"
cd "$T" || exit 1
t_run "$TASKVMA" ablate
t_out_is "$T/all"
cd "$ROOT" || exit 1

t_begin "ablate DECISION: both sides, with a schedule that explore replays"
# page-step turns in a circle: its schedule is as long as an execution may be
while read -r name kind; do
	[ "$name" = page-step ] && continue
	t_run "$TASKVMA" ablate "$name"
	t_status 0
	t_ok test "$(grep -c '^design .* exhausted$' "$T_OUT")" = 2
	t_ok test "$(grep -c '^  found: nothing' "$T_OUT")" = 1
	t_run "$TASKVMA" ablate "$name" --format json
	t_status 0
	cp "$T_OUT" "$T/json"
	"$HELPERS/json_lines" <"$T/json" || t_fail "no JSON"
	t_ok grep -q '"holds":true,"with":{[^}]*"exhausted":true,"states":[0-9]*,"findings":\[\]}' "$T/json"
	without=$(sed 's/.*"without":{"design":"\([^"]*\)","scenario":"\([^"]*\)".*/\1 \2/' "$T/json")
	sed 's/.*"breakage":.*"schedule":"\([^"]*\)".*/\1/' "$T/json" >"$T/schedule"
	# a leak shows when all is over: the schedule may be followed by more steps, and is the same
	t_run "$TASKVMA" explore "$ROOT/fixtures/scenarios/${without#* }.yaml" \
		--design "${without% *}" --schedule "$T/schedule"
	t_status 1
	t_ok grep -q "^  1\. $kind: " "$T_OUT"
done <<<"$decisions"

t_begin "ablate data-pointer: what is on the program's stack"
t_run "$TASKVMA" ablate data-pointer
t_status 0
t_ok grep -q '8 bytes compiled, 8 used: .* is 0x1122334455667788, was 0x1122334455667788$' "$T_OUT"
t_run "$TASKVMA" ablate data-pointer --format json
"$HELPERS/json_lines" <"$T_OUT" || t_fail "no JSON"

t_begin "ablate -o writes whole or not at all"
t_run "$TASKVMA" ablate -o "$T/file"
t_status 0
t_ok cmp -s "$T/file" "$T/all"
t_run "$TASKVMA" ablate -o "$T/no/file"
t_status 2

t_begin "ablate: wrong usage"
t_run "$TASKVMA" ablate perpetuum
t_status 2
t_err_has "there is no decision 'perpetuum'; there are: task-reference, "
t_run "$TASKVMA" ablate trylock trylock
t_status 2
t_run "$TASKVMA" ablate --format svg
t_status 2
t_err_has "there are: text, json"

t_begin "designs that lack a decision are for explore, not for walk"
t_run "$TASKVMA" explore "$ROOT/fixtures/scenarios/ablate-plain.yaml" --design mmap_lock-gate
t_status 0
t_run "$TASKVMA" walk "$ROOT/fixtures/spaces/edge-tasks.yaml" --design mmap_lock-gate
t_status 2

t_done
