#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma walk: where it begins, contexts, formats, and each failure of new.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$T/space.yaml" <<'END'
schema: 1
tasks:
  - pid: 42
    comm: demo
    vmas:
      - {start: 0x1000, end: 0x3000, perms: r-xp, dev: "fe:01", inode: 77, name: /bin/demo}
      - {start: 0x3000, end: 0x4000, perms: rw-p, offset: 0x2000, dev: "fe:01", inode: 77, name: /bin/demo}
      - {start: 0x10000, end: 0x20000, perms: rw-s, name: "[heap]"}
      - {start: 0x7fffffffe000, end: 0x7ffffffff000, perms: ---p}
  - pid: 43
    comm: other
    vmas:
      - {start: 0x5000, end: 0x6000, perms: r--p}
END
cat >"$T/maps" <<'END'
00001000-00003000 r-xp 00000000 fe:01 77                                 /bin/demo
00003000-00004000 rw-p 00002000 fe:01 77                                 /bin/demo
00010000-00020000 rw-s 00000000 00:00 0                                  [heap]
7fffffffe000-7ffffffff000 ---p 00000000 00:00 0 
END
: >"$T/nothing"

# from ADDR LINES: a walk from ADDR prints the map's lines from line LINES on.
from() {
	t_begin "walk --from $1"
	t_run "$TASKVMA" walk "$T/space.yaml" --from "$1"
	t_status 0
	tail -n "+$2" "$T/maps" >"$T/expected"
	t_out_is "$T/expected"
}

t_begin "walk prints the map"
t_run "$TASKVMA" walk "$T/space.yaml"
t_status 0
t_out_is "$T/maps"
t_ok test ! -s "$T_ERR"

t_begin "walk reads standard input"
t_run_stdin "$T/space.yaml" "$TASKVMA" walk -
t_status 0
t_out_is "$T/maps"

from 0 1
from 0x0fff 1
from 0x1000 1
from 4096 1
from 0x2fff 1
from 0x3000 2
from 0x3fff 2
from 0x4000 3
from 0xffff 3
from 0x10000 3
from 0x1ffff 3
from 0x20000 4
from 0x7fffffffefff 4
from 0x7ffffffff000 5
from 0xffffffffffffffff 5
from 18446744073709551615 5

t_begin "walk --from rejects what is no address"
for addr in '' -1 0x 1x 0xg '1 ' 18446744073709551616 0x10000000000000000; do
	t_run "$TASKVMA" walk "$T/space.yaml" --from "$addr"
	t_status 2
	t_err_has "taskvma: --from '$addr' is no number"
done

t_begin "walk --pid"
t_run "$TASKVMA" walk "$T/space.yaml" --pid 43
t_status 0
echo '00005000-00006000 r--p 00000000 00:00 0 ' >"$T/expected"
t_out_is "$T/expected"
t_run "$TASKVMA" walk "$T/space.yaml" --pid 44
t_status 2
t_err_has "has no task with pid 44"
t_out_is "$T/nothing"

for context in process softirq irqs-off nmi; do
	t_begin "walk --context $context"
	t_run "$TASKVMA" walk "$T/space.yaml" --context $context --summary
	t_status 0
	t_out_is "$T/maps"
	t_err_has "$context context: 4 VMAs"
	t_err_has "nothing leaked"
	t_ok test "$(wc -l <"$T_ERR")" = 1
	sed "1a context: $context" "$T/space.yaml" >"$T/context.yaml"
	t_run "$TASKVMA" walk "$T/context.yaml" --summary
	t_status 0
	t_err_has "$context context: 4 VMAs"
done

t_begin "walk --context overrides the fixture's"
t_run "$TASKVMA" walk "$T/context.yaml" --context softirq --summary
t_err_has "softirq context"

# --- formats -----------------------------------------------------------------

t_begin "walk --format maps"
t_run "$TASKVMA" walk "$T/space.yaml" --format maps
t_out_is "$T/maps"

t_begin "walk --format json"
t_run "$TASKVMA" walk "$T/space.yaml" --format json
t_status 0
t_ok test "$(wc -l <"$T_OUT")" = 4
cat >"$T/expected" <<'END'
{"start":4096,"end":12288,"perms":"r-xp","offset":0,"dev":"fe:01","inode":77,"name":"/bin/demo"}
END
head -n 1 "$T_OUT" >"$T/first"
t_ok cmp "$T/expected" "$T/first"
"$HELPERS/json_lines" end <"$T_OUT" >"$T/ends" || t_fail "no JSON"
printf '%s\n' 12288 16384 131072 140737488351232 >"$T/expected"
t_ok cmp "$T/expected" "$T/ends"

t_begin "walk --format csv"
t_run "$TASKVMA" walk "$T/space.yaml" --format csv
t_status 0
printf '%s\r\n' start,end,perms,offset,dev,inode,name \
	0x1000,0x3000,r-xp,0x0,fe:01,77,/bin/demo \
	0x3000,0x4000,rw-p,0x2000,fe:01,77,/bin/demo \
	'0x10000,0x20000,rw-s,0x0,00:00,0,[heap]' \
	0x7fffffffe000,0x7ffffffff000,---p,0x0,00:00,0, >"$T/expected"
t_out_is "$T/expected"

t_begin "walk --format text"
t_run "$TASKVMA" walk "$T/space.yaml" --format text
t_status 0
t_ok test "$(wc -l <"$T_OUT")" = 5
t_ok grep -q '^0000000000001000  0000000000003000 .* 8 KiB  r-xp .*  /bin/demo$' "$T_OUT"

t_begin "walk --format yaml is a fixture that walks the same"
t_run "$TASKVMA" walk "$T/space.yaml" --format yaml
t_status 0
cp "$T_OUT" "$T/again.yaml"
t_run "$TASKVMA" walk "$T/again.yaml" --pid 42
t_out_is "$T/maps"
t_run "$TASKVMA" walk "$T/again.yaml" --format yaml
t_out_is "$T/again.yaml"
t_run "$TASKVMA" walk "$T/space.yaml" --format yaml --from 0x4000
cp "$T_OUT" "$T/part.yaml"
t_run "$TASKVMA" walk "$T/part.yaml"
tail -n +3 "$T/maps" >"$T/expected"
t_out_is "$T/expected"

t_begin "walk: names in every format"
cat >"$T/names.yaml" <<'END'
schema: 1
tasks:
  - pid: 1
    vmas:
      - {start: 0x1000, end: 0x2000, perms: r--p, inode: 1, name: "/a \"b\", c\\d"}
      - {start: 0x2000, end: 0x3000, perms: r--p, inode: 2, name: "/line\nfeed\ttab"}
      - {start: 0x3000, end: 0x4000, perms: r--p, inode: 3, name: "/\u00e9\u20ac\U0001f600"}
      - {start: 0x4000, end: 0x5000, perms: r--p, inode: 4, name: !!binary L7//gGE=}
END
printf '/a "b", c\\d\n/line\nfeed\ttab\n/\303\251\342\202\254\360\237\230\200\n-\n' >"$T/expected"
t_run "$TASKVMA" walk "$T/names.yaml" --format json
t_status 0
"$HELPERS/json_lines" name <"$T_OUT" >"$T/values" || t_fail "no JSON"
t_ok cmp "$T/expected" "$T/values"
"$HELPERS/json_lines" name_base64 <"$T_OUT" | tail -n 1 >"$T/base64"
t_ok test "$(cat "$T/base64")" = 'L7//gGE='
t_run "$TASKVMA" walk "$T/names.yaml" --format csv
t_ok grep -qaxF $'0x1000,0x2000,r--p,0x0,00:00,1,"/a ""b"", c\\d"\r' "$T_OUT"
t_ok grep -qaxF $'0x2000,0x3000,r--p,0x0,00:00,2,"/line' "$T_OUT"
t_ok grep -qaxF $'0x4000,0x5000,r--p,0x0,00:00,4,/\277\377\200a\r' "$T_OUT"
t_run "$TASKVMA" walk "$T/names.yaml" --format text
t_ok grep -qaF '/line\012feed\011tab' "$T_OUT"
t_run "$TASKVMA" walk "$T/names.yaml"
t_ok grep -qaF $'/line\\012feed\ttab' "$T_OUT"
t_ok grep -qaF $'/\277\377\200a' "$T_OUT"

t_begin "walk of an address space without VMAs prints nothing"
printf 'schema: 1\ntasks:\n  - pid: 1\n    vmas: []\n' >"$T/empty.yaml"
t_run "$TASKVMA" walk "$T/empty.yaml" --summary
t_status 0
t_out_is "$T/nothing"
t_err_has " 0 VMAs"

# --- each failure of new -------------------------------------------------------

# refused ERRNO REASON ARGUMENTS...: new fails, nothing is printed, nothing leaks.
refused() {
	local errno=$1 reason=$2
	shift 2
	t_run "$TASKVMA" walk "$@" --summary
	t_status 1
	t_out_is "$T/nothing"
	t_err_has "taskvma: walk: pid 42: bpf_iter_task_vma_new: -$errno: "
	t_err_has "$reason"
	t_err_has "nothing leaked"
	t_ok test "$(wc -l <"$T_ERR")" = 2
	rm -f "$T/none"
	t_run "$TASKVMA" walk "$@" -o "$T/none" --format csv
	t_status 1
	t_ok test ! -e "$T/none"
	t_run "$TASKVMA" walk "$@" --format csv
	t_out_is "$T/nothing"
}

# task LINE...: a fixture whose task has these lines instead of its VMAs.
task() {
	printf 'schema: 1\ntasks:\n  - pid: 42\n    comm: demo\n'
	printf '    %s\n' "$@"
}
vmas='vmas: [{start: 0x1000, end: 0x2000, perms: r--p}]'

t_begin "new fails: no memory"
refused ENOMEM "fault plan" "$T/space.yaml" --fault alloc
refused ENOMEM "fault plan" "$T/space.yaml" --fault alloc=1
sed '1a faults: {fail_alloc: 1}' "$T/space.yaml" >"$T/fault.yaml"
refused ENOMEM "fault plan" "$T/fault.yaml"

t_begin "new fails: the cache of BPF memory is empty"
sed '1a faults: {bpf_cache: {free: 0}}' "$T/space.yaml" >"$T/fault.yaml"
for context in process softirq irqs-off nmi; do
	refused ENOMEM "this CPU's cache of BPF memory is empty" "$T/fault.yaml" --context $context
done
sed '1a faults: {bpf_cache: {free: 1, refill: fails}}' "$T/space.yaml" >"$T/fault.yaml"
t_run "$TASKVMA" walk "$T/fault.yaml" --context irqs-off
t_status 0
t_out_is "$T/maps"

t_begin "an allocation that the walk does not make fails nothing"
t_run "$TASKVMA" walk "$T/space.yaml" --fault alloc=2
t_status 0
t_out_is "$T/maps"

t_begin "new fails: kernel thread"
refused ENOENT "kernel thread" "$T/space.yaml" --fault kthread
task 'kthread: true' >"$T/fault.yaml"
refused ENOENT "kernel thread" "$T/fault.yaml"

t_begin "new fails: exited task"
refused ENOENT "exited" "$T/space.yaml" --fault exited
task 'exited: true' >"$T/fault.yaml"
refused ENOENT "exited" "$T/fault.yaml"

t_begin "new fails: irq_work slot busy"
sed '1a faults: {irq_work: busy}' "$T/space.yaml" >"$T/fault.yaml"
for context in irqs-off nmi; do
	refused EBUSY "irq_work slot" "$T/space.yaml" --fault irq-work-busy --context $context
	refused EBUSY "irq_work slot" "$T/fault.yaml" --context $context
done

t_begin "a busy irq_work slot does not matter with interrupts on"
for context in process softirq; do
	t_run "$TASKVMA" walk "$T/space.yaml" --fault irq-work-busy --context $context
	t_status 0
	t_out_is "$T/maps"
done

for state in write write-waiting; do
	t_begin "new fails: mmap_lock $state"
	task "$vmas" "mmap_lock: $state" >"$T/fault.yaml"
	for context in process softirq irqs-off nmi; do
		refused EBUSY "mmap_lock" "$T/space.yaml" --fault mmap-lock=$state --context $context
		refused EBUSY "writer" "$T/fault.yaml" --context $context
	done
done

t_begin "another reader of mmap_lock keeps nobody out"
t_run "$TASKVMA" walk "$T/space.yaml" --fault mmap-lock=read --summary
t_status 0
t_out_is "$T/maps"
t_err_has "nothing leaked"

t_begin "faults that don't exist, and a lock that isn't there"
for fault in '' nothing alloc=0 alloc=x alloc= mmap-lock mmap-lock=held kthread=1; do
	[ "$fault" = alloc= ] && continue
	t_run "$TASKVMA" walk "$T/space.yaml" --fault "$fault"
	t_status 2
	t_err_has "there is no fault '$fault'"
done
task 'kthread: true' >"$T/fault.yaml"
t_run "$TASKVMA" walk "$T/fault.yaml" --fault mmap-lock=write
t_status 2
t_err_has "has no mm"

# --- usage ---------------------------------------------------------------------

t_begin "walk: wrong usage"
t_run "$TASKVMA" walk
t_status 2
t_err_has "taskvma: walk needs a fixture"
t_run "$TASKVMA" walk "$T/space.yaml" "$T/space.yaml"
t_status 2
t_run "$TASKVMA" walk "$T/space.yaml" --no-such-option
t_status 2
t_err_has "taskvma: unrecognized option"
t_run "$TASKVMA" walk "$T/space.yaml" --format xml
t_status 2
t_err_has "there are: maps, text, json, csv, yaml"
t_run "$TASKVMA" walk "$T/space.yaml" --context dream
t_status 2
t_err_has "there are: process, softirq, irqs-off, nmi"
t_run "$TASKVMA" walk "$T/space.yaml" --design perpetuum
t_status 2
t_err_has "mmap_lock"
t_run "$TASKVMA" walk "$T/space.yaml" --pid 4294967296
t_status 2
t_run "$TASKVMA" walk "$T/space.yaml" --live 1
t_status 2
t_err_has "a fixture or --live, not both"

t_done
