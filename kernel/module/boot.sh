#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# boot.sh WORK KERNEL MODULE SELFTEST: boots KERNEL, loads MODULE there, runs SELFTEST (../selftest/build.sh
# with KFUNCS=tv_task_vma), takes the module out and loads it once more. WORK gets what was said.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$1 kernel=$2 module=$3 selftest=$4
mkdir -p "$work"
# shellcheck source=kernel/boot_lib.sh
. "$here/../boot_lib.sh"

# Of the programs that must be rejected, those whose message does not have the iterator's name in it.
subtests="whole from inside changed kernel_thread zombie no_destroy task_may_be_gone vma_of_no_check"

boot_root "$work/root"
boot_program "$work/root" "$selftest" selftest
cp "$module" "$work/root/objects/tv_task_vma.ko"
boot_init "$work/root" <<INIT
{
	selftest whole >/tmp/without && echo "not ok - the module's kfuncs are there without it"
	insmod /objects/tv_task_vma.ko && echo "ok - loaded"
	selftest $subtests | grep -v :PASS:
	rmmod tv_task_vma && insmod /objects/tv_task_vma.ko && echo "ok - taken out and loaded again"
	echo end
} >/dev/ttyS1 2>&1
INIT
boot_pack "$work/root" "$work/initramfs"
BOOT_CPUS=2 boot_qemu 120 "$kernel" "$work/initramfs" loglevel=7 "$work/console" "$work/said"

cat "$work/said"
status=0
for line in "ok - loaded" "ok - taken out and loaded again" end; do
	grep -qx "$line" "$work/said" || status=1
done
grep -q ' run, 0 failed$' "$work/said" || status=1
! grep -q '^not ok' "$work/said" || status=1
if grep -aE 'WARNING:|BUG:|Oops|tv_task_vma: .*(mismatch|nknown symbol)' "$work/console"; then status=1; fi
if [ $status != 0 ]; then
	echo "kernel-module: failed; the console's last words:" >&2
	tail -n 15 "$work/console" >&2
fi
exit $status
