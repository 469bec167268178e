#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every example line (.Dl) of the manual is run, and must end with 0.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site
collection
cp xapian-search.yaml site.yaml
printf 'certificate\ncompression\n' >questions.txt
cp -R "$top_srcdir/tests/data/golden/t32" model && chmod -R u+w model
mkdir bin
ln -s "$XS" bin/xapian-search
PATH=$folder/bin:$PATH
export PATH
run 0 "$XS" index

count=0
for page in "$top_srcdir"/man/*.[157]; do
	sed -n 's/^\.Dl //p' "$page" |
		sed -e 's/\\(dq/"/g' -e "s/\\\\(aq/'/g" -e 's/\\-/-/g' -e 's/\\&//g' -e 's/\\e/\\/g' >lines
	while read -r line; do
		sh -c "$line" </dev/null >out 2>err || die "$(basename "$page"): $line"
		echo "ok: $line"
	done <lines
	count=$((count + $(wc -l <lines)))
done
[ $count -ge 20 ] || die "only $count examples were found"
