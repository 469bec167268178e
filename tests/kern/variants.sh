#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# variants.sh - the engine's tests under each instruction set that this processor has.  The fastest
# runs them in full beside this; the answers of the built-in models, which the plain loops take
# minutes for, are left out here, but for the embedder's of the other variants.  Those of 64-bit Arm:
# arm64.sh.
set -u
units=${top_builddir:-build}/tests/unit/rerank
failed=0

# run PROGRAM [TEST]: the tests of a program with the variant, without the one named.
run() {
	unit=$1
	shift
	out=$(XS_CPU=$variant "$units/$unit" "$@" 2>&1) || failed=1
	case $out in
	*'no such kernels here'*) echo "$variant: does not run here, left out" ;;
	*) printf '%s:\n%s\n' "$variant" "$out" ;;
	esac
}

for variant in ref sse41 avx2 avxvnni avx512 avx512vnni avx512bf16; do
	slow=none
	[ $variant = ref ] && slow=built_in_model
	run t_rerank default_model
	run t_librerank
	run t_request
	run t_embed $slow
done
exit $failed
