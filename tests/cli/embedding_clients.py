# SPDX-License-Identifier: GPL-2.0-or-later
"""The real clients of the embedding API against a server: right vectors, and errors that they understand.

embedding_clients.py URL KEY: the server has the key, knows the embedder as text-embedding-3-small, and
takes 100 texts at most."""
import sys
import warnings

warnings.filterwarnings("ignore")

url, key = sys.argv[1].rstrip("/"), sys.argv[2]
model = "text-embedding-3-small"
query = "how do I renew a certificate"
documents = [
    "Prices of apples have risen.",
    "A certificate is renewed by running the command renew.",
    "Kettles boil water.",
]
width = 384


def check(name, condition, what):
    if not condition:
        sys.exit(f"{name}: {what}")
    print(f"ok: {name}")


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def same(a, b):
    return len(a) == len(b) and all(abs(x - y) < 1e-6 for x, y in zip(a, b))


def check_vectors(name, question, vectors):
    """The second document is the nearest, and all vectors are those that `openai` got."""
    cosines = [dot(question, v) for v in vectors]
    check(name, len(vectors) == 3 and len(question) == width and abs(dot(question, question) - 1) < 1e-5
          and max(cosines) == cosines[1] and cosines[1] > 0.5 and same(question, expected[0])
          and all(same(v, e) for v, e in zip(vectors, expected[1:])), cosines)


def raises(name, kind, call, *words):
    try:
        call()
    except kind as error:
        text = f"{error} {error.code}"
        check(name, all(word in text for word in words), text)
    else:
        sys.exit(f"{name}: no error")


def openai_client():
    import openai

    client = openai.OpenAI(api_key=key, base_url=url + "/v1")
    create = client.embeddings.create
    texts = [query] + documents
    # Without encoding_format it asks for base64 and decodes it.
    reply = create(model=model, input=texts)
    expected.extend(item.embedding for item in reply.data)
    check("openai", [item.index for item in reply.data] == [0, 1, 2, 3] and reply.object == "list"
          and reply.model == "all-MiniLM-L6-v2" and reply.usage.total_tokens > 20, reply.usage)
    check_vectors("openai base64", expected[0], expected[1:])
    reply = create(model=model, input=texts, encoding_format="float")
    check_vectors("openai float", reply.data[0].embedding, [item.embedding for item in reply.data[1:]])
    reply = create(model=model, input=query, dimensions=64)
    short = reply.data[0].embedding
    check("openai dimensions", len(short) == 64 and abs(dot(short, short) - 1) < 1e-5, len(short))
    reply = create(model=model, input=query, extra_body={"input_type": "query"})
    check("openai input_type", same(reply.data[0].embedding, expected[0]), reply.usage)
    reply = create(model=model, input=["word " * 2000])
    check("openai long text", "read in part" in reply.warnings[0], reply.usage)
    names = [one.id for one in client.models.list()]
    check("openai models", model in names and "all-MiniLM-L6-v2" in names, names)
    check("openai one model", client.models.retrieve(model).id == model, names)

    raises("openai unknown model", openai.NotFoundError, lambda: create(model="ada", input=query),
           "'ada' does not exist", "model_not_found")
    raises("openai empty text", openai.BadRequestError, lambda: create(model=model, input=["a", ""]),
           "input[1]: it is empty")
    raises("openai many texts", openai.BadRequestError, lambda: create(model=model, input=["a"] * 101),
           "serve.max_texts")
    raises("openai dimensions wrong", openai.BadRequestError,
           lambda: create(model=model, input=query, dimensions=1000), "dimensions: the model has 384")
    raises("openai foreign ids", openai.BadRequestError,
           lambda: create(model=model, input=[[4438, 656, 358, 32201, 264, 16125]]), "has to send texts")
    bad = openai.OpenAI(api_key="wrong", base_url=url + "/v1")
    raises("openai bad key", openai.AuthenticationError,
           lambda: bad.embeddings.create(model=model, input=query), "key is not known", "invalid_api_key")
    try:
        create(model=model, input="")
    except openai.BadRequestError as error:
        check("openai error fields", error.param == "input" and error.type == "invalid_request_error"
              and error.body["message"] == "input: it is empty", error.body)


def langchain_client():
    from langchain_openai import OpenAIEmbeddings

    # Otherwise it sends ids of OpenAI's vocabulary.
    embeddings = OpenAIEmbeddings(model=model, api_key=key, base_url=url + "/v1",
                                  check_embedding_ctx_length=False)
    check_vectors("langchain-openai", embeddings.embed_query(query), embeddings.embed_documents(documents))


def llama_clients():
    from llama_index.embeddings.openai_like import OpenAILikeEmbedding
    from llama_index.embeddings.text_embeddings_inference import TextEmbeddingsInference

    like = OpenAILikeEmbedding(model_name=model, api_key=key, api_base=url + "/v1")
    check_vectors("llama-index openai-like", like.get_query_embedding(query),
                  like.get_text_embedding_batch(documents))
    tei = TextEmbeddingsInference(model_name="all-MiniLM-L6-v2", base_url=url, auth_token=key)
    check_vectors("llama-index tei", tei.get_query_embedding(query), tei.get_text_embedding_batch(documents))


def haystack_client():
    from haystack import Document
    from haystack.components.embedders import OpenAIDocumentEmbedder, OpenAITextEmbedder
    from haystack.utils import Secret

    options = {"api_key": Secret.from_token(key), "model": model, "api_base_url": url + "/v1"}
    question = OpenAITextEmbedder(**options).run(text=query)["embedding"]
    found = OpenAIDocumentEmbedder(progress_bar=False, **options).run(
        documents=[Document(content=text) for text in documents])["documents"]
    check_vectors("haystack", question, [document.embedding for document in found])


def infinity_client():
    from infinity_client import AuthenticatedClient
    from infinity_client.api.default import embeddings
    from infinity_client.models import OpenAIEmbeddingInputText

    client = AuthenticatedClient(base_url=url, token=key)
    body = OpenAIEmbeddingInputText(input_=[query] + documents, model=model)
    vectors = [item.embedding for item in embeddings.sync(client=client, body=body).data]
    check_vectors("infinity", vectors[0], vectors[1:])


def hub_client():
    from huggingface_hub import InferenceClient

    def client(path):
        return InferenceClient(model=url + path, token=key)

    vectors = client("/embed").feature_extraction([query] + documents, normalize=True, truncate=True,
                                                  truncation_direction="right").tolist()
    check_vectors("huggingface_hub", vectors[0], vectors[1:])
    cosines = client("/similarity").sentence_similarity(query, other_sentences=documents)
    check("huggingface_hub similarity",
          all(abs(c - dot(expected[0], v)) < 1e-5 for c, v in zip(cosines, expected[1:])), cosines)


expected = []  # vectors of the question and of the documents, as the first client got them
openai_client()
langchain_client()
llama_clients()
haystack_client()
infinity_client()
hub_client()
