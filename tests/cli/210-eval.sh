#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# eval: the measures of a run by hand; with no run an index is built, and nothing of it stays.
. "${top_srcdir:-.}/tests/cli/lib.sh"
collection
all='--corpus corpus.jsonl --queries queries.jsonl --qrels qrels.tsv'

# Worked out by hand after trec_eval's definitions; q6 is judged and not in the run.
run 0 "$XS" eval $all --run bm25.run --depth 3 --json --per-query
has out '"retrieval":\{"nDCG@10":0\.677032461,"MRR@10":0\.7,"recall@3":0\.7,"recall@100":0\.8\}'
has out '"query":"q3","retrieval":\{"nDCG@10":0\.643322408,"MRR@10":0\.5,"recall@3":0\.5,"recall@100":[0-9.]+\}'
has out '"queries":5,"documents":12,"depth":3'
has out '"blend-retrieval":\{"nDCG@10":\{"difference":'
for pair in cosine-retrieval both-retrieval rerank-cosine blend-both blend-rerank; do
	has out "\"$pair\":"
done

# same NAME NAME WEIGHTS: with all the weight at one side the blend is that side.
same()
{
	run 0 "$XS" eval $all --run bm25.run --depth 5 --weights "$3"
	lines=$(grep -E "^($1|$2) +[0-9]" out | sed 's/^[a-z]* *//')
	[ "$(echo "$lines" | wc -l)" -eq 2 ] || die "$1 and $2 are not shown"
	[ "$(echo "$lines" | uniq | wc -l)" -eq 1 ] || die "weights $3: $2 is not $1"
}
same retrieval blend 1,0,0
same cosine blend 0,1,0
same cosine both 0,1,0.5
same rerank blend 0,0,1
same retrieval both 1,0,0.5
# Documents without the words of the question are ordered by what they mean.
grep -E '^(retrieval|cosine) +[0-9]' out | awk '{ print $2 }' | sort -u | wc -l | grep -q 2 || die "the cosine orders nothing"
run 0 "$XS" eval $all --run bm25.run --depth 5 --retrieval words --json --write-run alone
lacks out 'cosine|both|embedder'
[ "$(ls alone.* | tr '\n' ' ')" = "alone.blend alone.rerank alone.retrieval " ] || die "orders without cosines"
run 2 "$XS" eval $all --run bm25.run --retrieval meaning
run 2 "$XS" eval $all --run bm25.run --index kept
run 2 "$XS" eval $all --weights 1,0
has err 'weights 1,0: expected three numbers from 0 to 1'
run 2 "$XS" eval $all --weights 1,0,1.5
run 2 "$XS" eval $all --weights 1,0,1,0
run 2 "$XS" eval $all --weights x,0,1,0,1
run 2 "$XS" eval $all --weights 1,,1
run 2 "$XS" eval $all --retrieval all
has err 'retrieval: expected words, meaning or both, found "all"'

# An index of the corpus: each retrieval, and the model over the candidates of both.
run 0 "$XS" eval $all --depth 5 --json --write-run r
has out '"queries":5,"documents":12,"depth":5'
has out '"model":"default","embedder":"all-MiniLM-L6-v2"'
[ "$(find . -mindepth 1 -type d | wc -l)" -eq 0 ] || die "the temporary index is left behind"
cmp -s r.both r.retrieval || sed 's/both$/retrieval/' r.both | cmp -s - r.retrieval || die "the candidates are those of both"
lacks out '"both-retrieval"'
# "bring back a deleted file", "how much does it cost": the nearest has none of the words, or few of them.
has r.meaning '^q2 Q0 d2 1 '
has r.meaning '^q3 Q0 d7 1 '
has r.meaning '^q6 Q0 '
lacks r.words '^q6 '
# Each order is what its weights say: meaning has all documents, words those with a word.
[ "$(grep -c '^q2 ' r.meaning)" -eq 12 ] || die "meaning finds all documents"
[ "$(grep -c '^q2 ' r.words)" -lt 12 ] || die "words find those that have one"
run 0 "$XS" eval $all --depth 5
has out '^both      - words   '
[ "$(grep -cE '^(words|meaning|both|rerank|blend) +[0-9]' out)" -eq 5 ] || die "five orders are shown"
lacks out '^retrieval'
cp out five
run 0 "$XS" eval $all --depth 5 --retrieval words --write-run w
[ "$(grep -cE '^(words|rerank|blend) +[0-9]' out)" -eq 3 ] || die "three orders are shown"
lacks out 'meaning|both|embedder'
cmp -s r.words w.words || die "words are the same without vectors"
run 0 "$XS" -o search.meaning=off eval $all --depth 5
[ "$(grep -cE '^(words|rerank|blend) +[0-9]' out)" -eq 3 ] || die "the settings say words alone"
run 0 "$XS" eval $all --depth 5 --retrieval meaning --write-run m
cmp -s r.meaning m.meaning || die "meaning is the same alone"
sed 's/meaning$/retrieval/' m.meaning | cmp -s - m.retrieval || die "the candidates are those of meaning"
run 0 "$XS" -o index.language=de eval $all --depth 5
lacks out 'meaning|both|embedder'
run 2 "$XS" -o embed.model=nowhere eval $all --depth 5
has err 'nowhere'
# All documents are scored at any depth, whatever is looked at.
run 0 "$XS" eval $all --depth 2 --metrics 'R@2 R@12' --write-run d
[ "$(grep -c '^q2 ' d.rerank)" -gt 2 ] || die "so many are retrieved as a measure looks at"

# The index that is kept: what is there is not embedded again, and says the same.
run 0 "$XS" eval $all --depth 5 --index kept
before=$(ls -l --full-time kept/eval-index/vectors)
sed 's/, [^,]*$//' five >want
sed 's/, [^,]*$//' out | cmp -s - want || die "an index that is kept has other numbers"
run 0 "$XS" eval $all --depth 5 --index kept
sed 's/, [^,]*$//' out | cmp -s - want || die "an index that was kept has other numbers"
[ "$before" = "$(ls -l --full-time kept/eval-index/vectors)" ] || die "the vectors were made again"
head -11 corpus.jsonl >fewer.jsonl
run 0 "$XS" eval --corpus fewer.jsonl --queries queries.jsonl --qrels qrels.tsv --depth 5 --index kept --json --write-run f
has out '"documents":11'
lacks f.meaning ' d12 '
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
