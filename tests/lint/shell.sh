#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# shell.sh: shellcheck on every file that begins as a shell script.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

# SC2317: functions that are only called by name ("check WHAT COMMAND...") are taken for unreachable
# SC2015: A && B || C, where B cannot fail or C is right then, too
not=SC2317,SC2015

tests/lint/files.sh | xargs -d '\n' grep -lE '^#!(/usr/bin/env |/bin/)(ba)?sh' |
	xargs -d '\n' shellcheck --external-sources --source-path=SCRIPTDIR --exclude=$not
