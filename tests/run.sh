#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# run.sh BUILD: every test, two at a time. Unit tests run under valgrind's
# memcheck and, from BUILD/asan, with the sanitizers; tests of the command with
# either build. Prints a line for each test that failed and closes with
# "N passed, N failed[, N skipped]"; exit 1 when any failed.

set -u
build=$(realpath "${1:?usage: run.sh BUILD}")
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.." || exit 1

unit_timeout=600
cli_timeout=600
logs=$(mktemp -d)
jobs_running=0
passed=0 failed=0 skipped=0

# A report of a sanitizer or of valgrind has a status of its own.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99:print_stacktrace=1 LSAN_OPTIONS=exitcode=99
memcheck=(valgrind --quiet --suppressions="$here/valgrind.supp" --error-exitcode=99 --leak-check=full
	"--errors-for-leak-kinds=definite,indirect" "--show-leak-kinds=definite,indirect")

# start KIND NAME SECONDS COMMAND...: in the background, when one of two places is free.
start() {
	local log=$logs/$1.$2 seconds=$3
	shift 3
	if [ "$jobs_running" -ge 2 ]; then
		wait -n
		jobs_running=$((jobs_running - 1))
	fi
	{
		timeout -k 10 "$seconds" "$@" >"$log" 2>&1 </dev/null
		echo $? >"$log.status"
	} &
	jobs_running=$((jobs_running + 1))
}

# told KIND NAME TEST WHAT: a test failed.
told() {
	echo "FAILED $1/$2: $3${4:+: $4}"
	failed=$((failed + 1))
}

# What cmocka says: each test's line once, the summary's repetitions not.
count_unit() {
	local kind=$1 name=$2 log=$logs/$1.$2 status ok bad test
	status=$(cat "$log.status")
	ok=$(grep -ac '^\[       OK \]' "$log")
	bad=0
	while read -r test; do
		told "$kind" "$name" "$test" "$(grep -am 1 -B 8 "FAILED  \] $test" "$log" |
			grep -a ': error:\|Assert\|!=\|Failure' | head -3 | tr '\n' ' ')"
		bad=$((bad + 1))
	done < <(sed -n 's/^\[  FAILED  \] //p' "$log" | grep -av 'test(s)' | sort -u)
	passed=$((passed + ok))
	skipped=$((skipped + $(sed -n 's/^\[  SKIPPED \] //p' "$log" | grep -av 'test(s)' | sort -u | wc -l)))
	if [ "$status" -ge 99 ] || { [ "$status" != 0 ] && [ "$bad" = 0 ]; }; then
		told "$kind" "$name" "$(how_it_ended "$status")"
		grep -av '^\[' "$log" | head -40 | sed 's/^/    /'
	elif ! grep -qa '^\[==========\] .*run\.$' "$log"; then
		told "$kind" "$name" "ended before its last test"
	elif [ "$ok" = 0 ] && [ "$bad" = 0 ]; then
		told "$kind" "$name" "ran no test"
	fi
}

how_it_ended() {
	case $1 in
	99) echo "a memory error, or undefined behaviour" ;;
	124) echo "did not end in time" ;;
	137) echo "was killed" ;;
	*) echo "ended with status $1" ;;
	esac
}

# A script with a line "# once: WHY" is for the plain build only.
runs_once() {
	grep -q '^# once: ' "tests/cli/$1.sh"
}

count_cli() {
	local kind=$1 name=$2 log=$logs/$1.$2 status bad=0 line
	status=$(cat "$log.status")
	while read -r line; do
		told "$kind" "$name" "${line#not ok - }"
		bad=$((bad + 1))
	done < <(grep -a '^not ok - ' "$log")
	passed=$((passed + $(grep -ac '^ok - ' "$log")))
	skipped=$((skipped + $(grep -ac '^skip - ' "$log")))
	grep -a '^skip - ' "$log" | sed "s,^skip - ,skipped $kind/$name: ,"
	if [ "$status" != 0 ] && [ "$bad" = 0 ]; then
		told "$kind" "$name" "$(how_it_ended "$status")"
		tail -20 "$log" | sed 's/^/    /'
	fi
}

cleanup() {
	local pids
	pids=$(jobs -p)
	# shellcheck disable=SC2086  # one word a process
	[ -z "$pids" ] || kill $pids 2>/dev/null
	rm -rf "$logs"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# The tests of this tree, not what older ones left in the build.
units=() scripts=()
for source in tests/unit/test_*.c; do
	[ -e "$source" ] && units+=("$(basename "$source" .c)")
done
for script in tests/cli/*.sh; do
	[ "$script" = tests/cli/lib.sh ] || scripts+=("$(basename "$script" .sh)")
done

# The longest first, so that two places are well used.
for script in "${scripts[@]}"; do
	runs_once "$script" || TASKVMA=$build/asan/taskvma HELPERS=$build/helpers \
		start cli-asan "$script" $cli_timeout "tests/cli/$script.sh"
	TASKVMA=$build/taskvma HELPERS=$build/helpers \
		start cli "$script" $cli_timeout "tests/cli/$script.sh"
done
for unit in "${units[@]}"; do
	start valgrind "$unit" $unit_timeout "${memcheck[@]}" "$build/unit/$unit"
	start asan "$unit" $unit_timeout "$build/asan/unit/$unit"
done
wait

for unit in "${units[@]}"; do
	count_unit valgrind "$unit"
	count_unit asan "$unit"
done
for script in "${scripts[@]}"; do
	count_cli cli "$script"
	runs_once "$script" || count_cli cli-asan "$script"
done

summary="$passed passed, $failed failed"
[ "$skipped" = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" = 0 ]
