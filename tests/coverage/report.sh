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

# Assertions that cannot fail and compiler-made branches are no decisions of ours.
gcovr --root . --object-directory "$build/coverage" \
	--filter 'maple/' --filter 'model/' --filter 'bpf/' --filter 'verifier_sim/' --filter 'cli/' \
	--exclude-unreachable-branches --exclude-throw-branches --gcov-ignore-parse-errors \
	--html-title taskvma --html-details "$report/index.html" \
	--xml "$report/cobertura.xml" --json "$report/lines.json" \
	"$build/coverage"
"$here/folders.py" "$report/lines.json" --list "$report/uncovered.txt" | tee "$report/folders.txt"
echo "report: $report/index.html, cobertura.xml, uncovered.txt"
