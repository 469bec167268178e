# SPDX-License-Identifier: GPL-2.0-or-later
# documents.sh - for tests of documents: the settings of their site, and what a question finds in it.
. "${top_srcdir:-.}/tests/cli/serve.sh"
documents=$top_srcdir/tests/data/documents

# finds URL TITLE HEADING QUESTION: the first result.
finds()
{
	run 0 "$XS" search -n 1 --json "$4"
	has out "\"url\":\"https://d.example/${1%#*}\""
	has out "\"anchor\":\"${1#*#}\""
	has out "\"title\":\"$2\""
	has out "\"heading\":\"$3\""
}
cat >xapian-search.yaml <<'END2'
site: {url: "https://d.example/"}
sources: [{path: site, strip_extension: true}]
index: {path: index, vectors: off}
rerank: {enabled: false, cache_tokens: false}
search: {facets: [type, date, meta.author], spelling: false}
END2
mkdir site
