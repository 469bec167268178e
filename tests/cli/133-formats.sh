#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Notebooks, tables, feeds and mail: their sections and what they tell of themselves; damaged ones cost their page.
. "${top_srcdir:-.}/tests/cli/documents.sh"
for name in ipynb csv tsv rss atom eml mbox; do
	cp "$documents"/*."$name" site
done
chmod u+w site/*
mkdir -p site/Maildir/cur
sed 's/^Subject:.*/Subject: In a folder/; s/plainmailword/maildirword/' site/kettle.eml >'site/Maildir/cur/1717150000.M1.host:2,S'

run 0 "$XS" index
has err '^10 pages: 10 added, .* none failed$'
lacks err warning
finds 'kettle\.ipynb#' 'The kettle in cells' 'Boiling' 'markdownword codeword'
has out '"type":"ipynb"'
for word in codeword streamword resultword displayword errorword; do
	finds 'kettle\.ipynb#' 'The kettle in cells' 'Boiling' $word
done
finds 'old\.ipynb#' 'Old heading' '' 'oldcodeword oldoutputword'
finds 'kettle\.csv#' 'kettle\.csv' '' 'quoteword'
has out 'Name: Kettle, Price: 12,50, Note: a &quot;quoted&quot; <mark>quoteword</mark> in two; lines\. Name: Tülle, Price: 3, '
finds 'kettle\.tsv#' 'kettle\.tsv' '' 'tabword'
has out 'Name: Kettle, large, Price: <mark>tabword'
finds 'kettle\.rss#' 'News of the kettle' 'Boiled über & over > Inside' wholeword
has out '"language":"de"'
finds 'kettle\.rss#' 'News of the kettle' 'Fri, 31 May 2024 12:00:00 GMT' untitledword
finds 'kettle\.atom#' 'Atoms' 'First entry' 'xhtmlword'
finds 'kettle\.atom#' 'Atoms' 'First entry' 'summaryword'
finds 'old\.rss#' 'Old news' 'Beside' besideword
finds 'kettle\.eml#' 'Der Kessel' '' 'plainmailword für'
finds 'kettle\.eml#' 'Der Kessel' '' 'innerword'
finds 'kettle\.mbox#' 'kettle\.mbox' 'First subject' firstmailword
finds 'kettle\.mbox#' 'kettle\.mbox' '.*' 'secondmailword subjectlessword'
finds 'Maildir/cur/1717150000\.M1\.host:2,S#' 'In a folder' '' maildirword
run 0 "$XS" search --json -f type:mail -f date:2024-05-31 -f 'meta.author:jörg' plainmailword
has out '"pages":1'
for word in htmlword rawword shortword attachedword othermailword; do
	run 1 "$XS" search $word
done

# Empty, cut off, of other bytes, very deep.
rm -r site index
mkdir site
for name in ipynb csv rss eml mbox; do
	: >site/empty.$name
	head -c 4000 /dev/zero >site/bytes.$name
done
for name in ipynb rss; do
	head -c 300 "$documents/kettle.$name" >site/cut.$name
done
head -c 400 "$documents/kettle.eml" >site/cut.eml
printf 'no mail at all' >site/none.eml
cp site/none.eml site/none.mbox
printf '{"a": 1}' >site/none.ipynb
printf '{"cells": []}' >site/blank.ipynb
printf '<html/>' >site/none.rss
printf '<feed/>' >site/blank.atom
printf ';;\n' >site/blank.csv
python3 - <<'END2'
open("site/deep.ipynb", "w").write("[" * 100000)
open("site/deep.rss", "w").write("<a>" * 5000)
open("site/deep.eml", "w").write("Subject: Deep\n" + "".join(
    'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(500)) + "\ndeepword\n")
open("site/wide.csv", "w").write(",".join("c%d" % i for i in range(3000)) + "\n" + "," * 2999 + "wideword\n" + '"unclosed')
END2
run 0 "$XS" index
has err '^24 pages: 3 added, '
run 0 "$XS" status
for type in ipynb csv rss eml mbox; do
	has out "empty\\.$type: it (is no|has no text)"
	has out "bytes\\.$type( is binary: expected text|: it is no)"
done
has out 'cut\.ipynb: it is no notebook, or damaged: line 1: '
has out 'deep\.ipynb: it is no notebook, or damaged: line 1: maximum parsing depth'
has out 'none\.ipynb: it is no notebook: it has no "cells"$'
has out 'blank\.ipynb: it has no text$'
has out '(cut|deep)\.rss: it is no well-formed XML$'
has out 'none\.rss: it is no feed: '
has out 'blank\.atom: it has no text$'
has out 'blank\.csv: it has no text$'
has out 'none\.eml: it is no mail: it has no header of one$'
has out 'none\.mbox: it is no mailbox: it has no message$'
finds 'wide\.csv#' 'wide\.csv' '' wideword
finds 'cut\.eml#' 'Der Kessel' '' plainmailword
