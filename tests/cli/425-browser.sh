#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The search page and the embedded box in Chromium: search, correction, facet, pages of results, links to
# places in a page, suggestions, keys; no complaint on the console, no request to another host.
. "${top_srcdir:-.}/tests/cli/serve.sh"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
	{ echo "chromium is not installed"; exit 77; }
site
for i in 1 2 3 4 5 6 7 8; do
	mkdir -p site/guide
	echo "<title>Kettle guide $i</title><h1 id=top>Kettle guide $i</h1><p>The kettle of page $i boils water." \
		"<h2 id=lid>Lid $i</h2><p>The lid of the kettle is closed." >site/guide/$i.html
done
echo 'search: {results: 4}' >>xapian-search.yaml
echo 'serve: {cors: ["null"]}' >>xapian-search.yaml
run 0 "$XS" index
serve

# browse NAME PATH: opens a page, leaves its document in NAME.html once its scripts have run.  A request to
# another host would be a complaint: the pages' policies (Content-Security-Policy) allow none.
browse()
{
	timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-extensions \
		--disable-background-networking --disable-component-update --no-first-run \
		--user-data-dir="$folder/browser" --enable-logging=stderr --v=0 \
		--host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1' \
		--virtual-time-budget=8000 --dump-dom "$2" >"$1.html" 2>"$1.err" ||
		die "the browser ended with $? for $2"
	! grep CONSOLE "$1.err" >&2 || die "$1: a complaint on the console"
}
# link FILE PATTERN: the address of the first link whose line has the pattern.
link()
{
	sed -n "/$2/s/.*<a [^>]*href=\"\\([^\"]*\\)\".*/\\1/p" "$1" | sed 's/&amp;/\&/g' | head -1
}

browse home "$url"
has home.html 'role="combobox"'
get /
has head "^Content-Security-Policy: default-src 'none'; .*script-src 'self'; .*connect-src 'self'"
browse results "$url?q=kettle"
has results.html '<h1>1–4 of [0-9]+ pages for <strong>kettle'
has results.html '<h2><a href="https://kettle\.example/'
has results.html '<a href="https://kettle\.example/guide/[0-9]\.html#lid"'
has results.html '<mark>kettle'
browse meant "$url?q=ketttle"
to=$(link meant.html 'These are results for')
[ "$to" = '?q=kettle' ] || die "the correction leads to \"$to\""
browse corrected "$url$to"
has corrected.html '<strong>kettle</strong>'
to=$(link results.html 'filter=section:guide')
[ -n "$to" ] || die "no facet"
browse facet "$url$to"
has facet.html '<h1>1–4 of 8 pages'
has facet.html 'Remove </span>section:guide'
to=$(link facet.html 'rel="next"')
[ -n "$to" ] || die "no next page"
browse second "$url$to"
has second.html '<h1>5–8 of 8 pages'
for file in facet second; do
	grep -o '<h2><a href="[^"#]*' $file.html | sort >$file.urls
done
[ "$(wc -l <facet.urls)" -eq 4 ] || die "four on the first page"
[ -z "$(comm -12 facet.urls second.urls)" ] || die "the second page repeats"

# The box in another site, of another origin: typed into and sent by a script of that page.
cat >embed.html <<END
<!doctype html><meta charset="utf-8"><title>Another site</title>
<meta http-equiv="Content-Security-Policy"
	content="default-src 'none'; script-src 'unsafe-inline' ${url%/}; connect-src ${url%/}">
<div data-xapian-search></div>
<script src="${url}xapian-search.js" defer></script>
<div data-xapian-search data-style="site" id="own"></div>
<pre id="said"></pre>
<script>
addEventListener("load", function () {
	const root = document.querySelector("[data-xapian-search]").shadowRoot, box = root.querySelector("input");

	box.value = "kettle gui";
	box.dispatchEvent(new Event("input"));
	setTimeout(function () {
		const first = root.querySelector("[role=option]");

		said.textContent += "suggested " + (first ? first.textContent : "nothing") + "\n";
		box.value = "kettle lid";
		root.querySelector("form").requestSubmit();
		setTimeout(function () {
			root.querySelectorAll(".xs-title").forEach(function (a) { said.textContent += "found " + a.href + "\n"; });
			said.textContent += "marks " + root.querySelectorAll("mark").length + "\n";
			said.textContent += "own " + own.querySelectorAll("input").length + "\n";
		}, 2500);
	}, 1500);
});
</script>
END
mkdir other && mv embed.html other
browse embed "file://$folder/other/embed.html"
has embed.html '^(<pre id="said">)?suggested Kettle guide'
has embed.html '^found https://kettle\.example/guide/'
has embed.html '^marks [1-9]'
has embed.html '^own 1'
stop_serve
