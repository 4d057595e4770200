#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Allocations that fail, one at a time, in each verb: `make fail-nth` in short.
# once: what is preloaded stands where AddressSanitizer has its own allocator
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

failnth=("$HELPERS/failnth/run_failnth" -p "$HELPERS/failnth/preload.so")
planted=$HELPERS/failnth/planted

# noticed DEFECT TEXT OPTIONS ARG...: the defect makes it fail, and is told
noticed() {
	local defect=$1 text=$2 options=$3
	shift 3
	t_begin "noticed: $defect${options:+ ${options%% *}}"
	# shellcheck disable=SC2086  # several words
	t_run "${failnth[@]}" $options "$defect" "$planted" "$defect" "$@"
	t_status 1
	t_ok grep -q "^$defect: allocation [12]: $text" "$T_OUT"
}

t_begin "nothing is wrong with a program that does it right"
t_run "${failnth[@]}" right "$planted" right
t_status 0
t_ok grep -q ' 2 allocations, *2 failed: 2 clean' "$T_OUT"

mkdir "$T/file"
cd "$T" || exit 1
noticed lost 'lost 1000 bytes' ''
noticed lost 'lost 1000 bytes' -a
noticed crash 'ended by signal 11' ''
noticed hang 'ended by signal 14' '-w 1'
noticed ignored 'exit status 0, and its output is not' ''
noticed silent 'does not end with a line' ''
noticed status 'exit status is not 3' ''
noticed temporary 'a temporary file is left' "-f $PWD/file/out" "$PWD/file/out"
noticed half 'its file is neither' "-b -f $PWD/file/out" "$PWD/file/out"

t_begin "each verb, when an allocation fails"
t_run "$ROOT/tests/failnth/verbs.sh" "$TASKVMA" "$HELPERS/failnth" --quick
t_status 0
t_ok grep -q '^fail-nth: [1-9][0-9]* verbs, nothing wrong$' "$T_OUT"
[ "$T_STATUS" = 0 ] || head -c 5000 "$T_OUT"
t_done
