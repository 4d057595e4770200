#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# boot_console.sh CONSOLE KIND: did the booted kernel complain? Prints each complaint with the lines
# that follow it. Exit 0: it said nothing, though it could have: it booted, printed what is no more
# than a warning, and a debugging kernel's checkers were there to the end. Else 1.
set -u

console=$1 kind=$2
problems='WARNING:|BUG:|BUG kmalloc|KASAN:|INFO: |UBSAN:|Oops|general protection|Call Trace:|stack segment|'
problems=$problems'Kernel panic|unable to handle|detected stall|rcu: .*stall|scheduling while atomic|refcount_t:|'
problems=$problems'possible .*(deadlock|locking)|inconsistent lock|turning off|debug_objects: |ODEBUG:|list_(add|del) corruption'

complain() {
	echo "console: $1"
	exit 1
}

[ -s "$console" ] || complain "there is none: $console"
grep -aq 'Linux version 6\.12\.' "$console" || complain "no Linux 6.12 booted in it"
grep -aq 'boot_init: end' "$console" || complain "it did not come to its end: $(tail -n 1 "$console")"
if grep -aE "$problems" "$console" >/dev/null; then
	grep -aE -A 12 "$problems" "$console" | head -n 60
	complain "the kernel complained"
fi
if [ "$kind" = debug ]; then
	grep -aq 'Lock dependency validator:' "$console" || complain "lockdep is not there"
	grep -aq 'KernelAddressSanitizer initialized' "$console" || complain "KASAN is not there"
	grep -aq 'boot_init: debug_locks: *1' "$console" || complain "lockdep was off at the end"
fi
