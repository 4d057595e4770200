#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# matrix.sh [DESIGN...]: what each scenario shows of each design, by letters; "?"
# where it was not exhausted. taskvma is found by PATH.

set -u
cd "$(dirname "$0")/../.." || exit 1
[ $# -gt 0 ] || set -- mmap_lock vma_lock vma_ref rcu_addr snapshot

# letters JSON: the hazards found.
letters() {
	local found text=
	found=${1##*\"found\":[}
	found=${found%%]*}
	while read -r letter kind; do
		case ",$found," in *",\"$kind\","*) text=$text$letter ;; esac
	done <<-END
	D deadlock
	F use after free
	U use without protection
	S stale VMA
	X VMA of another address space
	T torn read
	M missed VMA
	R repeated VMA
	L leak
	B released twice
	O lock order inversion
	A sleeps where it must not
	N no forward progress
	END
	case $1 in *'"exhausted":true'*) ;; *) text="$text?" ;; esac
	echo "${text:--}"
}

line() {
	printf '%-24s' "$1"
	shift
	printf ' %-10s' "$@"
	echo
}

line scenario "$@" | sed 's/ *$//'
for scenario in fixtures/scenarios/*.yaml; do
	name=$(basename "$scenario" .yaml)
	case $name in ablate-* | snapshot-*) continue ;; esac
	printf '%-24s' "$name"
	for design; do
		printf ' %-10s' "$(letters "$(taskvma explore "$scenario" --design "$design" \
			--format json --max-states 3000000 2>/dev/null | head -n 1)")"
	done
	echo
done | sed 's/ *$//'
