#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The int8 form of an embedder, nearer to it than rounding alone: what models/embedder is.

    int8.py MODEL_FOLDER PASSAGES.jsonl.xz OUT_FOLDER [--golden golden.json]

A BERT of a few states, as CLS and SEP are, far beyond the others in a feature or two makes the steps of all
the others coarse.  So the columns of a matrix get a factor each (SmoothQuant: Xiao et al., arXiv
2211.10438), which the operand is multiplied by before it becomes int8; and weights are rounded one column
after another, each error taken up by the columns that follow (GPTQ: Frantar et al., arXiv 2210.17323), as
measured on texts.  Tokens of a text count 1/n each, since its vector is their mean.  Biases take up what is
left of the mean error.  Layer after layer, on states of the int8 layers before."""
import argparse
import json
import lzma
import math
import os
import shutil

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

LENGTHS = (0, 1, 2, 3, 5, 8, 12, 20, 40, 80, 160)  # of the texts, tokens without CLS and SEP
F = torch.nn.functional


def encode(x):
    """What an operand of int8 keeps of x (rerank/kern/kern.h: 253 steps from the least to the greatest)."""
    low, high = x.amin(-1, keepdim=True).clamp(max=0), x.amax(-1, keepdim=True).clamp(min=0)
    step = ((high - low) / 253).clamp(min=1e-30)
    zero = torch.round(-low / step)
    return (torch.round(x / step + zero) - zero) * step


def scales(w, weight):
    """The step of each row: of some, that with the least error."""
    most = w.abs().amax(1, keepdim=True)
    best, least = most / 127, torch.full_like(most, math.inf)
    for share in torch.linspace(0.8, 1, 80):
        s = most * share / 127
        error = ((torch.round(w / s).clamp(-127, 127) * s - w) ** 2 * weight).sum(1, keepdim=True)
        best, least = torch.where(error < least, s, best), torch.minimum(error, least)
    return best


def rounded(w, h, damp):
    """GPTQ: steps [rows][columns] and scales [rows][1] of w, for inputs of second moments h."""
    scale = scales(w, h.diagonal()).double()
    order = torch.argsort(h.diagonal(), descending=True)
    hp = (h + damp * h.diagonal().mean() * torch.eye(len(h)))[order][:, order].double()
    inverse = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(hp)), upper=True)
    wp, steps = w[:, order].double(), torch.zeros(w.shape, dtype=torch.double)
    for c in range(len(h)):
        steps[:, c] = torch.round(wp[:, c] / scale[:, 0]).clamp(-127, 127)
        error = (wp[:, c] - steps[:, c] * scale[:, 0]) / inverse[c, c]
        wp[:, c:] -= error[:, None] * inverse[c, c:][None]
    out = torch.empty_like(steps)
    out[:, order] = steps
    return out.to(torch.int8), scale.float()


def factors(x, matrices, alpha):
    """SmoothQuant's factor of each column; the median is 1."""
    s = x.abs().amax(0).clamp(min=1e-3) ** alpha
    s = s / torch.cat(matrices).abs().amax(0).clamp(min=1e-3) ** (1 - alpha)
    return s / s.median()


class Embedder:
    """The model in f32, layer by layer over a list of texts, and its int8 form as far as it is made."""

    def __init__(self, folder):
        with open(os.path.join(folder, "config.json")) as f:
            self.cfg = json.load(f)
        self.w = {k: v.float() for k, v in load_file(os.path.join(folder, "model.safetensors")).items()
                  if v.is_floating_point() and not k.startswith("pooler.")}
        self.out = {}

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.w[name + ".weight"], self.w[name + ".bias"], self.cfg["layer_norm_eps"])

    def embed(self, ids):
        w = self.w
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:len(ids)]
        return self.norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")

    def attend(self, q, k, v):
        n, heads = len(q), self.cfg["num_attention_heads"]
        q, k, v = (t.view(n, heads, -1).transpose(0, 1) for t in (q, k, v))
        return ((q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])).softmax(-1) @ v).transpose(0, 1).reshape(n, -1)

    def product(self, name, x):
        """As f32 has it, or int8 where that is made."""
        if name not in self.out:
            return F.linear(x, self.w[name + ".weight"], self.w[name + ".bias"])
        steps, scale, by, bias = self.out[name]
        return F.linear(encode(x if by is None else x * by), steps.float() * scale, bias)

    def make(self, names, xs, exact, alpha, damp):
        """The int8 form of matrices that read the same operand; `exact`: the f32 model's operands."""
        x, y = torch.cat(xs), torch.cat(exact)
        count = torch.cat([torch.full((len(t),), 1 / len(t)) for t in xs])[:, None]
        by = 1 / factors(x, [self.w[n + ".weight"] for n in names], alpha) if alpha else None
        z = x if by is None else x * by
        h = (z * count).T @ z / count.sum()
        seen = encode(z)
        for n in names:
            w, bias = self.w[n + ".weight"], self.w[n + ".bias"]
            steps, scale = rounded(w if by is None else w / by, h, damp)
            error = F.linear(seen, steps.float() * scale) - F.linear(x, w)
            # The f32 model's mean, not the one of states that are off already.
            drift = ((F.linear(x, w) - F.linear(y, w)) * count).sum(0) / count.sum()
            self.out[n] = steps, scale, by, bias - (error * count).sum(0) / count.sum() - drift

    def layer(self, i, xs, exact, a):
        """Makes layer i; returns the states after it, of int8 and of f32."""
        p = f"encoder.layer.{i}."
        q = [p + "attention.self." + n for n in ("query", "key", "value")]
        o, up, down = p + "attention.output.dense", p + "intermediate.dense", p + "output.dense"

        def context(x):
            return self.attend(*(self.product(n, x) for n in q))

        def after(x, y, name):
            return self.norm(x + y, p + name + ".LayerNorm")

        # What f32 does comes first: product() is int8's as soon as that is there.
        c1 = [context(x) for x in exact]
        m1 = [after(x, self.product(o, c), "attention.output") for x, c in zip(exact, c1)]
        h1 = [F.gelu(self.product(up, m)) for m in m1]
        y1 = [after(m, self.product(down, h), "output") for m, h in zip(m1, h1)]
        self.make(q, xs, exact, a.alpha, a.damp)
        c2 = [context(x) for x in xs]
        self.make([o], c2, c1, 0, a.damp)
        m2 = [after(x, self.product(o, c), "attention.output") for x, c in zip(xs, c2)]
        self.make([up], m2, m1, a.alpha, a.damp)
        h2 = [F.gelu(self.product(up, m)) for m in m2]
        self.make([down], h2, h1, 0, a.damp)
        return [after(m, self.product(down, h), "output") for m, h in zip(m2, h2)], y1

    def vector(self, ids):
        x = self.embed(ids)
        for i in range(self.cfg["num_hidden_layers"]):
            p = f"encoder.layer.{i}."
            c = self.attend(*(self.product(p + "attention.self." + n, x) for n in ("query", "key", "value")))
            x = self.norm(x + self.product(p + "attention.output.dense", c), p + "attention.output.LayerNorm")
            h = F.gelu(self.product(p + "intermediate.dense", x))
            x = self.norm(x + self.product(p + "output.dense", h), p + "output.LayerNorm")
        return x.mean(0)

    def tensors(self):
        """As model.safetensors of our int8 form has them."""
        out = {}
        for k, v in self.w.items():
            name, part = k.rsplit(".", 1)
            if name in self.out:
                steps, scale, by, bias = self.out[name]
                out[k] = steps if part == "weight" else bias
                if part == "weight":
                    out[k + ".scale"] = scale[:, 0].contiguous()
                    if by is not None:
                        out[k + ".columns"] = by.clone()
            elif v.dim() == 2 and v.shape[0] > 2:
                scale = v.abs().amax(1, keepdim=True) / 127
                out[k] = torch.where(scale > 0, torch.round(v / scale), 0).to(torch.int8)
                out[k + ".scale"] = scale[:, 0].contiguous()
            else:
                out[k] = v.clone()
        return out


def texts(path, tokenizer, n):
    """Ids of n texts of all lengths, CLS and SEP around them."""
    cls, sep = (tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]"))
    out = []
    with lzma.open(path, "rt") as f:
        for line in f:
            ids = tokenizer.encode(json.loads(line), add_special_tokens=False).ids
            length = LENGTHS[len(out) % len(LENGTHS)]
            if len(ids) >= length and len(ids) % 7 == 0:  # from all over the file's beginning
                out.append(torch.tensor([cls, *ids[:length], sep]))
            if len(out) == n:
                break
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "passages", "out"):
        ap.add_argument(name)
    ap.add_argument("--texts", type=int, default=600)
    ap.add_argument("--alpha", type=float, default=0.5)
    ap.add_argument("--damp", type=float, default=0.01)
    ap.add_argument("--golden", help="texts with ids and vectors: how near the int8 form is to them")
    a = ap.parse_args()
    tokenizer = Tokenizer.from_file(os.path.join(a.model, "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    e = Embedder(a.model)
    with torch.inference_mode():
        # The words are int8 in the file, and what follows is to know it.
        words = e.w["embeddings.word_embeddings.weight"]
        exact = [e.embed(t) for t in texts(a.passages, tokenizer, a.texts)]
        file = e.tensors()
        for k in [k for k in file if k.startswith("embeddings.") and k.endswith(".scale")]:
            k = k.removesuffix(".scale")
            e.w[k] = file[k].float() * file[k + ".scale"][:, None]
        xs = [e.embed(t) for t in texts(a.passages, tokenizer, a.texts)]
        for i in range(e.cfg["num_hidden_layers"]):
            xs, exact = e.layer(i, xs, exact, a)
            far = torch.stack([F.cosine_similarity(x.mean(0), y.mean(0), dim=0) for x, y in zip(xs, exact)])
            print(f"layer {i}: cosine {far.min():.5f} at least, {far.mean():.5f} on the mean", flush=True)
        if a.golden:
            with open(a.golden) as f:
                answers = json.load(f)["answers"]
            near = [F.cosine_similarity(e.vector(torch.tensor(t["ids"])), torch.tensor(t["vector"]), dim=0).item()
                    for t in answers]
            print("golden:", " ".join(f"{c:.4f}" for c in near), f"least {min(near):.5f}")
        e.w["embeddings.word_embeddings.weight"] = words
        os.makedirs(a.out, exist_ok=True)
        save_file({k: v.contiguous() for k, v in {**e.tensors(), **{k: v for k, v in file.items() if k.startswith("embeddings.")}}.items()},
                  os.path.join(a.out, "model.safetensors"))
    for name in ("config.json", "vocab.txt", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json"):
        if os.path.exists(os.path.join(a.model, name)):
            os.makedirs(os.path.dirname(os.path.join(a.out, name)), exist_ok=True)
            shutil.copy(os.path.join(a.model, name), os.path.join(a.out, name))


if __name__ == "__main__":
    main()
