#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Formats that other programs make HTML of, and those of which only headings are known.
. "${top_srcdir:-.}/tests/cli/documents.sh"

cat >site/kettle.rst <<'END2'
.. A comment stands before the title.

==========
The kettle
==========

Introword.

Chapter
=======

chapterword

Section
-------

.. function:: boil(water)

   directiveword is in what a converter may leave out

   Indented
   --------

Übergrößenänderung
------------------

umlautword

=====  =====
not    head
=====  =====

----

Last
====

lastword
END2
cat >site/kettle.adoc <<'END2'
= The kettle
A. Smith

== Chapter

chapterword

----
== codeword is in code
----

=== Section ===

sectionword

==none ofthese
END2
printf 'if\n--\n\nifword\n' >site/if.rst
: >site/empty.rst
printf '=====\n' >site/signs.rst
awk 'BEGIN { for (i = 0; i < 3000; i++) print "=====\nh" i "\n=====\n-----\n" i "\n-----" }' >site/many.rst
printf '%s\n' '======= ' '= ' ==== '== x' >site/signs.adoc
printf '.TH KETTLE 1 2024-05-31\n.SH NAME\nkettle \\- boil\n.SH OPTIONS\n.TP\n.B -x\noptionword\n' >site/kettle.1
printf '{\\rtf1 rtfword}' >site/kettle.rtf
printf '\\documentclass{article}' >site/kettle.tex

# Without the programs: who needs them is told, and the other pages are read.
command -v mandoc >mandoc.path
mkdir bin
run 0 env PATH="$folder/bin" "$XS" index
has err '^10 pages: 7 added, '
has err 'kettle\.1: reading it needs mandoc, which cannot be run: No such file or directory$'
has err 'kettle\.rtf: reading it needs pandoc, which cannot be run: No such file or directory$'
has err 'kettle\.tex: reading it needs pandoc, which cannot be run: No such file or directory$'
finds 'kettle#' 'The kettle' '' 'introword chapterword'
has out '"type":"rst"'
finds 'kettle#' 'The kettle' 'Chapter > Section' directiveword
finds 'kettle#' 'The kettle' 'Chapter > Section' umlautword
has out 'Indented -------- Übergrößenänderung <mark>umlautword'
finds 'kettle#' 'The kettle' 'Last' lastword
finds 'if#' if '' ifword
finds 'kettle#' 'The kettle' '' 'chapterword codeword'
finds 'kettle#' 'The kettle' 'Chapter > Section' 'sectionword ofthese'
has out '"type":"asciidoc"'

# With them, here in place of the real ones: their input is the file, their output is read as HTML.
for name in mandoc pandoc; do
	printf '#!/bin/sh\necho "<title>%s</title><h1>H</h1><h2 id=s>Part</h2><p>%sword $*</p><pre>"\ncat\n' $name $name >bin/$name
	chmod +x bin/$name
done
run 0 env PATH="$folder/bin:$PATH" "$XS" index
has err '^10 pages: 3 added, .* none failed$'
finds 'kettle\.1#s' mandoc 'H > Part' 'mandocword optionword'
has out '"type":"man"'
finds 'kettle\.rtf#s' pandoc 'H > Part' 'pandocword from rtfword'
has out '"type":"rtf"'
finds 'kettle\.tex#s' pandoc 'H > Part' 'pandocword sandbox documentclass'
has out '"type":"latex"'

# The one that the build needs itself.
[ -s mandoc.path ] || { echo "mandoc is not installed: it is not tested itself"; exit 0; }
rm bin/mandoc
echo '.\" Another date.' >>site/kettle.1
run 0 "$XS" index
finds 'kettle\.1#x' 'KETTLE\(1\)' 'OPTIONS > -x' optionword
