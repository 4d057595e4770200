#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# explore.sh TASKVMA: how fast the explorer is, in CPU time of its one thread;
# what the reduction saves; and the mmap_lock protocol in Promela, by spin.

set -eu
taskvma=$(realpath "${1:?usage: explore.sh TASKVMA}")
here=$(cd "$(dirname "$0")" && pwd)
scenarios=$here/../../fixtures/scenarios
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT=%U

# explore FILE OPTIONS...: the design's line of JSON in $json, user seconds in $seconds.
explore() {
	seconds=$({ time "$taskvma" explore "$@" --format json >"$work/out" 2>/dev/null || true; } 2>&1)
	json=$(head -n 1 "$work/out")
}

# value KEY: a number of $json.
value() {
	echo "$json" | grep -o "\"$1\":[0-9]*" | head -n 1 | cut -d : -f 2
}

exhausted() {
	echo "$json" | grep -q '"exhausted":true'
}

# --- events a second --------------------------------------------------------------

echo "events (steps taken, replays included) a second of CPU time:"
printf '%-24s %-10s %12s %10s %12s\n' scenario design steps seconds 'steps/s'
while read -r name design; do
	explore "$scenarios/$name.yaml" --design "$design" --max-states 400000
	printf '%-24s %-10s %12s %10s %12.0f\n' "$name" "$design" "$(value steps)" "$seconds" \
		"$(echo "$(value steps) $seconds" | awk '{ print $1 / ($2 ? $2 : 0.001) }')"
done <<END
split-unmap-exit snapshot
split-unmap-exit vma_lock
grow-shrink rcu_addr
snapshot-all snapshot
END

# --- against plain enumeration ----------------------------------------------------

# Two walks that are both refused: short enough for every order of their steps.
cat >"$work/refused.yaml" <<END
schema: 1
tasks:
  - {pid: 42, mmap_lock: write, vmas: []}
actors:
  - {name: one, cpu: 0, do: [{walk: {task: 42}}]}
  - {name: other, cpu: 1, do: [{walk: {task: 42}}]}
END

echo
echo "executions, with the reduction and without:"
printf '%-24s %-10s %12s %14s %12s\n' scenario design reduced plain factor
for one in "$work/refused.yaml mmap_lock" "$scenarios/nmi-walk.yaml mmap_lock" \
	"$scenarios/exit-during-new.yaml mmap_lock" "$scenarios/reuse.yaml snapshot"; do
	# shellcheck disable=SC2086  # words of a line
	set -- $one
	explore "$1" --design "$2"
	reduced=$(value executions)
	explore "$1" --design "$2" --plain --max-states 0 --time 10
	more=
	exhausted || more='>'
	printf '%-24s %-10s %12s %14s %12s\n' "$(basename "$1" .yaml)" "$2" "$reduced" \
		"$more$(value executions)" "$more$(($(value executions) / reduced))"
done
echo "> : cut short after ten seconds; of orders that cannot differ there is no end"

# --- against spin -----------------------------------------------------------------

# readers N: N programs that fault inside of their walk, and a writer.
readers() {
	local i
	cat <<-END
	schema: 1
	tasks:
	  - pid: 42
	    vmas:
	      - {start: 0x1000, end: 0x2000, perms: r--p}
	      - {start: 0x3000, end: 0x4000, perms: rw-p}
	actors:
	END
	for i in $(seq "$1"); do
		echo "  - {name: reader$i, cpu: $i, do: [{walk: {task: 42, limit: 1, inside: [copy_from_user]}}]}"
	done
	echo "  - {name: writer, cpu: 0, do: [{mprotect: {task: 42, start: 0x1000, end: 0x2000, perms: rw-}}]}"
}

# pan NAME FLAGS...: compiles what spin made and runs it; its output in NAME, seconds in $seconds.
pan() {
	local name=$work/$1
	shift
	(cd "$work" && gcc -w -O2 -DSAFETY "$@" -o pan pan.c)
	seconds=$({ time "$work/pan" -c0 >"$name" 2>&1 || true; } 2>&1)
}

stored() {
	sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' "$work/$1"
}

echo
echo "the same protocol, the same steps: N readers that fault in their walk, one writer"
printf '%-8s %-34s %10s %9s %9s\n' readers program states seconds deadlock
for n in 1 2; do
	readers $n >"$work/readers.yaml"
	explore "$work/readers.yaml"
	deadlock=$(grep -c '"kind":"deadlock"' "$work/out" || true)
	printf '%-8s %-34s %10s %9s %9s\n' $n "taskvma, $(value executions) executions" \
		"$(value states)" "$seconds" "$([ "$deadlock" -gt 0 ] && echo yes || echo no)"
	(cd "$work" && spin -DREADERS=$n -a "$here/explore_mmap_lock.pml" >/dev/null)
	pan full -DNOREDUCE
	full=$seconds
	pan reduced
	reduced=$seconds
	deadlock=$(grep -q 'invalid end state' "$work/full" && echo yes || echo no)
	printf '%-8s %-34s %10s %9s %9s\n' $n "spin, all states" "$(stored full)" "$full" \
		"$deadlock"
	printf '%-8s %-34s %10s %9s %9s\n' $n "spin, partial-order reduction" \
		"$(stored reduced)" "$reduced" \
		"$(grep -q 'invalid end state' "$work/reduced" && echo yes || echo no)"
done
