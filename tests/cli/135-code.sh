#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Source code as pages: functions are sections where ctags is.
. "${top_srcdir:-.}/tests/cli/documents.sh"

mkdir site/src
cat >site/src/index.c <<'END2'
/* licenceword */
#include <stdio.h>

static int globalword;

/* Heats the water.

   commentword stands after an empty line. */
static void
boil (int water)
{
	printf ("boilword");
}

// pourword
static void pour(void) {}
END2
cat >site/src/pot.py <<'END2'
"""moduleword"""


class Pot:
    size = 3  # classword

    # Says how much.
    @property
    def größe(self):
        return "methodword"


tailword = 1
END2
cat >site/src/lid.cpp <<'END2'
namespace kettle {
class Lid {
	void open();
};
}
void kettle::Lid::open() { openword(); }
void kettle::Lid::close() { closeword(); }
END2
printf '#!/bin/sh\nheat() {\n\techo heatword\n}\n' >site/src/run
printf 'function a(){minword()};%s\n' "$(printf 'function b(){x()};%.0s' $(seq 2000))" >site/src/min.js
printf '\177ELF\001\000\000\000\377\376' >site/src/binary.c
: >site/src/empty.c
echo prose >site/src/prose.txt

# Who does not ask for code has none.
run 0 "$XS" index
has err '^1 pages: 1 added, '
sed -i 's/strip_extension: true/strip_extension: true, index_folders: true, type: code/' xapian-search.yaml
rm site/src/prose.txt

# Without ctags it is text, which is said once; a file that no extension tells is not read.
mkdir bin
run 0 env PATH="$folder/bin" "$XS" index
has err '^6 pages: 5 added, .* 1 deleted$'
has err 'src/binary\.c is binary: expected text$'
has err ': functions are not headings: reading it needs ctags, which cannot be run: No such file or directory$'
[ "$(grep -c 'functions are not' err)" = 1 ] || die "said more than once"
finds 'src/index\.c#' 'src/index\.c' '' 'licenceword boilword pourword'
has out '"type":"code"'

# With a ctags that fails it is text, too.
printf '#!/bin/sh\necho "no options here" >&2\nexit 2\n' >bin/ctags
chmod +x bin/ctags
echo >>site/src/index.c
run 0 env PATH="$folder/bin:$PATH" "$XS" index
has err 'src/index\.c: functions are not headings: its filter ctags ended with status 2: no options here$'

# The real one.
ctags --list-features 2>/dev/null | grep -q '^interactive' ||
	{ echo "ctags is not installed, or has no interactive mode: sections are not tested"; exit 0; }
sed -i 's/type: code/type: code, include: ["*.c", "*.py", "*.cpp", "*.js", run]/' xapian-search.yaml
for file in site/src/*.* ; do echo >>$file; done
run 0 "$XS" index
finds 'src/index\.c#' 'src/index\.c' '' 'licenceword globalword'
finds 'src/index\.c#L10' 'src/index\.c' boil 'commentword boilword'
finds 'src/index\.c#L16' 'src/index\.c' pour pourword
finds 'src/pot\.py#' 'src/pot\.py' '' moduleword
finds 'src/pot\.py#L4' 'src/pot\.py' Pot classword
finds 'src/pot\.py#L9' 'src/pot\.py' 'Pot > größe' 'property methodword'
finds 'src/pot\.py#' 'src/pot\.py' '' tailword
finds 'src/lid\.cpp#L6' 'src/lid\.cpp' 'kettle::Lid > open' openword
finds 'src/lid\.cpp#L7' 'src/lid\.cpp' 'kettle::Lid > close' closeword
finds 'src/run#L2' 'src/run' heat heatword
# A line has one section, or a script without line ends would have thousands.
finds 'src/min\.js#L1' 'src/min\.js' a minword

# Of a crawl, what is not shown as HTML.
. "$top_srcdir/tests/cli/crawl.sh"
serve_site small
phase code
sed -i 's/crawl: "/type: code, &/' xapian-search.yaml
rm -r index
run 0 "$XS" index
has err '^1 pages: 1 added, '
run 0 "$XS" search --json codeword
has out '/boil\.c","title":"boil\.c","heading":"boil","anchor":"L2"'
