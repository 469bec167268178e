# SPDX-License-Identifier: MIT
"""What the scripts of the recipe share: the folder's files, tokens, BM25, the split.

A work folder holds everything that is made; see README.md for its files.  This file knows nothing
of models."""
import hashlib
import json
import math
import os
import re

import numpy as np

SKIP = {"wikiqa-train", "trecqa-train", "multirc"}  # their licences speak of research
HELD_OUT = 60  # one query in so many is never trained on

# How many of a source's groups come first; the rest follows when those are used up.
FIRST = {
    "html-sites": 0.4, "html-more": 0.4, "wiki-sections": 0.3, "debian-packages": 0.3,
    "md-docs": 0.4, "medquad": 0.5, "dict-foldoc": 0.2, "dict-wn": 0.1, "dict-gcide": 0.1,
    "dict-jargon": 0.2, "man-pages": 0.5, "man-options": 0.3,
}

STOP = set(
    "a an and are as at be been but by can could did do does for from had has have how i if in into is it its "
    "me my not of on or our shall should so some such than that the their them then there these they this to "
    "was we were what when where which who whom whose why will with would you your".split())


def held_out(query):
    """Whether a group with this query is kept for measuring: by a hash, so that it never changes."""
    h = hashlib.sha256(query.strip().lower().encode()).digest()
    return int.from_bytes(h[:4], "big") % HELD_OUT == 0


def write_json(path, value):
    """Writes a file in one step: a reader sees the old one or the new one."""
    with open(path + ".new", "w") as f:
        json.dump(value, f)
    os.replace(path + ".new", path)


def write_arrays(path, **arrays):
    with open(path + ".new", "wb") as f:
        np.savez(f, **arrays)
    os.replace(path + ".new", path)


class Ragged:
    """Rows of different lengths in one array."""

    def __init__(self, path):
        self.flat = np.load(path + ".flat.npy", mmap_mode="r")
        self.at = np.load(path + ".at.npy")

    def __getitem__(self, i):
        return self.flat[self.at[i]:self.at[i + 1]]

    def __len__(self):
        return len(self.at) - 1

    @staticmethod
    def save(path, flat, lengths):
        at = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=at[1:])
        np.save(path + ".flat.npy", flat)
        np.save(path + ".at.npy", at)


def load_groups(work):
    with open(os.path.join(work, "groups.jsonl")) as f:
        return [json.loads(line) for line in f]


def load_passages(work):
    with open(os.path.join(work, "passages.jsonl")) as f:
        return [json.loads(line) for line in f]


WORD = re.compile(r"\w+")


def stem(w, memo={}):
    """A light English stemmer: enough to find plural and verb forms together."""
    r = memo.get(w)
    if r is None:
        r = w
        if len(r) > 3 and r.endswith("s") and not r.endswith(("ss", "us", "is")):
            r = r[:-3] + "y" if r.endswith("ies") else r[:-1]
        for end in ("ing", "ed", "ly"):
            if r.endswith(end) and len(r) - len(end) > 2 and re.search("[aeiouy]", r[:-len(end)]):
                r = r[:-len(end)]
                if len(r) > 3 and r[-1] == r[-2] and r[-1] not in "lsz":
                    r = r[:-1]
                break
        if len(r) > 4 and r.endswith("e"):
            r = r[:-1]
        memo[w] = r
    return r


def terms(text):
    return [stem(w) for w in WORD.findall(text.lower())]


class BM25:
    """BM25 with Xapian's defaults (k1 = 1, b = 0.5, normalised length at least 0.5) of any pair."""

    def __init__(self, work):
        base = os.path.join(work, "bm25")
        self.ids, self.tf = Ragged(base + ".ids"), np.load(base + ".tf.npy", mmap_mode="r")
        with open(base + ".json") as f:
            d = json.load(f)
        self.number = {t: i for i, t in enumerate(d["terms"])}
        self.idf = np.array(d["idf"], np.float32)
        self.len = np.load(base + ".len.npy")
        self.mean = float(self.len.mean())

    def query(self, text):
        """{term number: weight}"""
        q = {}
        for t in terms(text):
            i = self.number.get(t)
            if i is not None:
                q[i] = q.get(i, 0) + 1
        return {i: float(self.idf[i]) * 2 * n / (1 + n) for i, n in q.items()}

    def score(self, q, d):
        a, b = self.ids.at[d], self.ids.at[d + 1]
        norm = 0.5 * max(float(self.len[d]) / self.mean, 0.5) + 0.5
        s = 0.0
        for i, n in zip(self.ids.flat[a:b].tolist(), self.tf[a:b].tolist()):
            w = q.get(i)
            if w:
                s += w * 2 * n / (norm + n)
        return s


def idf(n, documents):
    return max(math.log((documents - n + 0.5) / (n + 0.5)), 1e-3)


def ndcg(order, gain, k=10):
    """nDCG@k of one list: `order` ranks the items best first, `gain` are their gains."""
    disc = 1 / np.log2(np.arange(2, k + 2))
    g = np.asarray(gain, float)
    ideal = np.sort(g)[::-1][:k]
    got = g[np.asarray(order)[:k]]
    best = (ideal * disc[:len(ideal)]).sum()
    return float((got * disc[:len(got)]).sum() / best) if best > 0 else 0.0
