#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# variants.sh - the engine's tests under each instruction set that this processor has.  The fastest
# runs them in full as t_rerank; the answers of the built-in model, which the plain loops take
# minutes for, are left out here.
set -u
test=${top_builddir:-build}/tests/unit/t_rerank
failed=0
for variant in ref avx2 avx512 avx512bf16; do
	out=$(XS_CPU=$variant "$test" default_model 2>&1) || failed=1
	case $out in
	*'no such kernels here'*) echo "$variant: does not run here, left out" ;;
	*) printf '%s:\n%s\n' "$variant" "$out" ;;
	esac
done
exit $failed
