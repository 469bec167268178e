# SPDX-License-Identifier: GPL-2.0-or-later
# serve.sh - for tests of the server: starts it on a free port, asks with curl, stops it.
. "${top_srcdir:-.}/tests/cli/lib.sh"
command -v curl >/dev/null || { echo "curl is not installed"; exit 77; }
server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; cd /; chmod -R u+w "$folder"; rm -rf "$folder"' EXIT

# wait_for PATTERN FILE: at most ten seconds.
wait_for()
{
	for tenth in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
		grep -Eq -e "$1" "$2" 2>/dev/null && return 0
		sleep 0.0$tenth
		[ $tenth -lt 10 ] || sleep 0.5
	done
	cat "$2" >&2
	die "$2 did not come to have $1"
}

# serve ARGUMENT...: starts the server; sets server (its process) and url, which ends in "/".
serve()
{
	: >log
	"$XS" serve -l 127.0.0.1:0 "$@" >log 2>&1 &
	server=$!
	wait_for 'serving at ' log
	url=$(sed -n 's/.*serving at //p' log)
}

# stop_serve: by SIGTERM; it must end with 0 and without a complaint.
stop_serve()
{
	kill "$server"
	wait "$server"
	code=$?
	server=
	[ $code -eq 0 ] || { cat log >&2; die "the server ended with $code"; }
	! grep -E 'Sanitizer|runtime error' log >&2 || die "a sanitizer complained"
}

# get PATH OPTION...: asks; sets status, leaves head and body in files.
get()
{
	path=${1#/}
	shift
	status=$(curl -s --globoff -D head -o body -w '%{http_code}' --max-time 60 "$@" "$url$path") ||
		die "curl ended with $? for $path"
	[ -e body ] || : >body
	tr -d '\r' <head >head.text && mv head.text head
}

# is STATUS: what the last get was answered with.
is()
{
	[ "$status" = "$1" ] || { head -c 500 body >&2; die "$path: status $status, expected $1"; }
}
