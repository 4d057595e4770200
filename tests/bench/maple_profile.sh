#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What an operation of the maple tree costs, ours and the kernel's, counted instead of timed:
# instructions, mispredicted branches and cache misses in valgrind's model of a CPU (32 KiB of first
# level, 32 MiB of last), the same on every machine. Each figure is the difference between two runs,
# of 3 repetitions and of 1, so that loading the program and filling the tree to be searched do not
# count. Where an operation changes its tree, making that tree anew for each repetition does.
#
# usage: maple_profile.sh PROGRAM SIZE OPERATION...	(as the bench names them)
set -eu

program=$1 size=$2
shift 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Events of a run: "instructions mispredicted D1-misses LL-misses"
count() {
	valgrind --quiet --tool=cachegrind --cache-sim=yes --branch-sim=yes \
		--I1=32768,8,64 --D1=32768,8,64 --LL=33554432,16,64 \
		--cachegrind-out-file="$dir/out" \
		"$program" --sizes "$size" --side "$1" --reps "$2" --only "$3" \
		>"$dir/text" 2>"$dir/errors" || { cat "$dir/errors" >&2; return 1; }
	awk '/^events:/ { for (i = 2; i <= NF; i++) at[$i] = i }
	     /^summary:/ { print $at["Ir"], $at["Bcm"] + $at["Bim"], $at["D1mr"] + $at["D1mw"],
				 $at["DLmr"] + $at["DLmw"] }' "$dir/out"
}

printf '%-26s%10s%14s%14s%14s%14s\n' "$size entries" '' \
	instructions mispredicted 'D1 misses' 'LL misses'
for op; do
	for side in ours kernel; do
		few=$(count "$side" 1 "$op") many=$(count "$side" 3 "$op")
		echo "$few $many" | awk -v op="$op" -v side="$side" -v size="$size" '{
			ops = size < 20000 ? int(20000 / size) * size : size > 100000 ? 100000 : size
			printf "%-26s%10s", op, side
			for (i = 1; i <= 4; i++)
				printf "%14.2f", ($(i + 4) - $i) / 2 / ops
			print ""
		}'
	done
done
