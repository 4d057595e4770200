#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# report.sh BUILD: gcovr's reports from the counts under BUILD/coverage.

set -eu
build=$(realpath "${1:?usage: report.sh BUILD}")
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
report=$build/coverage/report
mkdir -p "$report"

# What is no decision of ours is not counted: branches that the compiler made; and those of an
# assertion that stands alone (BUG_ON() and its kin), since a test that takes them shows the defect
# that they are there for; and those within uthash's macros. Always inlined functions are counted
# once: functions.h.
foreign='^\s*((MT_|MAS_|MAS_WR_)?(BUG|WARN)_ON(_ONCE)?|HASH_[A-Z_]+)\(.*'
gcovr --root . --object-directory "$build/coverage" \
	--filter 'maple/' --filter 'model/' --filter 'bpf/' --filter 'verifier_sim/' --filter 'cli/' \
	--exclude-unreachable-branches --exclude-throw-branches --gcov-ignore-parse-errors \
	--exclude-branches-by-pattern "$foreign" \
	--html-title taskvma --html-details "$report/index.html" \
	--xml "$report/cobertura.xml" --json "$report/lines.json" \
	"$build/coverage"
"$here/folders.py" "$report/lines.json" --list "$report/uncovered.txt" | tee "$report/folders.txt"
python3 -B "$here/unreached.py" "$report/lines.json" | tee "$report/reasons.txt"
echo "report: $report/index.html, cobertura.xml, uncovered.txt, reasons.txt"
