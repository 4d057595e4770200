#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma run: on the model, and with --live on the running kernel.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
clang=$(command -v clang-14 || command -v clang)

F=$ROOT/fixtures/spaces/capture-bash.yaml
vmas=$(grep -c 'start:' "$F")
# the built-in types are the same on every machine
run=("$TASKVMA" run --vmlinux builtin --fixture "$F")
j=("${run[@]}" --format json)

# field NAME: of the JSON object that was printed
field() {
	"$HELPERS/json_lines" "$1" <"$T_OUT"
}

# has TEXT: the output contains it
has() {
	t_ok grep -qF -e "$1" "$T_OUT"
}

t_begin "the test's programs compile"
for name in walk data maps bad; do
	cp "$ROOT/tests/cli/programs/$name.bpf.c" "$ROOT/tests/cli/programs/basics.h" "$T"
	t_ok "$clang" -target bpf -mcpu=v3 -g -O2 -c "$T/$name.bpf.c" -o "$T/$name.bpf.o"
done

t_begin "a walk counts the fixture's VMAs"
t_run "${run[@]}" "$T/walk.bpf.o" --prog count
t_status 0
t_ok grep -qx "count: returned 7 (.* instructions)" "$T_OUT"
t_ok grep -qx "  seen = $vmas" "$T_OUT"
for design in mmap_lock vma_lock vma_ref rcu_addr snapshot; do
	t_run "${run[@]}" "$T/walk.bpf.o" --prog count --design $design
	t_ok grep -qx "  seen = $vmas" "$T_OUT"
done

t_begin "JSON: one object, all members"
t_run "${j[@]}" "$T/walk.bpf.o" --prog count
t_status 0
t_ok test "$(wc -l <"$T_OUT")" = 1
t_ok test "$(field prog)" = count
t_ok test "$(field end)" = "done"
t_ok test "$(field retval)" = 7
t_ok test "$(field insns)" -gt "$vmas"
for name in globals maps ringbuf hazards; do
	t_ok test "$(field $name)" != -
done
has "\"seen\":$vmas"

t_begin "the ranges are those of walk"
t_run "$TASKVMA" walk "$F"
sed -E 's/^([0-9a-f]+)-([0-9a-f]+) .*/\1 \2/' "$T_OUT" | while read -r start end; do
	printf '[%u,%u]' "0x$start" "0x$end"
done | sed 's/\]\[/,/g; s/^\[//; s/\]$//' >"$T/want"
t_run "${j[@]}" "$T/walk.bpf.o" --prog collect --dump ranges
has "\"ranges\":[$(cat "$T/want"),0,"

t_begin "--pid and @pid"
t_run "${j[@]}" "$T/walk.bpf.o" --prog whoami --set wanted=@pid
t_status 0
pid=$(sed -n 's/.*pid: \([0-9]*\)$/\1/p' "$F" | head -1)
has "\"pid\":$pid,\"wanted\":$pid,\"same\":1"
t_run "$TASKVMA" run --vmlinux builtin --fixture "$ROOT/fixtures/spaces/edge-tasks.yaml" --pid 4000000 \
	"$T/walk.bpf.o" --prog whoami
t_status 2
t_err_has 4000000

t_begin "variables of every kind"
t_run "${j[@]}" "$T/data.bpf.o" --prog show
t_status 0
has '"globals":{"minus":18446744073709551615,"small":255,"text":[104,105,0,0],"parts":[1,2,3,4,5,6],'
has '"bits":[5,3,9],"either":[42],"shape":2,"flag":1,'
has '"grid":[1,2,3,4,5,6],"result":0,"pointer":0}'
t_run "${run[@]}" "$T/data.bpf.o" --prog show
has '  minus = -1'
has '  small = -1'
has '  text = "hi"'
has '  parts = {.one = 1, .inner = {.two = 2, .pair = [3, 4]}, {.five = 5}, .six = 6}'
has '  bits = {.a = 5, .b = 3, .c = 9}'
has '  shape = ROUND'
has '  grid = [[1, 2, 3], [4, 5, 6]]'

t_begin "--dump: variables, elements, members, sections"
t_run "${j[@]}" "$T/data.bpf.o" --prog show --dump small --dump parts.inner.pair[1] --dump bits.b --dump grid[1]
t_status 0
has '"globals":{"small":255,"parts.inner.pair[1]":4,"bits.b":3,"grid[1]":[4,5,6]}'
t_run "${j[@]}" "$T/data.bpf.o" --prog show --dump .rodata
has '"limit":10'
t_run "${j[@]}" "$T/data.bpf.o" --prog show --dump .bss
has '"hidden":'
t_run "${j[@]}" "$T/data.bpf.o" --prog show
if grep -q '"hidden"' "$T_OUT"; then
	t_fail "a static variable is shown unasked"
fi

t_begin "--set: each way to write a value"
t_run "${j[@]}" "$T/data.bpf.o" --prog show --set minus=-2 --set small=0x7f --set parts.inner.pair[0]=33 \
	--set 'grid[1][2]=-6' --set bits.b=7 --set pointer=0xffff888000000001
t_status 0
has '"minus":18446744073709551614,"small":127,'
has '"parts":[1,2,33,4,5,6]'
has '"bits":[5,7,9]'
has '"grid":[1,2,3,4,5,4294967290]'
has '"pointer":18446612682070032385'

t_begin "--set of a constant is seen by the verifier"
t_run "${j[@]}" "$T/data.bpf.o" --prog bounded
t_status 0
has '"result":10'
t_run "${j[@]}" "$T/data.bpf.o" --prog bounded --set limit=3
has '"result":3'
t_run "${j[@]}" "$T/data.bpf.o" --prog bounded --set limit=3000
t_status 1
t_err_has 'bounded: rejected: '

# refused WHAT TEXT ARG...: exit 2, one line, nothing on standard output
refused() {
	t_begin "bad input: $1"
	local text=$2
	shift 2
	t_run timeout 20 "$TASKVMA" run --vmlinux builtin "$@"
	t_status 2
	t_ok test ! -s "$T_OUT"
	t_err_has "$text"
}
data=("$T/data.bpf.o" --prog show --fixture "$F")
refused 'no object' 'needs an object' --fixture "$F"
refused 'no fixture' 'needs --fixture' "$T/data.bpf.o"
refused 'two objects' 'one too many' "$T/data.bpf.o" "$T/walk.bpf.o" --fixture "$F"
refused 'missing object' 'nowhere' "$T/nowhere" --fixture "$F"
refused 'no object file' 'ELF' "$T/data.bpf.c" --fixture "$F"
refused 'missing fixture' 'nowhere' "$T/data.bpf.o" --fixture "$T/nowhere"
refused 'no such program' "no program is called 'nobody'" "$T/data.bpf.o" --prog nobody --fixture "$F"
refused 'which program' '--prog says which' "$T/data.bpf.o" --fixture "$F"
refused 'no such variable' "no global variable 'nothing'" "${data[@]}" --set nothing=1
refused 'no value' 'VAR=VALUE' "${data[@]}" --set minus
refused 'empty value' 'is no value' "${data[@]}" --set minus=
refused 'word for a value' 'is no value' "${data[@]}" --set minus=many
refused 'too large' 'does not fit' "${data[@]}" --set small=256
refused 'too small' 'does not fit' "${data[@]}" --set small=-129
refused '65 bits' 'is no value' "${data[@]}" --set minus=18446744073709551616
refused 'bit field too large' 'does not fit' "${data[@]}" --set bits.b=16
refused 'array as a whole' 'is no number' "${data[@]}" --set grid=1
refused 'struct as a whole' 'is no number' "${data[@]}" --set parts=1
refused 'section' 'is no number' "${data[@]}" --set .bss=1
refused 'index past the end' 'has 2 elements' "${data[@]}" --set 'grid[2][0]=1'
refused 'negative index' 'no index' "${data[@]}" --set 'grid[-1][0]=1'
refused 'index of no array' 'is no array' "${data[@]}" --set 'minus[0]=1'
refused 'open bracket' 'no index' "${data[@]}" --set 'grid[0=1'
refused 'no such member' "no member 'seven'" "${data[@]}" --set parts.seven=1
refused 'member of no struct' "no member 'x'" "${data[@]}" --set minus.x=1
refused 'nothing before the dot' 'name is missing' "${data[@]}" --set '=1'
refused 'dump of nothing' "no global variable 'nothing'" "${data[@]}" --dump nothing
refused 'no such type' "no type 'struct nothing'" "${data[@]}" --record 'struct nothing'
refused 'bad context' 'is no number' "${data[@]}" --ctx 1,x
refused 'bad break' 'FILE:LINE' "${data[@]}" --break data.bpf.c
refused 'break at no line' 'FILE:LINE' "${data[@]}" --break data.bpf.c:0
refused 'unknown design' 'there is no design' "${data[@]}" --design other
refused 'unknown format' 'there is no format' "${data[@]}" --format xml
refused 'no instructions' 'no instruction' "${data[@]}" --max-insns 0
refused 'command without --live' 'goes with --live' "${data[@]}" -- true
refused '--live with a design' 'do not go with' "${data[@]}" --live --design snapshot
refused 'unknown call' 'by name' "${data[@]}" --stop-at nothing

t_begin "maps by their types, hashes by key"
t_run "${j[@]}" "$T/maps.bpf.o" --prog fill
t_status 0
has '"table":[{"key":1,"value":[10,11]},{"key":2,"value":[20,21]},{"key":300,"value":[30,31]}]'
has '"list":[{"key":0,"value":0},{"key":1,"value":18446744073709551615},{"key":2,"value":0}]'
has '"large":[{"key":1999,"value":5}]'
has '"each":[{"key":0,"values":[9'
has '"slots":null'
has '"ringbuf":{"ring":["0100000000000000ff00000000000000","0200000000000000fe00000000000000"]}'
t_run "${j[@]}" "$T/maps.bpf.o" --prog fill --record 'struct event'
has '"ringbuf":{"ring":[[1,255],[2,254]]}'
t_run "${run[@]}" "$T/maps.bpf.o" --prog fill --record 'struct event'
has 'map table (hash, 3 elements):'
has '  [300] = {.a = 30, .b = 31}'
has 'map ring (ringbuf, 2 records):'
has '  {.id = 2, .value = 254}'

t_begin "rejected: the verifier's message, exit 1, nothing on standard output"
t_run "${j[@]}" "$T/bad.bpf.o" --prog leaks
t_status 1
t_ok test ! -s "$T_OUT"
t_err_has 'leaks: rejected: Unreleased reference'

t_begin "--no-verify: what it left behind is a hazard, exit 1"
t_run "${j[@]}" "$T/bad.bpf.o" --prog leaks --no-verify
t_status 1
t_ok test "$(field end)" = "done"
has '"kind":"leak"'

t_begin "read after destroy: accepted, and a hazard at its line"
line=$(grep -n 'late \*/' "$T/bad.bpf.c" | cut -d: -f1)
t_run "${j[@]}" "$T/bad.bpf.o" --prog late
t_status 1
t_ok test "$(field retval)" = 0
has "\"line\":$line,"
has '"kind":"use without protection"'
t_run "${run[@]}" "$T/bad.bpf.o" --prog late
has "at bad.bpf.c:$line: last = seen->vm_start; /* late */"

t_begin "an endless program stops"
t_run timeout 60 "${j[@]}" "$T/bad.bpf.o" --prog endless --no-verify --max-insns 100000
t_status 1
t_ok test "$(field end)" = max-insns
t_ok test "$(field insns)" = 100000
t_err_has 'endless: max-insns: '

t_begin "a fault is named, with its place"
t_run "${j[@]}" "$T/bad.bpf.o" --prog wild --no-verify
t_status 1
t_ok test "$(field end)" = fault
t_err_has 'bad.bpf.c:'

t_begin "what is not modelled is named"
t_run "${j[@]}" "$T/bad.bpf.o" --prog unmodelled --no-verify
t_status 1
t_ok test "$(field end)" = unsupported
t_err_has 'unmodelled: unsupported: '

t_begin "context: too little is refused as the kernel refuses it"
t_run "${j[@]}" "$T/data.bpf.o" --prog args
t_status 1
t_err_has 'BPF_PROG_TEST_RUN: -EINVAL: the program reads 16 bytes of its context, --ctx gives 0'
t_run "${j[@]}" "$T/data.bpf.o" --prog args --ctx 5
t_status 1
t_run "${j[@]}" "$T/data.bpf.o" --prog args --ctx 5,0x10
t_status 0
has '"result":21'
t_run "${j[@]}" "$T/data.bpf.o" --prog args --ctx 1,2,3,4,5,6,7,8,9,10,11,12,13
t_status 1

t_begin "packets: a program that looks at one is unsupported, another runs"
t_run "${j[@]}" "$T/data.bpf.o" --prog no_packet
t_status 0
t_ok test "$(field retval)" = 11
t_run "${j[@]}" "$T/data.bpf.o" --prog packet
t_status 1
t_err_has 'struct __sk_buff, is not modelled'
t_run "${j[@]}" "$T/data.bpf.o" --prog no_packet --ctx 1
t_status 1
t_err_has 'struct __sk_buff'

t_begin "--trace: instructions, lines, registers"
t_run "${run[@]}" "$T/data.bpf.o" --prog args --ctx 5,6 --trace
t_status 0
t_err_has '; data.bpf.c:'
t_ok grep -qE '^ +0: \([0-9a-f]{2}\) ' "$T_ERR"
t_ok grep -qE ' r[0-9]=0x5$' "$T_ERR"

t_begin "--break: registers and variables, each time"
line=$(grep -n 'stops here' "$T/data.bpf.c" | cut -d: -f1)
t_run "${run[@]}" "$T/data.bpf.o" --prog loop --break "data.bpf.c:$line"
t_status 0
t_ok test "$(grep -c "^; data.bpf.c:$line:" "$T_ERR")" = 4
t_ok test "$(grep -cE '^  result = [0-3]$' "$T_ERR")" = 4
t_err_has ' r10 = 0x'

t_begin "-o: whole or not at all"
t_run "${j[@]}" "$T/walk.bpf.o" --prog count -o "$T/out.json"
t_status 0
t_ok test "$(wc -l <"$T/out.json")" = 1
rm "$T/out.json"
t_run "${j[@]}" "$T/bad.bpf.o" --prog leaks -o "$T/out.json"
t_ok test ! -e "$T/out.json"
t_run "${j[@]}" "$T/walk.bpf.o" --prog count -o /dev/full
t_status 2

t_begin "the same twice"
"${j[@]}" "$T/maps.bpf.o" --prog fill >"$T/once"
"${j[@]}" "$T/maps.bpf.o" --prog fill >"$T/twice"
t_ok cmp "$T/once" "$T/twice"

t_begin "an object cut short anywhere: an answer, in time"
size=$(stat -c %s "$T/maps.bpf.o")
for ((at = 1; at < size; at += 1009)); do
	head -c "$at" "$T/maps.bpf.o" >"$T/cut.o"
	t_run timeout 20 "${j[@]}" "$T/cut.o" --prog fill
	[ "$T_STATUS" -le 2 ] || t_fail "cut at $at: status $T_STATUS"
done

t_done
