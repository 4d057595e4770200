#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# planted.sh BUILD SECONDS [NAME...]: defects made on purpose, planted/FUZZER-DEFECT.patch, one after
# the other in a copy of the tree under BUILD/planted: the fuzzer has to find each within SECONDS,
# from its seeds alone. Prints a line for each; exit 1 when one was not found. NAME: only these
# fuzzers, or these patches.

set -u
build=$(realpath "${1:?usage: planted.sh BUILD SECONDS [NAME...]}")
seconds=${2:?usage: planted.sh BUILD SECONDS [NAME...]}
shift 2
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
tree=$build/planted/tree
fuzzers=$build/planted/tree/build/fuzz/fuzzers
missed=0

export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=0

# A copy with what is compiled already, so that a defect costs one file and a link.
copy_tree() {
	rm -rf "$build/planted"
	mkdir -p "$tree/build"
	cp -a Makefile maple model bpf verifier_sim tests "$tree/"
	cp -a "$build/fuzz" "$tree/build/fuzz"
}

make_fuzzer() {
	make --no-print-directory -C "$tree" fuzz-build BUILD=build KIND=fuzz CC="${FUZZ_CC:-clang}" \
		FUZZ="$1" >"$build/planted/make.log" 2>&1
}

is_wanted() {
	local name
	[ $# = 1 ] && return 0
	for name in "${@:2}"; do
		case $1 in "$name" | "$name"-*) return 0 ;; esac
	done
	return 1
}

# Seconds it took, or nothing.
find_defect() {
	local fuzzer=$1 log=$2 corpus=$build/planted/corpus seeds=$build/corpus/seeds/$1
	local started=$EPOCHREALTIME status
	local -a more=()
	rm -rf "$corpus"
	mkdir -p "$corpus"
	[ -d "$seeds" ] && more+=("$seeds")
	[ -e "$root/tests/fuzz/$fuzzer.dict" ] && more+=("-dict=$root/tests/fuzz/$fuzzer.dict")
	# shellcheck disable=SC2046  # one option a word
	timeout -k 10 $((seconds + 60)) "$fuzzers/fuzz_$fuzzer" \
		$(sed -n 's/^\([a-z_]*\) *= *\(.*\)$/-\1=\2/p' "$root/tests/fuzz/$fuzzer.options" 2>/dev/null) \
		-seed=1 -timeout=25 -rss_limit_mb=2048 -max_total_time="$seconds" \
		-artifact_prefix="$build/planted/" "$corpus" "${more[@]}" >"$log" 2>&1 </dev/null
	status=$?
	[ "$status" = 0 ] || awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'
}

try() {
	local name=$1 patch=$root/tests/fuzz/planted/$1.patch log=$build/planted/$1.log spent said
	local fuzzer=${name%%-*}

	if ! patch -s -d "$tree" -p1 <"$patch" || ! make_fuzzer "$fuzzer"; then
		echo "$name: does not apply or compile: $build/planted/make.log"
		missed=1
		patch -s -R -d "$tree" -p1 <"$patch"
		return
	fi
	spent=$(find_defect "$fuzzer" "$log")
	said=$(grep -a -m 1 -o 'not so: .*\|ERROR: [A-Za-z]*Sanitizer: [^ ]* *[^ ]*\|runtime error: .*\|BUG.*\|SUMMARY: .*' "$log" |
		head -n 1 | cut -c 1-100)
	if [ -n "$spent" ]; then
		echo "$name: found after $spent s: $said"
	else
		echo "$name: NOT found in $seconds s"
		missed=1
	fi
	patch -s -R -d "$tree" -p1 <"$patch"
}

copy_tree
for patch in tests/fuzz/planted/*.patch; do
	name=$(basename "$patch" .patch)
	if is_wanted "$name" "$@"; then
		try "$name"
	fi
done
exit $missed
