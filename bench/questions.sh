#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# questions.sh - asks a hundred questions of four documentation sites, and tells where the pages
# stand that a person would want.  The questions lie in tests/data/questions.
#
#	bench/questions.sh [-av] [-d FOLDER] [-w FOLDER] [-o KEY=VALUE]... BINARY [SITE ...]
#
#	-a		index every file, with the sources in plain text that lie beside the pages
#	-v		print where each question's page stands, not only those that fail
#	-d FOLDER	where packages are unpacked; otherwise build/demo/unpacked, as of ./quickstart
#	-w FOLDER	keep the indexes there and use them the next time; otherwise a temporary folder
#	-o KEY=VALUE	set a key of the program's configuration, as rerank.enabled=false
set -eu
LC_ALL=C
export LC_ALL

say() { printf '%s\n' "$@"; }
die() { say "questions.sh: $*" >&2; exit 1; }
usage() { die "usage: bench/questions.sh [-av] [-d FOLDER] [-w FOLDER] [-o KEY=VALUE]... BINARY [SITE ...]"; }

tree=$(cd "$(dirname "$0")/.." && pwd)
questions=$tree/tests/data/questions
unpacked=$tree/build/demo/unpacked
include='"*.html"'
verbose=0
work=
settings=
while getopts avd:w:o: option; do
	case $option in
	a) include= ;;
	v) verbose=1 ;;
	d) unpacked=$OPTARG ;;
	w) work=$OPTARG ;;
	# Quoted for the shell, since eval reads them below.
	o) settings="$settings -o '$(say "$OPTARG" | sed "s/'/'\\\\''/g")'" ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage
binary=$1
shift
[ -x "$binary" ] || die "$binary is not a program"
[ $# -gt 0 ] || set -- python git postgresql handbook

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
trap 'exit 1' INT TERM
work=${work:-$temporary}
mkdir -p "$work" "$unpacked"
# The configuration takes relative paths from its own folder.
work=$(cd "$work" && pwd)
unpacked=$(cd "$unpacked" && pwd)
ranks=$temporary/ranks
: >"$ranks"

# documentation FOLDER PACKAGE: the folder below /usr/share/doc, or, where the system leaves
# documentation out, below the unpacked package.
documentation() {
	for root in /usr/share/doc "$unpacked/usr/share/doc"; do
		[ ! -e "$root/$1/index.html" ] || { say "$root/$1"; return; }
	done
	(cd "$unpacked" && apt-get download -qq "$2" && dpkg-deb -x "$2"_*.deb .) >&2 ||
		die "the documentation of $2 could not be fetched"
	say "$unpacked/usr/share/doc/$1"
}

# folder_of SITE
folder_of() {
	case $1 in
	python) documentation python3.11/html python3.11-doc ;;
	git) documentation git-doc git-doc ;;
	postgresql) documentation postgresql-doc-15/html postgresql-doc-15 ;;
	handbook) documentation debian-handbook/html/en-US debian-handbook ;;
	handbook-de) documentation debian-handbook/html/de-DE debian-handbook ;;
	handbook-fr) documentation debian-handbook/html/fr-FR debian-handbook ;;
	handbook-ja) documentation debian-handbook/html/ja-JP debian-handbook ;;
	handbook-ru) documentation debian-handbook/html/ru-RU debian-handbook ;;
	*) die "no site $1; there are python, git, postgresql, handbook and handbook-de, -fr, -ja, -ru" ;;
	esac
}

# bases_of SITE: where its addresses start; the handbook's pages name another one as canonical.
bases_of() {
	case $1 in
	handbook) say "https://handbook.example/ https://debian-handbook.info/browse/stable/" ;;
	*) say "https://$1.example/" ;;
	esac
}

# lines SITE: its questions without the comments.
lines() { grep -v '^#' "$questions/$1.tsv"; }

# A wanted page that the package lacks would count as a failure of the search.
check_pages() {
	lines "$1" | cut -f 2 | tr ' ' '\n' | sed 's/#.*//' | while read -r page; do
		[ -f "$2/$page" ] || die "$1.tsv wants $page, which is not in $2; is it another version?"
	done
}

# program SITE ARGUMENT…
program() {
	config=$work/$1.yaml
	shift
	eval '"$binary" -q -c "$config"' "$settings" '"$@"'
}

# make_index SITE FOLDER
make_index() {
	# Not all translations of the handbook name their language.
	language=
	case $1 in handbook-*) language=", language: ${1#*-}" ;; esac
	cat >"$work/$1.yaml" <<-END
		site: {name: "$1"}
		sources:
		  - {path: "$2", url: "https://$1.example/", include: [$include]$language}
		index: {path: "index-$1"}
	END
	program "$1" index >&2
}

# judge SITE QUESTION PAGES: reads what the search printed, and writes a line: site, rank of the first
# wanted page (0: it is not there), whether the wanted section was shown with it (- when none is
# wanted), question, wanted pages, page that came first.
judge() {
	awk -v bases="$(bases_of "$1")" -v site="$1" -v wanted="$3" '
	function page_of(url) {
		sub(/#.*/, "", url)
		return url
	}
	# Whether the line has an address of the site; sets at and url, its path.
	function find_address(line,    i) {
		for (i = 1; i <= n_bases; i++) {
			at = index(line, base[i])
			if (at) {
				url = substr(line, at + length(base[i]))
				return 1
			}
		}
		return 0
	}
	BEGIN {
		n_bases = split(bases, base, " ")
		n = split(wanted, list, " ")
		for (i = 1; i <= n; i++) {
			want[page_of(list[i])] = list[i]
		}
	}
	# A result has its address on a line of its own, further places of it a heading before it.
	/^    / && find_address($0) {
		if (at == 5) {
			page = page_of(url)
			if (!results++) {
				first = page
			}
			if (!rank && page in want) {
				rank = results
				found = page
				section = (want[page] ~ /#/) ? 0 : "-"
			}
		}
		if (rank && page == found && section == 0 && url == want[found]) {
			section = 1
		}
	}
	END {
		printf "%s\t%d\t%s\t", site, rank, rank ? section : "-"
		printf "%s\t%s\t%s\n", ENVIRON["question"], wanted, results ? first : "nothing"
	}'
}

# ask SITE: all its questions.
ask() {
	site=$1
	lines "$site" >"$temporary/lines"
	while IFS='	' read -r question pages; do
		export question
		rc=0
		program "$site" search -n 10 --budget 0 -- "$question" >"$temporary/answer" </dev/null || rc=$?
		# 1: nothing was found.
		[ "$rc" -le 1 ] || die "$site: the search ended with $rc: $question"
		judge "$site" "$question" "$pages" <"$temporary/answer" >>"$ranks"
	done <"$temporary/lines"
}

# The table of all sites, then the questions whose page is not among the first three (or all).
report() {
	awk -F '\t' -v verbose="$verbose" '
	function add(site) {
		n[site]++
		top1[site] += ($2 == 1)
		top3[site] += ($2 >= 1 && $2 <= 3)
		top10[site] += ($2 >= 1)
		mrr[site] += $2 ? 1 / $2 : 0
		sections[site] += ($3 != "-")
		shown[site] += ($3 == 1)
	}
	function row(site) {
		printf "%-11s %9d %10.3f %10.3f %10.3f %6.3f %5d of %d\n", site, n[site], \
			top1[site] / n[site], top3[site] / n[site], top10[site] / n[site], \
			mrr[site] / n[site], shown[site], sections[site]
	}
	BEGIN {
		printf "%-11s %9s %10s %10s %10s %6s %s\n", "site", "questions", "success@1", \
			"success@3", "success@10", "MRR", " section shown"
	}
	!($1 in n) {
		order[++count] = $1
	}
	{
		add($1)
		add("all")
		place = $2 ? "rank " $2 : "not found"
		if (verbose || $2 == 0 || $2 > 3)
			text = text sprintf("%-11s %-10s %s\n%23s wanted: %s\n%23s first:  %s\n", \
				$1, place, $4, "", $5, "", $6)
	}
	END {
		for (i = 1; i <= count; i++) {
			row(order[i])
		}
		row("all")
		printf "\n%s", text
	}' "$ranks"
}

for site; do
	folder=$(folder_of "$site")
	check_pages "$site" "$folder"
	make_index "$site" "$folder"
	ask "$site"
done
report
