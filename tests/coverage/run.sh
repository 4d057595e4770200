#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# run.sh BUILD: every unit test and every test of the command once, built with
# counters (KIND=coverage), after the counts of earlier runs were removed.
# Coverage says what is reached, not that it works: a test that fails is named,
# and the report is made all the same.

set -u
build=$(realpath "${1:?usage: run.sh BUILD}")
cd "$(dirname "$0")/../.." || exit 1

find "$build/coverage" -name '*.gcda' -delete
export TASKVMA=$build/coverage/taskvma HELPERS=$build/coverage/helpers
seconds=900
failed=0

# reached NAME COMMAND...
reached() {
	local name=$1
	shift
	timeout -k 10 "$seconds" "$@" >"$build/coverage/$name.log" 2>&1 </dev/null && return
	echo "coverage: $name ended with $?; see $build/coverage/$name.log" >&2
	failed=$((failed + 1))
}

for source in tests/unit/test_*.c; do
	name=$(basename "$source" .c)
	reached "$name" "$build/coverage/unit/$name"
done
for script in tests/cli/*.sh; do
	name=$(basename "$script" .sh)
	# what runs the fuzzers' inputs is left out: the tests have to reach the code
	[ "$name" = lib ] || [ "$name" = fuzz_inputs ] || reached "cli-$name" "$script"
done
[ "$failed" = 0 ] || echo "coverage: $failed did not pass" >&2
