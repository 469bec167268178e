#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# encodings.sh - no variant has instructions that its processors lack.
set -u
kern=${top_builddir:-build}/rerank/kern
failed=0

command -v objdump >/dev/null || { echo "objdump is not installed"; exit 77; }
[ -n "$(find "$kern" -name 'libkern_avx2_la-*.o')" ] || { echo "not built for x86-64"; exit 77; }

# without VARIANT PATTERN WHAT: no line of its code, with the bytes, is like that.
without()
{
	code=$(find "$kern" -name "libkern_$1_la-*.o" -exec objdump -d {} +)
	case $code in
	*'<xs_'*) ;;
	*) echo "$1: there is no code of it" && failed=1 && return ;;
	esac
	found=$(printf '%s\n' "$code" | grep -E "$2" | head -n 3)
	[ -z "$found" ] || { printf '%s: expected no %s:\n%s\n' "$1" "$3" "$found" && failed=1; }
}
tab=$(printf '\t')
evex="^ *[0-9a-f]+:${tab}62 "	# in 64 bits no other instruction begins so
vex="^ *[0-9a-f]+:$tab(66 )?c[45] "

without sse41 "$vex|$evex" "AVX"
without avx2 "$evex" "AVX-512"
without avx2 'vpdp' "VNNI"
without avxvnni "$evex" "AVX-512"
without avx512 'vpdp' "VNNI"
without avx512 'vdpbf16ps|vcvtne2?ps2?bf16' "BF16"
without avx512vnni 'vdpbf16ps|vcvtne2?ps2?bf16' "BF16"
exit $failed
