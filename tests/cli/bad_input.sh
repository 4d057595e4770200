#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Bad input: one line with file, line and column, exit 2, nothing half-written, at once.

. "$(dirname "$0")/lib.sh"

head='schema: 1
tasks:
  - pid: 1
    vmas:'

# refused FILE:LINE:COLUMN TEXT COMMAND...: exit 2, and one line that names the place and says
# TEXT. LINE:COLUMN may be N:N, any: where YAML itself is broken, its reader decides.
refused() {
	local place=$1 text=$2
	shift 2
	t_run timeout 5 "$@"
	t_status 2
	t_ok test ! -s "$T_OUT"
	t_ok test "$(wc -l <"$T_ERR")" = 1
	t_ok grep -qE "^taskvma: ${place/%N:N/[0-9]+:[0-9]+}: " "$T_ERR"
	t_err_has "$text"
}

# bad_fixture NAME LINE:COLUMN TEXT: the fixture on standard input, through every verb that reads one.
bad_fixture() {
	local file=$T/$1.yaml
	cat >"$file"
	t_begin "fixture: $1"
	refused "$file:$2" "$3" "$TASKVMA" check "$file"
	refused "$file:$2" "$3" "$TASKVMA" walk "$file" -o "$T/out"
	t_ok test ! -e "$T/out"
	refused "$file:$2" "$3" "$TASKVMA" tree "$file" -o "$T/out"
	t_ok test ! -e "$T/out"
}

# one_vma NAME LINE:COLUMN TEXT VMA...: a task with these VMAs, a line each.
one_vma() {
	local name=$1 place=$2 text=$3
	shift 3
	# no pipe: a test must not begin in a subshell
	bad_fixture "$name" "$place" "$text" < <(echo "$head"; printf '      - %s\n' "$@")
}

one_vma overlapping 6:17 overlaps '{start: 0x1000, end: 0x3000, perms: r--p}' '{start: 0x2000, end: 0x4000, perms: r--p}'
one_vma out-of-order 6:17 'out of order' '{start: 0x5000, end: 0x6000, perms: r--p}' '{start: 0x1000, end: 0x2000, perms: r--p}'
one_vma reversed 5:30 reversed '{start: 0x3000, end: 0x1000, perms: r--p}'
one_vma empty-range 5:30 empty '{start: 0x3000, end: 0x3000, perms: r--p}'
one_vma unaligned-start 5:17 aligned '{start: 0x1001, end: 0x2000, perms: r--p}'
one_vma unaligned-end 5:30 aligned '{start: 0x1000, end: 0x2001, perms: r--p}'
one_vma above-task-size 5:30 'task size' '{start: 0x1000, end: 0xffffffffff000, perms: r--p}'
one_vma too-large 5:17 '' '{start: 0x10000000000000000, end: 0x2000, perms: r--p}'
one_vma bad-perms 5:45 permissions '{start: 0x1000, end: 0x2000, perms: rwz}'
one_vma unknown-key 5:51 'unknown key' '{start: 0x1000, end: 0x2000, perms: r--p, colour: red}'
one_vma duplicate-key 5:25 'duplicate key' '{start: 0x1000, start: 0x1000, end: 0x2000, perms: r--p}'
one_vma missing-key 5:9 'missing key' '{start: 0x1000, end: 0x2000}'
one_vma nul-in-name 5:57 NUL '{start: 0x1000, end: 0x2000, perms: r--p, name: "a\0b"}'
one_vma bad-flags 5:58 flags '{start: 0x1000, end: 0x2000, perms: r--p, flags: zz}'
one_vma flags-contradict 5:58 contradict '{start: 0x1000, end: 0x2000, perms: r--p, flags: rd wr}'
one_vma truncated N:N '' '{start: 0x1000, end: 0x2000,'
bad_fixture no-schema 1:1 schema <<<'tasks: []'
bad_fixture other-schema 1:9 schema <<<$'schema: 2\ntasks: []'
bad_fixture duplicate-pid 4:11 'duplicate pid' <<<$'schema: 1\ntasks:\n  - {pid: 1, exited: true}\n  - {pid: 1, exited: true}'
bad_fixture no-vmas 3:5 vmas <<<$'schema: 1\ntasks:\n  - {pid: 1}'
bad_fixture two-documents 3:1 'one document' <<<$'schema: 1\ntasks: []\n---\nschema: 1\ntasks: []'
bad_fixture alias N:N anchors <<<$'schema: 1\ntasks:\n  - {pid: &p 1, tgid: *p, exited: true}'
bad_fixture not-a-mapping 1:1 '' <<<'[1, 2, 3]'
bad_fixture tab N:N '' <<<$'schema: 1\n\ttasks: []'
bad_fixture empty 1:1 empty </dev/null

t_begin 'missing file, directory'
refused "$T/nowhere:1:1" '' "$TASKVMA" walk "$T/nowhere"
refused "$T:1:1" '' "$TASKVMA" walk "$T"
refused "$T:1:1" '' "$TASKVMA" check "$T"

# bad_bytes NAME PLACE MAPS-PLACE FORMAT: the bytes that printf makes of FORMAT, as either.
bad_bytes() {
	local file=$T/$1
	# shellcheck disable=SC2059
	printf "$4" >"$file"
	t_begin "bytes: $1"
	refused "$file:$2" '' "$TASKVMA" walk "$file"
	refused "$file:$3" '' "$TASKVMA" capture --maps "$file" -o "$T/out"
	t_ok test ! -e "$T/out"
}

bad_bytes hangs-libfyaml N:N 1:4 '\x25\x22\xa6'
bad_bytes not-utf8 1:9 1:1 'schema: \xff\n'
bad_bytes nul 1:1 1:5 '\0\0\0\0'
bad_bytes elf 1:1 1:9 '\x7fELF\x02\x01\x01\0'
bad_bytes utf16 1:1 1:7 '\xff\xfes\0c\0'

# ten million characters of nesting, refused before they can cost anything
deep() {
	local file=$T/deep
	head -c 10000000 /dev/zero | tr '\0' "$2" >"$file"
	t_begin "10 MB of $1"
	refused "$file:$3" '' "$TASKVMA" walk "$file"
}
deep 'opening brackets' '[' N:N
deep 'opening braces' '{' N:N
deep dashes '-' N:N
deep 'question marks' '?' N:N
t_begin '10 MB of dashes and blanks'
yes -- '- - - - - - - - ' | head -c 10000000 | tr -d '\n' >"$T/deep"
refused "$T/deep:N:N" '' "$TASKVMA" walk "$T/deep"

# bad_maps NAME PLACE TEXT: the maps text on standard input.
bad_maps() {
	local file=$T/$1.maps
	cat >"$file"
	t_begin "maps: $1"
	refused "$file:$2" "$3" "$TASKVMA" capture --maps "$file" -o "$T/out"
	t_ok test ! -e "$T/out"
}

line='00001000-00002000 r--p 00000000 00:00 0 '
bad_maps truncated-address 1:10 '' <<<'00001000-'
bad_maps truncated-perms 1:19 '' <<<'00001000-00002000 r-'
bad_maps truncated-device 1:33 '' <<<'00001000-00002000 r--p 00000000 00'
bad_maps truncated-inode 1:38 '' <<<'00001000-00002000 r--p 00000000 00:00'
bad_maps no-newline 1:41 '' < <(printf '%s' "$line")
bad_maps reversed-range 1:10 reversed <<<'00002000-00001000 r--p 00000000 00:00 0 '
bad_maps unaligned 1:1 aligned <<<'00001001-00002000 r--p 00000000 00:00 0 '
bad_maps overlap 2:1 overlaps <<<"$line"$'\n'"$line"
bad_maps garbage 1:1 '' <<<'hello'
bad_maps too-many-digits 1:1 '' <<<'10000000000001000-10000000000002000 r--p 00000000 00:00 0 '
bad_maps crlf 1:41 '' <<<"$line"$'\r'

t_done
