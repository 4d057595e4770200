#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# boot.sh WORK KERNEL DESIGN KIND TASKVMA GUEST SELFTEST OBJECT...: boots KERNEL (boot_build.sh), runs
# SELFTEST (selftest/main.c) and `taskvma diff` there, has GUEST (boot_guest) ask it, and holds what was
# answered, and the console, against what they should be. WORK gets console and out/, what they wrote.
#
# BOOT_SECONDS: of walks of a process that changes (2; the debugging kernel 5).
# BOOT_PROVOKE=NAME: the debugging kernel does what lkdtm has under that name (WARNING,
# READ_AFTER_FREE): then the console must not pass.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$1 kernel=$2 design=$3 kind=$4 taskvma=$5 guest=$6 selftest=$7
shift 7
mkdir -p "$work"
# shellcheck source=kernel/boot_lib.sh
. "$here/boot_lib.sh"

limit=400 seconds=${BOOT_SECONDS:-2} cpus=2 refused=
case $kind in
debug) limit=1800 seconds=${BOOT_SECONDS:-5} ;;
up)
	cpus=1
	# snapshot needs PER_VMA_LOCK
	[ "$design" != snapshot ] || refused=EOPNOTSUPP
	;;
esac

make_initramfs() {
	local root=$work/root

	boot_root "$root"
	mkdir -p "$root/tmp/out"
	boot_program "$root" "$guest" boot_guest
	boot_program "$root" "$selftest" selftest
	boot_program "$root" "$taskvma" taskvma
	cp "$@" "$root/objects/"
	boot_init "$root" <<INIT
selftest >/tmp/out/selftest.log 2>&1
echo "exit \$?" >>/tmp/out/selftest.log
boot_guest /objects /tmp/out $seconds >/tmp/out/log 2>&1
echo "exit \$?" >>/tmp/out/log
{
	taskvma diff --kernel 6.12 --design $design /objects/vma_*.bpf.o &&
	taskvma diff --kernel 6.12 --design $design --set target_pid=@pid /objects/iters_task_vma.bpf.o
} >/tmp/out/programs.log 2>&1
echo "exit \$?" >>/tmp/out/programs.log
mount -t debugfs none /sys/kernel/debug 2>/dev/null
[ -z "${BOOT_PROVOKE-}" ] || echo "${BOOT_PROVOKE-}" >/sys/kernel/debug/provoke-crash/DIRECT
tar -cz -C /tmp/out . >/dev/ttyS1
grep debug_locks: /proc/lockdep_stats 2>/dev/null | sed 's/^ */boot_init: /' >/dev/kmsg
echo "boot_init: end" >/dev/kmsg
INIT
	boot_pack "$root" "$work/initramfs"
}

# What the guest wrote, and that it came to its end.
unpack_answers() {
	rm -rf "$work/out"
	mkdir "$work/out"
	tar -xz -C "$work/out" -f "$work/out.tar.gz" 2>/dev/null || {
		echo "kernel-boot: the booted kernel sent no answers; its last words:" >&2
		tail -n 5 "$work/console" >&2
		return 1
	}
	sed '/^exit /d' "$work/out/log"
	grep -qx 'exit 0' "$work/out/log"
}

# The series' own selftest; a kernel that refuses every walk must fail it.
judge_selftest() {
	local log=$work/out/selftest.log expected=0

	[ -z "$refused" ] || expected=1
	grep -q "^exit $expected$" "$log" || {
		echo "boot: $design: the series' selftest:"
		cat "$log"
		return 1
	}
	echo "boot: $design: the series' selftest: $(tail -n 2 "$log" | head -n 1)"
}

# Programs in the guest, beside the same programs in the emulator. It does not know of kernels that lack
# what the design needs.
judge_programs() {
	local log=$work/out/programs.log

	if [ -n "$refused" ]; then
		echo "boot: $design: no programs are compared on a kernel that refuses to walk"
		return
	fi
	grep -q '^exit 0$' "$log" || {
		echo "boot: $design: programs on the kernel and in the emulator:"
		cat "$log"
		return 1
	}
	echo "boot: $design: programs on the kernel and in the emulator:" \
		"$(sed -n 's/^\([0-9]* programs\{0,1\}: .*\)/\1;/p' "$log" | tr '\n' ' ' | sed 's/; $//')"
}

status=0
make_initramfs "$@"
BOOT_CPUS=$cpus boot_qemu $limit "$kernel" "$work/initramfs" loglevel=7 "$work/console" "$work/out.tar.gz"
unpack_answers || status=1
judge_selftest || status=1
judge_programs || status=1
"$here/boot_compare.sh" "$taskvma" "$design" "$work/out" $refused || status=1
"$here/boot_console.sh" "$work/console" "$kind" || status=1
exit $status
