#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages: well formed, one for each command.
set -u
top_srcdir=$(cd "${top_srcdir:-.}" && pwd)
XS=${XS:-./xapian-search}
command -v mandoc >/dev/null || { echo "mandoc is not installed"; exit 77; }
failed=0
for page in "$top_srcdir"/man/*.[1-8]; do
	# References among our own pages are to pages that are not installed yet.
	out=$(mandoc -T lint "$page" 2>&1 | grep -vE 'referenced manual not found: Xr (xapian-search|librerank|xs_)')
	[ -z "$out" ] || { echo "$out"; failed=1; }
done
"$XS" help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' >commands.$$ || failed=1
[ -s commands.$$ ] || { echo "no command is listed"; failed=1; }
while read -r command; do
	[ -f "$top_srcdir/man/xapian-search-$command.1" ] ||
		{ echo "command $command has no page"; failed=1; }
done <commands.$$
rm -f commands.$$
exit $failed
