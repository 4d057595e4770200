#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# run.sh DIR OPS: the tests of maple/ that i386.mk built under DIR for words of 32 bits, OPS operations in the
# differential. Exit 1 when any failed.
set -uo pipefail
dir=${1:?usage: run.sh DIR OPS} ops=${2:?usage: run.sh DIR OPS}
failed=0

# told WHAT STATUS SUMMARY: a line for each part
told() {
	echo "i386: $1: $3"
	[ "$2" = 0 ] || { echo "i386: $1: FAILED (status $2), see $dir/$1.log"; failed=1; }
}

# module TREE: the checks of lib/test_maple_tree.c that were made, of which all passed
module() {
	timeout 300 "$dir/conformance/plain/$1/module" >"$dir/$1.log" 2>&1 || return
	sed -n 's/^conformance: \([0-9]*\) run, \1 passed, 0 nodes left.*/\1/p' "$dir/$1.log"
}

# They mostly wait for grace periods.
module kernel >"$dir/kernel.count" &
ours=$(module ours)

for test in "$dir"/unit/test_*; do
	[ -x "$test" ] || continue
	name=$(basename "$test")
	timeout 300 "$test" >"$dir/$name.log" 2>&1
	told "$name" $? "$(grep -a '^\[  PASSED  \] ' "$dir/$name.log" | tail -n 1)"
done

timeout 300 "$dir/differential/maple" --seed 1 --ops "$ops" >"$dir/differential.log" 2>&1
told differential $? "$(tail -n 1 "$dir/differential.log")"

# A tree of another geometry is a right one, too, but not of the same nodes.
grep -q 'trees of the same nodes: 100\.00 %' "$dir/differential.log"
told differential $? "$(grep 'trees of the same nodes' "$dir/differential.log")"

wait
want=$(cat "$dir/kernel.count")
[ -n "$ours" ] && [ "$ours" = "$want" ]
told ours $? "lib/test_maple_tree.c: ${ours:-not all} checks run and passed (the kernel's own tree: ${want:-none})"
exit $failed
