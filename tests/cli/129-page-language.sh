#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The language of pages that name none: what their text tells, unless a setting says it; a text that does
# not tell it is of the index's language.
. "${top_srcdir:-.}/tests/cli/lib.sh"

settings() # SOURCE INDEX
{
	cat >xapian-search.yaml <<-END
		site: {url: "https://t.example/"}
		sources: [{path: site$1}]
		index: {path: index, vectors: false$2}
		rerank: {enabled: false}
		search: {spelling: false}
	END
}
# language CODE NAME...: these are the pages of a language, by name.
language()
{
	in=$1
	shift
	run $([ $# -eq 0 ] && echo 1 || echo 0) "$XS" search --json -n 50 -f "lang:$in" mark
	[ "$(grep -o '"url":"[^"#]*' out | sed 's,.*/,,' | sort | xargs)" = "$*" ] ||
		die "expected the pages $* in $in"
}
mkdir site
german="Wenn der Kessel verkalkt ist, braucht er länger, bis das Wasser kocht. Füllen Sie ihn zur Hälfte
mit Essig und lassen Sie ihn eine Stunde stehen. Danach wird er gut gespült, damit nichts davon übrig bleibt.
Größere Kessel werden zweimal entkalkt."
echo "<title>mark</title><p>$german" >site/de.html
printf '# mark\n\n%s\n' "$german" >site/de.md
echo "<html lang=fr><title>mark</title><p>$german" >site/declared.html
echo "mark. Lorsque la bouilloire est entartrée, l'eau met plus de temps à bouillir. Remplissez-la à moitié de
vinaigre et laissez-la reposer une heure. Rincez-la bien ensuite, pour qu'il n'en reste rien. Les grandes
bouilloires sont détartrées deux fois." >site/fr.txt
echo '{"url": "ja", "title": "mark", "text": "やかんに水垢がつくと、お湯が沸くまでに時間がかかります。やかんの半分まで酢を入れて、一時間そのままにしておいてください。そのあと、酢が残らないようによくすすいでください。大きいやかんは二回、水垢を落とします。"}' >site/lines.jsonl
echo '<title>mark</title><p>Der Kessel kocht.' >site/short.html
echo '<title>mark</title><pre>int main(void) { for (i = 0; i &lt; n; i++) sum += list[i].len; return sum; }
static void free_all(struct item *list, size_t n) { while (n--) free(list[n].text); free(list); }
typedef struct item { char *text; size_t len; } item; enum { OK = 0, FAIL = -1, AGAIN = -2 };</pre>' >site/code.html

settings '' ''
run 0 "$XS" index
language de de.html de.md
language fr declared.html fr.txt
language ja ja
language en code.html short.html
# Words of a page have the stems of its language.
run 0 "$XS" search --json -f lang:de größer
has out '"pages":2[,}]'

# A setting for the source says it of all pages that name none.
settings ', language: it' ''
run 0 "$XS" index
has err ' 6 changed, 1 unchanged'
language it code.html de.html de.md fr.txt ja short.html
language fr declared.html
settings '' ', language: none'
run 0 "$XS" index
language de
language fr declared.html
