#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# demo.sh TASKVMA: this very shell's address space, captured, then walked by
# the emulated iterator.

set -eu
taskvma=${1:?usage: demo.sh TASKVMA}
fixture=$(mktemp)
trap 'rm -f "$fixture"' EXIT

echo "\$ taskvma capture $$ -o FIXTURE    # process $$ is $(cat "/proc/$$/comm")"
"$taskvma" capture "$$" -o "$fixture"
echo "\$ taskvma walk FIXTURE --summary"
"$taskvma" walk "$fixture" --summary 2>&1
