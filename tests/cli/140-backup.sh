#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# backup: an index of its own, also while another process writes; nothing is left of one that fails.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

run 1 "$XS" backup copy
has err 'no index'
run 0 "$XS" index
run 2 "$XS" backup
run 2 "$XS" backup a b
run 0 "$XS" backup copy
has err 'copy: 4 pages, '
run 0 "$XS" -o index.path=copy check
run 0 "$XS" -o index.path=copy search --rerank off certificate
has out '^ 1\. Certificates'
run 2 "$XS" backup copy
has err 'is there already'
mkdir empty
run 0 "$XS" backup --json empty/
has out '^\{"folder":"empty/","pages":4,'

# The copy goes on by itself.
rm site/performance.md
run 0 "$XS" -o index.path=copy index --json
has out '"deleted":1'
run 0 "$XS" search --rerank off ulimit
run 1 "$XS" -o index.path=copy search --rerank off ulimit

# No file may grow beyond 10 KiB: as a full disk.
run 70 sh -c 'trap "" XFSZ; ulimit -f 20; exec "$XS" backup cut'
[ "$(echo cut*)" = 'cut*' ] || die "something is left"
run 70 "$XS" backup nowhere/copy

# A writer is at work all the time; each copy is whole.  Xapian itself loses a few hundred bytes where
# an index changes while it opens it; that is not ours to report.
echo leak:libxapian.so >leaks
LSAN_OPTIONS=suppressions=$PWD/leaks:print_suppressions=0
export LSAN_OPTIONS
(
	trap - EXIT # the folder is the test's to remove
	i=0
	# Ends with the test, also where that fails and removes its folder.
	while [ ! -e stop ] && [ -e xapian-search.yaml ]; do
		i=$((i + 1))
		echo "# Page $i" >site/page$i.md
		"$XS" -q index
	done
) &
writer=$!
for i in 1 2 3 4 5; do
	run 0 "$XS" backup copy$i
	run 0 "$XS" -o index.path=copy$i check
	[ "$(echo copy$i.*)" = "copy$i.*" ] || die "something is left"
done
touch stop
wait $writer
