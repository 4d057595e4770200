#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# drift.sh TREE DESIGN: are the files that the series added to TREE the ones that are tested here, byte
# for byte? Exit 1 and a line for each that is not.
set -u
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 2 ] || { echo "usage: drift.sh TREE DESIGN" >&2; exit 2; }
files=$("$here/series.sh" --files "$2") || exit

drifted=0
while read -r in_tree ours; do
	cmp "$1/$in_tree" "$ours" || drifted=1
done <<<"$files"
exit $drifted
