# SPDX-License-Identifier: GPL-2.0-or-later
# crawl.sh - a site of crawl_server.py; sourced after lib.sh.
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }

# phase N: what the site is like from now on.
phase() { echo "$1" >phase; }

# serve_site KIND [COUNT]: starts it, and writes a configuration for it.
serve_site()
{
	phase 1
	: >requests
	python3 "$top_srcdir/tests/cli/crawl_server.py" "$@" &
	i=0
	while [ ! -s port ]; do
		i=$((i + 1))
		[ $i -lt 200 ] || die "the site did not start"
		sleep 0.05
	done
	site=http://127.0.0.1:$(cat port)
	cat >xapian-search.yaml <<-END
		sources: [{crawl: "$site/"}]
		index: {path: index, vectors: off, max_page_bytes: 4M}
		rerank: {enabled: false, cache_tokens: false}
		crawl: {private_addresses: on, delay_ms: 0, timeout: 2, tries: 2}
	END
}

# pages: paths of the pages in the index, one a line, in order.
pages()
{
	python3 -c 'import sqlite3
for (url,) in sqlite3.connect("index/site.db").execute("SELECT url FROM pages WHERE state = 0 ORDER BY url"):
	print(url.split("/", 3)[3] or "/")'
}

# asked PATTERN: requests whose line matches.
asked() { grep -cE -e "$1" requests; }

# found WORD PATH: the word finds this page, and no other.
found()
{
	run 0 "$XS" search --json "$1"
	has out "\"url\":\"$site/$2\""
	has out '"total":1[,}]|"pages":1[,}]|"hits":\[\{[^]]*\}\]'
}
