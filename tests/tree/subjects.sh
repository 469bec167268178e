#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Subjects of commits: "area: what", at most 72 characters, since that was agreed on.
set -u
top_srcdir=$(cd "${top_srcdir:-.}" && pwd)
cd "$top_srcdir" || exit 99
skip()
{
	echo "$*"
	exit 77
}
command -v git >/dev/null || skip "git is not installed"
[ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$top_srcdir" ] || skip "this is no git checkout"
[ "$(git rev-parse --is-shallow-repository)" = false ] || skip "the checkout has not the whole history"
# The first commit that follows the rule; by its subject, as that stays when history is written again.
first=$(git log --format='%H %s' | sed -n 's/ tree: rooms eval\/, cmd\/study\/, cmd\/bench\/, index\/pages\/; one format$//p')
[ -n "$first" ] || skip "the history does not have the commit from which on subjects are checked"
git log --no-merges --format='%h %s' "$first..HEAD" | awk '
	{
		subject = $0
		sub(/^[^ ]* /, "", subject)
		if (length(subject) > 72) {
			print $1 ": the subject has " length(subject) " characters; expected at most 72: " subject
			bad = 1
		}
		if (subject !~ /^[A-Za-z0-9][A-Za-z0-9_.\/, -]*: [^ ]/) {
			print $1 ": expected \"area: what\" as the subject: " subject
			bad = 1
		}
	}
	END { exit bad }'
