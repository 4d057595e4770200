#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# build.sh TREE BTF OUT [FROM]: the series' selftest as a program of its own, OUT/task_vma_walk_test.
#
# TREE is a tree of Linux 6.12, for its headers (tools/, scripts/bpf_doc.py); BTF is a file with the
# kernel's types (/sys/kernel/btf/vmlinux will do: the programs are relocated when they are loaded).
# FROM is the folder that has progs/ and prog_tests/: the one of this script, or that of a patched tree.
# STATIC=1 links all of it in, for an initramfs. BPF_CLANG is the compiler of BPF programs, BPF_FLAGS what
# it is told besides.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$1" && pwd) btf=$2 out=$3 from=${4:-$here}
selftests=$tree/tools/testing/selftests/bpf
clang=${BPF_CLANG:-clang}

read -ra flags <<<"${BPF_FLAGS-}"

mkdir -p "$out/include/bpf"
/usr/bin/python3 "$tree/scripts/bpf_doc.py" --header --file "$tree/tools/include/uapi/linux/bpf.h" \
	>"$out/include/bpf/bpf_helper_defs.h"
cp "$tree"/tools/lib/bpf/*.h "$out/include/bpf/"
bpftool btf dump file "$btf" format c >"$out/include/vmlinux.h"

for prog in task_vma_walk task_vma_walk_fail; do
	# -mcpu and the warning left out: as the kernel's Makefile for these programs has them
	"$clang" -target bpf -mcpu=v3 -g -O2 -Wall -Werror -Wno-compare-distinct-pointer-types \
		-D__TARGET_ARCH_x86 "${flags[@]}" -I"$out/include" -I"$selftests/progs" -I"$selftests" \
		-I"$tree/tools/include/uapi" -c "$from/progs/$prog.c" -o "$out/$prog.bpf.o"
	bpftool gen skeleton "$out/$prog.bpf.o" name "$prog" >"$out/include/$prog.skel.h"
done

# shellcheck disable=SC2086 # options
${CC:-gcc} -std=gnu11 -g -O2 -Wall -Werror ${STATIC:+-static} -I"$out/include" -I"$selftests" \
	-I"$tree/tools/lib" -I"$tree/tools/include" -I"$tree/tools/include/uapi" \
	"$from/prog_tests/task_vma_walk.c" "$here/main.c" -o "$out/task_vma_walk_test.new" \
	-lbpf ${STATIC:+-lelf -lz}
mv "$out/task_vma_walk_test.new" "$out/task_vma_walk_test"
