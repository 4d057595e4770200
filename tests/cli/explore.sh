#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma explore.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

scenarios=$ROOT/fixtures/scenarios
: >"$T/nothing"

# With sanitizers each step takes some twenty times as long: what is large is cut short there, and
# has to say so. Without, everything is explored to its end.
case $TASKVMA in
*/asan/*) most=10000 ;;
*) most=3000000 ;;
esac

# designs SCENARIO: those that it expects something of, nothing included.
designs() {
	sed -n '/^expect:/,$s/^  \([a-z_0-9-]*\):.*/\1/p' "$1"
}

# expected SCENARIO DESIGN: its hazards as JSON has them.
expected() {
	sed -n "/^expect:/,\$s/^  $2: \[\(.*\)\]\$/\1/p" "$1" |
		sed 's/[^,][^,]*/"&"/g; s/, */,/g; s/" /"/g'
}

# --- every scenario, with every design it speaks of -------------------------------

for scenario in "$scenarios"/*.yaml; do
	name=$(basename "$scenario" .yaml)
	# all interleavings of these take minutes: see docs/scenarios.md
	limit=$most
	case $name in snapshot-*) limit=10000 ;; esac
	for design in $(designs "$scenario"); do
		t_begin "explore $name, design $design"
		t_run "$TASKVMA" explore "$scenario" --design "$design" --format json \
			--max-states "$limit"
		cp "$T_OUT" "$T/out"
		t_ok grep -q "\"design\":\"$design\"" "$T/out"
		if grep -q '"exhausted":true' "$T/out"; then
			t_status 0
			t_ok grep -qF "\"found\":[$(expected "$scenario" "$design")]," "$T/out"
		else
			t_status 1
			t_ok grep -q '"not_exhausted":"--max-states' "$T/out"
			t_ok test "$limit" -lt 3000000
			# what it has found so far is nothing but what is expected
			for found in $(grep -o '"found":\[[^]]*\]' "$T/out" | grep -o '"[^"]*"' |
				tail -n +2 | tr ' ' '_'); do
				t_ok grep -qF "$(echo "$found" | tr '_' ' ')" \
					<(expected "$scenario" "$design")
			done
		fi
		"$HELPERS/json_lines" <"$T/out" || t_fail "no JSON"
		t_ok test ! -s "$T_ERR"
	done
done

# --- a finding, in every format ---------------------------------------------------

deadlock=$scenarios/recursion-deadlock.yaml

t_begin "explore prints counts, outcomes, findings and what was expected"
t_run "$TASKVMA" explore "$deadlock"
t_status 0
cp "$T_OUT" "$T/text"
t_ok grep -q '^design mmap_lock: [0-9]* executions, .* exhausted$' "$T/text"
t_ok grep -q '^  new: 0, [0-9]* times$' "$T/text"
t_ok grep -q '^  new: -EBUSY: mmap_lock is held by a writer, ' "$T/text"
t_ok grep -q '^  1\. deadlock: .*model/program.c:' "$T/text"
t_ok grep -q '^    reader in mmap_read_lock .* waits for writer; writer in .* waits for reader$' \
	"$T/text"
t_ok grep -q '^ *1 reader ' "$T/text"
t_ok grep -q '^  found: deadlock, lock order inversion; expected: deadlock, lock order inversion$' \
	"$T/text"

t_begin "the same scenario gives the same bytes"
t_run "$TASKVMA" explore "$deadlock"
t_out_is "$T/text"
t_run_stdin "$deadlock" "$TASKVMA" explore -
t_out_is "$T/text"

t_begin "explore --design all explores each"
t_run "$TASKVMA" explore "$deadlock" --design all
t_ok test "$(grep -c '^design ' "$T_OUT")" = "$(designs "$deadlock" | wc -l)"

t_begin "explore --plain finds the same with more executions"
t_run "$TASKVMA" explore "$scenarios/contended.yaml" --plain
t_status 0
cat >"$T/small.yaml" <<'END'
schema: 1
tasks:
  - {pid: 42, mmap_lock: write, vmas: []}
actors:
  - {name: one, cpu: 0, do: [{walk: {task: 42}}]}
  - {name: other, cpu: 1, do: [{walk: {task: 42}}]}
END
t_run "$TASKVMA" explore "$T/small.yaml"
t_status 0
few=$(grep -o '[0-9]* executions' "$T_OUT" | tr -dc 0-9)
t_run "$TASKVMA" explore "$T/small.yaml" --plain
t_status 0
many=$(grep -o '[0-9]* executions' "$T_OUT" | tr -dc 0-9)
t_ok test "$few" -lt "$many"

t_begin "explore --format dot and svg"
t_run "$TASKVMA" explore "$deadlock" --format dot
t_status 0
cp "$T_OUT" "$T/a.dot"
steps=$(sed -n '/^  1\. /,/schedule:/p' "$T/text" | grep -c '^ *[0-9][0-9]* [a-z]')
t_ok test "$(grep -c '{ rank=same;' "$T/a.dot")" = $((steps + 1))
if command -v dot >/dev/null; then
	t_ok dot -Tsvg -o /dev/null "$T/a.dot"
	t_run "$TASKVMA" explore "$deadlock" --format svg --finding 2 -o "$T/a.svg"
	t_status 0
	t_ok grep -q '</svg>' "$T/a.svg"
	t_ok grep -q 'lock order inversion' "$T/a.svg"
fi
t_run "$TASKVMA" explore "$deadlock" --format dot --finding 9 -o "$T/none"
t_status 1
t_err_has "there is no finding 9"
t_ok test ! -e "$T/none"

# --- schedules --------------------------------------------------------------------

# Every finding of every scenario, replayed: the same steps, the same hazard.
t_begin "each schedule shows again what it was found with"
for scenario in "$scenarios"/*.yaml; do
	case $(basename "$scenario") in snapshot-* | split-*) continue ;; esac
	for design in $(designs "$scenario"); do
		[ -n "$(expected "$scenario" "$design")" ] || continue
		t_run "$TASKVMA" explore "$scenario" --design "$design" --format json \
			--max-states "$most"
		cp "$T_OUT" "$T/out"
		while read -r finding; do
			echo "$finding" | grep -o '"schedule":"[^"]*"' | cut -d '"' -f 4 >"$T/schedule"
			t_run "$TASKVMA" explore "$scenario" --design "$design" --format json \
				--schedule "$T/schedule"
			t_status 1
			# others may show on the way there; this one does, with the same steps
			told=$(echo "$finding" | grep -o '"kind":"[^"]*","text":"[^"]*","actor":"[^"]*"')
			t_ok test -n "$told"
			grep -F "$told" "$T_OUT" >"$T/again"
			t_ok grep -qF "$(echo "$finding" | grep -o '"steps":\[.*')" "$T/again"
		done < <(grep '^{"finding"' "$T/out")
	done
done

t_begin "explore --schedule prints the steps, also when nothing goes wrong"
echo 'schedule: writer*4  # four steps' >"$T/schedule"
t_run "$TASKVMA" explore "$deadlock" --schedule "$T/schedule"
t_status 0
t_ok grep -q '^design mmap_lock: one schedule, 4 steps$' "$T_OUT"
t_ok test "$(grep -c ' writer  ' "$T_OUT")" = 4
t_ok grep -q '^  found: nothing$' "$T_OUT"
t_run_stdin "$T/schedule" "$TASKVMA" explore "$deadlock" --schedule -
t_status 0

# bad_schedule TEXT LINE:COLUMN WHAT: refused there.
bad_schedule() {
	printf '%b' "$1" >"$T/schedule"
	t_run "$TASKVMA" explore "$deadlock" --schedule "$T/schedule" -o "$T/none"
	t_status 2
	t_err_has "taskvma: $T/schedule:$2: "
	t_err_has "$3"
	t_ok test ! -e "$T/none"
}

t_begin "schedules that are none"
bad_schedule '' 1:1 "an empty schedule"
bad_schedule '# nothing\n' 2:1 "an empty schedule"
bad_schedule 'reader\n  nobody*2' 2:3 'there is no actor "nobody"'
bad_schedule 'readers' 1:1 'there is no actor "readers"'
bad_schedule 'reader*' 1:8 "expected a number"
bad_schedule 'reader*x' 1:8 "expected a number"
bad_schedule 'reader/256' 1:8 "number is too large"
bad_schedule 'reader*99999' 1:8 "number is too large"
bad_schedule 'reader*2x' 1:9 "expected a blank"
bad_schedule 'reader*65535 reader' 1:14 "the schedule is too long"
bad_schedule 'reader \0' 1:8 'there is no actor ""'
bad_schedule 'reader*2 kworker' 1:10 "kworker cannot take this step, number 3"
bad_schedule 'reader*2 reader*4000' 1:10 "reader cannot take this step"
t_run "$TASKVMA" explore "$deadlock" --schedule "$T/no-such-file"
t_status 2
t_err_has "no-such-file"

# --- the answer is no -------------------------------------------------------------

t_begin "explore says when what it finds is not what is expected"
sed 's/^  mmap_lock: .*/  mmap_lock: [torn read, deadlock]/' "$deadlock" >"$T/other.yaml"
t_run "$TASKVMA" explore "$T/other.yaml"
t_status 1
t_ok grep -q '; not found: torn read; not expected: lock order inversion$' "$T_OUT"
sed '/^expect:/,$d' "$deadlock" >"$T/other.yaml"
t_run "$TASKVMA" explore "$T/other.yaml"
t_status 1
t_ok grep -q '; not expected: deadlock, lock order inversion$' "$T_OUT"
t_run "$TASKVMA" explore "$T/other.yaml" --design snapshot
t_ok grep -q '^  found: nothing$' "$T_OUT"

t_begin "explore is honest about its limits"
t_run "$TASKVMA" explore "$scenarios/snapshot-all.yaml" --design snapshot --max-states 1000
t_status 1
t_ok grep -q 'not exhausted: --max-states 1000 were reached$' "$T_OUT"
t_run "$TASKVMA" explore "$scenarios/snapshot-all.yaml" --design snapshot --time 0.2
t_status 1
t_ok grep -q 'not exhausted: --time 0.2 was over$' "$T_OUT"
t_run "$TASKVMA" explore "$scenarios/snapshot-all.yaml" --design snapshot --time 0.2 --format json
t_ok grep -q '"exhausted":false,"not_exhausted":"--time 0.2 was over"' "$T_OUT"

# --- usage ------------------------------------------------------------------------

t_begin "explore: bad scenarios"
sed 's/find_task/&/; s/walk:/stroll:/' "$deadlock" >"$T/bad.yaml"
t_run "$TASKVMA" explore "$T/bad.yaml"
t_status 2
t_err_has "taskvma: $T/bad.yaml:"
t_err_has 'unknown action "stroll"'
t_out_is "$T/nothing"
t_run "$TASKVMA" explore "$T/no-such-file"
t_status 2
t_run "$TASKVMA" explore "$scenarios"
t_status 2

t_begin "explore: wrong usage"
t_run "$TASKVMA" explore
t_status 2
t_err_has "explore needs a scenario"
t_run "$TASKVMA" explore "$deadlock" "$deadlock"
t_status 2
t_run "$TASKVMA" explore "$deadlock" --design perpetuum
t_status 2
t_err_has "snapshot, maps, "
t_err_has "seq_file_v5, all"
t_run "$TASKVMA" explore "$deadlock" --format png
t_status 2
t_err_has "there are: text, json, dot, svg"
for seconds in '' 0 -1 x 1x nan inf; do
	t_run "$TASKVMA" explore "$deadlock" --time "$seconds"
	t_status 2
	t_err_has "is no number of seconds"
done
t_run "$TASKVMA" explore "$deadlock" --finding 0
t_status 2
t_run "$TASKVMA" explore "$deadlock" --max-states many
t_status 2
t_run "$TASKVMA" explore "$deadlock" --design all --format dot
t_status 2
t_run "$TASKVMA" explore "$deadlock" --design all --schedule "$T/schedule"
t_status 2

t_done
