# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# For the tests of the command: source it, then
#
#   t_begin NAME          a test begins; the one before it ends
#   t_run COMMAND...      runs it: $T_STATUS, and the files $T_OUT and $T_ERR
#   t_ok COMMAND...       the test fails unless the command succeeds
#   t_status N            t_run ended with N
#   t_out_is FILE         t_run printed exactly that
#   t_err_has TEXT        t_run's standard error contains it
#   t_fail TEXT           the test fails
#   t_skip WHY            the test could not be made here
#   t_done                the last line of every script
#
# $T is a fresh folder, removed at the end. $TASKVMA is the command, $HELPERS
# the folder of the helper programs. Each test prints one line: "ok - NAME",
# "not ok - NAME: what" or "skip - NAME: why".

set -u
export LC_ALL=C

t_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034  # for the tests
ROOT=$t_root
TASKVMA=$(realpath "${TASKVMA:-$t_root/build/taskvma}")
HELPERS=$(realpath "${HELPERS:-$t_root/build/helpers}")
export TASKVMA HELPERS
if [ ! -x "$TASKVMA" ] || [ ! -d "$HELPERS" ]; then
	echo "not ok - $(basename "$0"): $TASKVMA or $HELPERS is not built"
	exit 1
fi

# A sanitizer's report must not look like one of the command's own statuses.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99:print_stacktrace=1 LSAN_OPTIONS=exitcode=99

T=$(mktemp -d)
T_OUT=$T/.out T_ERR=$T/.err T_STATUS=
t_name='' t_why='' t_skipped='' t_finished='' t_failed=0
t_pids=()

t_end() {
	[ -n "$t_name" ] || return 0
	if [ -n "$t_why" ]; then
		echo "not ok - $t_name: $t_why"
		t_failed=1
	elif [ -n "$t_skipped" ]; then
		echo "skip - $t_name: $t_skipped"
	else
		echo "ok - $t_name"
	fi
	t_name=''
}

t_begin() {
	t_end
	t_name=$1 t_why='' t_skipped=''
}

# Only the first failure of a test is told: what follows mostly follows from it.
t_fail() {
	[ -n "$t_why" ] || t_why=$*
}

t_skip() {
	t_skipped=$*
}

t_run() {
	"$@" >"$T_OUT" 2>"$T_ERR" </dev/null
	t_ran $? "$*"
}

# As t_run, with a file as standard input.
t_run_stdin() {
	local input=$1
	shift
	"$@" >"$T_OUT" 2>"$T_ERR" <"$input"
	t_ran $? "$*"
}

t_ran() {
	T_STATUS=$1
	if [ "$T_STATUS" -ge 99 ]; then
		t_fail "'$2' ended with $T_STATUS: $(head -c 2000 "$T_ERR")"
	fi
}

t_ok() {
	"$@" || t_fail "not so: $*"
}

t_status() {
	[ "$T_STATUS" = "$1" ] ||
		t_fail "exit status $T_STATUS, not $1: $(head -c 500 "$T_ERR")"
}

t_out_is() {
	cmp -s "$T_OUT" "$1" ||
		t_fail "output differs: $(diff -a "$1" "$T_OUT" | head -5 | cut -c 1-300)"
}

t_err_has() {
	grep -qaF -e "$1" "$T_ERR" ||
		t_fail "standard error lacks '$1': $(head -c 500 "$T_ERR")"
}

# A process of the test's own, ended with the test. $T_PID
t_spawn() {
	"$@" &
	T_PID=$!
	t_pids+=("$T_PID")
}

t_done() {
	t_end
	t_finished=1
	exit "$t_failed"
}

t_cleanup() {
	local status=$? pid
	t_end
	for pid in "${t_pids[@]}"; do
		kill "$pid" 2>/dev/null
	done
	rm -rf "$T"
	if [ -z "$t_finished" ]; then
		echo "not ok - $(basename "$0"): ended early, with status $status"
		exit 1
	fi
}
trap t_cleanup EXIT
trap 'exit 143' TERM INT
