#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# fill.sh TASKVMA FILE: FILE on standard output, with each block that begins
# with a command ("$ taskvma ...") filled with what the command prints now. Of
# an exploration the steps are left out, and line numbers of sources: the
# schedule replays them. A command with "# minutes" behind it is run when FULL
# is set; else its block stays as it is.

set -u
taskvma=$(realpath "${1:?usage: fill.sh TASKVMA FILE}")
file=${2:?usage: fill.sh TASKVMA FILE}
cd "$(dirname "$0")/../.." || exit 1
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
ln -s "$taskvma" "$bin/taskvma"
PATH=$bin:$PATH

# run COMMAND: the lines of its output that a reader needs.
run() {
	bash -c "$1" 2>&1 | sed -e '/^ *[0-9][0-9]* [a-z]/d' -e '/^$/d' \
		-e 's/\(\.c\):[0-9][0-9]*/\1/g'
}

filled=		# the block under way has its new output: the old one is skipped
while IFS= read -r line; do
	case $line in
	'$ '*)
		echo "$line"
		case $line in
		*'# minutes') [ -n "${FULL:-}" ] && filled=yes ;;
		*) filled=yes ;;
		esac
		[ -z "$filled" ] || run "${line#\$ }"
		;;
	'```')
		filled=
		echo "$line"
		;;
	*)
		[ -n "$filled" ] || echo "$line"
		;;
	esac
done <"$file"
