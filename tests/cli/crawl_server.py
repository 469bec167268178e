# SPDX-License-Identifier: GPL-2.0-or-later
# crawl_server.py - a site that misbehaves, on a free port of 127.0.0.1, for the tests of crawling.
#
# crawl_server.py KIND [COUNT]: COUNT is for the kind "big" (crawl_big.py), how many pages it has.
#
# Writes its port to the file "port" and a line for each request to "requests".  The file "phase", read at each
# request, says what the site is like at the time.  With a file "certificate" it speaks TLS.  It ends when its
# folder is gone, or after ten minutes.
import base64
import gzip
import hashlib
import http.server
import os
import re
import ssl
import sys
import threading
import time
import zlib

import crawl_big

failing = {}
DOCUMENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/documents")
# 20 MB in some KB; made once, as it takes long.
BOMB = gzip.compress(b"bomb " * 4000000)


def phase():
    with open("phase") as f:
        return f.read().strip()


def page(title, *links, head="", text=""):
    body = "".join('<p><a href="%s">link</a>' % link for link in links)
    return ("<!DOCTYPE html><title>%s</title>%s<main><h1>%s</h1><p>The page %s speaks of %s alone. %s</p>%s</main>"
            % (title, head, title, title, "".join(title.split()) + "word", text, body)).encode()


# What page("brotli") and page("zstd") are, packed by these programs.
BROTLI = base64.b64decode("oZADACDqtlQXkiGdlWQoF64e1B9VJwfM37fLV2IBBdo8wgRyGwOnW6HR6lhN"
                          "hoCgfbQbf/mJsCZb/TCMIg94JVmnIXUYmNigXg/RRWYRjH6vggdJWQw=")
ZSTD = base64.b64decode("KLUv/SRrzQIAUoUSF5DZAbAtcrh9oBiM74B4H768Fp8J7C4h6xa3o/tHM2j3GKdaHoO8hAr3w8xO"
                        "+LM97esiR67rFjc9qiJstllcUZe16EkYRxKKAdAEADIFwRlqziz5UPL5gheW")

MISC = ["/a.html", "b/", "/c.html?utm_source=x", "/c.html#part", "HTTP://127.0.0.1:PORT/./c.html", "/q?b=2&a=1",
        "/q?a=1&b=2", "/sess;jsessionid=ABC", "/sess?PHPSESSID=1", "/private/x.html", "/old", "/temp", "/loop1",
        "/endless/x", "/off", "/nofollow.html", "/noindex.html", "/tagged.html", "/canon1.html", "/canon2.html",
        "/ring1.html", "/ring2.html", "/cal/2024/1", "/flaky.html", "/ill.html", "/busy.html", "/late.html",
        "/image.png", "/doc.md", "/doc.pdf", "/plain.txt", "/latin1.html", "/odd.bin", "/gone.html", "/big.html", "/bomb.html",
        "/slow.html", "/cut.html", "/rel/x/", "/none.html", "/badgzip.html", "/halfgzip.html", "/deflate.html",
        "/brotli.html", "/zstd.html", "/halfbr.html", "/halfzstd.html",
        "/video.mp4", "/self", "/nowhere", "mailto:a@b", "http://127.0.0.2/"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def note(self, status):
        asked = "if" if "If-None-Match" in self.headers or "If-Modified-Since" in self.headers else "-"
        with open("requests", "a") as f:
            f.write("%s %d %s %.3f\n" % (self.path, status, asked, time.time()))

    def answer(self, status, body=b"", kind="text/html; charset=utf-8", tagged=True, **more):
        tag = '"%s"' % hashlib.md5(body).hexdigest()
        if status == 200 and tagged and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.note(status)
        self.send_response(status)
        if status == 200:
            if kind:
                self.send_header("Content-Type", kind)
            if tagged:
                self.send_header("ETag", tag)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def go(self, status, where):
        self.answer(status, Location=where)

    def do_GET(self):
        try:
            getattr(self, "site_" + sys.argv[1])(self.path, phase())
        except (BrokenPipeError, ConnectionResetError):
            pass

    def site_big(self, path, now):
        tried = failing.get((path, now), 0)
        failing[path, now] = tried + 1
        a = crawl_big.answer(path, int(sys.argv[2]), now, tried, "http://127.0.0.1:%d" % port)
        tag = hashlib.md5(a.body).hexdigest()
        checks = {"etag": ("ETag", "If-None-Match", '"%s"' % tag),
                  "date": ("Last-Modified", "If-Modified-Since", "Mon, 01 Jan 2024 00:00:%02d GMT" % a.date)}
        more = {"Location": a.location} if a.location else {}
        if a.status == 200 and a.validator:
            name, condition, value = checks[a.validator]
            more[name] = value
            if self.headers.get(condition) == value:
                a.status, a.body = 304, b""
        time.sleep(a.wait)
        if a.status == 200 and a.squeeze and "gzip" in self.headers.get("Accept-Encoding", ""):
            more["Content-Encoding"] = "gzip"
            a.body = BOMB if a.squeeze == "bomb" else gzip.compress(a.body)
            if a.squeeze == "cut":
                a.body = a.body[:len(a.body) // 2]
        self.note(a.status)
        self.send_response(a.status)
        for name, value in more.items():
            self.send_header(name, value)
        if a.status == 200:
            self.send_header("Content-Type", a.kind)
        if a.status != 304:
            self.send_header("Content-Length", str(len(a.body)))
        self.end_headers()
        self.wfile.write(a.body)

    # A site of many pages, for kills: each leads to some more.
    def site_many(self, path, now):
        time.sleep(0.002)
        n = int(path[2:]) if re.fullmatch(r"/p\d+", path) else 0
        if path != "/" and not 1 <= n <= 300:
            return self.answer(404)
        self.answer(200, page("number %d" % n, *["/p%d" % k for k in range(3 * n + 1, 3 * n + 4) if k <= 300]))

    # Secrets, and an own robots.txt for each phase.
    def site_small(self, path, now):
        if path == "/robots.txt":
            if now == "robots500":
                return self.answer(503)
            if now == "robots403":
                return self.answer(403)
            if now == "robotsaway":
                return self.go(302, "http://localhost:%d/away/robots.txt" % port)
            if now == "robotsring":
                return self.go(302, "/robots.txt")
            return self.answer(200, b"User-agent: *\nDisallow: /two\n" if now == "forbid" else b"", "text/plain")
        if path == "/away/robots.txt":
            if "Authorization" in self.headers or "X-Key" in self.headers:
                return self.answer(500)
            return self.answer(200, b"User-agent: *\nDisallow: /two\n", "text/plain")
        # More is there; some of it fails a day later.
        if now in ("more", "ill") and path != "/":
            if now == "ill" and path in ("/one", "/four", "/away", "/sitemap.xml"):
                return self.answer(500)
            if path == "/away":
                return self.go(302, "/reached")
            if path == "/sitemap.xml":
                return self.answer(200, b"<urlset><url><loc>/five</loc></url></urlset>", "application/xml")
            if path in ("/one", "/four", "/five", "/reached"):
                return self.answer(200, page("more" + path[1:]))
        if now == "login":
            if self.headers.get("Authorization") != "Basic YW5uOnNlY3JldA==" or self.headers.get("X-Key") != "k1":
                return self.answer(401)
        if now == "agent" and "xapian-search" not in self.headers.get("User-Agent", ""):
            return self.answer(403)
        if now == "agent" and "+https://who.example/" not in self.headers.get("User-Agent", ""):
            return self.answer(403)
        if now == "down":
            return self.answer(503)
        if now == "moved" and path == "/":
            return self.go(301, "http://localhost:%d/" % port)
        if now == "hops" and path in ("/", "/hop1"):
            return self.go(301, "/hop1" if path == "/" else "/hop2")
        if now in ("latin", "greek") and path == "/one":
            return self.answer(200, "<title>letters</title><p>The word is αβγ.".encode("iso-8859-7"),
                               "text/html; charset=iso-8859-%d" % (1 if now == "latin" else 7), tagged=False)
        if now.startswith("undated") and path == "/one":
            body = page("smallone" if now == "undated1" else "smallonf", "/one", "/two", "/three")
            return self.answer(200, body, Last_Modified="Thu, 01 Jan 2015 00:00:00 GMT")
        if now == "kinds" and path in ("/one", "/two"):
            return self.answer(200, b"one bodyword", "application/x-kettle" if path == "/one" else "application/x-pot")
        if now == "code" and path in ("/boil.c", "/pour.c"):
            return self.answer(200, b"/* a */\nint boil(void) { codeword(); }",
                               "text/x-csrc" if path == "/boil.c" else "text/html")
        if path.startswith("/bad"):
            return self.answer(503)
        if path in ("/", "/one", "/two", "/three", "/two?lang=en"):
            more = {"more": ["/four", "/away"], "ill": ["/four", "/away"], "query": ["/two?lang=en"],
                    "code": ["/boil.c", "/pour.c"]}.get(now, [])
            if now == "broken" and path == "/":
                return self.answer(200, page("small", "/bad1", "/bad2", "/bad3", "/one", "/two", "/three"))
            return self.answer(200, page("small" + path.strip("/"), "/one", "/two", "/three", *more))
        self.answer(404)

    def site_odd(self, path, now):
        name = path.partition("?")[0]
        if path == "/robots.txt":
            return self.answer(200, b"User-agent: *\nDisallow: /private/\nSitemap: /map.xml.gz\n", "text/plain")
        if path == "/map.xml.gz":
            text = "<sitemapindex><sitemap><loc>http://127.0.0.1:%d/map1.xml</loc></sitemap></sitemapindex>" % port
            return self.answer(200, gzip.compress(text.encode()), "application/x-gzip")
        if path == "/map1.xml":
            text = ("<urlset><url><loc>http://127.0.0.1:%d/mapped.html</loc><lastmod>2024-05-31</lastmod></url>"
                    "<url><loc>http://elsewhere.example/</loc></url></urlset>" % port)
            return self.answer(200, text.encode(), "application/xml")
        if path == "/":
            extra = ["/new.html"] if now == "2" else []
            return self.answer(200, page("start", *[m.replace("PORT", str(port)) for m in MISC + extra]))
        plain = {"/b/": "b", "/c.html": "c", "/q": "q", "/sess": "sess", "/mapped.html": "mapped", "/new.html": "new",
                 "/target.html": "target", "/a.html": "a" if now == "1" else "achanged", "/late.html": "late"}
        if name == "/late.html" and now == "2":
            return self.answer(404)
        if name == "/a.html" and now == "2":
            return self.answer(200, page("achanged"))
        if name in plain:
            return self.answer(200, page(plain[name]), tagged=name != "/c.html")
        if name == "/private/x.html":
            return self.answer(200, page("private"))
        if name == "/old":
            return self.go(301, "/target.html")
        if name == "/temp":
            return self.go(302, "target.html")
        if name == "/self":
            return self.go(302, "/self")
        if name == "/nowhere":
            return self.answer(302)
        if name in ("/loop1", "/loop2"):
            return self.go(302, "/loop2" if name == "/loop1" else "/loop1")
        if name.startswith("/endless/"):
            return self.go(302, name + "x")
        if name == "/off":
            return self.go(302, "http://127.0.0.2:1/")
        if name == "/nofollow.html":
            return self.answer(200, page("nofollow", "/hidden1.html", head='<meta name=robots content=nofollow>'))
        if name.startswith("/hidden"):
            return self.answer(200, page("hidden"))
        if name == "/noindex.html":
            return self.answer(200, page("noindex", "/behind.html", head='<meta name=robots content=noindex>'))
        if name == "/behind.html":
            return self.answer(200, page("behind"))
        if name == "/tagged.html":
            return self.answer(200, page("tagged"), X_Robots_Tag="noindex")
        if name == "/canon1.html":
            return self.answer(200, page("canon", head='<link rel=canonical href="/canon.html">', text="first"))
        if name == "/canon2.html":
            return self.answer(200, page("canon", text="second"), Link='</style.css>; rel=preload; as=style, </canon.html>; rel="canonical", </>; rel=shortlink')
        if name == "/canon.html":
            return self.answer(200, page("canon", text="itself", head='<link rel=canonical href="/canon.html">'))
        if name in ("/ring1.html", "/ring2.html"):
            other = "/ring2.html" if name == "/ring1.html" else "/ring1.html"
            return self.answer(200, page("ring", head='<link rel=canonical href="%s">' % other, text=name))
        if name.startswith("/cal/"):
            year, month = [int(x) for x in name.split("/")[2:4]]
            later = "/cal/%d/%d" % (year + month // 12, month % 12 + 1)
            return self.answer(200, page("calendar %d %d" % (year, month), later, later + "?view=day"))
        if name.startswith("/rel/"):
            return self.answer(200, page("relative " + str(len(name)), "x/y/"))
        if name == "/none.html":
            return self.answer(200, page("none"), Content_Encoding="none")
        if name == "/flaky.html":
            failing[name] = failing.get(name, 0) + 1
            if failing[name] == 1:
                return self.answer(500)
            return self.answer(200, page("flaky"))
        if name == "/busy.html":
            failing[name] = failing.get(name, 0) + 1
            if failing[name] == 1:
                return self.answer(429, Retry_After="2")
            return self.answer(200, page("busy"))
        if name == "/ill.html":
            if now == "1":
                return self.answer(200, page("ill", "/onlyill.html"))
            return self.answer(500)
        if name == "/onlyill.html":
            return self.answer(200, page("onlyill"))
        if name == "/gone.html":
            return self.answer(200, page("gone")) if now == "1" else self.answer(410)
        if name == "/image.png":
            return self.answer(200, b"\x89PNG" * 100000, "image/png")
        if name == "/doc.md":
            return self.answer(200, b"# markdown\n\nThe page speaks of markdownword.\n", "text/plain")
        if name == "/doc.pdf":
            with open(os.path.join(DOCUMENTS, "plain.pdf"), "rb") as f:
                return self.answer(200, f.read(), "application/pdf")
        if name == "/plain.txt":
            return self.answer(200, b"The text speaks of plainword.\n", "text/plain")
        if name == "/latin1.html":
            return self.answer(200, "<title>latin</title><p>Das Wort ist Bl\xfcmchen.".encode("latin-1"),
                               "text/html; charset=iso-8859-1")
        if name == "/odd.bin":
            return self.answer(200, page("odd"), "application/octet-stream")
        if name == "/brotli.html":
            return self.answer(200, BROTLI, Content_Encoding="br")
        if name == "/zstd.html":
            return self.answer(200, ZSTD, Content_Encoding="zstd")
        return self.bad(name)

    def bad(self, name):
        if name == "/big.html":
            self.note(200)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Connection", "close")
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"<p>" + b"big " * 262144)
            return None
        if name == "/bomb.html":
            return self.answer(200, BOMB, Content_Encoding="gzip")
        if name == "/badgzip.html":
            return self.answer(200, gzip.compress(b"bad ")[:10] + b"\xff" * 90, Content_Encoding="gzip")
        if name == "/halfgzip.html":
            return self.answer(200, gzip.compress(page("half", *MISC))[:-200], Content_Encoding="gzip")
        if name == "/deflate.html":
            return self.answer(200, zlib.compress(b"deflate"), Content_Encoding="deflate")
        if name == "/halfbr.html":
            return self.answer(200, BROTLI[:-20], Content_Encoding="br")
        if name == "/halfzstd.html":
            return self.answer(200, ZSTD[:-20], Content_Encoding="zstd")
        if name == "/video.mp4":
            self.note(200)
            self.send_response(200)
            self.send_header("Content-Length", str(1 << 40))
            self.send_header("Content-Type", "video/mp4")
            self.end_headers()
            return self.wfile.write(b"film")
        if name == "/slow.html":
            self.note(200)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "100000")
            self.end_headers()
            for _ in range(100):
                time.sleep(0.2)
                self.wfile.write(b"s")
                self.wfile.flush()
            return None
        if name == "/cut.html":
            self.note(200)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "100000")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"<p>cutword")
            self.close_connection = True
            return None
        return self.answer(404)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if os.path.exists("certificate"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("certificate")
    server.socket = context.wrap_socket(server.socket, server_side=True)
port = server.server_address[1]
with open("port.new", "w") as f:
    f.write("%d\n" % port)
os.rename("port.new", "port")
threading.Thread(target=server.serve_forever, daemon=True).start()
end = time.time() + 600
while os.path.exists("phase") and time.time() < end:
    time.sleep(0.2)
