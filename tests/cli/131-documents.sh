#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# PDF: text by page, the outline's headings, the title; what cannot be read costs its page and a sentence.
. "${top_srcdir:-.}/tests/cli/documents.sh"

cp "$documents"/*.pdf site && chmod u+w site/*
# Named wrongly, cut short, empty, and of an extension that says nothing.
printf '<p>no PDF' >site/html.pdf
head -c 300 site/kettle.pdf >site/cut.pdf
: >site/empty.pdf
mv site/plain.pdf site/PLAIN.manual

run 0 "$XS" index
has err '^8 pages: 3 added, '
has err '^5 failed, tried again next time'
has err 'locked\.pdf: it needs a password$'
has err 'picture\.pdf: it has no text: its 2 pages are pictures, or empty$'
for name in html cut empty; do
	has err "$name\\.pdf: it is a damaged PDF, or none: "
done
run 0 "$XS" status
has out '^failed  *5$'
has out 'locked\.pdf: it needs a password'
finds 'kettle\.pdf#page=1' 'The kettle' '' coverword
has out 'A <mark>coverword</mark> on the first page &amp; &lt;more&gt;'
finds 'kettle\.pdf#page=2' 'The kettle' 'Handbook' 'chapter kettle'
finds 'kettle\.pdf#page=2' 'The kettle' 'Handbook > Boiling' 'boilingword kettle'
finds 'kettle\.pdf#page=3' 'The kettle' 'Handbook > Boiling' 'steamword kettle'
finds 'kettle\.pdf#page=4' 'The kettle' 'Handbook > Care and scale' 'cleaningword kettle'
finds 'kettle\.pdf#page=2' 'The kettle' 'Handbook > Boiling' 'descaled kettle'
finds 'PLAIN\.manual#page=1' 'PLAIN\.manual' '' plainword
# The title is that of the outline where a program has made the other.
run 0 "$XS" search -n 2 --json steamword
has out '"title":"Handbook"'
run 0 "$XS" search --json -f type:pdf -f date:2024-05-31 -f 'meta.author:"A. Smith"' steamword
has out '"pages":1'

# Nothing is read again that did not change, but for what failed.
run 0 "$XS" index --json
has out '"added":0,"changed":0,"unchanged":3,'
has out '"failed":5'

# Pages under one heading are told apart.
serve
get '/?q=kettle+boilingword+steamword'
is 200
has body '>Boiling, page [23]</a></li>'
stop_serve

# A limit that no document keeps to costs that document.
touch site/kettle.pdf site/outline.pdf
run 0 "$XS" -o index.max_page_bytes=1k index
has err 'kettle\.pdf has 2576 bytes, expected at most 1024'
run 2 "$XS" -o index.document_seconds=0 index
has err 'index\.document_seconds: expected a whole number from 1 to 3600'

# Office documents and books.
rm -r site index
mkdir site
cp "$documents"/*.docx "$documents"/*.pptx "$documents"/*.xlsx "$documents"/*.od? "$documents"/*.epub site
chmod u+w site/*
rm site/bomb.docx
head -c 400 site/kettle.docx >site/cut.docx
cp site/kettle.odt site/wrong.docx
run 0 "$XS" index
has err '^12 pages: 8 added, '
has err '^4 failed, tried again next time'
has err 'cut\.docx: it is damaged, or no document of this kind: '
has err 'wrong\.docx: it is no document of Office: it names no main part$'
has err 'none\.docx: it is no document of Office'
has err 'old\.docx: it needs a password, or has a format of before 2007$'
has err 'kettle\.epub: chapters that are missing or damaged are left out: 1$'
finds 'kettle\.docx#' 'The kettle in Word' '' firstword
finds 'kettle\.docx#' 'The kettle in Word' 'Chapter > Section' 'listword cellword footword'
finds 'kettle\.pptx#' 'Opening' '' 'slideword noteword'
# Short slides are one passage.
finds 'kettle\.pptx#' 'Opening' '' untitledword
has out 'Slide 2 <mark>untitledword'
has out 'Of two paragraphs lastslideword'
finds 'kettle\.xlsx#' 'kettle\.xlsx' '' 'sharedword inlineword'
finds 'kettle\.odt#' 'The open kettle' 'Chapter > Section' 'openword noteword entryword'
finds 'kettle\.odp#' 'Open slides' 'Opening' openslideword
finds 'kettle\.ods#' 'Open sheets' 'Prices' opencellword
finds 'kettle\.epub#one' 'The book' 'One' 'chapterword café'
finds 'kettle\.epub#one' 'The book' 'One' 'two laterword'
run 0 "$XS" search --json -f type:docx -f lang:de -f 'meta.author:"A. Smith"' -f date:2024 listword
for word in goneword hiddenword secretword navword bombword root; do
	run 1 "$XS" search "$word"
done
# One that unfolds to more than a page may have.
cp "$documents/bomb.docx" site
run 0 "$XS" -o index.max_page_bytes=1M index
has err 'bomb\.docx: it unfolds to more than 1048576 bytes \(index\.max_page_bytes\)$'
