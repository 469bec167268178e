#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# export: rows of a collection and of the site, with a run, judgements, the model as teacher.
. "${top_srcdir:-.}/tests/cli/lib.sh"
collection

run 0 "$XS" export --corpus corpus.jsonl --queries queries.jsonl --run bm25.run -k 3
[ "$(wc -l <out)" -eq "$(awk '$1 != "" && n[$1]++ < 3' bm25.run | wc -l)" ] || die "three rows of each query"
has err '^[0-9]+ rows of [0-9]+ queries$'
doc=$(awk '$1 == "q1" && $4 == 1 { print $3 }' bm25.run)
score=$(awk '$1 == "q1" && $4 == 1 { print $5 + 0 }' bm25.run)
head -1 out | grep -q "^{\"query\":\"how to reset a forgotten password\",\"text\":\".*\",\"score\":$score.*,\"rank\":1,\"query_id\":\"q1\",\"id\":\"$doc\"}" ||
	die "the first row"

# The teacher's scores are those of rerank; the order and the ranks stay the run's.
run 0 "$XS" rerank --corpus corpus.jsonl --queries queries.jsonl --run bm25.run -k 3
awk '{ print $1, $3, $5 }' out | sort >want
run 0 "$XS" export --corpus corpus.jsonl --queries queries.jsonl --run bm25.run -k 3 --teacher
sed 's/.*"score":\([^,]*\),.*"query_id":"\([^"]*\)","id":"\([^"]*\)"}$/\2 \3 \1/' out | sort | cmp -s - want ||
	die "the teacher is not the model"
has out "\"rank\":1,\"first_score\":$score"
run 0 "$XS" export --corpus corpus.jsonl --queries queries.jsonl --run bm25.run -k 1 --teacher --pattern full --format tsv
has out '^query	text	score	rank	grade	clicks	query_id	id$'
[ "$(awk -F '\t' 'NF != 8' out | wc -l)" -eq 0 ] || die "eight fields"
lacks out '^.*	.*	-?[0-9.]+	2	'

# With judgements: their queries alone, grades, and what is relevant and was not found.
run 0 "$XS" export --corpus corpus.jsonl --queries queries.jsonl --qrels qrels.tsv -k 2
has out '"rank":1,"grade":2,"query_id":"q1","id":"d1"\}'
has out '"score":null,"rank":0,"grade":1,"query_id":"q6","id":"d11"\}'
lacks out '"query_id":"q5"'
[ "$(find . -mindepth 1 -type d | wc -l)" -eq 0 ] || die "the temporary index is left behind"
mkdir -p beir/qrels
cp corpus.jsonl queries.jsonl beir
cp qrels.tsv beir/qrels/train.tsv
cp out want
run 0 "$XS" export --beir beir -k 2
cmp -s out want || die "a BEIR folder is its files"
run 0 "$XS" export --beir beir -k 2 --max-queries 1
has err ' of 1 queries$'

# What goes out comes back: the rows as labelled pairs.
run 0 "$XS" export --beir beir -k 5
sed -n 's/^{"query":\(".*"\),"text":\(".*"\),"score".*"grade":\([0-9]\).*/{"a": \1, "b": \2, "label": true}/p' out >back.jsonl
run 0 "$XS" eval --task classify --pairs back.jsonl --threshold 0
has out '^9 pairs, 9 of label 1'

# The site.
site
run 0 "$XS" index
printf 'certificate\n\n\r\ncompression level\r\n' >questions
run 0 "$XS" export --queries questions -k 2 --teacher
has out '"query":"certificate","text":"Certificates\. .*"rank":2,"first_score":.*"query_id":"1","id":"https://kettle\.example/[^"]*"'
has out '"query":"compression level",.*"query_id":"4"'
logit=$(sed -n 's/.*"score":\([^,]*\),"rank":1,.*"query_id":"4".*/\1/p' out)
run 0 "$XS" search --json 'compression level'
has out "\"logit\":$logit,"
printf '"\n' >>questions
run 2 "$XS" export --queries questions -k 2
has err '^query 5: '
[ "$(wc -l <out)" -ge 2 ] || die "the others are exported"
echo zzzzqqqq >nothing
run 1 "$XS" export --queries nothing
run 2 "$XS" export --log
has err 'no question has been logged in .*queries\.db$'

run 2 "$XS" export
run 2 "$XS" export --queries nowhere
has err 'nowhere: there is no such file'
run 2 "$XS" export --log --queries questions
run 2 "$XS" export --queries questions --since 7d
run 2 "$XS" export --queries questions --run bm25.run
run 2 "$XS" export --queries questions --format xml
printf 'q1 Q0 d1 1 3 t\nq1 Q0 nodoc 2 2 t\n' >bad.run
run 2 "$XS" export --corpus corpus.jsonl --queries queries.jsonl --run bad.run
has err 'the run.s document nodoc for query q1 is not in the corpus'
run 2 "$XS" -o index.path=none export --queries questions
