#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# eval: the measures of a run by hand; with no run an index is built, and nothing of it stays.
. "${top_srcdir:-.}/tests/cli/lib.sh"
collection
all='--corpus corpus.jsonl --queries queries.jsonl --qrels qrels.tsv'

# Worked out by hand after trec_eval's definitions; q6 is judged and not in the run.
run 0 "$XS" eval $all --run bm25.run --depth 3 --json --per-query
has out '"retrieval":\{"nDCG@10":0\.677032461,"MRR@10":0\.7,"recall@3":0\.7\}'
has out '"query":"q3","retrieval":\{"nDCG@10":0\.643322408,"MRR@10":0\.5,"recall@3":0\.5\}'
has out '"queries":5,"documents":12,"depth":3'
has out '"blend-retrieval":\{"nDCG@10":\{"difference":'
# With all the weight at one side the blend is that side.
run 0 "$XS" eval $all --run bm25.run --depth 5 --weight 0
lines=$(grep -E '^(retrieval|blend) +[0-9]' out | sed 's/^[a-z]* *//' | sort -u | wc -l)
[ "$lines" -eq 1 ] || die "weight 0 is the retrieval"
run 0 "$XS" eval $all --run bm25.run --depth 5 --weight 1
lines=$(grep -E '^(rerank|blend) +[0-9]' out | sed 's/^[a-z]* *//' | sort -u | wc -l)
[ "$lines" -eq 1 ] || die "weight 1 is the model"
run 0 "$XS" eval $all --depth 5 --json
has out '"queries":5,"documents":12'
has out '"model":"default"'
[ "$(find . -mindepth 1 -type d | wc -l)" -eq 0 ] || die "the temporary index is left behind"
run 0 "$XS" eval $all --run bm25.run --max-queries 2 --json
has out '"queries":2'

run 2 "$XS" eval --corpus corpus.jsonl
has err 'are needed'
printf 'q1\t0\td1\tmuch\n' >bad.tsv
run 2 "$XS" eval --corpus corpus.jsonl --queries queries.jsonl --qrels bad.tsv --run bm25.run
has err 'bad\.tsv:1: '
printf 'q77\t0\td1\t1\n' >bad.tsv
run 2 "$XS" eval --corpus corpus.jsonl --queries queries.jsonl --qrels bad.tsv --run bm25.run
has err 'no query'
echo '{"_id": "d1"' >bad.jsonl
run 2 "$XS" eval --corpus bad.jsonl --queries queries.jsonl --qrels qrels.tsv
has err 'bad\.jsonl:1: '
run 2 "$XS" eval $all --max-queries none
