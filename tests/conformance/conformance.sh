#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# conformance.sh DIR MAPLE_C: run what conformance.mk built under DIR, say what was run and what not.
# Exit 0 when every test passes and the plain module makes exactly the checks the kernel's tree makes.
set -u

dir=$1
maple_c=$2
here=$(dirname "$0")
limit=${CONFORMANCE_SECONDS:-900}
failed=0

# The modules mostly wait for grace periods, so both may run at once.
for mode in plain debug; do
	timeout "$limit" "$dir/$mode/ours/module" >"$dir/$mode/ours/log" 2>&1 &
	eval "pid_$mode=$!"
done

for mode in plain debug; do
	eval "wait \$pid_$mode"
	status=$?
	log=$dir/$mode/ours/log
	want=$(cat "$dir/$mode/kernel/count")
	run=$(sed -n 's/^conformance: \([0-9]*\) run.*/\1/p' "$log")
	passed=$(sed -n 's/^conformance: .* run, \([0-9]*\) passed.*/\1/p' "$log")
	left=$(sed -n 's/^conformance: .* passed, \([0-9]*\) nodes left.*/\1/p' "$log")
	echo "lib/test_maple_tree.c, $mode: ${run:-no} checks run, ${passed:-none} passed," \
	     "${left:-?} nodes left (the kernel's own tree: $want run)"
	# In debug mode a tree checks itself as well, each in its own number of steps.
	if [ $status != 0 ] || { [ $mode = plain ] && [ "$run" != "$want" ]; }; then
		echo "  FAILED (status $status); first trouble in $log:"
		grep -aE -m 5 '^(BUG|WARN) at|Assertion|kernel WARN' "$log" | sed 's/^/    /'
		failed=1
	fi
done

echo "tools/testing/radix-tree/maple.c:"
timeout "$limit" "$dir/debug/ours/extracted" >"$dir/debug/ours/extracted.log" || failed=1
python3 "$here/extract.py" names "$maple_c" | sed -n 's/^left out/  left out/p'
[ $failed = 0 ] && echo "conformance: all passed" || echo "conformance: FAILED"
exit $failed
