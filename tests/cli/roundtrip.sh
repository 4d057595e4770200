#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma capture: what is captured and walked is what /proc/PID/maps prints,
# byte for byte, without [vsyscall]; for every process of this machine.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# maps PID FILE: what is to come out; fails when the process may not be read.
maps() {
	grep -av '^ffffffffff600000-ffffffffff601000 .*\[vsyscall\]$' "/proc/$1/maps" >"$2" 2>/dev/null
	[ "${PIPESTATUS[0]}" -le 1 ]
}

# has_mm PID: a process with an address space; not a kernel thread, not a zombie.
has_mm() {
	grep -q '^VmSize:' "/proc/$1/status" 2>/dev/null
}

# capture PID FILE: as a fixture; maps is in $T/maps and was the same before
# and after. 0 done; 1 it failed; 2 it is gone; 3 it changed; 4 not ours to read.
capture() {
	maps "$1" "$T/maps" || return 2
	t_run "$TASKVMA" capture "$1" -o "$2"
	[ "$T_STATUS" != 3 ] || return 4
	maps "$1" "$T/maps_after" || return 2
	has_mm "$1" || return 2
	cmp -s "$T/maps" "$T/maps_after" || return 3
	[ "$T_STATUS" = 0 ]
}

# compare PID: capture, walk, as YAML, and walk again. As capture.
compare() {
	capture "$1" "$T/one.yaml" || return
	"$TASKVMA" walk "$T/one.yaml" >"$T/walked" || return 1
	cmp "$T/maps" "$T/walked" >&2 || return 1
	"$TASKVMA" walk "$T/one.yaml" --format yaml >"$T/two.yaml" || return 1
	cmp "$T/one.yaml" "$T/two.yaml" >&2 || return 1
	"$TASKVMA" walk "$T/two.yaml" >"$T/walked" || return 1
	cmp "$T/maps" "$T/walked" >&2
}

# round_trip PID: as compare, again while the process changes. One that maps
# and unmaps the same again and again can look unchanged and still have been
# captured in between: it gets its chances, too.
round_trip() {
	local attempt result=0
	for attempt in 1 2 3 4 5 6; do
		compare "$1"
		result=$?
		case $result in
		1 | 3) sleep "0.0$attempt" ;;
		*) break ;;
		esac
	done
	return $result
}

# trip PID: a round trip that must succeed.
trip() {
	local what
	round_trip "$1"
	what=$?
	t_ok test "$what" = 0
}

# mapper ARGUMENTS...: a helper process, ready. Its pid is $T_PID.
mapper() {
	: >"$T/ready"
	t_spawn "$HELPERS/mapper" "$@" >"$T/ready"
	timeout 20 sh -c "until grep -q ready '$T/ready'; do sleep 0.05; done" ||
		t_fail "mapper is not ready"
}

t_begin "every process of this machine"
walked=0 gone=0 restless=0 foreign=0 wrong=''
for dir in /proc/[0-9]*; do
	pid=${dir#/proc/}
	has_mm "$pid" || continue
	round_trip "$pid" 2>>"$T/wrong"
	case $? in
	0) walked=$((walked + 1)) ;;
	2) gone=$((gone + 1)) ;;
	3) restless=$((restless + 1)) ;;
	4) foreign=$((foreign + 1)) ;;
	*) wrong="$wrong $pid" ;;
	esac
done
echo "# $walked walked, $gone ended meanwhile, $restless never held still, $foreign not ours to read"
[ -z "$wrong" ] || t_fail "pids$wrong: $(head -c 500 "$T/wrong")"
t_ok test "$walked" -ge 2

t_begin "kernel threads and zombies have nothing to walk"
mapper -z
zombie=$(sed -n 's/^zombie //p' "$T/ready")
t_run "$TASKVMA" capture "$zombie" -o "$T/zombie.yaml"
t_status 0
t_run "$TASKVMA" walk "$T/zombie.yaml"
t_status 1
t_err_has "pid $zombie: bpf_iter_task_vma_new: -ENOENT: the task has exited"
if grep -q '^Kthread:.1' /proc/2/status 2>/dev/null || [ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ]; then
	t_run "$TASKVMA" capture 2 -o "$T/kthread.yaml"
	t_status 0
	t_ok grep -q 'kthread: true' "$T/kthread.yaml"
	t_ok grep -q 'comm: kthreadd' "$T/kthread.yaml"
	t_run "$TASKVMA" walk "$T/kthread.yaml"
	t_status 1
	t_err_has "pid 2: bpf_iter_task_vma_new: -ENOENT: the task is a kernel thread"
fi

t_begin "60,000 mappings"
limit=$(cat /proc/sys/vm/max_map_count)
if [ "$limit" -gt 60100 ]; then
	mapper -n 60000
	trip "$T_PID"
	t_ok test "$(wc -l <"$T/maps")" -gt 60000
	t_run "$TASKVMA" check "$T/one.yaml"
	t_status 0
	kill "$T_PID"
else
	t_skip "vm.max_map_count is $limit"
fi

t_begin "hostile names"
hostile=("$T/two  spaces " "$T/new"$'\n'"line" "$T/t"$'\t'"ab" "$T/(deleted)" "$T/x (deleted)"
	"$T/quote\"s'" "$T/back\\slash" "$T/back\\012slash" "$T/colon: #hash" "$T/[heap]" "$T/gr"$'\303\274'"n"
	"$T/bad"$'\377\376\200'"utf8" "$T/nel"$'\302\205'"x" "$T/bom"$'\357\273\277'"x" "$T/esc"$'\033'"[31m" "$T/{a, b}" "$T/%s%n" "$T/"$'\r')
mapper -c "$(printf 'b\377d "n: {')" "${hostile[@]}"
trip "$T_PID"
t_ok test "$(grep -acF "$T/" "$T/maps")" = $((${#hostile[@]} * 2))
kill "$T_PID"
mapper -d "${hostile[@]}"
trip "$T_PID"
t_ok test "$(grep -ac ' (deleted)$' "$T/maps")" -ge $((${#hostile[@]} * 2))
kill "$T_PID"

t_begin "hostile task names"
# as the task has it, and as it is shown
names=($'a\nb\\c' 'a\012b\c' $'\\n' '\n' $'tab\t"' 'tab\011"' '- {x: [' '- {x: ['
	' blank ' ' blank ' $'\303\251' $'\303\251' $'bad\377' $'bad\377' 12 12 true true '' '')
for ((i = 0; i < ${#names[@]}; i += 2)); do
	mapper -c "${names[i]}"
	trip "$T_PID"
	t_run "$TASKVMA" tree "$T/two.yaml"
	[[ $(head -n 1 "$T_OUT") == "task $T_PID (${names[i + 1]}): "* ]] ||
		t_fail "'${names[i + 1]}' is shown as: $(head -n 1 "$T_OUT")"
	kill "$T_PID"
done

t_begin "a saved text is as good as the process"
mapper "$T/saved"
cat "/proc/$T_PID/maps" >"$T/saved.maps"
maps "$T_PID" "$T/maps"
cat "/proc/$T_PID/smaps" >"$T/saved.smaps"
t_run "$TASKVMA" capture "$T_PID" -o "$T/one.yaml"
t_status 0
for text in saved.maps saved.smaps; do
	t_run "$TASKVMA" capture --maps "$T/$text" --pid "$T_PID" --comm mapper -o "$T/$text.yaml"
	t_status 0
	t_run_stdin "$T/$text" "$TASKVMA" capture --maps - --pid "$T_PID" --comm mapper
	t_status 0
	t_out_is "$T/$text.yaml"
	t_run "$TASKVMA" walk "$T/$text.yaml"
	t_out_is "$T/maps"
done
# smaps has all that a live capture has
t_ok cmp "$T/one.yaml" "$T/saved.smaps.yaml"
# the flags in it are those of smaps, in its order
t_ok grep -q 'flags: "*rd ' "$T/one.yaml"
kill "$T_PID"

t_begin "an address space of another machine raises the task size"
printf 'ffffaaaa0000-ffffaaab0000 r--p 00000000 00:00 0 \n' >"$T/arm.maps"
t_run "$TASKVMA" capture --maps "$T/arm.maps" -o "$T/arm.yaml"
t_status 0
t_ok grep -q '^task_size: 0x1000000000000$' "$T/arm.yaml"
t_run "$TASKVMA" walk "$T/arm.yaml"
t_out_is "$T/arm.maps"
printf 'ffff00000000-ffff00010000 r--p 00010000 00:00 9                          /x\n' >"$T/64k.maps"
t_run "$TASKVMA" capture --maps "$T/64k.maps" --page-size 65536 -o "$T/64k.yaml"
t_status 0
t_run "$TASKVMA" walk "$T/64k.yaml"
t_out_is "$T/64k.maps"

t_begin "a text without mappings is no address space"
: >"$T/nothing"
t_run "$TASKVMA" capture --maps "$T/nothing" -o "$T/empty.yaml"
t_status 2
t_err_has "taskvma: $T/nothing:1:1: "
t_ok test ! -e "$T/empty.yaml"

t_begin "capture: what can't be captured"
t_run "$TASKVMA" capture 2147483647
t_status 2
t_err_has "taskvma: capture: there is no process 2147483647"
t_run "$TASKVMA" capture 0
t_status 2
t_run "$TASKVMA" capture --maps "$T/missing"
t_status 2
t_err_has "taskvma: $T/missing:1:1: No such file or directory"
t_run "$TASKVMA" capture --maps "$T"
t_status 2
t_err_has "taskvma: $T:1:1: Is a directory"
for arguments in '' 'x' '1 2' '-1' "1 --maps $T/maps" '1 --pid 3' '--maps x --page-size 5000'; do
	# shellcheck disable=SC2086  # several words
	t_run "$TASKVMA" capture $arguments
	t_status 2
done

t_begin "capture of somebody else's process"
cp "$TASKVMA" "$T/taskvma"
chmod 755 "$T" "$T/taskvma"
if [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --clear-groups "$T/taskvma" --version >/dev/null 2>&1; then
	t_run setpriv --reuid 65534 --clear-groups "$T/taskvma" capture $$
	t_status 3
	t_err_has "ptrace"
	t_ok test ! -s "$T_OUT"
else
	t_skip "needs root and setpriv"
fi

t_done
