#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion in bash: commands, options, their values, operands, files.
. "${top_srcdir:-.}/tests/cli/lib.sh"
command -v bash >/dev/null || exit 77

mkdir bin
ln -s "$XS" bin/xapian-search
mkdir some-folder
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
complete xapian-search --config = some
has out '^some-file$'
complete xapian-search search --rerank = o
has out '^off$'
complete xapian-search search --rerank =
has out '^on$'
complete xapian-search search -r o
has out '^off$'
complete xapian-search model --json v
has out '^verify$'
complete xapian-search -o rerank.dep
has out '^rerank\.depth=$'
complete xapian-search -o rerank.depth = 3 inde
has out '^index$'
complete xapian-search -o rerank.enabled = t
lacks out .
complete xapian-search search -o blend.we
has out '^blend\.weights\.rerank=$'
complete xapian-search conf rerank.depth blend.
has out '^blend\.weights\.rerank$'
complete xapian-search backup some
has out '^some-folder$'
lacks out '^some-file$'
complete xapian-search rerank -m some
has out '^some-folder$'

# Every option of every command, by its long name, its letter and its words.
for command in '' $("$XS" help --words | grep -v '^-'); do
	"$XS" help --words $command | grep '^-' >options
	while read -r names what; do
		name=${names%,*}
		complete xapian-search $command "$name"
		has out "^$name\$"
		case $what in
		*[a-z]*) ;;
		*) continue ;;
		esac
		for option in $(echo "$names" | tr , ' '); do
			for word in $(echo "$what" | tr '|' ' '); do
				complete xapian-search $command "$option" "$word"
				has out "^$word\$"
			done
		done
	done <options
done
