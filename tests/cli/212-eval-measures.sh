#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# eval: a run alone; measures, per query and in the mean, are trec_eval's (tests/data/trec_eval).
. "${top_srcdir:-.}/tests/cli/lib.sh"
data=$top_srcdir/tests/data/trec_eval

# compare NAME: every value of NAME.expected, to four digits.
compare()
{
	sed -n '/^#/d; s/\t.*//p' "$data/$1.expected" | uniq >names
	names=$(tr '\n' ' ' <names)
	run 0 "$XS" eval --run "$data/$1.run" --qrels "$data/$1.qrels" --metrics "$names" --per-query --average run
	cp out run.out
	run 0 "$XS" eval --run "$data/$1.run" --qrels "$data/$1.qrels" --metrics "$names"
	awk -F '\t' -v OFS='\t' '
		FILENAME == "names" { name[++n] = $1; next }
		/^retrieval / { split($0, f, / +/)
			for (i = 1; i <= n; i++) print name[i], FILENAME == "out" ? "judged" : "all", f[i + 1] }
		FILENAME == "run.out" && $2 == "retrieval" { for (i = 1; i <= n; i++) print name[i], $1, $(i + 2) }
		' names run.out out | sort >got
	grep -v '^#' "$data/$1.expected" | sort >expected
	[ "$(wc -l <expected)" -ge 200 ] || die "$1: values are missing"
	cmp -s got expected || { diff got expected | head -20 >&2; die "$1 differs from trec_eval"; }
}
compare ties
compare cranfield

cat >qrels <<'END'
# comments are passed over
q1 0 a 1
q1 0 b 0
q2 0 c 2
END
printf 'q1 Q0 x 0 3 t\nq1 Q0 a 0 2 t\nq1 Q0 b 0 1 t\n' >r.run
run 0 "$XS" eval --run r.run --qrels qrels --metrics 'Judged@1,Judged@2 Judged MRR@10 MAP NDCG@1' --json --per-query
has out '"Judged@2":0\.25,"Judged":0\.33333'
has out '"queries":2'
has out '"per_query":\[\{"query":"q1","retrieval":\{"Judged@1":0\.0,"Judged@2":0\.5,'

# What is written is read again, with the same values.
run 0 "$XS" eval --run "$data/ties.run" --qrels "$data/ties.qrels" --write-run w
cp out first
run 0 "$XS" eval --run w.retrieval --qrels "$data/ties.qrels"
cmp -s out first || die "the run that was written measures otherwise"
has w.retrieval '^t1 Q0 d[0-9]+ 1 [0-9.]+ retrieval$'

# bad WORDS RUN-OR-QRELS CONTENT: one sentence with file and line.
bad()
{
	printf "$3" >"$2.bad"
	if [ "$2" = run ]; then
		run 2 "$XS" eval --run run.bad --qrels qrels
	else
		run 2 "$XS" eval --run r.run --qrels qrels.bad
	fi
	has err "^xapian-search: $2\.bad:$1"
	[ "$(wc -l <err)" -eq 1 ] || die "one sentence"
}
bad '2: expected 6 fields .*, got 5' run 'q1 Q0 a 1 2 t\nq1 Q0 b 2 1\n'
bad '1: expected 6 fields .*, got 7' run 'q1 Q0 a 1 2 t t\n'
bad '1: expected a whole number from 0 as rank, got "one"' run 'q1 Q0 a one 2 t\n'
bad '1: expected a whole number from 0 as rank, got "-1"' run 'q1 Q0 a -1 2 t\n'
bad '1: expected a whole number from 0 as rank, got "1\.5"' run 'q1 Q0 a 1.5 2 t\n'
bad '2: rank 1 of query q1 stands in line 1 too' run 'q1 Q0 a 1 2 t\nq1 Q0 b 1 1 t\n'
bad '1: rank 2 of query q1 has a higher score than rank 1 in line 2' run 'q1 Q0 a 2 2 t\nq1 Q0 b 1 1 t\n'
bad '3: document a of query q1 stands in line 1 too' run 'q1 Q0 a 1 2 t\n\nq1 Q0 a 2 1 t\n'
bad '1: expected a score' run 'q1 Q0 a 1 inf t\n'
bad '1: expected 4 fields' qrels 'q1 a\n'
bad '2: expected 4 fields .*, got 5' qrels 'q1 0 a 1\nq1 0 a 1 1\n'
bad '3: document a of query q1 stands in line 1 too' qrels 'q1 0 a 1\nq1 0 b 1\nq1 0 a 0\n'
bad '1: expected a whole number as grade' qrels 'q1 0 a yes\n'
run 2 "$XS" eval --run r.run --qrels qrels --metrics 'nDCG@10 bpref'
has err 'there is no measure "bpref"; there are nDCG, RR, R, P, AP, Judged, Success'
run 2 "$XS" eval --run r.run --qrels qrels --metrics 'nDCG@0'
has err 'nDCG@0: expected a number from 1'
run 2 "$XS" eval --run r.run --qrels qrels --metrics 'nDCG@10 nDCG@10'
has err 'twice'
run 2 "$XS" eval --run r.run --qrels qrels --metrics ' '
run 2 "$XS" eval --run r.run --qrels qrels --average some
run 2 "$XS" eval --run r.run

# A folder as BEIR lays it, with a split; qrels.tsv where there is no folder qrels.
collection
mkdir -p beir/qrels
cp corpus.jsonl queries.jsonl beir
cp qrels.tsv beir/qrels/dev.tsv
run 0 "$XS" eval --beir beir --split dev --run bm25.run -k 3 --json --metrics 'nDCG@10 R@3' --write-run w
has out '"retrieval":\{"nDCG@10":0\.677032461,"R@3":0\.7\}'
has w.blend '^q1 Q0 d[0-9]+ 1 -?[0-9.e-]+ blend$'
has w.rerank ' rerank$'
run 2 "$XS" eval --beir beir --run bm25.run
has err 'beir/qrels/test\.tsv: there is no such file'
run 2 "$XS" eval --beir nowhere
has err 'nowhere: there is no such folder'
rm -r beir/qrels
cp qrels.tsv beir
run 0 "$XS" eval --beir beir --run bm25.run -k 3 --max-queries 1
