#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# run.sh BUILD: every unit test and every test of the command once, built with
# counters (KIND=coverage), two at a time, after the counts of earlier runs were
# removed; then the kernel's own tests where they can be had (kernel_tests.sh).
# Coverage says what is reached, not that it works: a test that fails is named,
# and the report is made all the same.

set -u
build=$(realpath "${1:?usage: run.sh BUILD}")
cd "$(dirname "$0")/../.." || exit 1

find "$build/coverage" -name '*.gcda' -delete
export TASKVMA=$build/coverage/taskvma HELPERS=$build/coverage/helpers
seconds=1800
running=0

# reached NAME COMMAND...: in the background, when one of two places is free.
reached() {
	local log=$build/coverage/$1.log status
	shift
	if [ "$running" -ge 2 ]; then
		wait -n
		running=$((running - 1))
	fi
	{
		timeout -k 10 "$seconds" "$@" >"$log" 2>&1 </dev/null
		status=$?
		[ "$status" = 0 ] || echo "coverage: $(basename "$log" .log) ended with $status; see $log" >&2
	} &
	running=$((running + 1))
}

# The longest first, so that two places are well used.
for script in tests/cli/*.sh; do
	name=$(basename "$script" .sh)
	# what runs the fuzzers' inputs is left out: the tests have to reach the code; and what is for
	# the plain build only
	[ "$name" = lib ] || [ "$name" = fuzz_inputs ] || grep -q '^# once: ' "$script" ||
		reached "cli-$name" "$script"
done
for source in tests/unit/test_*.c; do
	name=$(basename "$source" .c)
	reached "$name" "$build/coverage/unit/$name"
done
wait
