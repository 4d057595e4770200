#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# run.sh FUZZERS CORPORA SECONDS NAME...: each fuzzer FUZZERS/fuzz_NAME in turn, for so long, on the
# corpus CORPORA/NAME (kept and grown) and the seeds CORPORA/seeds/NAME. A line for each:
#
#   maple: 512034 executions, 8533 a second, 4711 features, 612 inputs
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

run_one() {
	local name=$1 log=$fuzzers/$1.log artifacts=$fuzzers/found/$1 seeds=$corpora/seeds/$1
	local status features input started spent executions
	local -a more=()

	mkdir -p "$corpora/$name" "$artifacts"
	rm -f "$artifacts"/*
	[ -d "$seeds" ] && more+=("$seeds")
	[ -e "$here/$name.dict" ] && more+=("-dict=$here/$name.dict")
	started=$SECONDS
	# shellcheck disable=SC2046  # one option a word
	timeout -k 10 $((seconds + 120)) "$fuzzers/fuzz_$name" $(options "$name") -timeout=25 \
		-rss_limit_mb="$memory" -max_total_time="$seconds" -print_final_stats=1 \
		-artifact_prefix="$artifacts/" "$corpora/$name" "${more[@]}" >"$log" 2>&1 </dev/null
	status=$?
	spent=$((SECONDS - started))
	[ "$spent" -gt 0 ] || spent=1
	features=$(grep -ao 'ft: [0-9]*' "$log" | tail -n 1 | cut -d ' ' -f 2)
	executions=$(stat_of number_of_executed_units "$log")
	echo "$name: ${executions:-0} executions, $((${executions:-0} / spent)) a second," \
		"${features:-0} features, $(find "$corpora/$name" -type f | wc -l) inputs"
	[ "$status" = 0 ] && return

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
