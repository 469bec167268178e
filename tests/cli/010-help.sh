#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Help, version, slips of the finger; every command and option has its place in the manual.
. "${top_srcdir:-.}/tests/cli/lib.sh"

run 0 "$XS" --version
has out '^xapian-search [0-9]+\.[0-9]'
run 0 "$XS" help
has out '^  search '
run 0 "$XS" --help
run 0 "$XS" help search
has out '--rerank on\|off'
run 0 "$XS" search --help
has out '^Usage: xapian-search search'
run 2 "$XS"
has err 'a command is missing'
run 2 "$XS" serach x
has err 'did you mean "search"'
run 2 "$XS" frobnicate
has err 'there is no command "frobnicate"$'
run 2 "$XS" help serach
has err 'did you mean "search"'
run 2 "$XS" search --dept 3
has err 'a question is missing'
run 2 "$XS" search --detph 3 x
has err 'did you mean --depth'
run 2 "$XS" search --depth
has err 'needs an argument'
run 2 "$XS" search --json=3 x
has err 'takes no argument'
run 2 "$XS" -Z
has err 'no option -Z'
run 2 "$XS" help a b

"$XS" help --words | grep -v "^-" >commands
[ -s commands ] || die "help --words"
while read -r command; do
	page=$top_srcdir/man/xapian-search-$command.1
	[ -f "$page" ] || die "$command has no manual page"
	grep -q "Xr xapian-search-$command 1" "$top_srcdir/man/xapian-search.1" ||
		die "xapian-search.1 does not name $command"
	run 0 "$XS" help "$command"
	"$XS" help --words "$command" | sed -n 's/^--\([a-z-]*\).*/\1/p' >options
	while read -r option; do
		name=$(echo "$option" | sed 's/-/\\\\-/g')
		grep -q -e "Fl \\\\-$name\b" "$page" "$top_srcdir/man/xapian-search.1" ||
			die "no manual page of $command has --$option"
	done <options
done <commands
