#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion in bash: commands, options, their values, operands, files.
. "${top_srcdir:-.}/tests/cli/lib.sh"
command -v bash >/dev/null || exit 77

mkdir bin
ln -s "$XS" bin/xapian-search
touch some-file
complete()
{
	PATH=$folder/bin:$PATH bash -c '
		. "$top_srcdir/cmd/xapian-search.bash"
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_xapian_search
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@" >out 2>err || die "completion of $*"
	[ ! -s err ] || die "completion of $* complains"
}

complete xapian-search se
has out '^search$'
lacks out index
complete xapian-search -c x.yaml st
has out '^status$'
complete xapian-search --ver
has out '^--version$'
complete xapian-search search --re
has out '^--rerank$'
complete xapian-search search --rerank o
has out '^off$'
complete xapian-search rerank --pattern s
has out '^sparse$'
complete xapian-search model q
has out '^quantize$'
complete xapian-search help ev
has out '^eval$'
complete xapian-search eval --run some
has out '^some-file$'
complete xapian-search -c some
has out '^some-file$'
