#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The units for systemd have the folders of this build in them, and systemd takes them without a complaint.
. "${top_srcdir:-.}/tests/cli/lib.sh"
build=$(dirname "$XS")
cp "$build"/examples/systemd/*.service "$top_srcdir"/examples/systemd/*.socket \
	"$top_srcdir"/examples/systemd/*.timer . || die "units are missing"
chmod u+w ./*
bindir=$(sed -n 's|^ExecStart=\(/[^ ]*\)/xapian-search -c /[^ ]*/xapian-search\.yaml .*|\1|p' ./*.service | sort -u)
[ "$(echo "$bindir" | wc -l)" -eq 1 ] && [ -n "$bindir" ] || die "ExecStart: expected one folder, found $bindir"
! grep -E '@[a-z]+@|\$\{' ./*.service ./*.socket ./*.timer || die "something is left to be put in"

command -v systemd-analyze >/dev/null || { echo "systemd-analyze is not installed"; exit 77; }
# The program of the build stands in for the installed one, which need not be there.
sed -i "s|$bindir/xapian-search|$XS|" ./*.service
# The other units of this machine are not ours to check.
systemd-analyze verify --man=no --recursive-errors=no ./*.service ./*.socket ./*.timer >out 2>&1 ||
	die "systemd-analyze verify"
[ ! -s out ] || die "systemd-analyze has something to say"
