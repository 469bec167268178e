#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A name that begins with xs_ or XS_ stands for one thing in the whole tree.
set -u
top_srcdir=$(cd "${top_srcdir:-.}" && pwd)
ctags=
for c in ctags-universal ctags; do
	case $("$c" --version 2>/dev/null) in
	*'Universal Ctags'*) ctags=$c && break ;;
	esac
done
[ -n "$ctags" ] || { echo "universal-ctags is not installed"; exit 77; }
cd "$top_srcdir" || exit 99

tags=${TMPDIR:-/tmp}/names.$$
trap 'rm -f "$tags"' EXIT
# A plugin of an older release has that release's names once more.
# Macros, enumerators, functions, tags and names of types, variables: definitions, no prototypes.
"$ctags" --quiet=yes --options=NONE -f "$tags" --excmd=number --languages=C,C++ --langmap=C:.c.h,C++:.cc.hh --fields=Knt \
	--exclude="plugin_abi*.c" --kinds-C=defgstuv --kinds-C++=defgstuv -R base sql vectors crawl conf eval index rerank plugin serve cmd tests || exit 99

awk -F '\t' '
	$1 !~ /^(xs|XS)_/ { next }
	{ place = "\t" $2 ":" $5 " (" $4 ")"; sub("line:", "", place) }
	# Guards of headers, of which two may stand for each other.
	$4 == "macro" && $1 ~ /_HH?$/ { next }
	# The one symbol that every plugin exports has the name of its type.
	$4 == "variable" && $1 == "xs_plugin" { next }
	# Two forms of a macro in one file stand for each other.
	$4 == "macro" && macro[$1] == $2 { next }
	$4 == "macro" { macro[$1] = $2 }
	# typedef struct xs_store xs_store: one thing, which may be declared again.
	$4 == "typedef" && $6 ~ "^typeref:(struct|enum|union):" $1 "$" {
		type[$1] = place
		next
	}
	{
		n[$1]++
		tag[$1] += $4 ~ /^(struct|enum|union)$/
		places[$1] = places[$1] "\n" place
	}
	# The module of a function: its file, where its name begins so.
	$4 == "function" {
		file = $2
		sub(/.*\//, "", file)
		sub(/\..*/, "", file)
		room = $2
		sub(/\/[^\/]*$/, "", room)
		if (index($1, "xs_" file "_") == 1 || $1 == "xs_" file) {
			if (!(file in rooms))
				rooms[file] = room
			else if (rooms[file] != room)
				other[file] = room
		}
	}
	END {
		for (file in other) {
			print "xs_" file "_ begins functions of " rooms[file] "/ and of " other[file] \
				"/; expected one module of that name"
			bad = 1
		}
		for (name in n)
			if (n[name] > 1 || (name in type && !tag[name])) {
				print name " stands for more than one thing:" places[name] \
					(name in type ? "\n" type[name] : "")
				bad = 1
			}
		exit bad
	}' "$tags"
