# SPDX-License-Identifier: MIT
"""The cross-encoder: BERT whose attention follows a pattern (arXiv 2312.17649), and its folder.

The input is CLS, then [CLS] query [SEP], then text [SEP]: the query's own CLS (config.json: query_own_cls)
makes its states what they are in the encoder that the weights are from, since it does not see the first.
The logit is the head's of the first CLS, and a cosine times a scale (similarity_scale): of the means of the
query's states and the text's after the last layer.

Two ways that give the same: `plain` takes any pattern as a mask; `sparse` is for the paper's pattern
alone, in which a query's states depend on nothing but the query: they are made once for all its texts."""
import json
import os
import shutil

import torch
import torch.nn as nn
import torch.nn.functional as F

FLAGS = ("cls_query", "cls_doc", "query_cls", "query_doc", "doc_cls", "doc_query")
SPARSE = dict(window=4, cls_query=True, cls_doc=True, query_cls=False, query_doc=False, doc_cls=True, doc_query=True)
FULL = dict(SPARSE, window=None, query_cls=True, query_doc=True)
PATTERNS = {"sparse": SPARSE, "full": FULL}
CLS, SEP, FAR, QUERY_MAX = 101, 102, -1e4, 32
SCALE = 15.0  # of the cosine, at first: as the teacher's scores differ
TOKENIZER = ("vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


class Layer(nn.Module):
    def __init__(self, h, inner, heads, eps):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(h, h) for _ in range(4))
        self.ln1, self.ln2 = nn.LayerNorm(h, eps=eps), nn.LayerNorm(h, eps=eps)
        self.up, self.down = nn.Linear(h, inner), nn.Linear(inner, h)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def attend(self, q, k, v, mask):
        """q [B, heads, R, d], k and v [B, heads, C, d], mask [B, R or 1, C] to be added.

        Plain products: on a CPU their backward pass is far faster than the fused kernel's."""
        B, H, R, d = q.shape
        C = k.shape[2]
        w = torch.bmm((q * d ** -0.5).reshape(B * H, R, d), k.reshape(B * H, C, d).transpose(1, 2))
        w = (w.view(B, H, R, C) + mask[:, None].to(w.dtype)).softmax(-1)
        a = torch.bmm(w.view(B * H, R, C), v.reshape(B * H, C, d))
        return a.view(B, H, R, d).transpose(1, 2).reshape(B, R, H * d)

    def end(self, x, a):
        x = self.ln1(x + self.o(a))
        return self.ln2(x + self.down(F.gelu(self.up(x))))

    def forward(self, x, mask):
        return self.end(x, self.attend(self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x)), mask))

    def texts(self, x, xq, group, mask):
        """States of CLS and text rows x [B, L, h]; those of the queries xq [G, Q, h] are only looked at."""
        k, v = (torch.cat([self.split(f(xq))[group], self.split(f(x))], 2) for f in (self.k, self.v))
        return self.end(x, self.attend(self.split(self.q(x)), k, v, mask))


class CrossEncoder(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        h, eps = cfg["hidden_size"], cfg.get("layer_norm_eps", 1e-12)
        self.word, self.pos = nn.Embedding(cfg["vocab_size"], h), nn.Embedding(cfg["max_position_embeddings"], h)
        self.typ, self.ln = nn.Embedding(cfg.get("type_vocab_size", 2), h), nn.LayerNorm(h, eps=eps)
        self.layers = nn.ModuleList(Layer(h, cfg["intermediate_size"], cfg["num_attention_heads"], eps)
                                    for _ in range(cfg["num_hidden_layers"]))
        self.pooler, self.classifier = nn.Linear(h, h), nn.Linear(h, 1)
        self.log_scale = nn.Parameter(torch.tensor(cfg.get("similarity_scale", SCALE)).log())

    def head(self, cls, query, text):
        """(logits, queries' vectors, texts' vectors): of CLS's states and of means, all [B, h]."""
        query, text = F.normalize(query, dim=1), F.normalize(text, dim=1)
        logit = self.classifier(torch.tanh(self.pooler(cls)))[:, 0].float()
        return logit + self.log_scale.float().exp() * (query * text).sum(1), query, text

    def plain(self, ids, pos, typ, mask, is_query, is_text):
        x = self.ln(self.word(ids) + self.pos(pos) + self.typ(typ))
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x[:, 0], mean(x, is_query), mean(x, is_text))

    def sparse(self, q_ids, q_mask, ids, pos, group, mask):
        """q_ids [G, Q], ids [B, L] with CLS and the text: see `collate_sparse`."""
        n = q_ids.shape[1]
        xq = self.ln(self.word(q_ids) + self.pos.weight[:n][None] + self.typ.weight[0])
        is_text = ids != 0
        is_text[:, 0] = False
        x = self.ln(self.word(ids) + self.pos(pos) + self.typ(is_text.long()))
        for layer in self.layers:
            x, xq = layer.texts(x, xq, group, mask), layer(xq, q_mask)
        return self.head(x[:, 0], mean(xq, q_mask[:, 0] == 0)[group], mean(x, is_text))

    def forward(self, way, *args):
        return getattr(self, way)(*args)


def mean(x, keep):
    """The mean of the states x [B, L, h] that are kept, keep [B, L]: [B, h] in f32."""
    k = keep.float()
    return torch.bmm((k / k.sum(1, keepdim=True))[:, None], x.float())[:, 0]


def rows_of(queries, group, texts, max_len):
    out = []
    for g, d in zip(group, texts):
        q = [CLS] + list(queries[g][:QUERY_MAX]) + [SEP]
        out.append((q, list(d[:max_len - len(q) - 1]) + [SEP]))
    return out


def collate_sparse(queries, group, texts, max_len, window=SPARSE["window"], dtype=torch.float32):
    """Arguments of CrossEncoder.sparse: ids of queries, of which query each text is, ids of texts."""
    q = [[CLS] + list(x[:QUERY_MAX]) + [SEP] for x in queries]
    Q = max(map(len, q))
    q_ids, q_pad = torch.zeros(len(q), Q, dtype=torch.long), torch.ones(len(q), Q, dtype=torch.bool)
    for i, x in enumerate(q):
        q_ids[i, :len(x)] = torch.tensor(x)
        q_pad[i, :len(x)] = False
    d = [[CLS] + list(t[:max_len - len(q[g]) - 1]) + [SEP] for g, t in zip(group, texts)]
    L = max(map(len, d))
    ids, pad = torch.zeros(len(d), L, dtype=torch.long), torch.ones(len(d), L, dtype=torch.bool)
    for i, x in enumerate(d):
        ids[i, :len(x)] = torch.tensor(x)
        pad[i, :len(x)] = False
    group = torch.tensor(group)
    j = torch.arange(L)
    pos = j[None] + torch.tensor([len(x) - 1 for x in q])[group][:, None]
    pos[:, 0] = 0
    pos.clamp_(max=511)
    far = (j[:, None] - j[None]).abs() > (L if window is None else window)
    far[0], far[:, 0] = False, False
    no = torch.cat([q_pad[group][:, None].expand(-1, L, -1), far[None] | pad[:, None]], 2)
    full = lambda m: torch.zeros(m.shape, dtype=dtype).masked_fill_(m, FAR)
    return q_ids, full(q_pad[:, None]), ids, pos, group, full(no)


def collate_plain(queries, group, texts, max_len, pattern, dtype=torch.float32):
    """Arguments of CrossEncoder.plain for any pattern."""
    allow = torch.zeros(4, 4, dtype=torch.bool)  # kinds: 0 CLS, 1 query, 2 text, 3 padding
    for a, b, k in ((0, 1, "cls_query"), (0, 2, "cls_doc"), (1, 0, "query_cls"), (1, 2, "query_doc"), (2, 0, "doc_cls"), (2, 1, "doc_query")):
        allow[a, b] = pattern[k]
    allow[0, 0] = allow[1, 1] = allow[2, 2] = allow[3, 0] = True
    rows = rows_of(queries, group, texts, max_len)
    L = max(1 + len(q) + len(d) for q, d in rows)
    ids, kind = torch.zeros(len(rows), L, dtype=torch.long), torch.full((len(rows), L), 3)
    for i, (q, d) in enumerate(rows):
        n = 1 + len(q) + len(d)
        ids[i, :n] = torch.tensor([CLS] + q + d)
        kind[i, 0], kind[i, 1:1 + len(q)], kind[i, 1 + len(q):n] = 0, 1, 2
    # The query's own CLS has the first position, too.
    pos = (torch.arange(L) - 1).clamp(min=0)[None].expand(len(rows), -1)
    m = allow[kind[:, :, None], kind[:, None]]
    if pattern["window"] is not None:
        j = torch.arange(L)
        text = kind == 2
        m &= ~(text[:, :, None] & text[:, None]) | ((j[:, None] - j[None]).abs() <= pattern["window"])
    return ids, pos, (kind == 2).long(), torch.zeros(m.shape, dtype=dtype).masked_fill_(~m, FAR), kind == 1, kind == 2


def collate(name, queries, group, texts, max_len, dtype=torch.float32):
    """(way, arguments) for the pattern of this name."""
    if name == "sparse":
        return "sparse", collate_sparse(queries, group, texts, max_len, dtype=dtype)
    return "plain", collate_plain(queries, group, texts, max_len, PATTERNS[name], dtype)


MAP = [("embeddings.word_embeddings.weight", "word.weight"), ("embeddings.position_embeddings.weight", "pos.weight"),
       ("embeddings.token_type_embeddings.weight", "typ.weight"), ("embeddings.LayerNorm", "ln"), ("pooler.dense", "pooler")]
LAYER_MAP = [("attention.self.query", "q"), ("attention.self.key", "k"), ("attention.self.value", "v"),
             ("attention.output.dense", "o"), ("attention.output.LayerNorm", "ln1"), ("intermediate.dense", "up"),
             ("output.dense", "down"), ("output.LayerNorm", "ln2")]


def names(layers):
    """[(name in a Hugging Face folder, name here)]"""
    m = MAP + [(f"encoder.layer.{i}.{a}", f"layers.{i}.{b}") for i in range(layers) for a, b in LAYER_MAP]
    return [p for a, b in m for p in ([(a, b)] if a.endswith("weight") else [(a + ".weight", b + ".weight"), (a + ".bias", b + ".bias")])]


def load(folder):
    """A model from a Hugging Face folder: a cross-encoder of this form, or an encoder, which gets a new head."""
    from safetensors.torch import load_file
    with open(os.path.join(folder, "config.json")) as f:
        cfg = json.load(f)
    m = CrossEncoder(cfg)
    sd = {k.removeprefix("bert."): v.float() for k, v in load_file(os.path.join(folder, "model.safetensors")).items()}
    own = m.state_dict()
    for a, b in names(len(m.layers)):
        own[b].copy_(sd[a])
    if "classifier.weight" in sd and not cfg.get("query_own_cls"):
        raise SystemExit(f"{folder}: a cross-encoder whose query has no CLS of its own; expected one of save(), or an encoder")
    if "classifier.weight" in sd:
        own["classifier.weight"].copy_(sd["classifier.weight"])
        own["classifier.bias"].copy_(sd["classifier.bias"])
    else:  # the cosine alone, until the head has learnt something; texts' segment as the encoder knows it
        nn.init.zeros_(m.classifier.weight)
        nn.init.constant_(m.classifier.bias, -SCALE * 0.4)
        own["typ.weight"][1] = own["typ.weight"][0]
    return m


def save(model, folder, pattern, tokenizer_from):
    """Writes a Hugging Face folder in f32, with the pattern's keys in config.json."""
    from safetensors.torch import save_file
    os.makedirs(folder, exist_ok=True)
    own = model.state_dict()
    sd = {"bert." + a: own[b].float().contiguous() for a, b in names(len(model.layers))}
    sd["classifier.weight"], sd["classifier.bias"] = own["classifier.weight"].float(), own["classifier.bias"].float()
    save_file(sd, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    cfg = dict(model.cfg, architectures=["BertForSequenceClassification"], model_type="bert", num_labels=1, cls_token_id=CLS,
               sep_token_id=SEP, query_own_cls=True, similarity_scale=model.log_scale.exp().item(),
               attention_window_size=pattern["window"], **{k + "_attention": pattern[k] for k in FLAGS})
    with open(os.path.join(folder, "config.json"), "w") as f:
        json.dump(cfg, f, indent=2, sort_keys=True)
    for name in TOKENIZER:
        shutil.copy(os.path.join(tokenizer_from, name), folder)
