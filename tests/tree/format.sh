#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-format finds nothing to change.  Each release of it formats in its own way; ours is 14.
set -u
top_srcdir=$(cd "${top_srcdir:-.}" && pwd)
format=
for f in clang-format-14 clang-format; do
	case $("$f" --version 2>/dev/null) in
	*'version 14.'*) format=$f && break ;;
	esac
done
[ -n "$format" ] || { echo "clang-format 14 is not installed"; exit 77; }
cd "$top_srcdir" || exit 99
find base sql vectors crawl conf eval index rerank plugin serve cmd examples tests \
	-name '*.[ch]' -o -name '*.cc' -o -name '*.hh' | sort |
	xargs "$format" --style=file --dry-run --Werror
