#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a work folder from passages and groups: tokens, statistics for BM25, groups in random order.

    data.py PASSAGES.jsonl.xz GROUPS.jsonl.xz TOKENIZER.json WORK [--seed N]

PASSAGES has one JSON string a line.  GROUPS has {"q": query, "p": number of the relevant passage,
"n": numbers of hard negatives by BM25, "s": source} a line.  Beside the groups as they are, queries
of other forms are made: a question's keywords, a sentence of a passage, a passage's rarest words;
the latter two have no label, their teacher's scores are all there is.  Takes some minutes, is done
once, and gives the same for the same seed."""
import argparse
import collections
import json
import lzma
import os
import random
import re

import numpy as np
from tokenizers import Tokenizer

import common


def tokens(work, passages, tokenizer, keep=400):
    tok = Tokenizer.from_file(tokenizer)
    tok.no_truncation()
    tok.no_padding()
    flat, lengths = [], []
    for a in range(0, len(passages), 2000):
        for e in tok.encode_batch(passages[a:a + 2000], add_special_tokens=False):
            flat.append(np.array(e.ids[:keep], np.uint16))
            lengths.append(len(flat[-1]))
    common.Ragged.save(os.path.join(work, "tokens"), np.concatenate(flat), lengths)


def statistics(work, passages):
    """Terms of every passage, for BM25 of any pair.  Returns the documents each term is in."""
    number, df = {}, collections.Counter()
    ids, tfs, lengths, sizes = [], [], [], []
    for p in passages:
        c = collections.Counter(common.terms(p))
        df.update(c.keys())
        ids.append(np.array([number.setdefault(t, len(number)) for t in c], np.uint32))
        tfs.append(np.array([min(n, 255) for n in c.values()], np.uint8))
        lengths.append(len(c))
        sizes.append(sum(c.values()))
    base = os.path.join(work, "bm25")
    common.Ragged.save(base + ".ids", np.concatenate(ids), lengths)
    np.save(base + ".tf.npy", np.concatenate(tfs))
    np.save(base + ".len.npy", np.array(sizes, np.float32))
    common.write_json(base + ".json", {
        "terms": list(number), "idf": [round(common.idf(df[t], len(passages)), 4) for t in number]})
    return df


def keywords(question):
    """A question as one would type it into a search field, or None if it has no such form."""
    w = question.rstrip("?!. ").split()
    k = [x for x in w if x.lower().strip(",.;:'\"") not in common.STOP]
    return " ".join(k).lower() if 2 <= len(k) < len(w) else None


def sentence(text, rng):
    s = [x for x in re.split(r"(?<=[.!?])\s+", text) if 5 <= len(x.split()) <= 25]
    return rng.choice(s) if s else None


def rare(text, df, rng):
    seen = {}
    for w in re.findall(r"[A-Za-z][\w-]{2,}", text[:700]):
        if w.lower() not in common.STOP:
            seen.setdefault(common.stem(w.lower()), w.lower())
    best = sorted(seen, key=lambda t: df.get(t, 1) + 3)[:12]
    rng.shuffle(best)
    return " ".join(seen[t] for t in best[:rng.randint(2, 5)]) if len(best) >= 3 else None


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("passages")
    ap.add_argument("groups")
    ap.add_argument("tokenizer")
    ap.add_argument("work")
    ap.add_argument("--seed", type=int, default=19)
    a = ap.parse_args()
    rng = random.Random(a.seed)
    os.makedirs(a.work, exist_ok=True)
    with lzma.open(a.passages, "rt") as f:
        passages = [json.loads(line) for line in f]
    with open(os.path.join(a.work, "passages.jsonl"), "w") as f:
        f.writelines(json.dumps(p) + "\n" for p in passages)
    tokens(a.work, passages, a.tokenizer)
    df = statistics(a.work, passages)
    with lzma.open(a.groups, "rt") as f:
        groups = [x for x in map(json.loads, f) if x["s"] not in common.SKIP]
    held, first, rest = [], [], []
    for x in groups:
        x["label"] = True
        if common.held_out(x["q"]):
            held.append(x)
        else:
            (first if rng.random() < common.FIRST.get(x["s"], 1) else rest).append(x)
    for part in (held, first, rest):
        rng.shuffle(part)
    out = [dict(x, held=True) for x in held]
    for x in first + rest:
        out.append(x)
        k = keywords(x["q"]) if "?" in x["q"] or len(x["q"].split()) > 6 else None
        if k and rng.random() < 0.3 and not common.held_out(k):
            out.append(dict(x, q=k))
        members = [x["p"]] + x["n"]
        for make, share in ((sentence, 0.25), (lambda t, r: rare(t, df, r), 0.15)):
            if rng.random() < share:
                d = rng.choice(members)
                q = make(passages[d], rng)
                if q and not common.held_out(q):
                    out.append({"q": q, "p": d, "n": [m for m in members if m != d], "s": "made", "label": False})
    with open(os.path.join(a.work, "groups.jsonl"), "w") as f:
        f.writelines(json.dumps(x) + "\n" for x in out)
    print("passages", len(passages), "held out", len(held), "first", len(first), "rest", len(rest), "all", len(out))


if __name__ == "__main__":
    main()
