#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# table.sh NAME.result...: what became of the mutants of each set (run_mutants.py --result).

printf '%-10s %6s %7s %11s %9s %9s\n' mutants made killed equivalent survived percent
for file; do
	[ -e "$file" ] || continue
	awk -v name="$(basename "$file" .result)" '{
		printf "%-10s %6d %7d %11d %9d %7.1f %%\n", name, $1 + $2 + $3, $1, $2, $3,
			$1 + $3 ? 100 * $1 / ($1 + $3) : 100
	}' "$file"
done
