# SPDX-License-Identifier: GPL-2.0-or-later
"""The real clients of the rerank API against a server: right answers, and errors that they understand.

clients.py URL KEY: the server has the key, knows the model as rerank-v3.5, and takes bodies of at
most 20 kB."""
import sys
import warnings

warnings.filterwarnings("ignore")

url, key = sys.argv[1].rstrip("/"), sys.argv[2]
query = "how do I renew a certificate"
documents = [
    "Prices of apples have risen.",
    "A certificate is renewed by running the command renew.",
    "Kettles boil water.",
]


def check(name, condition, what):
    if not condition:
        sys.exit(f"{name}: {what}")
    print(f"ok: {name}")


def check_order(name, results):
    """results: pairs of index and score, best first."""
    scores = [score for _, score in results]
    check(name, results[0][0] == 1 and scores == sorted(scores, reverse=True) and 0 <= scores[-1]
          and scores[0] <= 1, results)


def raises(name, kind, call, *words):
    try:
        call()
    except kind as error:
        check(name, all(word in str(error) for word in words), str(error))
    else:
        sys.exit(f"{name}: no error")


def cohere_clients():
    import cohere

    v2 = cohere.ClientV2(api_key=key, base_url=url)
    reply = v2.rerank(model="rerank-v3.5", query=query, documents=documents, top_n=2)
    check_order("cohere v2", [(r.index, r.relevance_score) for r in reply.results])
    check("cohere v2 top_n", len(reply.results) == 2, reply)
    check("cohere v2 meta", reply.meta.api_version.version == "2"
          and reply.meta.billed_units.search_units == 1 and reply.id, reply.meta)
    reply = v2.rerank(model="rerank-v3.5", query=query, documents=documents, max_tokens_per_doc=3)
    check("cohere v2 warns", "read in part" in reply.meta.warnings[0], reply.meta)

    v1 = cohere.Client(api_key=key, base_url=url)
    objects = [{"text": text, "number": i} for i, text in enumerate(documents)]
    reply = v1.rerank(model="rerank-v3.5", query=query, documents=objects, rank_fields=["text"],
                      return_documents=True, max_chunks_per_doc=2)
    check_order("cohere v1", [(r.index, r.relevance_score) for r in reply.results])
    check("cohere v1 documents", reply.results[0].document.text == documents[1], reply)
    reply = v1.rerank(query=query, documents=documents)
    check("cohere v1 defaults", len(reply.results) == 3 and reply.results[0].document is None, reply)

    bad = cohere.ClientV2(api_key="wrong", base_url=url)
    raises("cohere bad key", cohere.UnauthorizedError,
           lambda: bad.rerank(model="rerank-v3.5", query=query, documents=documents), "key is not known")
    raises("cohere unknown model", cohere.NotFoundError,
           lambda: v2.rerank(model="rerank-v9", query=query, documents=documents), "rerank-v9")
    raises("cohere large body", cohere.core.ApiError,
           lambda: v2.rerank(model="rerank-v3.5", query=query, documents=["a " * 5000] * 3),
           "413", "serve.max_body")
    raises("cohere no documents", cohere.BadRequestError,
           lambda: v2.rerank(model="rerank-v3.5", query=query, documents=[]), "the list is empty")
    raises("cohere many documents", cohere.UnprocessableEntityError,
           lambda: v2.rerank(model="rerank-v3.5", query=query, documents=["a"] * 101), "max_texts")


def langchain_clients():
    import cohere
    from langchain_cohere import CohereRerank
    from langchain_core.documents import Document

    rerank = CohereRerank(client=cohere.ClientV2(api_key=key, base_url=url), model="rerank-v3.5", top_n=3)
    found = rerank.compress_documents([Document(page_content=text) for text in documents], query)
    check("langchain-cohere", found[0].page_content == documents[1]
          and found[0].metadata["relevance_score"] > found[1].metadata["relevance_score"], found)


def llama_nodes():
    from llama_index.core.schema import NodeWithScore, TextNode

    return [NodeWithScore(node=TextNode(text=text), score=0.5) for text in documents]


def check_nodes(name, nodes):
    check(name, nodes[0].node.text == documents[1] and nodes[0].score > nodes[1].score, nodes)


def llama_clients():
    from llama_index.postprocessor.cohere_rerank import CohereRerank
    from llama_index.postprocessor.jinaai_rerank import JinaRerank
    from llama_index.postprocessor.tei_rerank import TextEmbeddingInference

    check_nodes("llama-index cohere", CohereRerank(api_key=key, base_url=url, model="rerank-v3.5", top_n=3)
                .postprocess_nodes(llama_nodes(), query_str=query))
    check_nodes("llama-index jina", JinaRerank(api_key=key, base_url=url + "/v1", model="rerank-v3.5", top_n=3)
                .postprocess_nodes(llama_nodes(), query_str=query))
    check_nodes("llama-index tei", TextEmbeddingInference(base_url=url, top_n=3, auth_token=key)
                .postprocess_nodes(llama_nodes(), query_str=query))
    bad = JinaRerank(api_key="wrong", base_url=url + "/v1", model="rerank-v3.5")
    raises("llama-index jina bad key", RuntimeError,
           lambda: bad.postprocess_nodes(llama_nodes(), query_str=query), "key is not known")


def infinity_clients():
    from infinity_client import AuthenticatedClient
    from infinity_client.api.default import rerank
    from infinity_client.models import RerankInput

    client = AuthenticatedClient(base_url=url, token=key)
    reply = rerank.sync(client=client, body=RerankInput(query=query, documents=documents, model="rerank-v3.5"))
    check_order("infinity", [(r.index, r.relevance_score) for r in reply.results])
    check("infinity usage", reply.usage.total_tokens > 0 and reply.model == "default", reply)


cohere_clients()
langchain_clients()
llama_clients()
infinity_clients()
