#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rerank --task pair, and eval --task classify: scores of pairs, thresholds that are tuned elsewhere.
. "${top_srcdir:-.}/tests/cli/lib.sh"
collection

cat >pairs <<'END'
{"a": "a cat", "b": "a kitten"}
["a cat", "the national debt"]
[["a cat", "a kitten"], {"a": "a cat", "b": "the national debt"}]
[[2129, 2079], "a kitten"]
[]
END
run 0 sh -c '"$XS" rerank --task pair --threshold 0 <pairs'
[ "$(wc -l <out)" -eq 5 ] || die "a line for each"
sed -n 1p out | grep -q '"logit":[0-9.]*,"score":.*"a":{"tokens":2,"tokens_scored":2,"truncated":false},"match":true}$' ||
	die "the first pair matches"
sed -n 2p out | grep -q '"match":false}$' || die "the second pair does not match"
[ "$(sed -n 3p out)" = "[$(sed -n 1p out),$(sed -n 2p out)]" ] || die "a list is the pairs one by one"
[ "$(sed -n 5p out)" = '[]' ] || die "an empty list"
# Neither text is cut to the length of a query; both orders have the same mean.
words=$(yes word | head -60 | tr '\n' ' ')
printf '["%s", "a cat"]\n["a cat", "%s"]\n' "$words" "$words" >long
run 0 sh -c '"$XS" rerank --task pair --symmetric <long'
has out '"a":\{"tokens":60,"tokens_scored":60,"truncated":false\}'
[ "$(sed 's/,"tokens.*//' out | uniq | wc -l)" -eq 1 ] || die "symmetric pairs differ"
run 0 sh -c '"$XS" rerank --task pair <long'
[ "$(sed 's/,"tokens.*//' out | uniq | wc -l)" -eq 2 ] || die "the order of a pair counts"
run 0 sh -c '"$XS" rerank --task pair --query-tokens 40 <long'
has out '"a":\{"tokens":60,"tokens_scored":40,"truncated":true\}'
printf '{"a": "x"}\n["x"]\n["x", "y", "z"]\n[["x", "y"], ["x"]]\n3\n["x", [99999999]]\n["x", "y"]\n' >bad
run 2 sh -c '"$XS" rerank --task pair <bad'
[ "$(grep -c '"error":"line' out)" -eq 5 ] || die "five lines are wrong"
has out '"error":"line 1: b: expected a text or a list of token ids"'
has out '"error":"line 4: \[1\]: expected an object with a and b, or a list of two texts"'
has out '^\{"error":"a token id is not in'
[ "$(grep -c '"logit"' out)" -eq 1 ] || die "the good line is answered"
run 2 "$XS" rerank --threshold 0
run 2 "$XS" rerank --task pair --threshold high
run 2 "$XS" rerank --task some
run 2 "$XS" rerank --task pair --run bm25.run --queries queries.jsonl --corpus corpus.jsonl

# The scores of `rerank` with the threshold that `eval` was given: the same decisions.
run 0 sh -c '"$XS" rerank --task pair --threshold 2.5 <pairs.jsonl'
paste -d ' ' pairs.jsonl out >both
tp=$(grep -c '"label": 1.*"match":true' both)
fp=$(grep -c '"label": 0.*"match":true' both)
run 0 "$XS" eval --task classify --pairs pairs.jsonl --threshold 2.5 --json
has out "\"confusion\":\{\"tp\":$tp,\"fp\":$fp,\"fn\":$((10 - tp)),\"tn\":$((10 - fp))\}"
has out "\"accuracy\":0?\.?$(awk "BEGIN { printf \"%.9g\", ($tp + 10 - $fp) / 20 }" | sed 's/^0\.//')"
has out '"threshold":2\.5,"threshold_from":"given"'
# A higher threshold takes fewer.
run 0 "$XS" eval --task classify --pairs pairs.jsonl --threshold 100 --json
has out '"F1":0\.0,.*"tp":0,"fp":0,"fn":10,"tn":10'

run 0 "$XS" eval --task classify --pairs pairs.jsonl --json
has out '"threshold_from":"folds","thresholds":\[(-?[0-9.]+,){4}-?[0-9.]+\],"goal":"f1"'
has out '"pairs":20,"positive":10'
ap=$(sed 's/.*\("AP":[0-9.]*\).*/\1/' out)
tuned=$(sed 's/.*"threshold":\([-0-9.]*\),.*/\1/' out)
# Tuned on another file: that file's threshold, and the average precision needs none.
sed -n '1,8p' pairs.jsonl | sed 's/^{"a": "\(.*\)", "b": "\(.*\)", "label": \([01]\)}$/\1\t\2\t\3/' >tune.tsv
[ "$(grep -c '	' tune.tsv)" -eq 8 ] || die "the file with tabs"
run 0 "$XS" eval --task classify --pairs pairs.jsonl --tune tune.tsv --goal accuracy --json
has out '"threshold_from":"file","goal":"accuracy","tuned_on":8'
has out "$ap"
cp pairs.jsonl other.jsonl
run 0 "$XS" eval --task classify --pairs pairs.jsonl --tune other.jsonl --json
has out "\"threshold\":$tuned,\"threshold_from\":\"file\""
run 0 "$XS" eval --task classify --pairs tune.tsv --folds 2 --symmetric --pattern full
has out '^accuracy [01]\.[0-9]{4}  F1 [01]\.[0-9]{4}  precision'
has out 'threshold .* \(logit\), tuned by cross-validation: each of 2 parts'
has out '^8 pairs, 4 of label 1, 0 cut, model default'

run 2 "$XS" eval --task classify --pairs tune.tsv
has err 'tune\.tsv: has 4 pairs of label 1 and 4 of label 0; a threshold is tuned on 5 of each'
printf 'a\tb\n' >bad.tsv
run 2 "$XS" eval --task classify --pairs bad.tsv
has err 'bad\.tsv:1: expected 3 fields'
run 2 "$XS" eval --task classify
run 2 "$XS" eval --pairs tune.tsv
run 2 "$XS" eval --task classify --pairs tune.tsv --tune tune.tsv --threshold 1
run 2 "$XS" eval --task classify --pairs tune.tsv --folds 1
