#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma check.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$T/good.yaml" <<'END'
schema: 1
tasks:
  - pid: 1
    vmas:
      - {start: 0x1000, end: 0x2000, perms: r--p}
      - {start: 0x2000, end: 0x3000, perms: rw-p}
  - pid: 2
    kthread: true
END
sed 's/0x2000, end: 0x3000/0x1000, end: 0x3000/' "$T/good.yaml" >"$T/overlap.yaml"

t_begin "check says what is in a good fixture"
t_run "$TASKVMA" check "$T/good.yaml"
t_status 0
echo "$T/good.yaml: ok, 2 tasks, 2 VMAs" >"$T/expected"
t_out_is "$T/expected"
t_ok test ! -s "$T_ERR"

t_begin "check goes on after a bad one"
t_run "$TASKVMA" check "$T/overlap.yaml" "$T/good.yaml" "$T" "$T/missing"
t_status 2
t_out_is "$T/expected"
t_err_has "taskvma: $T/overlap.yaml:6:"
t_err_has "overlaps"
t_err_has "taskvma: $T:1:1: "
t_err_has "taskvma: $T/missing:1:1: "
t_ok test "$(wc -l <"$T_ERR")" = 3

t_begin "check reads standard input"
t_run_stdin "$T/good.yaml" "$TASKVMA" check -
t_status 0
echo "-: ok, 2 tasks, 2 VMAs" >"$T/expected"
t_out_is "$T/expected"

t_begin "check: wrong usage"
t_run "$TASKVMA" check
t_status 2
t_err_has "taskvma: check needs a fixture"

for fixture in "$ROOT"/fixtures/spaces/*.yaml; do
	[ -e "$fixture" ] || continue
	t_begin "check $(basename "$fixture")"
	t_run "$TASKVMA" check "$fixture"
	t_status 0
	t_ok grep -q ': ok, ' "$T_OUT"
done

t_done
