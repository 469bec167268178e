#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What pages say of themselves, through the whole program: front matter, dates, encodings, addresses, JSON
# lines, and what is told when it is wrong.
. "${top_srcdir:-.}/tests/cli/lib.sh"

# finds URL QUESTION...: the first result is the page at that address.
finds()
{
	url=$1
	shift
	run 0 "$XS" search -n 1 "$@"
	grep -qxF "    https://t.example/$url" out || die "expected $url for: $*"
}
# titled TITLE QUESTION...: the first result has that title.
titled()
{
	title=$1
	shift
	run 0 "$XS" search -n 1 "$@"
	[ "$(head -1 out)" = " 1. $title" ] || die "expected the title \"$title\" for: $*"
}
settings() # RULES OF THE SOURCE
{
	cat >xapian-search.yaml <<-END
		site: {url: "https://t.example/"}
		sources: [{path: site$1}]
		index: {path: index}
		rerank: {enabled: false}
		search: {facets: [date, meta.tags, meta.category, meta.level], spelling: false}
	END
}
settings ''
mkdir -p site/guide

# Front matter.
printf '+++\ntitle = "Toml titled page"\ntags = ["rust"]\n+++\n\nBody tomlword.\n' >site/toml.md
printf '{\n  "title": "Json titled page"\n}\n\nBody jsonword.\n' >site/json.md
printf -- '---\ntitle: >\n  Folded title\n  over lines\n---\nBody foldedword.\n' >site/folded.md
printf -- '---\ntitle: "A \\"quoted\\" title"\n---\nBody quotedword.\n' >site/quoted.md
printf -- "---\\ntitle: 'It''s here'\\n---\\nBody singleword.\\n" >site/single.md
printf -- '---\ntitle: "Start: quick"   # a note\n---\nBody commentword.\n' >site/comment.md
printf -- '---\ntitle: Tags\ntags: [red, "blue, green"]\nlevel: 1.10\ncategory:\n  - One\n  - Two\n---\nBody tagsword.\n' >site/tags.md
printf -- '---\ntitle: [a, b\n---\n# Damaged\n\nBody damagedword.\n' >site/damaged.md
printf -- '---\ntitle: Hidden\ndraft: true\n---\nBody draftword.\n' >site/draft.md
# Markdown of generators.
printf '# Page\n\n## Install {#setup}\n\nsetupword\n\n## Use {: #use }\n\nuseword\n' >site/guide/a.md
printf '# Mdx page\n\nmdxword {props.gone}\n' >site/b.mdx
printf "import Tabs from '@theme/Tabs';\n\n# Third\n\n{/* hiddennote */}\n\nthirdword\n" >site/c.md
# Addresses.
printf -- '---\nslug: /start\n---\n# Slug\n\nslugword\n' >site/slug.md
printf -- '---\npermalink: https://other.example/x\n---\n# Else\n\nelseword\n' >site/else.md
printf '# Guide\n\nguideword\n' >site/guide/README.md
# Dates.
printf -- '---\ndate: 5 mars 2019\nlang: fr\n---\n# Daté\n\ndateword\n' >site/dated.md
printf -- '---\ndate: 03/04/2019\n---\n# Either\n\ndateword\n' >site/either.md
printf '# Undated\n\ndateword\n' >site/undated.md
# Encodings: labels mean what they mean to browsers, comments declare nothing.
printf '<!-- <meta charset=koi8-r> --><meta charset=gb2312><title>gb</title><p>gbword \326\320\316\304 \242\343\n' >site/gb.html
printf '<meta charset=iso-8859-1><title>utf</title><p>utfword caf\303\251\n' >site/utf.html
printf '<meta charset=nonsense><title>un</title><p>unword caf\351\n' >site/un.html

run 0 "$XS" index
has err '^warning: .*site/damaged\.md:3: front matter is left out: '
has err '^warning: .*site/either\.md: "date" is "03/04/2019", which is left out: expected a date'
has err '^warning: .*site/un\.html: "nonsense" names no encoding; read as WINDOWS-1252'
has err '^warning: .*site/utf\.html: the page says iso-8859-1 and is UTF-8'
has err '^warning: .*site/else\.md: its address https://other\.example/x is not below https://t\.example/'
[ "$(grep -c '^warning' err)" -eq 5 ] || die "five warnings"
titled 'Toml titled page' tomlword
lacks out '\+\+\+'
titled 'Json titled page' jsonword
titled 'Folded title over lines' foldedword
titled 'A "quoted" title' quotedword
titled "It's here" singleword
titled 'Start: quick' commentword
titled Damaged damagedword
lacks out 'a, b'
run 1 "$XS" search draftword
titled Tags -f meta.tags:red tagsword
titled Tags -f 'meta.tags:"blue, green"' tagsword
titled Tags -f meta.category:Two tagsword
titled Tags -f meta.level:1.10 tagsword
run 1 "$XS" search -f meta.tags:blue tagsword
finds guide/a.md#setup setupword
finds guide/a.md#use useword
titled 'Mdx page' mdxword
titled Third thirdword
run 1 "$XS" search hiddennote
run 1 "$XS" search gone
run 1 "$XS" search theme tabs
finds start#slug slugword
finds else.md#else elseword
# What has no date is in no range of dates, and last when the newest come first.
run 0 "$XS" search -f date:2019 dateword
has out '^1-1 of 1 page'
has out 'Daté'
run 0 "$XS" search -f 'date:<2030' dateword
has out '^1-1 of 1 page'
titled Daté -s date dateword
run 0 "$XS" search --json gbword
has out '中文 €'
run 0 "$XS" search --json café
has out 'utfword'
has out 'unword'

# A page that did not change is not told of again, one that did is.
run 0 "$XS" index
lacks err warning
printf -- '---\ndate: 04/05/2019\n---\n# Either\n\ndateword\n' >site/either.md
run 0 "$XS" index --json
has out '"n_notes":1'
has out '"notes":\["[^"]*either\.md: \\"date\\" is \\"04/05/2019\\"'

# Rules of the source: addresses without extensions and for folders, and the time of the file.
touch -d 2021-06-01T12:00:00Z site/undated.md
settings ', strip_extension: true, index_folders: true, date: file'
run 0 "$XS" index
finds guide/a#setup setupword
finds 'guide/#guide' guideword
finds start#slug slugword
titled Undated -f date:2021-06 dateword
titled Daté -f date:2019 dateword

# More than a hundred warnings are counted, twenty shown.
rm -r site
mkdir site
i=0
while [ $i -lt 120 ]; do
	printf -- '---\ndate: soon\n---\nword\n' >site/$i.md
	i=$((i + 1))
done
run 0 "$XS" index --yes
[ "$(grep -c '^warning' err)" -eq 20 ] || die "twenty warnings"
has err 'and 100 more warnings'

# JSON lines: a byte order mark, numbers, lists, and kinds that are of no use.
rm -r site
printf '\357\273\277{"url": 7, "title": 2024, "text": ["onetext", "twotext", 3], "date": 1717113600123, "tags": ["red", 5], "lang": "EN_us"}\n' >site.jsonl
printf '{"_id": 12, "title": {"a": 1}, "text": {"b": 2}, "date": "soon", "category": "x"}\n{"id": "z", "title": "Z", "text": true, "draft": true}\n{"url": 8.0, "text": "bigword", "n": 123456789012345678901234567890}\n' >>site.jsonl
cat >xapian-search.yaml <<'END'
site: {url: "https://t.example/"}
sources: [{path: site.jsonl}]
index: {path: lines}
rerank: {enabled: false}
search: {facets: [date, meta.tags, meta.category]}
END
run 0 "$XS" index
has err '4 pages: 3 added'
has err '^left out: 1 '
has err '^warning: .*site\.jsonl:2: "title" is a map, which is left out: expected a text'
has err '^warning: .*site\.jsonl:2: "date" is "soon", which is left out'
has err '^warning: .*site\.jsonl:2: a map in "text" is left out'
titled 2024 -f meta.tags:5 -f date:2024-05-31 twotext onetext
finds 7 onetext
finds 8 bigword
