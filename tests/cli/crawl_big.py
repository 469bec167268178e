# SPDX-License-Identifier: GPL-2.0-or-later
# crawl_big.py - what each address of a big site that misbehaves answers, for crawl_server.py; and what comes of it.
#
# crawl_big.py COUNT PHASE pages: the pages that an index must have in that phase, as "path title", one a line.
# crawl_big.py COUNT PHASE fetched: paths of which a run in that phase must get a body again, if the run before it
# was in the phase before.
#
# Page n misbehaves by n modulo 40 (SORTS); COUNT is a multiple of it.  In phase 2 some pages have changed, vanished, fail or are forbidden; in
# phase 3 the site is as in phase 1.
import re
import sys

EACH = 50  # pages of a section
RINGS = 3  # of redirects
BOMBS = 2
CHAIN, VARIANTS = 5, 10  # as 195-crawl-big.sh sets crawl.chain and crawl.variants

SORTS = {
    1: "slow", 2: "500 first", 3: "spelled", 4: "redirect", 5: "latin1", 6: "cp1251", 7: "utf-16", 8: "liar",
    9: "alias", 10: "vanishes", 11: "gone", 12: "changes", 13: "forbidden", 14: "fails", 15: "no validator",
    16: "noindex", 17: "cut", 18: "wanders", 19: "mapped", 20: "led to"}

ABSENT = ("vanishes", "gone", "forbidden", "led to")  # in phase 2


def sort(n):
    return SORTS.get(n % 40, "")


def path_of(n):
    return "/%s/%d.html" % ("closed" if sort(n) == "forbidden" else "p", n)


def title(n, phase):
    word = {"latin1": "Blümchen", "cp1251": "Страница", "utf-16": "Größe", "liar": "Straße"}.get(sort(n), "Page")
    return "%s %d%s" % (word, n, " changed" if sort(n) == "changes" and phase == "2" else "")


def text(n, phase):
    return "This is page %d, which speaks of word%d alone. " % (n, n) * 5


def links(n, count):
    """Other pages, written in several ways where the page is one of those."""
    for other in (n % count + 1, n * 7 % count + 1):
        path = path_of(other)
        if sort(other) == "spelled":
            yield from (path + "?utm_source=x", "/./x/.." + path, path.replace("p/", "%70/"), path + "#part",
                        path + "?sid=%d" % n)
        elif sort(other) not in ("redirect", "mapped", "led to"):
            yield path
    if sort(n) == "alias":
        yield "/alias/%d" % n
    if sort(n) == "wanders":
        yield "/from/%d" % n


def html(name, body, places, head=""):
    return '<!DOCTYPE html><title>%s</title>%s<main><h1>%s</h1><p>%s</p>%s</main>' % (
        name, head, name, body, "".join('<p><a href="%s">link</a>' % p for p in places))


def section(k, count, phase):
    places = []
    for n in range(k * EACH + 1, min((k + 1) * EACH, count) + 1):
        if sort(n) == "redirect":
            places.append("/moved/%d" % n)
        elif sort(n) not in ("mapped", "led to"):
            places.append(path_of(n))
    return html("Section %d" % k, "Section %d has pages." % k, places)


def sections(count):
    return (count + EACH - 1) // EACH


def start(count):
    places = ["/s/%d" % k for k in range(sections(count))] + ["/ring/%d/a" % k for k in range(RINGS)]
    places += ["/bomb/%d" % k for k in range(BOMBS)] + ["/cal/2024/1", "/list"]
    return html("Start", "All begins here.", places)


class Answer:
    """Of HTTP; `validator` is "etag", "date" or None, `squeeze` "gzip", "cut" or None."""

    def __init__(self, status, body=b"", kind="text/html; charset=utf-8", **more):
        self.status, self.body, self.kind = status, body if isinstance(body, bytes) else body.encode(), kind
        self.validator, self.squeeze, self.wait, self.location, self.date = "etag", None, 0, None, 0
        self.__dict__.update(more)


def page(n, count, phase, tried):
    kind = sort(n)
    whole = html(title(n, phase), text(n, phase), links(n, count),
                 '<meta name=robots content=noindex>' if kind == "noindex" else "")
    out = Answer(200, whole, validator="date" if n % 2 else "etag", squeeze="gzip" if n % 3 else None)
    if kind == "slow":
        out.wait = 0.15
    elif kind == "500 first" and tried == 0:
        return Answer(500)
    elif kind == "latin1":
        out.body, out.kind = whole.encode("latin-1"), "text/html; charset=iso-8859-1"
    elif kind == "cp1251":
        out.body, out.kind = whole.replace("<title>", "<meta charset=windows-1251><title>").encode("cp1251"), "text/html"
    elif kind == "utf-16":
        out.body, out.kind = whole.encode("utf-16"), "text/html"
    elif kind == "liar":
        out.kind = "text/html; charset=iso-8859-1"
    elif kind in ("vanishes", "gone") and phase == "2":
        return Answer(404 if kind == "vanishes" else 410)
    elif kind == "changes" and phase == "2":
        out.date = 1
    elif kind == "fails" and phase == "2":
        return Answer(500)
    elif kind == "no validator":
        out.validator = None
    elif kind == "cut" and phase == "2":
        out.validator, out.squeeze = None, "cut"
    return out


def answer(path, count, phase, tried, site):
    name, _, query = path.partition("?")
    parts = name.strip("/").split("/")
    number = int(re.sub(r"\D", "", parts[1])) if len(parts) > 1 and re.search(r"\d", parts[1]) else 0
    if path == "/robots.txt":
        rules = "Disallow: /closed/\n" if phase == "2" else ""
        return Answer(200, "User-agent: *\n%sSitemap: /map.xml\n" % rules, "text/plain")
    if path == "/map.xml":
        mapped = [n for n in range(1, count + 1) if sort(n) == "mapped"]
        return Answer(200, "<urlset>%s</urlset>" % "".join("<url><loc>%s%s</loc></url>" % (site, path_of(n))
                                                           for n in mapped), "application/xml")
    if path == "/":
        return Answer(200, start(count))
    if parts[0] == "s" and number < sections(count):
        return Answer(200, section(number, count, phase))
    if parts[0] in ("p", "closed") and 1 <= number <= count and name == path_of(number):
        return page(number, count, phase, tried)
    if parts[0] == "moved":
        return Answer(301, location=path_of(number))
    if parts[0] == "from":
        return Answer(302, location=path_of(number + (3 if phase == "2" else 2)))
    if parts[0] == "alias":
        return Answer(200, html(title(number, phase), text(number, phase) + " alias", [],
                                "<link rel=canonical href=%s>" % path_of(number)))
    if parts[0] == "ring":
        return Answer(302, location="/ring/%d/%s" % (number, {"a": "b", "b": "c", "c": "a"}[parts[2]]))
    if parts[0] == "bomb":
        return Answer(200, squeeze="bomb")
    if parts[0] == "cal":
        year, month = int(parts[1]), int(parts[2])
        return Answer(200, html("Calendar %d %d" % (year, month), "Nothing on these days.",
                                ["/cal/%d/%d" % (year + month // 12, month % 12 + 1)]))
    if name == "/list":
        return Answer(200, html("List " + query[5:], "In the order of %s." % query,
                                ["?sort=" + c for c in "abcdefghijklmnopqrstuvwxyz"]))
    return Answer(404)


def pages(count, phase):
    yield "/", "Start"
    for k in range(sections(count)):
        yield "/s/%d" % k, "Section %d" % k
    for month in range(1, CHAIN + 2):
        yield "/cal/2024/%d" % month, "Calendar 2024 %d" % month
    yield "/list", "List"
    for letter in "abcdefghijklmnopqrstuvwxyz"[:VARIANTS]:
        yield "/list?sort=" + letter, "List " + letter
    for n in range(1, count + 1):
        if sort(n) != "noindex" and not (phase == "2" and sort(n) in ABSENT):
            yield path_of(n), title(n, phase)


def fetched(count, phase):
    for n in range(1, count + 1):
        if sort(n) in ("changes", "no validator") or phase == "3" and sort(n) in ABSENT:
            yield path_of(n)
        elif sort(n) == "cut" and phase == "2":
            # Tried once more (crawl.tries).
            yield from (path_of(n), path_of(n))


if __name__ == "__main__":
    if sys.argv[3] == "pages":
        lines = ["%s %s" % line for line in pages(int(sys.argv[1]), sys.argv[2])]
    else:
        lines = list(fetched(int(sys.argv[1]), sys.argv[2]))
    sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(sorted(lines)))
