#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Own filters: by name and by type; what a command does wrong costs its page and a sentence.
. "${top_srcdir:-.}/tests/cli/lib.sh"

# "a.grow": builds with a sanitizer have no limit of memory (confine.h).
settings()
{
	cat >xapian-search.yaml <<END2
site: {url: "https://d.example/"}
sources: [{path: site}]
index: {path: index, vectors: off, document_seconds: 2, max_page_bytes: 1M}
rerank: {enabled: false, cache_tokens: false}
filters:
  - {include: ["*.note", "deep/*.txt"], command: [sed, $1, "{file}"], output: markdown}
  - {include: ["*.page"], command: [sh, -c, 'cat; exit 0'], output: html}
  - {include: ["*.path"], command: [sh, -c, 'printf "%s\n\n%s inputword\n" "\$\$1" "\$\$(cat /dev/stdin)"', sh, "{file}={file}"]}
  - {types: [text/x-shellscript], command: [echo, "Script\n\nscriptword"]}
  - {include: ["*.status"], command: [sh, -c, 'echo text; echo one is bad >&2; echo two >&2; exit 3']}
  - {include: ["*.silent"], command: ["false"]}
  - {include: ["*.none"], command: [./no/such/program]}
  - {include: ["*.hang"], command: [sh, -c, 'sleep 60 & echo \$\$! >pid; wait']}
  - {include: ["*.mute"], command: [sh, -c, 'exec >&- 2>&-; sleep 60']}
  - {include: ["*.flood"], command: [yes]}
  - {include: ["*.moan"], command: [sh, -c, 'yes >&2']}
  - {include: ["*.binary"], command: [head, -c, "5000", /dev/zero]}
  - {include: ["*.empty"], command: ["true"]}
  - {include: ["*.call"], command: [python3, -c, "import socket\ntry: socket.socket()\nexcept OSError as e: print('Network\\\\n\\\\n' + e.strerror)"]}
  - {include: ["*.grow"], command: [python3, -c, "import resource\ntry:\n  if resource.getrlimit(resource.RLIMIT_DATA)[0] < 0: raise MemoryError\n  bytearray(8 << 30)\nexcept MemoryError: print('Memory\\\\n\\\\nit cannot growword')"]}
END2
}
mkdir -p site/deep
settings 's/^!/# /'
printf '!Title\n\nnoteword\n' >site/a.note
printf '!Deep\n\ndeepword\n' >site/deep/a.txt
printf '!Plain\n\nplainword\n' >site/a.txt
printf '<title>T</title><h1>H</h1><p>pageword' >site/a.page
printf pathbody >site/-a.path
printf '#!/bin/sh\necho\n' >site/script
for name in status silent none hang mute flood moan binary empty call grow; do
	echo $name >"site/a.$name"
done

run 0 "$XS" index
has err '^17 pages: 9 added, '
has err 'a\.status: its filter sh ended with status 3: one is bad$'
has err 'a\.silent: its filter false ended with status 1$'
has err 'a\.none: reading it needs \./no/such/program, which cannot be run: No such file or directory$'
has err 'a\.hang: reading it takes more than 2 s \(index\.document_seconds\)$'
has err 'a\.mute: reading it takes more than 2 s \(index\.document_seconds\)$'
has err 'a\.flood: it unfolds to more than 1048576 bytes \(index\.max_page_bytes\)$'
has err 'a\.moan: reading it takes more than 2 s \(index\.document_seconds\)$'
has err 'a\.binary is binary: expected text$'
# What a command has started ends with it.
if kill -0 "$(cat pid)" 2>/dev/null; then
	die "a process of a filter goes on"
fi
# finds QUESTION URL TITLE TYPE
finds()
{
	run 0 "$XS" search -n 1 --json "$1"
	has out "\"url\":\"https://d.example/$2\",\"title\":\"$3\""
	has out "\"type\":\"$4\""
}
finds noteword a.note 'Title' markdown
finds deepword deep/a.txt 'Deep' markdown
finds plainword a.txt '!Plain' text
finds pageword a.page T html
finds inputword -a.path 'site/-a\.path=site/-a\.path' text
finds scriptword script Script text
finds 'permission denied' a.call 'Network' text
finds growword a.grow 'Memory' text

# Another command makes other pages; of a source with a type there are none.
settings 's/^!/# New /'
run 0 "$XS" index --json
has out '"changed":2,"unchanged":7,'
finds noteword a.note 'New Title' markdown
run 0 "$XS" -o 'sources=[{path: site, type: text}]' index -y
run 1 "$XS" search noteword

# Pages of a crawl, by the type that the server says.
. "$top_srcdir/tests/cli/crawl.sh"
serve_site small
phase kinds
cat >>xapian-search.yaml <<'END2'
filters: [{types: [application/x-kettle], command: [sh, -c, 'echo "# Kettle"; echo; cat "$$0"; cat', "{file}"], output: markdown}]
END2
rm -r index
run 0 "$XS" index
has err '^3 pages: 3 added, '
run 0 "$XS" search --json bodyword
has out '/one","title":"Kettle"'
has out 'bodyword.*bodyword'
