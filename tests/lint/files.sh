#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The files of this tree, one a line: what git knows, or would take; without git, all but what was made.
cd "$(dirname "$0")/../.." || exit 1

if git rev-parse --git-dir >/dev/null 2>&1; then
	git -c safe.directory='*' ls-files --cached --others --exclude-standard | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
else
	find . -type f ! -path './build/*' | sed 's,^\./,,'
fi
