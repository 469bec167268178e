#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The cases of tests/data/cases that ask the rerank API (126-cases.sh has the others).
. "${top_srcdir:-.}/tests/cli/serve.sh"
cases=$top_srcdir/tests/data/cases
serve

# ask PATH FILE: posts the file of a case; it must be answered.
ask()
{
	get "$1" -H 'content-type: application/json' --data-binary "@$cases/$2"
	is 200
}

# order PLACE...: the last reply's results begin with these, in any order among themselves.
order()
{
	found=$(grep -o '"index":[0-9]*' body | cut -d : -f 2 | head -$#)
	[ "$(echo "$found" | sort | xargs)" = "$(printf '%s\n' "$@" | sort | xargs)" ] ||
		die "$path: $found come first, expected $*: $(cat body)"
}

# Blank texts, and objects without the field, come behind those that say something.
ask /v2/rerank 10-rerank-blank-texts/body.json
order 1 3
ask /v1/rerank 10-rerank-blank-texts/fields.json
order 0

# A NUL or half a surrogate pair in one text fails no other.
for body in nul surrogate; do
	ask /v1/rerank 16-rerank-nul-and-surrogate/$body.json
	order 0
	[ "$(grep -o '"relevance_score":0\.[0-9]' body | wc -l)" -eq 2 ] || die "$body: not two scores"
done
ask /rerank 16-rerank-nul-and-surrogate/tei.json
order 0
[ "$(grep -o '"score":0\.[0-9]' body | wc -l)" -eq 2 ] || die "tei: not two scores"

# The paths that clients of other servers use, and what a base address that ends in "/" makes of them.
ask /v1/rerank 24-rerank-paths/body.json
scores=$(grep -o '"results":\[[^]]*' body)
[ -n "$scores" ] || die "no results"
for alias in /reranking /v1/reranking /v1/rerank/ //v1/rerank; do
	# get() takes the leading "/" off, since url ends in one.
	ask "$alias" 24-rerank-paths/body.json
	[ "$(grep -o '"results":\[[^]]*' body)" = "$scores" ] || die "$alias: other results: $(cat body)"
done
stop_serve
