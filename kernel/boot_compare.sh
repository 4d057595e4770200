#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# boot_compare.sh TASKVMA DESIGN OUT [ERRNO]: what the booted kernel answered (OUT, written by boot_guest)
# beside what the emulator answers for the same maps and the same scenario: errno of new, and each
# VMA. Prints what differs, then one line. Exit 0: all equal; 1: some differ, or there are none.
#
# ERRNO: what new has to say each time, for a kernel that lacks what the design needs; the emulator
# has it always.
set -u

taskvma=$1 design=$2 out=$3 refused=${4-}
equal=0 differ=0 vmas=0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fixture CASE: the address space as the emulator reads it; none at all has no maps to capture.
fixture() {
	if [ -s "$1/maps" ]; then
		"$taskvma" capture --maps "$1/maps" -o "$work/space.yaml"
	else
		printf 'schema: 1\ntasks:\n  - pid: 1\n    vmas: []\n' >"$work/space.yaml"
	fi
}

# ask CASE FIELDS: the emulator's answer in the shape of CASE/answer.
ask() {
	local fields=$2 status=0
	fixture "$1" || return 1
	# shellcheck disable=SC2046 # options of the case, as words
	"$taskvma" walk "$work/space.yaml" --design "$design" $(cat "$1/asked") \
		>"$work/walk" 2>"$work/errors" || status=$?
	if [ $status = 0 ]; then
		echo 0
		cut -d' ' -f"1-$fields" "$work/walk"
	else
		sed -n 's/.*bpf_iter_task_vma_new: -\(E[A-Z0-9]*\): .*/\1/p' "$work/errors"
	fi
}

# The kernel's selftest does not keep what new said.
refusal() {
	[ "${1##*/}" != selftest ] || { echo 0; return; }
	echo "$refused"
}

# The kernel's selftest keeps ranges alone.
judge() {
	local fields=5
	[ "$(awk 'NR == 2 { print NF }' "$1/answer")" != 1 ] || fields=1
	: >"$work/diff"
	if [ -n "$refused" ]; then
		refusal "$1"
	else
		ask "$1" $fields
	fi >"$work/emulated" || return 1
	diff "$1/answer" "$work/emulated" >"$work/diff"
}

for case in "$out"/*/; do
	[ -e "$case/answer" ] || continue
	if judge "${case%/}"; then
		equal=$((equal + 1))
		vmas=$((vmas + $(wc -l <"$case/answer") - 1))
	else
		differ=$((differ + 1))
		echo "differs: $(basename "$case") ($(tr -d '\n' <"$case/asked")), < kernel, > emulator:"
		head -n 6 "$work/diff"
	fi
done
echo "boot: $design: $equal cases equal to the emulator's, $differ differ ($vmas VMAs)"
[ $differ = 0 ] && [ $equal != 0 ]
