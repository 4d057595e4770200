#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# run.sh FUZZERS CORPORA SECONDS NAME...: each fuzzer FUZZERS/fuzz_NAME in turn, for so long, on the
# corpus CORPORA/NAME (kept and grown) and the seeds CORPORA/seeds/NAME. A line for each:
#
#   maple: 512034 executions, 8533 a second, 9014 a CPU second, 4711 features, 612 inputs
#
# A second of CPU time is what a busy machine does not change: the speed of one core.
# FUZZ_WORKERS=2: so many processes of each at once, which take over what the others find in the
# corpus; executions are those of all, features those of the one that saw the most.
#
# A finding is copied into KEEP/NAME (tests/regressions/fuzz, which `make test` runs), and the
# command that shows it again is printed. Exit 1 after one.

set -u
[ $# -ge 4 ] || { echo "usage: run.sh FUZZERS CORPORA SECONDS NAME..." >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
fuzzers=$1 corpora=$2 seconds=$3
shift 3
keep=${KEEP:-tests/regressions/fuzz}
memory=${FUZZ_MEMORY:-2048}	# MiB
workers=${FUZZ_WORKERS:-1}
one=${FUZZ_TIMEOUT:-25}		# seconds for one input: more on a machine that has other work
found=0

export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=1:allocator_may_return_null=1:handle_abort=1"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-}:print_stacktrace=1"

# What NAME.options says of libFuzzer's settings (the file is ClusterFuzz's as well).
options() {
	[ -e "$here/$1.options" ] || return 0
	sed -n 's/^\([a-z_]*\) *= *\(.*\)$/-\1=\2/p' "$here/$1.options"
}

stat_of() {
	sed -n "s/^stat::$1: *//p" "$2" | tail -n 1
}

# Hundredths of a second that all processes have taken which this one has waited for: into $cpu. No
# subshell: it would have none of its own.
cpu_taken() {
	times >"$fuzzers/times"
	cpu=$(sed -n '2s/[ms.]/ /gp' "$fuzzers/times" |
		awk '{ printf "%d", ($1 + $4) * 6000 + ($2 + $5) * 100 + ($3 + $6) / 10 }')
}

# run_worker NAME LOG ARGUMENT...: one process of a fuzzer.
run_worker() {
	local name=$1 log=$2
	shift 2
	# shellcheck disable=SC2046  # one option a word
	timeout -k 10 $((seconds + 120)) "$fuzzers/fuzz_$name" $(options "$name") -timeout="$one" \
		-rss_limit_mb="$memory" -max_total_time="$seconds" -print_final_stats=1 -reload=10 \
		-artifact_prefix="$fuzzers/found/$name/" "$corpora/$name" "$@" >"$log" 2>&1 </dev/null
}

run_one() {
	local name=$1 log=$fuzzers/$1.log artifacts=$fuzzers/found/$1 seeds=$corpora/seeds/$1
	local failed=0 features=0 executions=0 input started spent i pid of_this cpu before
	local -a more=() pids=()

	mkdir -p "$corpora/$name" "$artifacts"
	rm -f "$artifacts"/* "$log"*
	[ -d "$seeds" ] && more+=("$seeds")
	[ -e "$here/$name.dict" ] && more+=("-dict=$here/$name.dict")
	started=$SECONDS
	cpu_taken
	before=$cpu
	for ((i = 0; i < workers; i++)); do
		run_worker "$name" "$log.$i" "${more[@]}" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=1
	done
	spent=$((SECONDS - started))
	[ "$spent" -gt 0 ] || spent=1
	cpu_taken
	cpu=$((cpu - before))
	[ "$cpu" -gt 0 ] || cpu=1
	for ((i = 0; i < workers; i++)); do
		of_this=$(stat_of number_of_executed_units "$log.$i")
		executions=$((executions + ${of_this:-0}))
		of_this=$(grep -ao 'ft: [0-9]*' "$log.$i" | tail -n 1 | cut -d ' ' -f 2)
		[ "${of_this:-0}" -le "$features" ] || features=$of_this
	done
	cat "$log".[0-9]* >"$log"
	echo "$name: $executions executions, $((executions / spent)) a second," \
		"$((executions * 100 / cpu)) a CPU second, $features features," \
		"$(find "$corpora/$name" -type f | wc -l) inputs"
	[ "$failed" = 1 ] || return 0

	found=1
	grep -a -m 3 '^fuzz: \|ERROR: \|runtime error: \|^SUMMARY: ' "$log" | sed "s/^/$name: /"
	for input in "$artifacts"/*; do
		case $(basename "$input") in
		slow-unit-* | '*') continue ;;
		esac
		mkdir -p "$keep/$name"
		cp "$input" "$keep/$name/"
		echo "reproduce: $fuzzers/fuzz_$name $keep/$name/$(basename "$input")"
	done
	[ -n "$(ls "$artifacts")" ] || tail -n 5 "$log" | sed "s/^/$name: /"
}

for name in "$@"; do
	run_one "$name"
done
exit $found
