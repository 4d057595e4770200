#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# imitate.sh BUILD: OSS-Fuzz's build of the fuzzers without its image: the same variables, its
# flags, an engine given as a file to link with, a folder that only takes what build.sh puts there.
# Then each fuzzer runs there for some inputs, from its own seeds.

set -eu
build=$(realpath "${1:?usage: imitate.sh BUILD}")
cd "$(dirname "$0")/../.."
compiler=${FUZZ_CC:-clang}

export SRC=$build/oss-fuzz/src OUT=$build/oss-fuzz/out WORK=$build/oss-fuzz/work
rm -rf "$build/oss-fuzz/out"
mkdir -p "$SRC" "$OUT" "$WORK"
ln -sfn "$PWD" "$SRC/taskvma"
export CC=$compiler CXX=${compiler/clang/clang++} BPF_CLANG=$compiler
export CFLAGS="-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -fsanitize=address -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link"
export CXXFLAGS="$CFLAGS -stdlib=libstdc++"
LIB_FUZZING_ENGINE=$("$compiler" -print-runtime-dir)/libclang_rt.fuzzer-$(uname -m).a
[ -e "$LIB_FUZZING_ENGINE" ] ||
	LIB_FUZZING_ENGINE=$(find "$("$compiler" -print-resource-dir)" -name "libclang_rt.fuzzer-$(uname -m).a" | head -n 1)
export LIB_FUZZING_ENGINE
.clusterfuzzlite/build.sh

for fuzzer in "$OUT"/fuzz_*; do
	[ -x "$fuzzer" ] || continue
	name=$(basename "$fuzzer")
	corpus=$WORK/corpus-$name
	rm -rf "$corpus" && mkdir -p "$corpus"
	[ ! -e "$OUT/${name}_seed_corpus.zip" ] ||
		python3 -m zipfile -e "$OUT/${name}_seed_corpus.zip" "$corpus"
	timeout 120 "$fuzzer" -runs=200 -rss_limit_mb=2048 "$corpus" >"$WORK/$name.log" 2>&1 || {
		echo "$name: failed, see $WORK/$name.log"
		exit 1
	}
	echo "$name: $(find "$corpus" -type f | wc -l) inputs"
done
