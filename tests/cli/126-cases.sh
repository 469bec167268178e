#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Troubles that people have with other search programs: small sites in tests/data/cases, each with questions
# and the answer that is expected.  413-rerank-cases.sh has those of the rerank API.
. "${top_srcdir:-.}/tests/cli/lib.sh"
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }

# One line a hit: address, title, heading and snippet; then how many pages, and the corrected question.
cat >lines.py <<'END'
import html, json, sys
reply = json.load(sys.stdin)
for hit in reply["hits"]:
    place = hit["url"].replace("https://t.example", "") + ("#" + hit["anchor"] if hit["anchor"] else "")
    print(place, hit["title"], hit["heading"], html.unescape(hit["snippet"]), sep=" | ")
print("pages", reply["pages"])
print("corrected", reply["corrected"] or "nothing")
END

# site NAME: enters the case's folder and indexes it.
site()
{
	case=$1
	cd "$folder" || exit 99
	cp -R "$top_srcdir/tests/data/cases/$case" . && chmod -R u+w "$case"
	cd "$case" || exit 99
	run 0 "$XS" index
}

# ask WORD...: searches without reranking unless asked otherwise; the lines are left in out.
ask()
{
	"$XS" search -j "$@" >reply 2>err
	code=$?
	[ $code -le 1 ] || { cp err out; die "$case: exit code $code for $*"; }
	python3 ../lines.py <reply >out || die "$case: no JSON for $*"
	asked="$case: $*"
}
plain()
{
	ask -r off "$@"
}

# top PATTERN: the first hit is this, by grep -E from the line's beginning.
top()
{
	head -1 out | grep -Eq -e "^$1" || die "$asked: the first hit is not $1"
}
pages()
{
	grep -qx "pages $1" out || die "$asked: not $1 pages"
}
finds()
{
	plain -- "$1"
	top "$2"
}

site 01-permalink-hash
finds installation '/a\.html#install \|'
finds heading:installation '/a\.html#install \|'
finds configuration '/a\.html#conf \| Manual \| Configuration \|'

site 02-button-in-heading
finds 'payment card' '/faq\.html#q1 \| [^|]* \| How do I change my payment card\? \|'

site 04-elision
for word in information utilisateur école; do
	finds $word '/fr\.html[# ]'
done
for word in acqua impianto; do
	finds $word '/it\.html[# ]'
done

site 05-scripts-without-spaces
finds ฐานข้อมูล '/th\.html '
finds ติดตั้ง '/th\.html '
finds 서울 '/ko\.html '
finds 검색 '/ko\.html '
finds ទិន្នន័យ '/km\.html '
finds データ '/ja\.html '

site 06-front-matter
finds tomlword '/toml\.md \| Toml titled page \|'
lacks out '\+\+\+'
finds jsonword '/json\.md \| Json titled page \|'
finds foldedword '/folded\.md \| Folded title over lines \|'
finds quotedword '/quoted\.md \| A "quoted" title \|'
finds singleword "/single\\.md \\| It's here \\|"
finds commentword '/comment\.md \| Start: quick \|'
for value in tags:red category:One; do
	plain -f meta.$value -- tagsword
	top '/tags\.md '
done

site 07-heading-ids-and-mdx
finds setupword '/a\.md#setup \| Page \| Install \|'
finds useword '/a\.md#use \| Page \| Use \|'
finds mdxword '/b\.mdx(#mdx-page)? \| Mdx page \|'
plain -- hiddennote
pages 0
plain -- 'theme tabs'
pages 0

site 11-dash-options
for question in 'tar -xzf' 'gcc -O2' 'git commit -m' -O2; do
	finds "$question" '/tar\.txt '
done

site 12-words-with-colons
for question in type:ignore lang:python date:today section:1/2 site:map foo:ignore; do
	finds "$question" '/a\.txt '
done
# No hit, or the words; ask() takes no failure.
plain -- meta.x:1

site 13-diacritics
for question in 'creme brulee' cafe jalapeno malaga; do
	finds "$question" '/a\.html '
done
for question in Zürich naïve; do
	finds "$question" '/b\.html '
done

site 15-compound-names
for question in timeout nodejs wifi email; do
	finds "$question" '/a\.html '
	has out '^corrected nothing$'
done

site 17-redirect-stubs
finds kettle '/new/target\.html \| Kettle \|'
pages 1
finds old-kettle '/new/target\.html \| Kettle \|'

site 19-tab-panels
for question in fedora pacman debian; do
	finds $question '/a\.html '
done

site 20-marks-with-an-absent-word
plain -n 1 -- kettle
has out '<mark>kettle</mark> is item'
head -1 out >without
plain -n 1 -- 'kettle zzqx'
head -1 out | cmp -s without - || die "$asked: the snippet is another one"

site 23-url-as-question
finds https://t.example/guide/start.html '/guide/start\.html '
has out '^corrected nothing$'
finds guide/start '/guide/start\.html '

site 26-same-page-twice
plain -- twinword
top '/(one|two)\.html '
pages 1
finds subword '/sub/(index\.html)? '

site 27-exact-title
for rerank in on off; do
	ask -r $rerank -- backing up
	top '/backup\.html \| Backing up \|'
done
