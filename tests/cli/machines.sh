#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Machines with bigger pages, and with more bits of addresses: what is shown, captured, explored, run.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
clang=$(command -v clang-14 || command -v clang)
spaces=$ROOT/fixtures/spaces

# Name, page size, task size, and where in its user space things are moved to.
machines=("16k 16384 0x1000000000000 0" "64k 65536 0x1000000000000 0"
	"52-bits 65536 0x10000000000000 0xf000000000000" "five-levels 4096 0xfffffffffff000 0xf0000000000000")

# move PAGE ADD: addresses of pages of 4 KiB in a text, below 1 MiB, become those of pages of that size
# from ADD on.
move() {
	local line tail number='^(.*[^0-9a-fx]|.*[^0-9a-f]0x|)([0-9a-f]{1,2}000)([^0-9a-fx].*|)$'
	while IFS= read -r line; do
		tail=
		while [[ $line =~ $number ]]; do
			tail=$(printf %x $((0x${BASH_REMATCH[2]} * $1 / 4096 + $2)))${BASH_REMATCH[3]}$tail
			line=${BASH_REMATCH[1]}
		done
		printf '%s\n' "$line$tail"
	done
}

# on_machine FILE PAGE TASK_SIZE ADD: a fixture or scenario of the usual machine, on another
on_machine() {
	move "$2" "$4" <"$1" | sed "s/^schema: 1$/&\npage_size: $2\ntask_size: $3/"
}

t_begin "the lines are those of such a kernel"
cat >"$T/16k-pages" <<'END'
00400000-00404000 r-xp 00000000 08:02 12                                 /usr/bin/arm
00404000-0040c000 r--p 00004000 08:02 12                                 /usr/bin/arm
00410000-00414000 rw-p 00000000 00:00 0                                  [heap]
fffffffd0000-ffffffff4000 rw-p 00000000 00:00 0                          [stack]
ffffffffc000-1000000000000 rw-p 00000000 00:00 0 
END
cat >"$T/64k-pages" <<'END'
00400000-00410000 r-xp 00010000 08:02 12                                 /usr/bin/arm
fffffffe0000-ffffffff0000 rw-p 00000000 00:00 0                          [stack]
END
cat >"$T/52-bits" <<'END'
00400000-00420000 r-xp 00010000 08:02 12                                 /usr/bin/arm
ffffffff0000-1000000010000 rw-p 00000000 00:00 0 
fffffffff0000-10000000000000 rw-s fffff0000 00:01 5                      /memfd:far (deleted)
END
cat >"$T/five-levels" <<'END'
555555554000-555555556000 r-xp 00000000 fe:00 12                         /usr/bin/far
7ffffffde000-7fffffffe000 rw-p 00000000 00:00 0                          [stack]
7fffffffe000-800000001000 rw-p 00000000 00:00 0 
80000000000000-80000000001000 r--p 00003000 fe:00 12                     /usr/bin/far
ffffffffffe000-fffffffffff000 rw-s 00000000 00:01 5                      /memfd:far (deleted)
END
for name in 16k-pages 64k-pages 52-bits five-levels; do
	for design in mmap_lock vma_lock vma_ref rcu_addr snapshot; do
		t_run "$TASKVMA" walk "$spaces/edge-$name.yaml" --design $design
		t_status 0
		t_out_is "$T/$name"
	done
done

t_begin "their texts are captured as what they were"
for pair in 16k-pages:16384 64k-pages:65536 52-bits:65536 five-levels:4096; do
	name=${pair%:*}
	t_run "$TASKVMA" capture --maps "$T/$name" --page-size "${pair#*:}" --comm edge
	t_status 0
	grep -v '^#' "$spaces/edge-$name.yaml" | grep -vxF 'task_size: 0x1000000000000' >"$T/wanted"
	t_out_is "$T/wanted"
done

t_begin "a smaps text tells the page size"
sed 's/$/\nSize: 16 kB\nKernelPageSize: 16 kB\nMMUPageSize: 16 kB/' "$T/16k-pages" >"$T/smaps"
t_run "$TASKVMA" capture --maps "$T/smaps"
t_status 0
t_ok grep -qx 'page_size: 16384' "$T_OUT"
t_run "$TASKVMA" capture --maps "$T/smaps" --page-size 65536
t_status 2
t_err_has "taskvma: $T/smaps:1:10: end is not page aligned"

t_begin "a walk from an address far above"
t_run "$TASKVMA" walk "$spaces/edge-five-levels.yaml" --from 0x80000000001000
tail -n 1 "$T/five-levels" >"$T/wanted"
t_out_is "$T/wanted"
t_run "$TASKVMA" walk "$spaces/edge-five-levels.yaml" --from 0x800000000fff
sed -n '3,$p' "$T/five-levels" >"$T/wanted"
t_out_is "$T/wanted"

t_begin "the tree reaches as far"
t_run "$TASKVMA" tree "$spaces/edge-five-levels.yaml"
t_status 0
t_ok grep -qE '7fffffffe000-800000000fff vma rw-p' "$T_OUT"
t_ok grep -qE ' 800000001000-7fffffffffffff -$' "$T_OUT"
t_ok grep -qE ' fffffffffff000-ffffffffffffffff -$' "$T_OUT"

t_begin "what does not fit the machine is refused where it stands"
bad() {
	t_run "$TASKVMA" check "$T/bad.yaml"
	t_status 2
	t_err_has "taskvma: $T/bad.yaml:$1: $2"
}
# vma PAGE START END OFFSET
vma() {
	printf 'schema: 1\npage_size: %s\ntasks:\n  - pid: 1\n    vmas:\n' "$1" >"$T/bad.yaml"
	printf '      - {start: %s, end: %s, perms: r--p, offset: %s}\n' "$2" "$3" "$4" >>"$T/bad.yaml"
}
vma 16384 0x1000 0x8000 0
bad 6:17 "start is not page aligned"
vma 16384 0x4000 0x9000 0
bad 6:30 "end is not page aligned"
vma 65536 0x10000 0x20000 0x4000
bad 6:61 "offset is not page aligned"
vma 4096 0x7ffffffff000 0x800000000000 0
bad 6:38 "VMA ends above the task size"
vma 65536 0xffffffff0000 0x1000000010000 0
bad 6:38 "VMA ends above the task size"
printf 'schema: 1\npage_size: 16384\ntask_size: 0x7ffffffff000\ntasks: []\n' >"$T/bad.yaml"
bad 3:12 "task_size is no multiple of page_size"
printf 'schema: 1\ntitle: x\npage_size: 65536\ntasks:\n  - pid: 1\n    vmas: []\nactors:\n  - {name: a, cpu: 0, do: [munmap: {task: 1, start: 0x1000, end: 0x10000}]}\n' >"$T/bad.yaml"
t_run "$TASKVMA" explore "$T/bad.yaml"
t_status 2
t_err_has "taskvma: $T/bad.yaml:8:"

# Nothing depends on the size of a page but addresses: as many executions and steps, the same hazards, elsewhere.
t_begin "a scenario goes the same way on each machine"
for pair in split-merge:snapshot split-merge:rcu_addr ablate-page-step:snapshot ablate-page-step:vma_lock \
	ablate-page-step:vma_ref grow-start:snapshot move-ends:snapshot; do
	file=$ROOT/fixtures/scenarios/${pair%:*}.yaml design=${pair#*:}
	"$TASKVMA" explore "$file" --design "$design" >"$T/usual"
	for machine in "${machines[@]}"; do
		read -r name page task_size add <<<"$machine"
		on_machine "$file" "$page" "$task_size" "$add" >"$T/$name.yaml"
		move "$page" "$add" <"$T/usual" >"$T/wanted"
		t_run "$TASKVMA" explore "$T/$name.yaml" --design "$design"
		t_ok diff "$T/wanted" "$T_OUT"
	done
done

t_begin "the test's program compiles"
cp "$ROOT"/tests/cli/programs/{pages.bpf.c,basics.h} "$T"
t_ok "$clang" -target bpf -mcpu=v3 -g -O2 -c "$T/pages.bpf.c" -o "$T/pages.bpf.o"
run=("$TASKVMA" run --vmlinux builtin --format json "$T/pages.bpf.o" --fixture)

# sees TEXT...: each stands in what was printed
sees() {
	local text
	for text in "$@"; do
		grep -qF -e "$text" "$T_OUT" || t_fail "no '$text' in $(cat "$T_OUT")"
	done
}

t_begin "a program sees pages of the machine's size"
t_run "${run[@]}" "$spaces/edge-16k-pages.yaml"
t_status 0
sees '"page_shift":14' '"is_4k":0' '"is_64k":0' '"ring_size":16384' "\"task_size\":$((1 << 48))" \
	"\"offsets\":[0,1,$((0x410000 >> 14)),$(((1 << 34) - 9)),$(((1 << 34) - 1)),"
t_run "${run[@]}" "$spaces/edge-52-bits.yaml"
t_status 0
sees '"page_shift":16' '"is_4k":0' '"is_64k":1' '"ring_size":65536' "\"task_size\":$((1 << 52))" \
	"\"offsets\":[1,$((0xffffffff0000 >> 16)),$((0xfffff)),"
t_run "${run[@]}" "$spaces/edge-touching.yaml"
t_status 0
sees '"page_shift":12' '"is_4k":1' '"is_64k":0' '"ring_size":4096' "\"task_size\":$((0x7ffffffff000))"

# -14 is -EFAULT, of a kernel address where nothing is; -34 is -ERANGE, of no kernel address.
t_begin "a program sees addresses of five levels"
t_run "${run[@]}" "$spaces/edge-five-levels.yaml" --set address=0x80000000000000
t_status 0
sees "\"found\":$((0x80000000000000))" "\"starts\":[$((0x80000000000000)),$((0xffffffffffe000))," '"offsets":[3,0,' \
	"\"task_size\":$((0xfffffffffff000))" "\"kernel_read\":18446744073709551602" "\"user_read\":18446744073709551582"
t_run "${run[@]}" "$spaces/edge-touching.yaml" --set address=0x80000000000000
t_status 0
sees '"found":0' '"starts":[0,' "\"kernel_read\":18446744073709551582" "\"user_read\":18446744073709551582"

t_begin "the running kernel says the same of its own machine"
t_run "$TASKVMA" diff --design snapshot --stop-at exit_group "$T/pages.bpf.o" -- "$HELPERS/shapes" names
case $T_STATUS in
3) t_skip "$(cat "$T_ERR")" ;;
*) t_status 0 ;;
esac

t_begin "another machine's pages cannot be had here"
t_run "$TASKVMA" run --live --fixture "$spaces/edge-64k-pages.yaml" "$T/pages.bpf.o"
t_status 3
grep -q 'bpf(2)\|BTF\|CAP_' "$T_ERR" && t_skip "$(cat "$T_ERR")"
[ -n "$t_skipped" ] || t_err_has "the fixture's pages are not of this machine's size"

t_done
