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

rooms="base sql vectors crawl conf eval index rerank plugin serve cmd"

# Functions of at most 80 lines, files of at most 500, those of tests 800; kernels are excepted.
for f in $(find $rooms tests -name "*.[ch]" -o -name "*.cc" -o -name "*.hh" | grep -v /kern/ | sort); do
	[ -e "$f" ] || continue
	lines=$(wc -l <"$f")
	case $f in
	tests/*) most=800 ;;
	*) most=500 ;;
	esac
	[ "$lines" -le "$most" ] || bad "$f has $lines lines; expected at most $most"
	long=$(awk '/^{/ || /^try {/ { start = FNR }
		/^}/ { if (start && FNR - start > 80) print FILENAME ":" start ": " FNR - start; start = 0 }' "$f")
	[ -z "$long" ] || bad "a function is too long: $long lines"
done

# A folder is looked through at a glance.
for folder in $(find $rooms tests -type d); do
	n=$(find "$folder" -maxdepth 1 \( -name "*.c" -o -name "*.cc" \) | wc -l)
	[ "$n" -le 45 ] || bad "$folder/ has $n files of C and C++; expected at most 45"
done

# What begins with xs_ is for other files.
if grep -rnE --include="*.c" --include="*.cc" "^static [^(=]*\bxs_[a-z0-9_]+\(" $rooms; then
	bad "a static function begins with xs_; expected the word of its file"
fi

# One way to write it: sizeof x of an object, sizeof(type) of a type; codes are compared with XS_OK.  The
# files are read twice: for the names of types, then for their uses.
sources=$(find $rooms -name "*.[ch]" -o -name "*.cc" | sort)
awk '
	FNR == 1 { defines = 0 }
	!second && /^typedef [^{]*;/ { t = $0; sub(/;.*/, "", t); sub(/.*[ *]/, "", t); types[t] = 1 }
	!second && /^typedef (struct|enum|union)[^;]*\{/ { defines = 1 }
	!second && defines && /} [a-z0-9_]+;/ { t = $0; sub(/;.*/, "", t); sub(/.*} /, "", t); types[t] = 1 }
	!second && /^}/ { defines = 0 }
	second {
		rest = $0
		while (match(rest, /sizeof\([^()]*\)/)) {
			t = substr(rest, RSTART + 7, RLENGTH - 8)
			rest = substr(rest, RSTART + RLENGTH)
			if (t !~ /^(const )?(struct |unsigned |signed )?(char|short|int|long|float|double|bool|void)?( ?\**)$/ &&
			    t !~ /^(struct|enum|union) / && t !~ /^[A-Za-z0-9_]+_t$/ && t !~ / \*+$/ && !(t in types)) {
				print FILENAME ":" FNR ": sizeof(" t "); expected sizeof " t
				bad = 1
			}
		}
		if (/(if|while) \(!?rc\)|!rc([^a-z_]|$)|(&&|\|\|) rc( &&| \|\||\))|[( ]rc \?/) {
			print FILENAME ":" FNR ": expected a comparison of rc with XS_OK"
			bad = 1
		}
	}
	END { exit bad }' $sources second=1 $sources || bad "two ways to write one thing"

# Every source says its licence; base/ and rerank/ are MIT, the rest is GPL.
for f in $(find $rooms examples models tests -name "*.[chS]" -o -name "*.cc" -o -name "*.hh" -o -name "*.am" \
	-o -name "*.sh" -o -name "*.bash" | sort) man/*.[1-8] .ci/run quickstart; do
	[ -e "$f" ] || continue
	case $f in
	build*/*) continue ;;
	base/* | rerank/* | models/* | examples/rerank.c | man/librerank.3 | man/xs_*.3 | \
		tests/unit/rerank/golden.h | tests/unit/rerank/model_folder.h | tests/unit/rerank/t_librerank.c | \
		tests/unit/rerank/t_model.c | tests/unit/rerank/t_model_vocabulary.c | \
		tests/unit/rerank/t_request.c | tests/unit/rerank/t_rerank.c) ;;
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
layer base '(sql|vectors|crawl|conf|eval|index|rerank|plugin|serve|cmd)/'
layer sql '(vectors|crawl|conf|eval|index|rerank|plugin|serve|cmd)/'
layer vectors '(sql|crawl|conf|eval|index|rerank|plugin|serve|cmd)/'
layer conf '(sql|vectors|crawl|eval|index|rerank|plugin|serve|cmd)/'
layer crawl '(vectors|conf|eval|index|rerank|plugin|serve|cmd)/'
layer eval '(sql|vectors|crawl|conf|index|rerank|plugin|serve|cmd)/'
layer index '(conf|eval|rerank|plugin|serve|cmd)/'
layer rerank '(sql|vectors|crawl|conf|eval|index|plugin|serve|cmd)/'
layer plugin '(serve|cmd)/'
layer serve '(cmd)/'
# What reads a page knows nothing of the index.
layer index/pages 'index/[^p]|index/p[^a]'
# What makes HTML of documents knows nothing of what becomes of it.
layer index/documents '(sql|vectors|crawl)/|index/([^d]|d[^o])'
# What reads questions knows words and nothing of the index.
layer index/question 'index/([^qw]|q[^u]|query)'
# What reads words knows nothing of indexes and pages.
layer index/words 'index/[^w]|index/w[^o]'

# C++ stands behind one wall each for Xapian, toml++ and cld2.
for f in $(find $rooms -name "*.cc" -o -name "*.hh" | sort); do
	case $f in
	index/xap*.cc | index/xap*.hh | index/pages/language.cc | index/pages/toml.cc) ;;
	*) bad "$f is C++" ;;
	esac
done

# No folders and no headers that need each other in a circle.  tsort(1) names those of a circle.  The public
# header of librerank includes nothing of its folder: kernels take their types from it.
includes()
{
	grep -rE "$@" '^#include "[a-z]+/' $rooms | sed -E 's/^([^:]*):#include "([^"]*)".*/\1 \2/'
}
circle()
{
	awk '$1 != $2' | sort -u | tsort 2>&1 >/dev/null | sed 's/^tsort: //'
}
found=$(includes --include="*.[ch]" --include="*.cc" --include="*.hh" | grep -v '^rerank/kern/[^ ]* rerank/rerank\.h$' |
	sed -E 's,/[^/ ]*( |$),\1,g' | circle)
[ -z "$found" ] || bad "folders need each other in a circle: $found"
found=$(includes --include="*.h" --include="*.hh" | circle)
[ -z "$found" ] || bad "headers need each other in a circle: $found"

# Nobody prints or exits but cmd/.
if grep -rnE --include="*.c" '\b(printf|puts|putchar|exit)\(' base sql vectors crawl conf eval index rerank plugin serve \
	2>/dev/null | grep -vE 'base/memory\.c|snprintf|_printf|fprintf'; then
	bad "printing or exiting outside cmd/"
fi

# HACKING.md sends nobody to a file that is not there.
for path in $(grep -oE '`(base|sql|vectors|crawl|conf|eval|index|rerank|plugin|serve|cmd|tests|man|bench|models|examples)/[a-z0-9_./-]*`' \
	HACKING.md | tr -d '`' | sort -u); do
	[ -e "$path" ] || bad "HACKING.md: there is no $path"
done
exit $failed
