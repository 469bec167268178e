#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The tiny embedders of this folder and their answers, by sentence-transformers.

    sentence.py OUT_FOLDER

Needs sentence-transformers 6.2 and transformers 5.24.  Random weights from a fixed seed; texts as ids are of
the folder's own tokenizer.  embed-last is then laid out as releases before 3 did it."""
import json
import os
import shutil
import sys

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast, PreTrainedTokenizerFast, RobertaConfig, RobertaModel

HERE = os.path.dirname(os.path.abspath(__file__))
TEXTS = ["", "a", "search", "Indexing is on; the reranker 582 plugs in.", "data " * 40,
         "xapian tests the index and the search of plugins, where the ranking is as it was before"]


def bert():
    return BertConfig(vocab_size=180, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
                      max_position_embeddings=64, type_vocab_size=2, initializer_range=0.3)


def roberta():
    return RobertaConfig(vocab_size=320, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
                         max_position_embeddings=66, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
                         initializer_range=0.3)


def spread(model):
    """Biases and LayerNorms of random numbers, too, so that a test sees each of them."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() == 1:
                p.add_(torch.randn_like(p) * 0.2)
    return model


def make(out, encoder, tokenizer, pooling, normalise, length, prompts, default=None):
    parts = os.path.join(out, "parts")
    spread(encoder).save_pretrained(parts)
    tokenizer.save_pretrained(parts)
    body = Transformer(parts, max_seq_length=length)
    modules = [body, Pooling(body.get_embedding_dimension(), pooling)] + [Normalize()] * normalise
    model = SentenceTransformer(modules=modules, prompts=prompts, default_prompt_name=default, device="cpu")
    model.save(out, create_model_card=False)
    shutil.rmtree(parts)
    answers = []
    for text in TEXTS:
        for kind in ["query", "passage"] if prompts else [None]:
            # passages: encode_document()'s prompt
            name = {"query": "query", "passage": "document"}.get(kind)
            prompt = model.prompts.get(name, "") if name else ""
            ids = model.tokenizer(prompt + text, truncation=True, max_length=model.max_seq_length)["input_ids"]
            vector = model.encode(text, prompt=prompt or None).tolist()
            answers.append({"text": text, **({"kind": kind} if kind else {}), "ids": ids, "vector": [round(x, 7) for x in vector]})
    with open(os.path.join(out, "golden.json"), "w") as f:
        f.write('{"answers": [\n' + ",\n".join(json.dumps(a) for a in answers) + "\n]}\n")


def old_layout(out):
    """The encoder in a folder of its own, poolings as switches."""
    inner = os.path.join(out, "0_Transformer")
    os.makedirs(inner)
    for name in os.listdir(out):
        if name not in ("0_Transformer", "1_Pooling", "2_Normalize", "modules.json", "config_sentence_transformers.json", "golden.json"):
            os.rename(os.path.join(out, name), os.path.join(inner, name))
    with open(os.path.join(out, "modules.json"), "w") as f:
        json.dump([{"idx": 0, "name": "0", "path": "0_Transformer", "type": "sentence_transformers.models.Transformer"},
                   {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                   {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}], f)
    with open(os.path.join(out, "1_Pooling", "config.json"), "w") as f:
        json.dump({"word_embedding_dimension": 32, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": False,
                   "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False,
                   "pooling_mode_weightedmean_tokens": False, "pooling_mode_lasttoken": True, "include_prompt": True}, f)


def main():
    out = sys.argv[1]
    words = BertTokenizerFast(os.path.join(HERE, "bert-two", "vocab.txt"), do_lower_case=True)
    bytes_ = PreTrainedTokenizerFast(tokenizer_file=os.path.join(HERE, "roberta", "tokenizer.json"), bos_token="<s>",
                                     eos_token="</s>", cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>")
    torch.manual_seed(18)
    make(os.path.join(out, "embed-cls"), BertModel(bert(), add_pooling_layer=False), words, "cls", True, 24, {})
    make(os.path.join(out, "embed-last"), BertModel(bert()), words, "lasttoken", True, 32,
         {"query": "search: ", "document": "data: "})
    old_layout(os.path.join(out, "embed-last"))
    config = roberta()
    config.vocab_size = len(bytes_)
    make(os.path.join(out, "embed-roberta"), RobertaModel(config, add_pooling_layer=False), bytes_, "mean", False, 64,
         {"query": "query: ", "passage": "passage: ", "document": "passage: "})


if __name__ == "__main__":
    main()
