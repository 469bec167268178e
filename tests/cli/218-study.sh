#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# study: numbers of eval, killed and gone on, a report that is well-formed, wrong options.
. "${top_srcdir:-.}/tests/cli/lib.sh"
collection
checker=$(dirname "$XS")/tests/cli/wellformed
few='--beir . --run bm25.run --depths 3 --sweep 0 --attention 0'

# As eval has it: the pattern and window of the paper, and full attention.
run 0 "$XS" study --output all --beir . --run bm25.run --depths 3,10 --windows none,4 --sweep 256 \
	--attention 3
name=$(basename "$folder" | tr -c 'A-Za-z0-9_\n-' _)
run 0 "$XS" eval --beir . --run bm25.run --depth 3 --pattern sparse --window 4 --metrics nDCG@10,RR@10,R@10
eval=$(sed -n 's/^rerank  *\([0-9][0-9.]*\)  *\([0-9.]*\)  *\([0-9.]*\).*/\1 \2 \3/p' out)
study=
for measure in nDCG@10 RR@10 R@10; do
	value=$(awk -F , -v m=$measure '$2 == "sparse" && $3 == "4" && $5 == 3 && $8 == m { print $9 }' all/cells.csv)
	study="$study $(printf %.4f "$value")"
done
[ -n "$eval" ] && [ " $eval" = "$study" ] || die "eval has $eval, study$study"
[ "$(wc -l <all/cells.csv)" -eq 25 ] || die "8 cells of three measures each"
[ "$(wc -l <all/queries.csv)" -eq 121 ] || die "8 cells of five queries and three measures each"
has all/study.json '"way": "full/none/int8/all"'
for file in report.html effect.svg window.svg length.svg attention.svg; do
	"$checker" all/$file || die "$file is not well-formed"
done
[ "$(grep -c '<svg' all/report.html)" -eq 4 ] || die "the page holds four pictures"
lacks all/report.html '(src|href)='

# Told again with another baseline, nothing is measured again.
before=$(ls -l --full-time all/cells all/lengths)
run 0 "$XS" study --output all --beir . --run bm25.run --depths 3,10 --windows none,4 --sweep 256 \
	--attention 3 --baseline sparse/4
has out '^sparse/4/int8/all/3 .* baseline '
[ "$before" = "$(ls -l --full-time all/cells all/lengths)" ] || die "cells were made again"

# Stopped and killed after some of its cells, it comes to the same scores.
run 0 "$XS" study --output whole $few
stopped=0
for signal in TERM:1 KILL:3 KILL:6 KILL:9; do
	"$XS" study --output torn $few >/dev/null 2>err &
	pid=$!
	for _ in $(seq 400); do
		n=$(ls torn/cells 2>/dev/null | wc -l)
		[ "$n" -lt ${signal#*:} ] || break
		sleep 0.02
	done
	kill -${signal%:*} $pid 2>/dev/null
	wait $pid 2>/dev/null
	code=$?
	[ ! -e torn/study.json ] || continue
	stopped=$((stopped + 1))
	case $signal in TERM:*) [ $code -eq 75 ] || die "a signal gives $code" ;; esac
done
[ $stopped -ge 2 ] || die "it had ended before it was killed"
run 0 "$XS" study --output torn $few
has err 'cells are there already'
cmp -s torn/queries.csv whole/queries.csv || die "a study that was killed has other numbers"
[ "$(ls torn/cells)" = "$(ls whole/cells)" ] || die "a study that was killed has other cells"

run 2 "$XS" study --output torn $few --windows none,4
has err 'plan\.json: the study there has windows \["none","64","16","4","1","0"\], this one \["none","4"\]'
echo '{"_id": "d13", "text": "More."}' >>corpus.jsonl
run 2 "$XS" study --output torn $few
has err 'the study there has collections'
echo '{"logits": []}' >"whole/cells/$(ls whole/cells | head -1)"
sed -i '$d' corpus.jsonl
run 2 "$XS" study --output whole $few
has err 'expected the scores of 5 queries'

# Its own first stage, and the configured index.
run 0 "$XS" study --output own --beir . --windows 4 --patterns model --sweep 0 --attention 0 --max-queries 2
has own/"$name".run '^q1 Q0 d1 1 '
has out ': 2 queries, '
# By several retrievals: a collection of its own by each.
run 0 "$XS" -o search.meaning_floor=-1 study --output several --beir . --windows 4 --patterns model --sweep 0 \
	--attention 0 --retrievals words,both
[ "$(grep -c ': 5 queries, ' out)" -eq 2 ] || die "a collection by words, and one by both"
has several/"$name"-both.run '^q6 Q0 '
lacks several/"$name"-words.run '^q6 Q0 '
run 2 "$XS" study --output several --beir . --windows 4 --patterns model --sweep 0 --attention 0
has err 'the study there has retrievals \["words","both"\]'
run 2 "$XS" study --output bad --beir . --retrievals words,all
has err 'retrievals: expected words, meaning or both, found "all"'
run 0 "$XS" study --output run --beir . --run bm25.run --windows 4 --patterns model --sweep 0 --attention 0 \
	--retrievals words,both
[ "$(grep -c ': 5 queries, ' out)" -eq 1 ] || die "a run has one retrieval"
site
run 0 "$XS" index
echo '{"_id": "q1", "text": "certificate"}' >questions.jsonl
run 0 "$XS" search --json certificate
url=$(sed -n 's/.*"url":"\([^"#]*\)[#"].*/\1/p' out | head -1)
echo "q1 0 $url 1" >urls.qrels
run 0 "$XS" study --output pages --site --queries questions.jsonl --qrels urls.qrels --windows none,4 \
	--patterns sparse --sweep 0 --attention 1
has pages/Kettle.run "^q1 Q0 .*#:[0-9]+ 1 "
[ "$(awk -F , '$8 == "R@10" && $9 == 1' pages/cells.csv | wc -l)" -eq 2 ] || die "the page is found"

# The log: what was chosen is relevant; a question for which nothing was is left out.
run 2 "$XS" study --output none --log
has err 'no question has been logged in .*queries\.db'
"$(dirname "$XS")/tests/cli/asked" index/queries.db Certificate "$url#renew" 'and this' '' compression "$url" ||
	die "the log"
run 0 "$XS" study --output log --log --windows 4 --patterns sparse --sweep 0 --attention 0
[ "$(wc -l <log/Kettle.queries.jsonl)" -eq 2 ] || die "two questions have an answer"
has out '^Kettle: 2 queries'
[ "$(awk -F , '$8 == "R@10" && $9 == 1' log/queries.csv | wc -l)" -eq 1 ] || die "the page is found"
rm index/queries.db*
run 0 "$XS" study --output log --log --windows 4 --patterns sparse --sweep 0 --attention 0
run 2 "$XS" study --output bad --log --queries questions.jsonl

# Labelled pairs, switches by name.
run 0 "$XS" study --output pairs --pairs pairs.jsonl --patterns full,full-query_doc+doc_cls --windows none \
	--sweep 0 --attention 0
run 0 "$XS" eval --task classify --pairs pairs.jsonl --pattern full --window none --json
ap=$(sed -n 's/.*"AP":\([0-9.]*\).*/\1/p' out)
mine=$(awk -F , '$2 == "full" && $8 == "AP" { print $9 }' pairs/cells.csv)
[ -n "$ap" ] && [ "$(printf %.6f "$ap")" = "$mine" ] || die "eval has AP $ap, study $mine"
"$checker" pairs/report.html || die "the report of pairs is not well-formed"

run 2 "$XS" study --beir .
has err 'output is needed'
run 2 "$XS" study --output bad
has err 'expected --beir, --pairs or --log'
run 2 "$XS" study --output bad --beir . --windows 4,x
has err 'windows x: expected a whole number from 0 to 4096, model or none'
run 2 "$XS" study --output bad --beir . --windows 4,4
has err '4 stands twice'
run 2 "$XS" study --output bad --beir . --patterns full-foo
has err 'there is no switch foo'
run 2 "$XS" study --output bad --beir . --patterns wide
has err 'expected model, sparse or full, and maybe'
run 2 "$XS" study --output bad --beir . --precisions int4
has err 'expected f32, bf16 or int8'
run 2 "$XS" study --output bad --beir . --depths 0
run 2 "$XS" study --output bad --beir . --baseline full/3
has err 'there is no such cell; the first is full/none/int8/all/30'
run 2 "$XS" study --output bad --beir nowhere
has err 'nowhere'
run 2 "$XS" study --output bad --pairs qrels.tsv
run 2 "$XS" study --output bad --log --run bm25.run
has err 'run is of a collection'
