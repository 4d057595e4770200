#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Maps with content, ours and the running kernel's. `make differential-maps` does more of this.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

t_begin "maps do here what they do in the kernel"
map_ops=$(dirname "$HELPERS")/differential/map_ops
t_run "$map_ops" "$map_ops.bpf.o" --ops 3000
if [ "$T_STATUS" = 3 ]; then
	t_skip "$(cat "$T_ERR")"
else
	t_status 0
	[ "$(grep -c ' 0 differences$' "$T_OUT")" = 22 ] || t_fail "$(head -n 5 "$T_OUT")"
fi

t_done
