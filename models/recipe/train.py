#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains the cross-encoder on the shards that there are, and goes on from its last checkpoint.

    train.py WORK RUN --init FOLDER [options]
    train.py WORK RUN --init FOLDER --out FOLDER [--decay STEPS]

RUN is a folder: checkpoint.pt (weights, their running mean, optimizer, random state, queue), curve.csv
(held-out measurements), log.txt.  The same command resumes.  Shards that are new since the start are
taken up as they appear.  SIGTERM saves and ends.  Nothing depends on the clock but when a
checkpoint is written, so a
process that is stopped and continued learns the same.

The first --alike steps teach the model to have MiniLM's vectors of queries and texts, and its order, by the
cosine alone; those after it what the teachers say.

The rate rises for --warmup steps and stays.  --out makes a Hugging Face folder of the checkpoint, which
it leaves alone: with --decay after STEPS further steps, in which the rate falls to nothing (release
weights); without, of the running mean (a look in between).

A step: --groups groups, --candidates texts of each: the positive, BM25's negatives, near ones, one by
chance or spoilt (blank, cut, repeated, the query itself).  The loss has six parts:
listwise (divergence from the teacher's softmax), order (1 - correlation with the teacher's scores),
label (cross entropy to the label, where the teacher agrees with it), level (binary cross entropy, so that
logits of different queries can be compared), text and query (1 - the cosine with MiniLM's vector: it keeps
what MiniLM knows of texts of other kinds than ours)."""
import argparse
import concurrent.futures
import csv
import glob
import json
import os
import random
import re
import signal
import time

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

import common
import model as M
import teacher

LENGTHS = ((0.7, 112), (0.3, 200))
ALIKE = 12.0  # by which cosines are multiplied at first
HEAD = re.compile("pooler|classifier|log_scale")
# A processor without bf16 takes ten times as long for it as for f32.
HALF = torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32


def arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("work")
    ap.add_argument("run")
    ap.add_argument("--init", required=True, help="Hugging Face folder to start from; its tokenizer is used")
    ap.add_argument("--pattern", default="sparse", choices=sorted(M.PATTERNS))
    ap.add_argument("--rate", type=float, default=4e-5, help="that of the head is five times as high")
    ap.add_argument("--warmup", type=int, default=50)
    ap.add_argument("--alike", type=int, default=400)
    ap.add_argument("--groups", type=int, default=2)
    ap.add_argument("--candidates", type=int, default=12)
    ap.add_argument("--micro", type=int, default=12, help="texts of a forward and backward pass")
    ap.add_argument("--steps", type=int, default=0, help="end after so many steps in all; 0: never")
    ap.add_argument("--shards", type=int, default=0, help="use the first so many shards alone; 0: all, as they appear")
    ap.add_argument("--losses", default="1,1,.15,.05,1,.3", help="weights of listwise, order, label, level, text, query")
    ap.add_argument("--spoilt", type=float, default=0.12, help="share of groups with a spoilt text")
    ap.add_argument("--mean", type=float, default=0.995, help="how slow the running mean of the weights is")
    ap.add_argument("--decay", type=int, default=0)
    ap.add_argument("--out", help="write this folder and end")
    ap.add_argument("--save-minutes", type=float, default=6)
    ap.add_argument("--measure", type=int, default=300, help="steps between held-out measurements")
    ap.add_argument("--held", type=int, default=150, help="groups of the held-out shard that are measured")
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--seed", type=int, default=19)
    return ap.parse_args()


class Data:
    """Groups with the teacher's scores; new shards are added by `look`."""

    def __init__(self, a):
        self.work, self.limit = a.work, a.shards
        self.groups = common.load_groups(a.work)
        self.tokens = common.Ragged(os.path.join(a.work, "tokens"))
        self.tok = Tokenizer.from_file(os.path.join(a.init, "tokenizer.json"))
        self.tok.no_truncation()
        self.tok.no_padding()
        self.shards, self.sizes, self.weights = {}, {}, None
        path = os.path.join(a.work, "vectors", "minilm.f16")
        self.vectors = np.memmap(path, np.float16, "r", shape=(len(self.tokens), 384))

    def look(self):
        """Loads shards that are new, or have e5's scores that they had not; all of them if the
        teacher's weights are others."""
        with open(os.path.join(self.work, "teacher.json")) as f:
            weights = json.load(f)
        if weights != self.weights:
            self.weights, self.sizes = weights, {}
        for path in sorted(glob.glob(os.path.join(self.work, "shards", "[0-9]*.npz"))):
            n, size = int(os.path.basename(path)[:-4]), os.path.getsize(path)
            if self.sizes.get(n) != size and (not self.limit or n < self.limit):
                self.sizes[n] = size
                self.shards[n] = teacher.judge(teacher.shard(path), self.groups, self.weights)

    def held(self, n):
        x = teacher.shard(os.path.join(self.work, "shards", "held.npz"))
        return teacher.judge({k: v[:n] for k, v in x.items()}, self.groups, self.weights)

    def query(self, line):
        return self.tok.encode(self.groups[line]["q"], add_special_tokens=False).ids[:M.QUERY_MAX]


def spoil(kind, q, texts, t, rng):
    """A spoilt text: its tokens and what the teacher would say."""
    low = float(t.min())
    if kind == "blank":
        return [], low - 2
    if kind == "cut":
        return texts[0][:rng.randint(3, 10)], float(t[0]) - 1
    if kind == "repeated":
        w = rng.sample(q, min(len(q), rng.randint(1, 3))) or [1012]
        return (w * 60)[:rng.randint(20, 90)], low - 1
    return list(q), float(t[0]) - 1


def sample(data, picks, a, rng):
    """(queries, group of each text, texts, the teacher's scores, label, MiniLM's cosines, its vectors of texts
    and of queries) of a step.  A spoilt text has a vector of zeros."""
    K = a.candidates
    near = (K - 1) // 2
    qs, group, texts, t, label, cosines, text, query = [], [], [], [], [], [], [], []
    for g, (n, i) in enumerate(picks):
        x = data.shards[n]
        c = [0] + rng.sample(range(1, 8), K - 2 - near) + rng.sample(range(8, 20), near) + [rng.randrange(20, 24)]
        q = data.query(int(x["line"][i]))
        d = [data.tokens[x["d"][i, j]].tolist() for j in c]
        s = x["t"][i, c].copy()
        v, cosine = data.vectors[x["d"][i, c]].astype(np.float32), x["minilm"][i, c].astype(np.float32)
        if rng.random() < a.spoilt:
            d[-1], s[-1] = spoil(rng.choice(("blank", "cut", "repeated", "title")), q, d, s, rng)
            v[-1], cosine[-1] = 0, cosine[:-1].min()
        qs.append(q)
        group += [g] * K
        texts += d
        t.append(s)
        label.append(x["label"][i])
        cosines.append(cosine)
        text.append(v)
        query.append(x["minilm_q"][i])
    f = lambda v: torch.from_numpy(np.array(v, np.float32))
    return qs, group, texts, f(t), torch.tensor(label), f(cosines), f(text), f(query)


def normal(x):
    return (x - x.mean(1, keepdim=True)) / (x.std(1, unbiased=False, keepdim=True) + 1e-3)


def apart(t, lo):
    """The divergence of the logits' softmax from the scores'."""
    return (t.softmax(1) * (t.log_softmax(1) - lo.log_softmax(1))).sum(1).mean()


def losses(lo, query, text, t, label, wanted_text, wanted_query):
    """query and text: the model's vectors [groups, candidates, h], of length 1, as those that are wanted."""
    order = 1 - (normal(lo) * normal(t)).mean(1).mean()
    first = -(lo.log_softmax(1)[:, 0] * label).sum() / len(label)
    level = F.binary_cross_entropy_with_logits(lo, t.softmax(1), pos_weight=torch.tensor(float(lo.shape[1] - 1)))
    of_text = 1 - (text * wanted_text).sum() / wanted_text.any(2).sum()
    of_query = 1 - (query[:, 0] * wanted_query).sum(1).mean()
    return apart(t, lo), order, first, level, of_text, of_query


class Trainer:
    def __init__(self, a):
        self.a = a
        torch.manual_seed(a.seed)
        torch.set_num_threads(1)
        self.pool = concurrent.futures.ThreadPoolExecutor(a.threads)
        self.data, self.rng = Data(a), random.Random(a.seed)
        self.model = M.load(a.init)
        self.model.word.weight.requires_grad_(False)
        self.half = M.CrossEncoder(self.model.cfg).to(HALF)
        self.half.word.weight.requires_grad_(False)
        named = [(n, p) for n, p in self.model.named_parameters() if p.requires_grad]
        self.params = [p for _, p in named]
        self.opt = torch.optim.AdamW(
            [{"params": [p for n, p in named if bool(HEAD.match(n)) == head], "times": 5 if head else 1} for head in (False, True)],
            lr=a.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
        self.mean = [p.detach().clone() for p in self.params]
        self.step = self.pairs = 0
        self.training = True
        self.queue, self.known = [], []
        os.makedirs(a.run, exist_ok=True)
        self.path = os.path.join(a.run, "checkpoint.pt")
        if os.path.exists(self.path):
            self.resume()
        self.look()

    def log(self, s):
        s = f"{time.strftime('%F %T')} {s}"
        print(s, flush=True)
        with open(os.path.join(self.a.run, "log.txt"), "a") as f:
            f.write(s + "\n")

    def look(self):
        self.data.look()
        new = [n for n in self.data.shards if n not in self.known]
        if new:
            self.known += new
            mine = [(n, i) for n in new for i in np.flatnonzero(self.data.shards[n]["use"]).tolist()]
            self.queue += mine
            self.rng.shuffle(self.queue)
            self.log(f"{len(new)} new shards, {len(mine)} groups, {len(self.queue)} in the queue")

    def next(self, n):
        if len(self.queue) < n:
            self.queue += [(k, i) for k in self.known for i in np.flatnonzero(self.data.shards[k]["use"]).tolist()]
            self.rng.shuffle(self.queue)
            self.log(f"another round: {len(self.queue)} groups")
        r, self.queue = self.queue[:n], self.queue[n:]
        return r

    def save(self):
        torch.save({"model": self.model.state_dict(), "mean": self.mean, "opt": self.opt.state_dict(), "step": self.step,
                    "pairs": self.pairs, "queue": self.queue, "known": self.known, "rng": self.rng.getstate(),
                    "torch": torch.get_rng_state(), "pattern": self.a.pattern}, self.path + ".new")
        os.replace(self.path + ".new", self.path)

    def resume(self):
        c = torch.load(self.path, weights_only=False)
        assert c["pattern"] == self.a.pattern
        self.model.load_state_dict(c["model"])
        self.opt.load_state_dict(c["opt"])
        self.mean, self.step, self.pairs = c["mean"], c["step"], c["pairs"]
        self.queue, self.known = c["queue"], c["known"]
        self.rng.setstate(c["rng"])
        torch.set_rng_state(c["torch"])
        self.log(f"resumed at step {self.step}")

    def run_half(self, qs, group, texts, max_len):
        """Logits, vectors of queries and of texts.  Micro batches of similar length, a thread for each: whichever
        is free takes the next, so that a core that is busy otherwise does not hold up the other."""
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))

        def one(ix):
            use = sorted({group[i] for i in ix})
            at = {g: k for k, g in enumerate(use)}
            way, args = M.collate(self.a.pattern, [qs[g] for g in use], [at[group[i]] for i in ix], [texts[i] for i in ix], max_len,
                                  HALF)
            with torch.inference_mode(not self.training):
                return self.half(way, *args)

        micro = [order[a:a + self.a.micro] for a in range(0, len(order), self.a.micro)]
        self.parts = list(self.pool.map(one, micro))
        back = torch.tensor(order).argsort()
        self.leaves = [torch.cat([x.detach() for x in v]).requires_grad_(self.training) for v in zip(*self.parts)]
        return [v[back] for v in self.leaves]

    def gradients(self):
        """Those of the parameters, from those of the last logits and vectors."""
        wanted = [p for p in self.half.parameters() if p.requires_grad]
        sizes = [len(p[0]) for p in self.parts]
        grads = (v.grad if v.grad is not None else torch.zeros_like(v) for v in self.leaves)
        jobs = list(zip(self.parts, zip(*(g.split(sizes) for g in grads))))
        for p in self.params:
            p.grad = torch.zeros_like(p)
        for gs in self.pool.map(lambda j: torch.autograd.grad(j[0], wanted, j[1]), jobs):
            for p, g in zip(self.params, gs):
                p.grad += g

    def halve(self):
        """Copies the weights into the model that computes, in bf16 where the processor has it."""
        with torch.no_grad():
            torch._foreach_copy_(list(self.half.parameters()), list(self.model.parameters()))

    def train_step(self, rate):
        a = self.a
        for g in self.opt.param_groups:
            g["lr"] = rate * g["times"]
        r, max_len = self.rng.random(), LENGTHS[0][1]
        for share, n in LENGTHS:
            if r < share:
                max_len = n
                break
            r -= share
        qs, group, texts, t, label, cosines, *wanted = sample(self.data, self.next(a.groups), a, self.rng)
        self.halve()
        lo, *vectors = (v.view(a.groups, a.candidates, *v.shape[1:]) for v in self.run_half(qs, group, texts, max_len))
        ls = losses(lo, *vectors, t, label, *wanted)
        if self.step < a.alike:
            cosine = (vectors[0] * vectors[1]).sum(2)
            (0.5 * apart(ALIKE * cosines, ALIKE * cosine) + ls[4] + 0.3 * ls[5]).backward()
        else:
            sum(k * x for k, x in zip(map(float, a.losses.split(",")), ls)).backward()
        self.gradients()
        if not torch.nn.utils.clip_grad_norm_(self.params, 1.0).isfinite():
            raise SystemExit(f"step {self.step}: the gradient is not a number; the checkpoint is of before")
        self.opt.step()
        self.step += 1
        self.pairs += lo.numel()
        m = min(a.mean, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self.mean, [p.detach() for p in self.params], 1 - m)
        first = (lo[:, :-1].argmax(1) == 0)[label].float().mean().item() if label.any() else 0.5
        return [x.item() for x in ls] + [first]

    def swap(self):
        """Exchanges the weights and their running mean."""
        with torch.no_grad():
            for p, m in zip(self.params, self.mean):
                t = p.clone()
                p.copy_(m)
                m.copy_(t)

    def measure(self):
        """On the held-out shard: positive first of BM25's candidates, the same beside BM25 and
        MiniLM, and agreement with the teacher's order over 12 candidates."""
        x = self.data.held(self.a.held)
        c = list(range(12))
        qs = [self.data.query(int(i)) for i in x["line"]]
        n = len(qs)
        self.halve()
        lo = np.zeros(n * len(c), np.float32)
        texts = [self.data.tokens[d].tolist() for ds in x["d"][:, c] for d in ds]
        for s in range(0, n, 20):
            part = range(s, min(s + 20, n))
            g = [i - s for i in part for _ in c]
            rows = slice(s * len(c), (s + len(part)) * len(c))
            lo[rows] = self.run_half([qs[i] for i in part], g, texts[rows], 160)[0].numpy()
        lo = lo.reshape(n, len(c))
        z = {k: teacher.normal(v) for k, v in (("logit", lo[:, :8]), ("bm25", x["bm25"][:, :8]), ("minilm", x["minilm"][:, :8]))}
        two = (z["bm25"] + 2 * z["minilm"]) / 3
        use = x["use"]
        first = lambda s: float((s[use].argmax(1) == 0).mean())
        tt = teacher.scores(x, self.data.weights)[:, c]
        gain = np.exp(tt - tt.max(1, keepdims=True))
        agree = float(np.mean([common.ndcg(np.argsort(-l), g) for l, g in zip(lo, gain)]))
        return {"first": first(lo[:, :8]), "blend": first(0.6 * two + 0.4 * z["logit"]), "without": first(two),
                "teacher": first(teacher.scores(x, self.data.weights)[:, :8]), "agree": agree}

    def report(self, what="mean"):
        t = time.time()
        self.training = False
        if what == "mean":
            self.swap()
        r = self.measure()
        self.training = True
        if what == "mean":
            self.swap()
        path = os.path.join(self.a.run, "curve.csv")
        new = not os.path.exists(path)
        with open(path, "a", newline="") as f:
            w = csv.writer(f)
            if new:
                w.writerow(["time", "step", "pairs", "weights"] + list(r))
            w.writerow([time.strftime("%F %T"), self.step, self.pairs, what] + [f"{v:.4f}" for v in r.values()])
        self.log(f"held out ({what}): " + " ".join(f"{k} {v:.4f}" for k, v in r.items()) + f" in {time.time() - t:.0f} s")

    def run(self):
        a, ema, saved, t0, n0, told = self.a, None, time.time(), time.time(), self.pairs, []
        signal.signal(signal.SIGTERM, lambda *_: told.append(1))
        while not told and (not a.steps or self.step < a.steps):
            r = self.train_step(a.rate * min(1, (self.step + 1) / a.warmup))
            ema = r if ema is None else [0.98 * e + 0.02 * x for e, x in zip(ema, r)]
            if self.step % 50 == 0:
                self.log(f"step {self.step} pairs {self.pairs} {(self.pairs - n0) / (time.time() - t0):.1f}/s "
                         "listwise {:.4f} order {:.4f} label {:.4f} level {:.4f} text {:.4f} query {:.4f} first {:.4f}".format(*ema))
                t0, n0 = time.time(), self.pairs
            if time.time() - saved > 60 * a.save_minutes:
                self.save()
                self.look()
                saved = time.time()
            if self.step % a.measure == 0:
                self.report()
        self.save()
        if not told:
            self.report()

    def write(self):
        a = self.a
        if not a.decay:
            self.swap()
        for i in range(a.decay):
            r = self.train_step(a.rate * (1 - i / a.decay))
            if (i + 1) % 50 == 0:
                self.log(f"decay {i + 1} of {a.decay}: listwise {r[0]:.4f}")
        if a.decay:
            self.report("decayed")
        M.save(self.model, a.out, M.PATTERNS[a.pattern], a.init)


def main():
    a = arguments()
    t = Trainer(a)
    if a.out:
        t.write()
    else:
        t.run()


if __name__ == "__main__":
    main()
