#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules of the house that a program can see: lengths, licences, layers.
set -u
top_srcdir=$(cd "${top_srcdir:-.}" && pwd)
cd "$top_srcdir" || exit 99
failed=0
bad()
{
	echo "$*"
	failed=1
}

# Functions of at most 80 lines, files of at most 800; kernels are excepted.
for f in base/*.[ch] conf/*.[ch] index/*.[ch] index/*.cc index/*.hh rerank/*.[ch] plugin/*.[ch] serve/*.[ch] cmd/*.[ch] \
	tests/*/*.[ch]; do
	[ -e "$f" ] || continue
	lines=$(wc -l <"$f")
	[ "$lines" -le 800 ] || bad "$f has $lines lines"
	long=$(awk '/^{/ || /^try {/ { start = FNR }
		/^}/ { if (start && FNR - start > 80) print FILENAME ":" start ": " FNR - start; start = 0 }' "$f")
	[ -z "$long" ] || bad "a function is too long: $long lines"
done

# Every source says its licence; base/ and rerank/ are MIT, the rest is GPL.
for f in */*.c */*.h */*.cc */*.hh */*.S */*.am */*.bash rerank/kern/*.* tests/*/*.[ch] tests/*/*.am \
	tests/*/*.sh man/*.[1-8] .ci/run quickstart; do
	[ -e "$f" ] || continue
	case $f in
	build*/*) continue ;;
	base/* | rerank/* | models/* | tests/unit/t_model.c | tests/unit/t_rerank.c) ;;
	*)
		head -3 "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' ||
			bad "$f: expected the licence GPL-2.0-or-later"
		continue
		;;
	esac
	head -3 "$f" | grep -q 'SPDX-License-Identifier: MIT' || bad "$f: expected the licence MIT"
done

# A folder includes only lower layers; strangers on one layer never include each other.
layer()
{
	if grep -nE "^#include \"($2)/" "$1"/*.c "$1"/*.h "$1"/*.cc "$1"/*.hh "$1"/kern/*.[ch] 2>/dev/null; then
		bad "$1/ includes what it must not know"
	fi
}
layer base 'conf|index|rerank|plugin|serve|cmd'
layer conf 'index|rerank|plugin|serve|cmd'
layer index 'conf|rerank|plugin|serve|cmd'
layer rerank 'conf|index|plugin|serve|cmd'
layer plugin 'serve|cmd'
layer serve 'cmd'

# Nobody prints or exits but cmd/.
if grep -nE '\b(printf|puts|putchar|exit)\(' base/*.c conf/*.c index/*.c rerank/*.c plugin/*.c serve/*.c \
	2>/dev/null | grep -vE 'base/memory\.c|snprintf|_printf|fprintf'; then
	bad "printing or exiting outside cmd/"
fi
exit $failed
