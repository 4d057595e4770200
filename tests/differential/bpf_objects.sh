#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# bpf_objects.sh KSRC DIR: compile BPF objects under DIR, those that are missing or old.
#
#   DIR/own-CLANG/       our own programs (bpf_objects/*.bpf.c)
#   DIR/programs-CLANG/  tracing programs as people write them (fixtures/programs/*.bpf.c)
#   DIR/cases-CLANG/     programs that say what a verifier says of them (tests/verifier/*.bpf.c)
#   DIR/iters-CLANG/     the 6.12 selftests' iters*.c and verifier_*.c, for the newest instruction
#                        set the compiler has
#   DIR/selftests-CLANG/ their other programs, with the newest compiler only
#
# BPF_SELFTESTS=PATTERN narrows the last (none: leave them away). What does not compile is named in
# DIR/failed: with some compilers and headers a few never do. Prints the list of objects.
set -eu

ksrc=$1
dir=$2
here=$(cd "$(dirname "$0")" && pwd)
progs=$ksrc/tools/testing/selftests/bpf/progs
pattern=${BPF_SELFTESTS:-*}
jobs=${BPF_JOBS:-2}

die() {
	echo "bpf_objects: $1" >&2
	exit 3
}

PATH=$PATH:/usr/sbin:/sbin
command -v bpftool >/dev/null || die "no bpftool (package bpftool)"
[ -r /sys/kernel/btf/vmlinux ] || die "no /sys/kernel/btf/vmlinux"

include=$dir/include
"$here/bpf_include.sh" "$ksrc" /sys/kernel/btf/vmlinux "$include"
multiarch=/usr/include/$(uname -m)-linux-gnu
export include ksrc progs here multiarch

# compile_list CLANG MCPU OUTPUT-FOLDER, sources on stdin
compile_list() {
	mkdir -p "$3"
	# shellcheck disable=SC2016  # for the inner shell
	compiler=$1 cpu=$2 out=$3 xargs -r -P "$jobs" -I{} sh -c '
		name=$(basename {} .c)
		object=$out/${name%.bpf}.bpf.o
		[ "$object" -nt {} ] && exit 0
		[ "$out/$name.failed" -nt {} ] && exit 0
		"$compiler" -target bpf -mcpu="$cpu" -g -O2 -D__TARGET_ARCH_x86 -I"$include" \
			-I"$here/bpf_objects" -I"$here/../verifier" -I"$progs/.." -I"$progs" -I"$ksrc/tools/include/uapi" \
			-I"$multiarch" -w -c {} -o "$object.part" 2>"$out/$name.log" &&
			mv "$object.part" "$object" && rm -f "$out/$name.failed" ||
			mv "$out/$name.log" "$out/$name.failed"'
}

clangs=
for c in clang-14 clang-19; do
	command -v $c >/dev/null && clangs="$clangs $c"
done
[ -n "$clangs" ] || clangs=clang
command -v "${clangs##* }" >/dev/null || die "no clang"

for c in $clangs; do
	cpu=v3
	! $c -target bpf -mcpu=v4 -x c -c /dev/null -o /dev/null 2>/dev/null || cpu=v4
	printf '%s\n' "$here"/bpf_objects/*.bpf.c | compile_list "$c" v3 "$dir/own-$c"
	printf '%s\n' "$here"/../../fixtures/programs/*.bpf.c | compile_list "$c" v3 "$dir/programs-$c"
	printf '%s\n' "$here"/../verifier/*.bpf.c | compile_list "$c" v3 "$dir/cases-$c"
	printf '%s\n' "$progs"/iters*.c "$progs"/verifier_*.c | compile_list "$c" $cpu "$dir/iters-$c"
	last=$c
done
if [ "$pattern" != none ]; then
	# shellcheck disable=SC2086 # the pattern is to be expanded
	(cd "$progs" && ls -d $pattern) | grep '\.c$' | grep -Ev '^(iters|verifier_)' |
		sed "s|^|$progs/|" | compile_list "$last" v3 "$dir/selftests-$last"
fi

find "$dir" -name '*.failed' | sed "s|$dir/||; s|\.failed$||" | sort >"$dir/failed"
find "$dir" -name '*.bpf.o' | sort
