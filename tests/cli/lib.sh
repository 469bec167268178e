# SPDX-License-Identifier: GPL-2.0-or-later
# lib.sh - for tests of commands: a folder of their own, and a few checks.
#
# XS is the program and top_srcdir the sources; each test sources this first and so runs in a new
# folder that is deleted at its end.
set -u
top_srcdir=$(cd "${top_srcdir:-.}" && pwd) || exit 99
XS=${XS:-./xapian-search}
XS=$(cd "$(dirname "$XS")" && pwd)/$(basename "$XS")
folder=$(mktemp -d "${TMPDIR:-/tmp}/xs-cli-XXXXXX") || exit 99
trap 'cd /; chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
trap 'exit 99' HUP INT TERM
cd "$folder" || exit 99
unset NO_COLOR XDG_CONFIG_HOME
HOME=$folder
TMPDIR=$folder
export HOME TMPDIR XS top_srcdir

die()
{
	echo "FAILED: $*" >&2
	for file in out err; do
		[ -s $file ] && sed "s/^/$file: /" $file | cut -c 1-300 | head -30 >&2
	done
	exit 1
}

# run CODE COMMAND...: the command must end with this code; its output is left in out and err.
run()
{
	want=$1
	shift
	"$@" >out 2>err
	code=$?
	[ $code -eq "$want" ] || die "exit code $code, expected $want: $*"
	if grep -Eq 'Sanitizer|runtime error' err; then
		die "a sanitizer complained: $*"
	fi
}

# has FILE PATTERN / lacks FILE PATTERN: by grep -E.
has()
{
	grep -Eq -e "$2" "$1" || die "$1 lacks $2"
}
lacks()
{
	! grep -Eq -e "$2" "$1" || die "$1 has $2"
}

# site: the sample site with a configuration, not indexed yet.
site()
{
	cp -R "$top_srcdir/examples/site" site && chmod -R u+w site
	cat >xapian-search.yaml <<-'END'
		site: {name: Kettle, url: "https://kettle.example/"}
		sources:
		  - path: site
		index: {path: index}
		rerank: {budget_ms: 0}
	END
}

# collection: corpus.jsonl, queries.jsonl, qrels.tsv, bm25.run.
collection()
{
	cp "$top_srcdir"/tests/data/eval/* . && chmod u+w ./*
}
