#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma run --live and diff: the running kernel, where it may be asked.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

F=$ROOT/fixtures/spaces/capture-bash.yaml
clang=$(command -v clang-14 || command -v clang)
t_begin "the test's programs compile"
for name in walk data maps bad; do
	cp "$ROOT/tests/cli/programs/$name.bpf.c" "$ROOT/tests/cli/programs/basics.h" "$T"
	t_ok "$clang" -target bpf -mcpu=v3 -g -O2 -c "$T/$name.bpf.c" -o "$T/$name.bpf.o"
done

# refused WHAT TEXT ARG...: diff ends with 2, one line, nothing on standard output
refused() {
	t_begin "bad input: $1"
	local text=$2
	shift 2
	t_run timeout 20 "$TASKVMA" diff "$@"
	[ "$T_STATUS" = 3 ] && t_skip "$(cat "$T_ERR")" && return
	t_status 2
	t_ok test ! -s "$T_OUT"
	t_err_has "$text"
}
refused 'no object' 'needs an object'
refused 'unknown format' 'there is no format' "$T/walk.bpf.o" --format xml
refused 'fixture and command' 'exclude each other' "$T/walk.bpf.o" --fixture "$F" -- true
refused 'other context' 'process context only' "$T/walk.bpf.o" --context nmi
refused 'missing object' 'nowhere' "$T/nowhere"
refused 'no such program' "no program is called 'nobody'" "$T/walk.bpf.o" --prog nobody
refused 'no such variable' "no global variable 'nothing'" "$T/walk.bpf.o" --set nothing=1
refused 'mask of nothing' "no global variable 'nothing'" "$T/walk.bpf.o" --mask nothing
refused 'no such command' 'cannot be started' "$T/walk.bpf.o" --prog count -- "$T/nowhere"

t_begin "where nothing may be loaded: exit 3, and why"
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	t_skip "needs root and setpriv"
else
	chmod -R a+rX "$T"
	cp "$TASKVMA" "$T/taskvma"
	for verb in "run --live" diff; do
		# shellcheck disable=SC2086  # two words
		t_run setpriv --reuid=65534 --regid=65534 --clear-groups "$T/taskvma" $verb "$T/walk.bpf.o" --prog count
		t_status 3
		t_ok test ! -s "$T_OUT"
		t_err_has "bpf(2)"
	done
fi

t_begin "an own child's VMAs"
t_run "$TASKVMA" run --live "$T/walk.bpf.o" --prog count --format json
if [ "$T_STATUS" = 3 ]; then
	t_skip "$(cat "$T_ERR")"
	t_done
fi
live=("$TASKVMA" run --live)
t_status 0
t_ok test "$("$HELPERS/json_lines" retval <"$T_OUT")" = 7
t_ok grep -qE '"seen":[1-9][0-9]+,' "$T_OUT"

t_begin "a child shaped like a fixture: the ranges are the fixture's"
: >"$T/ready"
t_spawn "$HELPERS/mapper" -n 50 "$T/mapped" >"$T/ready"
timeout 20 sh -c "until grep -q ready '$T/ready'; do sleep 0.05; done" || t_fail "mapper is not ready"
# a process of this machine: its files are there
t_run "$TASKVMA" capture "$T_PID" -o "$T/space.yaml"
t_run "$TASKVMA" walk "$T/space.yaml"
sed -E 's/^([0-9a-f]+)-([0-9a-f]+) .*/\1 \2/' "$T_OUT" | while read -r start end; do
	printf '[%u,%u]' "0x$start" "0x$end"
done | sed 's/\]\[/,/g; s/^\[//; s/\]$//' >"$T/want"
t_run "${live[@]}" "$T/walk.bpf.o" --prog collect --dump ranges --format json --fixture "$T/space.yaml"
t_status 0
t_ok grep -qF "\"ranges\":[$(cat "$T/want"),0," "$T_OUT"

t_begin "what cannot be recreated is told, also what is the child's own"
t_run "${live[@]}" "$T/walk.bpf.o" --prog count --fixture "$ROOT/fixtures/spaces/edge-touching.yaml"
t_status 0
t_err_has "is the child's own"
t_err_has "edge-touching.yaml: of 8 mappings"
t_run "${live[@]}" "$T/walk.bpf.o" --prog count --fixture "$ROOT/fixtures/spaces/edge-kernel-thread.yaml"
t_status 3
t_err_has 'no address space'

t_begin "a program behind --, stopped after exec and at a call"
t_run "${live[@]}" "$T/walk.bpf.o" --prog count --format json -- "$HELPERS/mapper" -n 500
t_status 0
few=$(sed 's/.*"seen":\([0-9]*\).*/\1/' "$T_OUT")
t_run "${live[@]}" "$T/walk.bpf.o" --prog count --format json --stop-at write -- "$HELPERS/mapper" -n 500
many=$(sed 's/.*"seen":\([0-9]*\).*/\1/' "$T_OUT")
t_ok test "$few" -lt 30
t_ok test "$many" -ge 500
t_run "${live[@]}" "$T/walk.bpf.o" --prog count --stop-at pause -- true
t_status 2
t_err_has 'ended with status 0 before it could be stopped'

t_begin "@pid is the child's"
t_run "${live[@]}" "$T/walk.bpf.o" --prog whoami --set wanted=@pid --dump same --format json
t_status 0
t_ok grep -qF '"globals":{"same":1}' "$T_OUT"

t_begin "the kernel's end is told as the model's"
t_run "${live[@]}" "$T/bad.bpf.o" --prog leaks
t_status 1
t_err_has 'leaks: rejected: '
t_run "${live[@]}" "$T/data.bpf.o" --prog args
t_status 1
t_err_has 'BPF_PROG_TEST_RUN: -EINVAL'
t_run "${live[@]}" "$T/data.bpf.o" --prog args --ctx 5,16 --dump result --format json
t_status 0
t_ok grep -qF '"globals":{"result":21}' "$T_OUT"

t_begin "data and maps: what the model prints"
for name in data:show maps:fill; do
	for more in "" "--set small=-5 --set grid[1][1]=9 --set bits.c=77"; do
		[ "$name" = maps:fill ] && more=
		args=("$T/${name%:*}.bpf.o" --prog "${name#*:}" --format json)
		# shellcheck disable=SC2086  # several words
		t_run "${live[@]}" "${args[@]}" $more
		t_status 0
		sed 's/"insns":[a-z0-9]*//' "$T_OUT" >"$T/live"
		# shellcheck disable=SC2086
		t_run "$TASKVMA" run --fixture "$F" "${args[@]}" $more
		t_status 0
		sed 's/"insns":[a-z0-9]*//' "$T_OUT" >"$T/model"
		t_ok diff "$T/live" "$T/model"
	done
done

t_begin "diff: one program, side by side and equal"
t_run "$TASKVMA" diff "$T/walk.bpf.o" --prog count
t_status 0
t_ok grep -qx 'walk.bpf.o: count: equal' "$T_OUT"
t_ok grep -qE '^  retval +7 +7 +equal$' "$T_OUT"
t_ok grep -qE '^  seen +[1-9][0-9]+ +[1-9][0-9]+ +equal$' "$T_OUT"
t_ok grep -qx '1 programs: 1 equal, 0 different' "$T_OUT"

t_begin "diff: all programs, maps and ring buffers with them"
t_run "$TASKVMA" diff "$T/maps.bpf.o" "$T/data.bpf.o"
# packets are not modelled, and that is not equal
t_status 1
t_ok grep -qx 'data.bpf.o: packet: different' "$T_OUT"
t_ok grep -qx 'data.bpf.o: no_packet: equal' "$T_OUT"
t_ok grep -qx '7 programs: 6 equal, 1 different' "$T_OUT"
t_ok grep -qE '^  table\[300\] +\{.a = 30, .b = 31\} +\{.a = 30, .b = 31\} +equal$' "$T_OUT"
t_ok grep -qE '^  ring\[1\] +"02' "$T_OUT"

t_begin "diff: what differs is told, with exit 1; masked it is not compared"
t_run "$TASKVMA" diff "$T/walk.bpf.o" --prog clock
t_status 1
t_ok grep -qx 'walk.bpf.o: clock: different' "$T_OUT"
t_ok grep -qE '^  now +.*different$' "$T_OUT"
t_run "$TASKVMA" diff "$T/walk.bpf.o" --prog clock --mask now
t_status 0
t_ok grep -qE '^  now +.*masked$' "$T_OUT"
t_run "$TASKVMA" diff "$T/maps.bpf.o" --mask table --mask ring
t_status 0
t_ok grep -qE '^  table\[elements\] +3 +3 +masked$' "$T_OUT"

t_begin "diff: rejected by both is equal"
t_run "$TASKVMA" diff "$T/bad.bpf.o" --prog leaks
t_status 0
t_ok grep -qE '^  end +rejected: .* rejected: .* equal$' "$T_OUT"

t_begin "diff: a fixture's address space, and a program's"
t_run "$TASKVMA" diff "$T/walk.bpf.o" --prog collect --fixture "$F"
t_status 0
t_run "$TASKVMA" diff "$T/walk.bpf.o" --stop-at write --mask now --format json -- "$HELPERS/mapper" -n 100
t_status 0
"$HELPERS/json_lines" equal <"$T_OUT" >"$T/equal"
t_ok test "$(tr '\n' ' ' <"$T/equal")" = "true true true true "

t_begin "diff: csv"
t_run "$TASKVMA" diff "$T/maps.bpf.o" --format csv
t_status 0
t_ok test "$(head -1 "$T_OUT")" = file_name,prog_name,map,what,model,kernel,verdict
t_ok grep -qx 'maps.bpf.o,fill,,retval,0,0,equal' "$T_OUT"

t_begin "diff -o: whole or not at all"
t_run "$TASKVMA" diff "$T/walk.bpf.o" --prog count -o "$T/out"
t_status 0
t_ok test -s "$T/out"
rm "$T/out"
t_run "$TASKVMA" diff "$T/walk.bpf.o" "$T/nowhere" --prog count -o "$T/out"
t_status 2
t_ok test ! -e "$T/out"

# same_maps PID: walk --live prints what maps shows
same_maps() {
	grep -av vsyscall "/proc/$1/maps" >"$T/maps"
	t_run "$TASKVMA" walk --live "$1"
	t_status 0
	t_out_is "$T/maps"
}

# mapper ARG...: a process with that address space, in $T_PID
mapper() {
	: >"$T/ready"
	t_spawn "$HELPERS/mapper" "$@" >"$T/ready"
	for ((tries = 0; tries < 200; tries++)); do
		grep -q ready "$T/ready" && return
		sleep 0.1
	done
	t_fail "mapper is not ready"
}

t_begin "walk --live: byte for byte maps, hostile names too"
newline=$'new\nline'
mapper -n 300 "$T/plain" "$T/with  blanks" "$T/$newline" "$T/Zürich"
same_maps "$T_PID"
t_ok grep -qaF 'new\012line' "$T_OUT"
t_ok grep -qaF '[stack]' "$T_OUT"
t_ok grep -qaF '[vdso]' "$T_OUT"

t_begin "walk --live: deleted files, and 5,000 mappings"
mapper -d -n 5000 "$T/gone"
same_maps "$T_PID"
t_ok grep -qaF '/gone (deleted)' "$T_OUT"

t_begin "walk --live: --from, formats, and the fixture that walks alike"
from=0x$(sed -n '20s/-.*//p' "$T/maps")
t_run "$TASKVMA" walk --live "$T_PID" --from "$from"
tail -n +20 "$T/maps" >"$T/rest"
t_out_is "$T/rest"
t_run "$TASKVMA" walk --live "$T_PID" --format yaml -o "$T/live.yaml"
t_status 0
t_run "$TASKVMA" walk "$T/live.yaml"
t_out_is "$T/maps"

t_begin "walk --live: what new refuses, who is not there, what does not go together"
t_run "$TASKVMA" walk --live 2
t_status 1
t_err_has 'bpf_iter_task_vma_new: -ENOENT'
t_run "$TASKVMA" walk --live 4194305
t_status 2
t_err_has 'there is no process 4194305'
t_run "$TASKVMA" walk --live $$ --design snapshot
t_status 2
t_run "$TASKVMA" walk --live x
t_status 2

t_begin "no child is left"
t_ok test -z "$(pgrep -P $$ taskvma)"

t_done
