#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# boot_objects.sh LINUX BTF DIR: the BPF objects that are run in the booted kernel with these types, under
# DIR, those that are missing or old: ours, those of fixtures/programs that walk VMAs, and the kernel's
# selftest, unchanged, from LINUX. Prints their names.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
linux=$1 btf=$2 dir=$3
selftests=$linux/tools/testing/selftests/bpf
programs=$here/../fixtures/programs
include=$dir/include

mkdir -p "$dir"
[ "$btf" -ot "$include/vmlinux.h" ] || rm -rf "$include"
"$here/../tests/differential/bpf_include.sh" "$linux" "$btf" "$include"

# is_old OBJECT SOURCE: missing, or older than what it is made of
is_old() {
	local from

	for from in "$2" "$include/vmlinux.h" "$here/boot_walks.h" "$programs"/*.h; do
		[ ! "$1" -ot "$from" ] || return 0
	done
	return 1
}

for source in "$here/boot_walks.bpf.c" "$selftests/progs/iters_task_vma.c" "$programs"/vma_*.bpf.c; do
	name=$(basename "$source" .c)
	object=$dir/${name%.bpf}.bpf.o
	if is_old "$object" "$source"; then
		${CLANG:-clang} -target bpf -mcpu=v3 -g -O2 -D__TARGET_ARCH_x86 -I"$include" -I"$selftests" \
			-w -c "$source" -o "$object.part"
		mv "$object.part" "$object"
	fi
	echo "$object"
done
