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

rooms="base sql conf eval index rerank plugin serve cmd"

# Functions of at most 80 lines, files of at most 800; kernels are excepted.
for f in $(find $rooms tests -name "*.[ch]" -o -name "*.cc" -o -name "*.hh" | grep -v rerank/kern/ | sort); do
	[ -e "$f" ] || continue
	lines=$(wc -l <"$f")
	[ "$lines" -le 800 ] || bad "$f has $lines lines"
	long=$(awk '/^{/ || /^try {/ { start = FNR }
		/^}/ { if (start && FNR - start > 80) print FILENAME ":" start ": " FNR - start; start = 0 }' "$f")
	[ -z "$long" ] || bad "a function is too long: $long lines"
done

# Every source says its licence; base/ and rerank/ are MIT, the rest is GPL.
for f in $(find $rooms examples models tests -name "*.[chS]" -o -name "*.cc" -o -name "*.hh" -o -name "*.am" \
	-o -name "*.sh" -o -name "*.bash" | sort) man/*.[1-8] .ci/run quickstart; do
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
	if grep -rnE --include="*.[ch]" --include="*.cc" --include="*.hh" "^#include \"($2)" "$1"; then
		bad "$1/ includes what it must not know"
	fi
}
layer base '(sql|conf|eval|index|rerank|plugin|serve|cmd)/'
layer sql '(conf|eval|index|rerank|plugin|serve|cmd)/'
layer conf '(sql|eval|index|rerank|plugin|serve|cmd)/'
layer eval '(sql|conf|index|rerank|plugin|serve|cmd)/'
layer index '(conf|eval|rerank|plugin|serve|cmd)/'
layer rerank '(sql|conf|eval|index|plugin|serve|cmd)/'
layer plugin '(serve|cmd)/'
layer serve '(cmd)/'
# What reads a page knows nothing of the index.
layer index/pages 'index/[^p]|index/p[^a]'

# Nobody prints or exits but cmd/.
if grep -rnE --include="*.c" '\b(printf|puts|putchar|exit)\(' base sql conf eval index rerank plugin serve \
	2>/dev/null | grep -vE 'base/memory\.c|snprintf|_printf|fprintf'; then
	bad "printing or exiting outside cmd/"
fi
exit $failed
