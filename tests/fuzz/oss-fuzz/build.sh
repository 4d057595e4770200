#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What OSS-Fuzz and ClusterFuzzLite call in the project's folder: every fuzzer into $OUT, with $CC,
# $CXX, $CFLAGS, $CXXFLAGS and $LIB_FUZZING_ENGINE, its options and dictionary beside it, its seeds
# as NAME_seed_corpus.zip, and the libraries it is linked with.

: "${OUT:?}" "${CC:?}" "${CXX:=$CC}" "${LIB_FUZZING_ENGINE:?}" "${CFLAGS:=}"
cd "$(dirname "$0")/../../.."
build=${WORK:-$PWD/build}/taskvma
bpf_clang=${BPF_CLANG:-clang}

# shellcheck disable=SC2153  # CFLAGS and OUT are the environment's
make -j"$(nproc)" fuzz-build KIND=fuzz-engine BUILD="$build" FUZZ_OUT="$OUT" CC="$CC" CXX="$CXX" \
	CLANG="$bpf_clang" FUZZ_LINK="$CXX" FUZZ_ENGINE="$LIB_FUZZING_ENGINE" WARN= \
	FUZZ_RPATH="-Wl,-rpath,'\$\$ORIGIN/lib'"
make fuzz-seeds BUILD="$build" CORPUS="$build/corpus" CLANG="$bpf_clang"

mkdir -p "$OUT/lib"
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	[ -e "$OUT/fuzz_$name" ] || continue	# FUZZ says which
	# what is not part of the image that the fuzzers run in
	ldd "$OUT/fuzz_$name" | sed -n 's/.* => \(\/[^ ]*\(libfyaml\|liburcu\|libelf\|libbpf\|libz\)[^ ]*\) .*/\1/p' |
		grep -v "^$OUT/" | xargs -r -I{} cp -L {} "$OUT/lib/"
	for kind in options dict; do
		[ ! -e "tests/fuzz/$name.$kind" ] || cp "tests/fuzz/$name.$kind" "$OUT/fuzz_$name.$kind"
	done
	if [ -d "$build/corpus/seeds/$name" ]; then
		rm -f "$OUT/fuzz_${name}_seed_corpus.zip"
		(cd "$build/corpus/seeds/$name" && python3 -m zipfile -c "$OUT/fuzz_${name}_seed_corpus.zip" ./*)
	fi
done
