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

clang=$(command -v clang-14 || command -v clang)
t_begin "the test's program compiles"
cp "$ROOT"/tests/cli/programs/{kinds.bpf.c,basics.h} "$T"
t_ok "$clang" -target bpf -mcpu=v3 -g -O2 -Wno-unused-variable -c "$T/kinds.bpf.c" -o "$T/kinds.bpf.o"

# has TEXT: t_run's standard output contains it
has() {
	grep -qF -- "$1" "$T_OUT" || t_fail "no '$1' in: $(cat "$T_OUT")"
}

t_begin "a program that uses each kind of map"
t_run "$TASKVMA" run "$T/kinds.bpf.o" --prog all --format json --fixture "$ROOT/fixtures/spaces/capture-bash.yaml"
t_status 0
has '"retval":5,'
has '"told":[18446744073709551609,18446744073709551614,0,103,108,0,56,0,8,8,3,77]'
has '"sum":6000000042'
has '"in_bloom":1048746'
has '"hash":[{"key":0,"value":0},{"key":2000000014,"value":4},{"key":3000000021,"value":9},{"key":4000000028,"value":16},{"key":5000000035,"value":25}]'
has '"lately":[{"key":2,"value":4},{"key":3,"value":9},{"key":4,"value":16},{"key":5,"value":25}]'
has '"queue":[{"value":104},{"value":106},{"value":108}]'
has '"stack":[{"value":108},{"value":107},{"value":106},{"value":105}]'
has '"right":[{"key":2,"value":8}]'
has '"prefixes":[{"key":[8,10,1,9,9],"value":8},{"key":[16,10,1,9,9],"value":16}]'
has '"ring":["01000000000000000200000000000000","07"]'
has '"of_task":[{"key":7476,"value":3}]'
has '"samples":["0100000000000000020000000000000000000000"]'

t_begin "the same on the running kernel"
t_run "$TASKVMA" diff "$T/kinds.bpf.o" --prog all
if [ "$T_STATUS" = 3 ]; then
	t_skip "$(cat "$T_ERR")"
else
	t_status 0
	has '1 programs: 1 equal, 0 different'
	t_ok grep -qE '^ *of_task\[[0-9]+\] +3 +3 +equal$' "$T_OUT"
	t_ok grep -qE '^ *samples\[0\].* equal$' "$T_OUT"
fi

# sized STATUS TEXT TYPE VALUE_SIZE MAX_ENTRIES FLAGS: a run of a program with such a map
sized() {
	cp "$ROOT/tests/cli/programs/sized.bpf.c" "$T"
	t_ok "$clang" -target bpf -mcpu=v3 -g -O2 -Wno-unused-variable "-DTYPE=$3" "-DVALUE_SIZE=$4" \
		"-DMAX_ENTRIES=$5" "-DFLAGS=$6" -c "$T/sized.bpf.c" -o "$T/sized.bpf.o"
	t_run "$TASKVMA" run "$T/sized.bpf.o" --no-verify --fixture "$ROOT/fixtures/spaces/capture-bash.yaml"
	t_status "$1"
	[ -z "$2" ] || t_err_has "$2"
}

t_begin "maps that cannot be made, and big ones that can"
sized 3 'map sized: more memory than maps may take' 2 1000000 100000 0
sized 1 'map sized: no such map can be made: -ENOTSUPP' 9 8 100 1
sized 1 'map sized: no such map can be made: -E2BIG' 6 40000 10 0
sized 1 'map sized: no such map can be made: -EINVAL' 1 8 10 2
sized 0 '' 1 8 10000000 0
sized 0 '' 9 8 10000000 0

t_done
