#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# build.sh KDIR OUT: OUT/tv_task_vma.ko for the kernel that was built, or prepared, in KDIR.
#
# The iterator is model/iter_mmap_lock.c, copied. To be loaded with its kfuncs the module needs BTF, for
# which KDIR has to hold vmlinux; and symbols' versions, Module.symvers or vmlinux.symvers. Without them it
# is compiled all the same, which is then said. C=2 has sparse read it, too.
set -euo pipefail
# what an outer make was told is not meant for the kernel's
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD KIND DEBUG UP V W OUT CC CFLAGS CPPFLAGS LDFLAGS LDLIBS

here=$(cd "$(dirname "$0")" && pwd)
[ -f "$1/Makefile" ] || { echo "kernel-module: $1 is no folder of a kernel's build" >&2; exit 1; }
kdir=$(cd "$1" && pwd)
[ -f "$kdir/scripts/module.lds" ] || {
	echo "kernel-module: $kdir is not prepared for modules: make modules_prepare there" >&2
	exit 1
}
mkdir -p "$2"
out=$(cd "$2" && pwd)

cp "$here"/*.[ch] "$here/Kbuild" "$here/../../model/task_vma_iter.h" "$out/"
cp "$here/../../model/iter_mmap_lock.c" "$out/task_vma_iter.c"

flags=()
if [ -f "$kdir/vmlinux.symvers" ] && [ ! -f "$kdir/Module.symvers" ]; then
	flags+=(KBUILD_EXTRA_SYMBOLS="$kdir/vmlinux.symvers" KBUILD_MODPOST_WARN=1)
elif [ ! -f "$kdir/Module.symvers" ]; then
	echo "kernel-module: $kdir has no Module.symvers: it is compiled, but not linked against symbols" >&2
	flags+=(KBUILD_MODPOST_WARN=1)
fi
[ -f "$kdir/vmlinux" ] || echo "kernel-module: $kdir has no vmlinux: there will be no BTF, and no kfuncs" >&2

log=$out/log
make -C "$kdir" M="$out" W=1 C="${C:-0}" "${flags[@]}" modules >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
# every warning of the compiler counts; a symbol that is missing does where symbols are known
if grep -E '(task_vma|tv_)[^ ]*: warning: ' "$log" >&2; then exit 1; fi
if [ -f "$kdir/Module.symvers" ] || [ -f "$kdir/vmlinux.symvers" ]; then
	if grep 'undefined!' "$log" >&2; then exit 1; fi
fi
echo "kernel-module: $out/tv_task_vma.ko"
