#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma compare, and what came before the iterator.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

scenarios=$ROOT/fixtures/scenarios
: >"$T/nothing"
designs=(mmap_lock vma_lock vma_ref rcu_addr snapshot)
approaches=(maps vm_next find_vma seq_file seq_file_v5)

# compare SCENARIO: its CSV is in $T/csv.
compare() {
	t_run "$TASKVMA" compare "$scenarios/$1.yaml" --format csv
	t_status 0
	cp "$T_OUT" "$T/csv"
}

# cell DESIGN COLUMN: what the table says there.
cell() {
	awk -F, -v design="$1" -v column="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i }
		$1 == design { print at ? $at : "no such column" }' "$T/csv"
}

# cells COLUMN VALUE DESIGN...: VALUE is a number, a word, or "some": more than 0.
cells() {
	local column=$1 value=$2 design is
	shift 2
	for design; do
		is=$(cell "$design" "$column")
		if [ "$value" = some ]; then
			[ "$is" -gt 0 ] 2>/dev/null || t_fail "$design, $column: '$is', not some"
		else
			[ "$is" = "$value" ] || t_fail "$design, $column: '$is', not $value"
		fi
	done
}

# --- what each is bad at ----------------------------------------------------------

t_begin "compare: a writer unmaps something"
compare unmap-during-walk
cells missed 0 mmap_lock maps find_vma seq_file seq_file_v5
cells missed some vm_next snapshot
# a copy, or what nothing keeps in place, can be of the past
cells stale 0 mmap_lock vma_lock find_vma seq_file seq_file_v5
cells stale some snapshot vma_ref rcu_addr maps vm_next
# who waits for mmap_lock is never refused; who tries it is, also in the middle
cells refused 0 maps seq_file vm_next
cells refused some mmap_lock find_vma
cells cut some find_vma
cells cut 0 mmap_lock snapshot maps seq_file
# whom writers wait for, and how long
cells delays some mmap_lock vma_lock snapshot maps find_vma seq_file
cells delays 0 vma_ref rcu_addr vm_next
cells hold 0 vma_ref rcu_addr vm_next
for design in snapshot maps find_vma; do
	t_ok test "$(cell $design hold)" -lt "$(cell mmap_lock hold)"
done

t_begin "compare: deadlock or not"
compare vma-lock-cycle
cells deadlock yes mmap_lock vma_lock find_vma seq_file seq_file_v5
cells deadlock no vma_ref rcu_addr snapshot maps vm_next

t_begin "compare: where each can be used"
cells process yes "${designs[@]}" "${approaches[@]}"
cells softirq yes "${designs[@]}" vm_next find_vma
cells softirq no maps seq_file seq_file_v5
cells irqs_off yes mmap_lock vm_next
cells irqs_off part find_vma
cells irqs_off no vma_lock vma_ref rcu_addr snapshot maps seq_file seq_file_v5
cells nmi yes mmap_lock vm_next
cells nmi part find_vma

t_begin "compare: what a walk costs"
# new, next three times, destroy, for two VMAs; one allocation
cells calls_per_vma 2.50 "${designs[@]}"
cells allocs_per_vma 0.50 "${designs[@]}"
cells allocs_per_vma 0.00 vm_next find_vma
# open, read, read, close; the file and its buffer
cells calls_per_vma 2.00 maps
cells allocs_per_vma 1.00 maps

t_begin "compare: a VMA replaced while the lock is dropped"
compare replaced-while-unlocked
t_run "$TASKVMA" explore "$scenarios/replaced-while-unlocked.yaml" --design seq_file_v5
t_status 0
t_ok grep -q 'missed VMA: reader: \[1000, 3000) was next, and next passed over it' "$T_OUT"
t_run "$TASKVMA" explore "$scenarios/replaced-while-unlocked.yaml" --design seq_file
t_status 0
t_ok grep -q '^  found: nothing; expected: nothing$' "$T_OUT"

t_begin "explore: a VMA split between two reads is half missed by today's rule"
t_run "$TASKVMA" explore "$scenarios/split-between-reads.yaml" --design seq_file
t_status 0
t_ok grep -q 'missed VMA: reader: \[5000, 6000) was ' "$T_OUT"

t_begin "compare: VMAs merged between two reads are shown twice by maps"
compare merge-between-reads
cells repeated some maps
cells repeated 0 mmap_lock

t_begin "the running kernel's maps shows addresses twice as well"
if [ "$("$HELPERS/maps_merge" 2>"$T/why")" = overlap ]; then
	t_ok true
elif [ -s "$T/why" ]; then
	t_skip "$(cat "$T/why")"
else
	t_fail "its lines do not overlap: docs/compare.md says they do"
fi

t_begin "explore: bpf_find_vma in a loop with interrupts off ends at the second VMA"
t_run "$TASKVMA" explore "$scenarios/irq-work-busy.yaml" --design find_vma
t_ok grep -q '^  next: -EBUSY: .*irq_work slot.* is busy' "$T_OUT"

# --- formats ----------------------------------------------------------------------

small=$scenarios/two-walks.yaml

t_begin "compare prints a table of each design"
t_run "$TASKVMA" compare "$small"
t_status 0
cp "$T_OUT" "$T/text"
t_ok test "$(head -n 1 "$T/text")" = "two walks of one task"
for design in "${designs[@]}" "${approaches[@]}"; do
	t_ok test "$(grep -c "^$design " "$T/text")" = 3
done
t_ok grep -q '^mmap_lock .* never .* no$' "$T/text"
t_ok test "$(awk '/^hazards/,0' "$T/text" | grep -c ' nothing$')" = 10

t_begin "compare: the same scenario gives the same bytes"
t_run_stdin "$small" "$TASKVMA" compare -
t_out_is "$T/text"
t_run "$TASKVMA" compare "$small" -o "$T/file"
t_out_is "$T/nothing"
t_ok cmp -s "$T/file" "$T/text"

t_begin "compare --format json and csv say the same"
t_run "$TASKVMA" compare "$small" --format json
t_status 0
cp "$T_OUT" "$T/json"
"$HELPERS/json_lines" <"$T/json" || t_fail "no JSON"
t_ok test "$(wc -l <"$T/json")" = 10
t_ok grep -q '^{"design":"snapshot",.*"irqs-off":{"support":"no","why":' "$T/json"
compare two-walks
t_ok test "$(wc -l <"$T/csv")" = 11
for design in "${designs[@]}" "${approaches[@]}"; do
	t_ok grep -q "^{\"design\":\"$design\",.*\"executions\":$(cell "$design" executions)," "$T/json"
	t_ok grep -q "\"delay\":$(cell "$design" delay),\"hold\":$(cell "$design" hold)," \
		<(grep "\"design\":\"$design\"" "$T/json")
done

t_begin "compare is honest about its limits"
t_run "$TASKVMA" compare "$scenarios/split-merge.yaml" --max-states 3000
t_status 1
t_ok grep -q '^snapshot .* not exhausted$' "$T_OUT"
t_ok grep -q '^mmap_lock .* never .* no$' "$T_OUT"
if grep '^snapshot .* not exhausted$' "$T_OUT" | grep -q never; then
	t_fail "never, where something was left out"
fi

# --- usage ------------------------------------------------------------------------

t_begin "compare: wrong usage"
t_run "$TASKVMA" compare
t_status 2
t_err_has "compare needs a scenario"
t_run "$TASKVMA" compare "$small" "$small"
t_status 2
t_run "$TASKVMA" compare "$small" --format dot
t_status 2
t_err_has "there are: text, json, csv"
t_run "$TASKVMA" compare "$small" --time 0
t_status 2
t_run "$TASKVMA" compare "$small" --max-states many
t_status 2
t_run "$TASKVMA" compare "$T/no-such-file" -o "$T/none"
t_status 2
t_ok test ! -e "$T/none"
cat >"$T/no-walk.yaml" <<'END'
schema: 1
tasks:
  - {pid: 42, vmas: []}
actors:
  - {name: target, do: [{exit: {task: 42}}]}
END
t_run "$TASKVMA" compare "$T/no-walk.yaml"
t_status 2
t_err_has "no actor walks"
t_out_is "$T/nothing"

t_done
