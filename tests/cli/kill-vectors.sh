#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kill-vectors.sh [N]: kills `index` N times (here 4; "kill-vectors.sh 100" by hand) while it embeds.
# After each: check is clean and words are found; at the end each passage has its vector.
. "${top_srcdir:-.}/tests/cli/lib.sh"
kills=${1:-4}
span=1500 # milliseconds
. "$top_srcdir/tests/cli/kills.sh"

mkdir site
parts=175 # of each of four pages: in all some batches
pages() # VERSION: all passages are others; words alone are indexed
{
	for page in 1 2 3 4; do
		i=0
		while [ $i -lt $parts ]; do
			i=$((i + 1))
			printf '## Part %s\n\nText %s of page %s, steadyword.\n\n' $i "$1" $page
		done >site/$page.md
	done
	run 0 "$XS" index --vectors later
}
cat >xapian-search.yaml <<'END'
sources: [{path: site}]
index: {path: index}
rerank: {enabled: false}
END

version=0
pages $version
while [ $died -lt "$kills" ]; do
	if ! kill_index; then
		version=$((version + 1))
		pages $version
	fi
	run 0 "$XS" check
	run 0 "$XS" search steadyword
done

# A signal that can be caught: what was embedded is in the file at once.
version=$((version + 1))
pages $version
"$XS" index --json >said 2>/dev/null &
pid=$!
sleep 0.5
kill -INT $pid 2>/dev/null
wait $pid
code=$?
run 0 "$XS" check
case $code in
0) ;; # it was quicker
75)
	has said '"stopped":"signal"'
	embedded=$(sed -n 's/.*"embedded":\([0-9]*\),.*/\1/p' said)
	[ "${embedded:-0}" -eq 0 ] || has out ", $embedded with vectors;"
	;;
*) die "exit code $code after a signal" ;;
esac

run 0 "$XS" index --json
run 0 "$XS" check
has out ", $((4 * parts)) passages, $((4 * parts)) with vectors\$"
run 0 "$XS" index --json
has out "\"embedded\":0,\"kept\":$((4 * parts)),"
echo "$died of $runs runs were killed before their end"
