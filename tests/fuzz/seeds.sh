#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# seeds.sh FOLDER OBJECT CLANG: first inputs for the fuzzers that read files, from what the project
# has: FOLDER/NAME for fuzz_NAME. Those not named here begin with nothing.

set -eu
[ $# = 3 ] || { echo "usage: seeds.sh FOLDER OBJECT CLANG" >&2; exit 2; }
folder=$1 object=$2 clang=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..

mkdir -p "$folder"/{fixture,scenario,maps,object,btf}

# The beginning of a fixture as far as whole VMAs go: what is long is slow.
for fixture in "$root"/fixtures/spaces/*.yaml; do
	head -n 40 "$fixture" >"$folder/fixture/$(basename "$fixture")"
done
cat >"$folder/fixture/small.yaml" <<'END'
schema: 1
page_size: 4096
task_size: 0x7ffffffff000
context: softirq
faults: {fail_alloc: 2, irq_work: busy, bpf_cache: {free: 3, refill: fails}}
tasks:
  - pid: 7
    tgid: 6
    comm: "a: b"
    mmap_lock: write-waiting
    vmas:
      - {start: 0x1000, end: 0x2000, perms: rw-s, offset: 0x1000, dev: "fe:01", inode: 7, name: "/a b"}
      - {start: 0x2000, end: 0x4000, perms: r-xp, flags: "rd ex mr mw me"}
  - pid: 8
    mm_of: 7
  - pid: 9
    kthread: true
END
cp "$root"/fixtures/scenarios/*.yaml "$folder/scenario/"
cp "$root"/fixtures/scenarios/*.yaml "$folder/fixture/"

head -n 12 /proc/self/maps >"$folder/maps/maps"
head -n 60 /proc/self/smaps >"$folder/maps/smaps"
printf '1000-2000 r--p 00000000 00:00 0 \n2000-3000 rwxs 00001000 fe:00 7  /a\\012b (deleted)\n' >"$folder/maps/small"

cp "$object" "$folder/object/frame"
"$clang" -target bpf -mcpu=v3 -g -O2 -c "$root/tests/unit/bpf_program.bpf.c" -o "$folder/object/program"
for input in frame program; do
	"$here/section.py" "$folder/object/$input" .BTF >"$folder/btf/$input"
done
