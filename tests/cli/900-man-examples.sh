#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every example of the manual (.Dl, and commands in displays) and of README.md is run as it stands, and must
# end with 0.
. "${top_srcdir:-.}/tests/cli/lib.sh"
server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; cd /; chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
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

# examples FILE: runs its lines; the count of all of them is in `count`.
count=0
examples()
{
	while read -r line; do
		sh -c "$line" </dev/null >out 2>err
		code=$?
		# 1 of log: there are none.
		[ $code -eq 0 ] || case $code$line in 1*' log '*) ;; *) die "$1: $line" ;; esac
		echo "ok: $line"
		count=$((count + 1))
	done <lines
}
plain()
{
	sed -e 's/\\(dq/"/g' -e "s/\\\\(aq/'/g" -e 's/\\-/-/g' -e 's/\\&//g' -e 's/\\e/\\/g'
}
for page in "$top_srcdir"/man/*.[157]; do
	sed -n 's/^\.Dl //p' "$page" | plain >lines
	examples "$(basename "$page")"
done
[ $count -ge 20 ] || die "only $count examples were found"

# Displays: what begins with the program's name is a command, which may go on in the next line.  They tell of a
# log of questions, of a model that was trained elsewhere and of queries that were kept.
cp -R "$top_srcdir/models/default" trained && cp -R trained teacher && mkdir models kept
cp corpus.jsonl queries.jsonl kept && mkdir kept/qrels && cp qrels.tsv kept/qrels/test.tsv
asked=$(dirname "$XS")/tests/cli/asked
"$asked" index/queries.db certificate https://kettle.example/certificates.md || die "no log could be written"
count=0
for page in "$top_srcdir"/man/*.[157]; do
	sed -n '/^\.Bd -literal/,/^\.Ed/p' "$page" | plain |
		sed -n -e ':more' -e '/\\$/{N;s/\\\n *//;bmore' -e '}' -e '/^xapian-search /p' >lines
	examples "$(basename "$page")"
done
[ $count -ge 5 ] || die "only $count commands were found in displays"

# What rerank(1) shows of its input.
sed -n '/^\.Bd -literal/,/^\.Ed/s/^[{[].*/&/p' "$top_srcdir/man/xapian-search-rerank.1" | plain >lines
grep '"texts"' lines >texts && grep -v '"texts"' lines >pairs || die "rerank(1) has no input"
run 0 sh -c 'xapian-search rerank <texts'
run 0 sh -c 'xapian-search rerank --task pair <pairs'
[ "$(wc -l <out)" -eq "$(wc -l <pairs)" ] || die "an answer for each line of rerank(1)"

# README.md: "Your own site" in a folder of its own, with another folder to read and a port that is free.
readme=$top_srcdir/README.md
mkdir own
sed -n '/^## Your own site/,/^then, in its folder/s/^    //p' "$readme" |
	sed -e "s|/var/www/html|$folder/site|" -e 's|127\.0\.0\.1:8080|127.0.0.1:0|' >own/xapian-search.yaml
has own/xapian-search.yaml "$folder/site"
has own/xapian-search.yaml '127\.0\.0\.1:0'
sed -n '/^then, in its folder/,/^Then/s/^    //p' "$readme" >own/commands
[ "$(tail -1 own/commands)" = "xapian-search serve" ] || die "README.md: the last command is not serve"
cd own || exit 99
run 0 sh -e -c "$(sed '$d' commands)"
has out '^ 1\. Certificates'
xapian-search serve >log 2>&1 &
server=$!
for tenth in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	grep -q 'serving at' log && break
	sleep 0.5
done
has log 'serving at http://127\.0\.0\.1:'
kill $server
wait $server || die "README.md: serve ended with $?"
server=

# The commands in its text.  FOLDER is a new one, or the one of a model; --explain wants a question.
cp ../corpus.jsonl ../queries.jsonl ../qrels.tsv .
"$asked" index/queries.db certificate https://example.org/certificates.md || die "no log could be written"
tr '\n' ' ' <"$readme" | grep -o '`xapian-search [^`]*`' | tr -d '`' | grep -v ' serve$' >lines
[ "$(wc -l <lines)" -ge 6 ] || die "README.md: commands are missing"
sed -e 's|verify FOLDER|verify ../models/mine|' -e 's|backup FOLDER|backup copy|' -e 's|--output FOLDER|--output report|' \
	-e 's|COLLECTION|. --windows none,4 --sweep 128 --attention 1|' -e 's|--explain$|& certificate|' lines >given
mv given lines
examples README.md
sed -n '/^## Reranking alone/,$s/^    \(echo .*\)/\1/p' "$readme" >lines
[ -s lines ] || die "README.md: no line to rerank"
examples README.md
