#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# variants.sh - the engine's tests under each instruction set that this processor has.  The fastest
# runs them in full beside this; the answers of the built-in models, which the plain loops take
# minutes for, are left out here, but for the embedder's of the other variants.  Those of 64-bit Arm:
# arm64.sh.
set -u
built=${top_builddir:-build}
units=$built/tests/unit/rerank
failed=0
# Those that the checks of a kernel leave out; the engine would take another one with no more than a warning to
# its log.
absent=$(CHECK_EVERY=100000 "$built/tests/kern/check_norm" | sed -n 's/: does not run .*//p')

# run PROGRAM [TEST]: the tests of a program with the variant, without the one named.
run() {
	unit=$1
	shift
	out=$(XS_CPU=$variant "$units/$unit" "$@" 2>&1) || failed=1
	printf '%s:\n%s\n' "$variant" "$out"
}

for variant in ref sse41 avx2 avxvnni avx512 avx512vnni avx512bf16; do
	if printf '%s\n' "$absent" | grep -qx "$variant"; then
		echo "$variant: does not run here, left out"
		continue
	fi
	slow=none
	[ $variant = ref ] && slow=built_in_model
	run t_rerank default_model
	run t_librerank
	run t_request
	run t_embed $slow
done
exit $failed
