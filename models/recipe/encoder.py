# SPDX-License-Identifier: MIT
"""Embeds texts with a BERT folder, in bf16 on the CPU: the two teachers that are bi-encoders."""
import concurrent.futures
import json
import os

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

LAYER = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
         "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm")


class Encoder:
    """kind: "minilm" (all-MiniLM-L6-v2) or "e5" (multilingual-e5-small, with its prefixes)."""

    def __init__(self, folder, kind, dtype=torch.bfloat16):
        with open(os.path.join(folder, "config.json")) as f:
            c = json.load(f)
        self.heads, self.eps, self.kind = c["num_attention_heads"], c["layer_norm_eps"], kind
        self.cls, self.sep = c.get("cls_token_id", 101), c.get("sep_token_id", 102)
        sd = {k.removeprefix("bert."): v.to(dtype) for k, v in load_file(os.path.join(folder, "model.safetensors")).items()}
        e = "embeddings."
        self.word = sd[e + "word_embeddings.weight"]
        self.place = sd[e + "position_embeddings.weight"] + sd[e + "token_type_embeddings.weight"][0]
        self.norm = sd[e + "LayerNorm.weight"], sd[e + "LayerNorm.bias"]
        self.layers = [[(sd[f"encoder.layer.{i}.{n}.weight"], sd[f"encoder.layer.{i}.{n}.bias"]) for n in LAYER]
                       for i in range(c["num_hidden_layers"])]
        self.tok = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self.tok.no_truncation()
        self.tok.no_padding()
        self.normal = None
        if kind == "e5":
            with open(os.path.join(folder, "normal.json")) as f:
                self.normal = {int(k): v for k, v in json.load(f).items()}

    def tokens(self, texts, query, keep):
        if self.kind == "e5":
            p = "query: " if query else "passage: "
            texts = [" ".join((p + t).translate(self.normal).split()) for t in texts]
        return [[self.cls] + e.ids[:keep] + [self.sep] for e in self.tok.encode_batch(texts, add_special_tokens=False)]

    @torch.inference_mode()
    def forward(self, rows):
        """Mean of the last states of each row of ids, divided by its length: [rows, hidden] in f32."""
        n, L = len(rows), max(map(len, rows))
        ids, pad = torch.zeros(n, L, dtype=torch.long), torch.ones(n, L, dtype=torch.bool)
        for i, r in enumerate(rows):
            ids[i, :len(r)] = torch.tensor(r)
            pad[i, :len(r)] = False
        x = F.layer_norm(self.word[ids] + self.place[:L], (self.word.shape[1],), *self.norm, self.eps)
        mask = torch.zeros(n, 1, 1, L, dtype=x.dtype).masked_fill_(pad[:, None, None], -1e4)
        for q, k, v, o, ln1, up, down, ln2 in self.layers:
            h = [F.linear(x, *w).view(n, L, self.heads, -1).transpose(1, 2) for w in (q, k, v)]
            a = F.scaled_dot_product_attention(*h, attn_mask=mask).transpose(1, 2).reshape(n, L, -1)
            x = F.layer_norm(x + F.linear(a, *o), x.shape[2:], *ln1, self.eps)
            x = F.layer_norm(x + F.linear(F.gelu(F.linear(x, *up)), *down), x.shape[2:], *ln2, self.eps)
        w = (~pad)[:, :, None].float()
        return F.normalize((x.float() * w).sum(1) / w.sum(1), dim=1)

    def embed(self, texts, query=False, keep=160, budget=2500, threads=2):
        """f32 [texts, hidden].  Sorted by length, `budget` tokens a batch, a thread for each batch:
        beside other work that wastes less than several threads on one."""
        rows = self.tokens(texts, query, keep)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        out, parts, at = np.zeros((len(rows), self.word.shape[1]), np.float32), [], 0
        while at < len(order):
            n = max(4, budget // len(rows[order[at]]))
            parts.append(order[at:at + n])
            at += n

        def one(part):
            out[part] = self.forward([rows[i] for i in part]).numpy()

        torch.set_num_threads(1)
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            list(pool.map(one, parts))
        return out
