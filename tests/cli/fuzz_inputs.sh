#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Inputs that once were a finding of a fuzzer, by its replay (tests/fuzz/replay_main.c).

source "$(dirname "$0")/lib.sh"

replays=$(dirname "$TASKVMA")/fuzz

for folder in "$ROOT"/tests/regressions/fuzz/*/; do
	name=$(basename "$folder")
	t_begin "$name"
	t_run timeout 300 "$replays/replay_$name" "$folder"
	[ "$T_STATUS" = 0 ] || t_fail "$(tail -n 20 "$T_ERR")"
	t_ok grep -q "^$(find "$folder" -type f | wc -l) inputs$" "$T_OUT"
done
t_done
