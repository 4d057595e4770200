#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# boot.sh WORK KERNEL MODULE SELFTEST TASKVMA GUEST OBJECT...: boots KERNEL, loads MODULE there, runs SELFTEST
# (../selftest/build.sh) and has GUEST (../boot_guest.c) run OBJECTs, all of them made to call the module's
# kfuncs, and holds the answers against the emulator's (../boot_compare.sh). Then the module is taken
# out and loaded once more. WORK gets console and out/, what was said.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$1 kernel=$2 module=$3 selftest=$4 taskvma=$5 guest=$6
shift 6
mkdir -p "$work"
# shellcheck source=kernel/boot_lib.sh
. "$here/../boot_lib.sh"

# Of the programs that must be rejected, those whose message does not have the iterator's name in it.
subtests="whole from inside changed kernel_thread zombie no_destroy task_may_be_gone vma_of_no_check"

make_initramfs() {
	local root=$work/root

	boot_root "$root"
	mkdir -p "$root/tmp/out"
	boot_program "$root" "$selftest" selftest
	boot_program "$root" "$guest" boot_guest
	cp "$module" "$root/boot/tv_task_vma.ko"
	cp "$@" "$root/objects/"
	boot_init "$root" <<INIT
{
	selftest whole >/dev/null 2>&1 && echo "not ok - the module's kfuncs are there without it"
	insmod /boot/tv_task_vma.ko && echo "ok - loaded"
	selftest $subtests | grep -v :PASS:
	boot_guest /objects /tmp/out 2 && echo "ok - walks from all contexts"
	# programs that have ended are freed a moment later, and hold it until then
	for second in 1 2 3 4 5 6 7 8 9; do rmmod tv_task_vma 2>/dev/null && break; sleep 1; done
	insmod /boot/tv_task_vma.ko && echo "ok - taken out and loaded again"
} >/tmp/out/log 2>&1
tar -cz -C /tmp/out . >/dev/ttyS1
echo "boot_init: end" >/dev/kmsg
INIT
	boot_pack "$root" "$work/initramfs"
}

unpack_answers() {
	rm -rf "$work/out"
	mkdir "$work/out"
	tar -xz -C "$work/out" -f "$work/out.tar.gz" 2>/dev/null && cat "$work/out/log"
}

# What must have been said, and what must not.
judge() {
	local line

	for line in "ok - loaded" "ok - walks from all contexts" "ok - taken out and loaded again" \
		    "$(wc -w <<<"$subtests") run, 0 failed"; do
		grep -qx "$line" "$work/out/log" || { echo "not ok - nobody said: $line"; return 1; }
	done
	! grep '^not ok' "$work/out/log"
}

status=0
make_initramfs "$@"
BOOT_CPUS=2 boot_qemu 180 "$kernel" "$work/initramfs" loglevel=7 "$work/console" "$work/out.tar.gz"
{ unpack_answers && judge; } || status=1
"$here/../boot_compare.sh" "$taskvma" mmap_lock "$work/out" || status=1
"$here/../boot_console.sh" "$work/console" plain || status=1
[ $status = 0 ] || echo "kernel-module: failed; see $work/console" >&2
exit $status
