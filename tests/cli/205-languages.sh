#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rerank.languages: what the model does not read is not reranked, and the reply says so.
. "${top_srcdir:-.}/tests/cli/lib.sh"
mkdir site
for page in a b c; do
	echo "<html lang=de><title>Kessel $page</title><p>Der Kessel wird mit Essig entkalkt." >site/$page.html
	echo "<html lang=en><title>Kettle $page</title><p>The kettle is descaled with vinegar." >site/en-$page.html
done
echo '<title>Both</title><p>Kessel or kettle.' >site/unknown.html
cat >xapian-search.yaml <<'END'
site: {url: "https://kettle.example/"}
sources: [{path: site}]
index: {language: none}
rerank: {budget_ms: 0}
END
run 0 "$XS" index

# reranked QUESTION N OPTION...: so many candidates were scored.
reranked()
{
	question=$1
	scored=$2
	shift 2
	run 0 "$XS" "$@" search --json "$question"
	has out "\"scored\":$scored,"
}
reranked kettle 4
lacks out 'rerank.languages'
reranked kessel 0
has out '"status":"skipped","scored":0,.*"reason":"3 of 4 candidates are in languages that the model does not read \(de\); see rerank.languages"'
run 0 "$XS" search kessel
has out 'reranking skipped \(3 of 4 candidates are in languages'
# Half and half: the model helps one half.
reranked 'kessel kettle' 7
# A page that names no language counts as one that is read.
reranked both 1
reranked kessel 4 -o 'rerank.languages=[model, de]'
reranked kessel 4 -o 'rerank.languages=[all]'
reranked kessel 4 -o 'rerank.languages=[]'
reranked kettle 0 -o 'rerank.languages=[de, fr]'
# Only of the model that is built in is the language known.
reranked kessel 4 -o "rerank.model=$top_srcdir/models/default"
run 2 "$XS" -o 'rerank.languages=[English]' search kettle
has err 'rerank.languages has "English"; expected model, all, or a code'
