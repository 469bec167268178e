#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A site over HTTPS: one whose certificate nobody vouches for is not read, and keeps its pages.
. "${top_srcdir:-.}/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/crawl.sh"
command -v openssl >/dev/null || { echo "openssl is not installed"; exit 77; }
openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out known -days 2 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1 2>/dev/null || die "no certificate was made"
cat key known >certificate
serve_site small
sed -i 's|http://|https://|' xapian-search.yaml

run 70 "$XS" index
has err 'no page was had: .*SSL certificate problem: self-signed certificate'

# Where the system vouches for it; in a name space, as libcurl is told of certificates by the system alone.
mkdir certs
cp known certs/ca-certificates.crt
trusting()
{
	unshare -rm sh -c 'mount --bind certs /etc/ssl/certs && exec "$@"' sh "$@"
}
trusting true 2>err || { echo "no name space can be made: $(cat err)"; exit 0; }
run 0 trusting "$XS" index --json
has out '"added":4,'
run 0 trusting "$XS" index --json
has out '"not_modified":4,'
# It is the address that counts, not who signed.
run 70 trusting "$XS" -o index.path=other -o "sources=[{crawl: 'https://localhost:$(cat port)/'}]" index
has err "matches target host name 'localhost'"
run 0 "$XS" index --json
has out '"failed":4,'
[ "$(pages | wc -l)" = 4 ] || die "pages went with the certificate"
