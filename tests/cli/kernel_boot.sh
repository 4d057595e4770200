#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What `make kernel-boot` judges a booted kernel by, on answers and consoles made here: each kind of
# difference and of complaint must be seen. No kernel is built or booted.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

compare() { t_run "$ROOT/kernel/boot_compare.sh" "$TASKVMA" "$1" "$T/out" "${@:2}"; }
console() { t_run "$ROOT/kernel/boot_console.sh" "$T/console" "$1"; }

# case_of NAME ASKED ANSWER-LINE...: what boot_guest leaves of a process with two mappings.
case_of() {
	mkdir -p "$T/out/$1"
	cat >"$T/out/$1/maps" <<'END'
00400000-00401000 r-xp 00001000 fe:01 77                                 /bin/demo
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
END
	echo "$2" >"$T/out/$1/asked"
	printf '%s\n' "${@:3}" >"$T/out/$1/answer"
}
demo='00400000-00401000 r-xp 00001000 fe:01 77'
stack='7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0'

all_equal() {
	rm -rf "$T/out"
	case_of whole '--from 0 --context process' 0 "$demo" "$stack"
	case_of from '--from 0x401000 --context softirq' 0 "$stack"
	case_of ranges '' 0 "${demo%% *}" "${stack%% *}"
	case_of exited '--fault exited' ENOENT
	case_of irqs-off '--context irqs-off' "$@"
}

t_begin "kernel-boot: answers equal to the emulator's"
all_equal 0 "$demo" "$stack"
compare mmap_lock
t_status 0
t_ok grep -q 'mmap_lock: 5 cases equal to the emulator.s, 0 differ' "$T_OUT"
all_equal EBUSY
compare snapshot
t_status 0
t_ok grep -q 'snapshot: 5 cases equal' "$T_OUT"

# differs NAME ASKED ANSWER-LINE...: that one case is told, and fails the comparison.
differs() {
	t_begin "kernel-boot: $1 differs"
	all_equal 0 "$demo" "$stack"
	case_of "$@"
	compare mmap_lock
	t_status 1
	t_ok grep -q "^differs: $1 " "$T_OUT"
}
differs a-vma-missing '' 0 "$demo"
differs a-vma-too-many '' 0 "$demo" "$stack" 'ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0'
differs another-end '' 0 "$demo" "${stack/21000/22000}"
differs other-permissions '' 0 "${demo/r-xp/r--p}" "$stack"
differs another-range '' 0 "${demo%% *}" "${stack/21000 */22000}"
differs no-failure '--fault exited' 0
differs another-errno '--fault exited' EBUSY
differs a-failure '' ENOENT

t_begin "kernel-boot: no answers are not equal"
rm -rf "$T/out"
mkdir "$T/out"
compare mmap_lock
t_status 1

t_begin "kernel-boot: a kernel that lacks what the design needs"
rm -rf "$T/out"
case_of whole '' EOPNOTSUPP
case_of exited '--fault exited' EOPNOTSUPP
case_of selftest '' 0
compare snapshot EOPNOTSUPP
t_status 0
case_of whole '' 0 "$demo" "$stack"
compare snapshot EOPNOTSUPP
t_status 1

# --- consoles --------------------------------------------------------------------

plain_console() {
	printf '[    0.0] %s\n' 'Linux version 6.12.1 (a@b)' 'x86/fpu: Enabled' "$@" 'boot_init: end' >"$T/console"
}
debug_console() {
	plain_console 'Lock dependency validator: Copyright' 'kasan: KernelAddressSanitizer initialized' \
		"$@" 'boot_init: debug_locks: 1'
}

t_begin "kernel-boot: silent consoles"
plain_console
console plain
t_status 0
debug_console
console debug
t_status 0

t_begin "kernel-boot: a console without the checkers that were to watch"
plain_console
console debug
t_status 1
debug_console
sed -i 's/debug_locks: 1/debug_locks: 0/' "$T/console"
console debug
t_status 1
debug_console
sed -i /kasan/d "$T/console"
console debug
t_status 1

t_begin "kernel-boot: a console that ends early, or is none"
plain_console
sed -i '$d' "$T/console"
console plain
t_status 1
: >"$T/console"
console plain
t_status 1
rm "$T/console"
console plain
t_status 1

t_begin "kernel-boot: what a kernel says when something is wrong"
while read -r complaint; do
	debug_console "$complaint"
	console debug
	t_status 1
	t_ok grep -qF "$complaint" "$T_OUT"
done <<'END'
WARNING: CPU: 1 PID: 72 at kernel/bpf/task_vma_iter.c:31 bpf_iter_task_vma_next+0x1/0x2
WARNING: possible recursive locking detected
WARNING: possible circular locking dependency detected
WARNING: inconsistent lock state
WARNING: suspicious RCU usage
BUG: KASAN: slab-use-after-free in bpf_iter_task_vma_next+0x1/0x2
BUG: sleeping function called from invalid context at kernel/locking/rwsem.c:1
BUG: kernel NULL pointer dereference, address: 0000000000000000
BUG: scheduling while atomic: boot_guest/72/0x00000002
BUG: MAX_LOCKDEP_CHAINS too low!
INFO: task boot_guest:72 blocked for more than 120 seconds.
rcu: INFO: rcu_sched detected stalls on CPUs/tasks:
refcount_t: underflow; use-after-free.
Kernel panic - not syncing: Attempted to kill init!
Oops: general protection fault, probably for non-canonical address 0xdead000000000100
END

t_done
