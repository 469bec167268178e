#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures which words of HTML pages are taken as their text, beside trafilatura and readability-lxml.

The pages are of documentation in Debian, by several generators.  main_text.tsv has for each which
elements are its text and which of what they hold are none (XPath), marked by hand for a generator.  Words are
compared as bags; those of the title count for nobody, as it is a field of its own here.  See
README.md beside this file.
"""

import argparse
import collections
import csv
import pathlib
import re
import shutil
import sqlite3
import statistics
import subprocess
import tempfile

import lxml.html
import readability
import trafilatura

HERE = pathlib.Path(__file__).resolve().parent
INLINE = set("a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small "
             "span strike strong sub sup time tt u var wbr".split())
UNSEEN = set("script style template noscript button svg".split())
SETTINGS = """site: {url: "https://t.example/"}
sources: [{path: site}]
index: {path: index, vectors: false, passage_overlap: 0}
"""


def bag(text):
    """Words and how often each is there."""
    return collections.Counter(re.findall(r"\w+", text.lower()))


def seen_text(element, dropped=()):
    """The text of an element, blocks and cells apart from each other."""
    if element in dropped or not isinstance(element.tag, str) or element.tag in UNSEEN:
        return " "
    gap = "" if element.tag in INLINE else " "
    parts = [gap, element.text or ""]
    for child in element:
        parts += [seen_text(child, dropped), child.tail or ""]
    return "".join(parts + [gap])


def marked(row, tree):
    """What was marked by hand."""
    dropped = set(tree.xpath(row["none"])) if row["none"] else set()
    kept = tree.xpath(row["text"])
    if not kept:
        raise SystemExit(f"{row['path']}: {row['text']} gives nothing")
    return " ".join(seen_text(element, dropped) for element in kept)


def ours(program, files):
    """The text of all pages, by the number of the file: passages, and each heading once."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "site").mkdir()
        (folder / "xapian-search.yaml").write_text(SETTINGS)
        for i, file in enumerate(files):
            shutil.copy(file, folder / "site" / f"{i}.html")
        subprocess.run([program, "index"], cwd=folder, check=True, stderr=subprocess.DEVNULL)
        store = sqlite3.connect(next((folder / "index").glob("*.db")))
        rows = store.execute("SELECT g.path, p.heading, p.text FROM passages p JOIN pages g ON g.id = p.page "
                             "ORDER BY g.path, p.ordinal").fetchall()
    texts, above = collections.defaultdict(list), {}
    for path, heading, text in rows:
        parts = heading.split(" > ") if heading else []
        last = above.get(path, [])
        same = next((i for i, (a, b) in enumerate(zip(parts, last)) if a != b), min(len(parts), len(last)))
        texts[int(path.split(".")[0])] += parts[same:] + [text]
        above[path] = parts
    return {i: " ".join(parts) for i, parts in texts.items()}


def by_trafilatura(page):
    return trafilatura.extract(page, include_comments=False) or ""


def by_readability(page):
    return seen_text(lxml.html.fromstring(readability.Document(page).summary()))


def rates(found, wanted, title):
    """Precision and recall."""
    for word in title:
        found.pop(word, None)
        wanted.pop(word, None)
    common = (found & wanted).total()
    return common / max(1, found.total()), common / max(1, wanted.total())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("packages", help="folder with the packages, each unpacked in a folder of its name")
    parser.add_argument("--program", default=HERE.parent / "build" / "xapian-search")
    parser.add_argument("--pages", action="store_true", help="print each page's values, too")
    options = parser.parse_args()
    with open(HERE / "main_text.tsv", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    files = [pathlib.Path(options.packages) / row["package"] / "usr/share" / row["path"] for row in rows]
    texts = ours(pathlib.Path(options.program).resolve(), files)
    table = collections.defaultdict(lambda: collections.defaultdict(list))
    taken, text_words, page_words = collections.defaultdict(set), set(), set()
    for i, (row, file) in enumerate(zip(rows, files)):
        page = file.read_bytes()
        tree = lxml.html.fromstring(page, parser=lxml.html.HTMLParser(encoding="utf-8"))
        title = bag(" ".join(e.text_content() for e in tree.xpath("//title | (//h1)[1]")))
        wanted = bag(marked(row, tree))
        text_words |= wanted.keys() | title.keys()
        page_words |= bag(seen_text(tree.body)).keys()
        text = page.decode(errors="replace")
        for tool, found in (("xapian-search", texts.get(i, "")), ("trafilatura", by_trafilatura(text)),
                            ("readability", by_readability(text))):
            pair = rates(bag(found), wanted.copy(), title)
            table[row["generator"]][tool].append(pair)
            taken[tool] |= bag(found).keys()
            if options.pages:
                print(f"{file.name:40} {tool:14} {pair[0]:.3f} {pair[1]:.3f}")
    tools = list(next(iter(table.values())))
    table["all"] = {tool: [pair for part in table.values() for pair in part[tool]] for tool in tools}
    print("| generator | pages |" + "".join(f" {tool} |" for tool in tools))
    print("|---|--:|" + "--:|" * len(tools))
    for generator, found in table.items():
        cells = "".join(" {:.3f} / {:.3f} |".format(*(statistics.mean(column) for column in zip(*pairs)))
                        for pairs in found.values())
        print(f"| {generator} | {len(found[tools[0]])} |{cells}")
    others = page_words - text_words
    print(f"| of {len(others)} words of no text | |" + "".join(f" {len(taken[tool] & others)} |" for tool in tools))


if __name__ == "__main__":
    main()
