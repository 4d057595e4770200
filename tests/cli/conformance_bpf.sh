#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What BPF instructions do: the table on the interpreter and on the running kernel, with some operands
# that nobody chose. `make conformance-bpf` takes more of these.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

t_begin "instructions do here what they do in the kernel"
t_run "$HELPERS/insn_run" 20
if [ "$T_STATUS" = 3 ]; then
	t_skip "no bpf(2) here"
else
	t_status 0
	grep -q ' 0 differences$' "$T_OUT" || t_fail "$(tail -n 1 "$T_OUT")"
fi

t_begin "formats print here what they print in the kernel"
t_run "$HELPERS/format_run"
[ "$T_STATUS" = 3 ] || t_status 0
grep -q ' 0 differences$' "$T_OUT" || t_fail "$(head -n 1 "$T_OUT")"

t_done
