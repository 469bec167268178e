/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - the keys: one row each, in the order of the manual. */
#include <string.h>

#include "conf/conf.h"
#include "conf/table.h"
#include "conf/table_words.h"
#include "conf/value.h"

#define AT(field) offsetof(xs_conf, field)
#define ITEM(field) offsetof(xs_conf_source, field)
#define FILTER(field) offsetof(xs_conf_filter, field)
#define KB 1024.0
#define MB (1024 * KB)
#define GB (1024 * MB)

static const xs_conf_key table_rows[] = {
	{"site.name", XS_CONF_STRING, AT(site.name), 0, 0, NULL, "", "",
	 "Name of the site, shown with its results."},
	{"site.url", XS_CONF_STRING, AT(site.url), 0, 0, NULL, "", "",
	 "Address of the site's root; a page's address is this, then its path in its source."},

	{"sources", XS_CONF_MAPS, AT(sources), 0, 0, NULL, "[]", "a path or crawl",
	 "What is indexed: a list of folders, files and sites, each a map of the keys below."},
	{"sources.path", XS_CONF_PATH, ITEM(path), 0, 0, NULL, NULL, "",
	 "Folder to walk, or one file; this or crawl must be given."},
	{"sources.crawl", XS_CONF_STRING, ITEM(crawl), 0, 0, NULL, "", "",
	 "Address at which a site on the web begins, such as https://example.org/; all below its last slash "
	 "is fetched over HTTP."},
	{"sources.hosts", XS_CONF_STRINGS, ITEM(hosts), 0, 0, NULL, "[]", "hosts",
	 "Further hosts of a site that is crawled, such as www.example.org; no other is ever asked "
	 "for pages."},
	{"sources.login", XS_CONF_STRING, ITEM(login), 0, 0, NULL, "", "",
	 "Name of the environment variable that has name:password for the site's own host; empty: none."},
	{"sources.headers", XS_CONF_STRINGS, ITEM(headers), 0, 0, NULL, "[]", "names of variables",
	 "Environment variables that have a header for the site's own host, as Name: value."},
	{"sources.type", XS_CONF_ENUM, ITEM(type), 0, 0, table_kinds, "auto", "",
	 "Kind of the files; auto finds it by name and content, code alone has to be set."},
	{"sources.url", XS_CONF_STRING, ITEM(url), 0, 0, NULL, "", "",
	 "Address of this source's root; empty: site.url."},
	{"sources.language", XS_CONF_STRING, ITEM(language), 0, 0, NULL, "", "",
	 "Language of its pages that name none, as a code such as en or de; empty: what their text tells, "
	 "else index.language."},
	{"sources.strip_extension", XS_CONF_BOOL, ITEM(strip_extension), 0, 0, NULL, "false", "",
	 "Whether addresses lack the file's extension: guide/a.md is found at guide/a."},
	{"sources.index_folders", XS_CONF_BOOL, ITEM(index_folders), 0, 0, NULL, "false", "",
	 "Whether index.html, index.md, README.md and the like have the address of their folder: "
	 "guide/."},
	{"sources.canonical", XS_CONF_ENUM, ITEM(canonical), 0, 0, table_canonical, "own", "",
	 "Which link rel=canonical gives a page its address: own, one below this source's url; trust, "
	 "also one to elsewhere."},
	{"sources.date", XS_CONF_ENUM, ITEM(date), 0, 0, table_dates, "page", "",
	 "What dates a page: page, what it says itself, else nothing; file, what it says, else the "
	 "time of its file."},
	{"sources.include", XS_CONF_STRINGS, ITEM(include), 0, 0, NULL, "[]", "glob patterns",
	 "Only files whose path below the source matches one of these; none: every file of the "
	 "type."},
	{"sources.exclude", XS_CONF_STRINGS, ITEM(exclude), 0, 0, NULL, "[]", "glob patterns",
	 "Leaves out files whose path below the source matches one of these, even where "
	 "sources.include has them."},
	{"sources.keep_elements", XS_CONF_STRINGS, ITEM(keep_elements), 0, 0, NULL, "[]",
	 "XPath expressions",
	 "Of an HTML page only elements that one of these selects are text; where they have no word, "
	 "it is chosen as for other pages."},
	{"sources.drop_elements", XS_CONF_STRINGS, ITEM(drop_elements), 0, 0, NULL, "[]",
	 "XPath expressions",
	 "Elements of an HTML page that one of these selects are no text; where one selects <body>, "
	 "the page is left out."},

	{"filters", XS_CONF_MAPS, AT(filters), 0, 0, NULL, "[]", "a command",
	 "Commands that read further kinds of files, each a map of the keys below; the first that has the "
	 "file's name, else its type, counts."},
	{"filters.include", XS_CONF_STRINGS, FILTER(include), 0, 0, NULL, NULL, "glob patterns",
	 "Files whose path below the source matches one of these are read by the command, such as *.org."},
	{"filters.types", XS_CONF_STRINGS, FILTER(types), 0, 0, NULL, "[]", "MIME types",
	 "So are files whose contents have one of these types and whose name says nothing, such as "
	 "image/vnd.djvu."},
	{"filters.command", XS_CONF_STRINGS, FILTER(command), 1, 0, NULL, NULL, "words",
	 "Program and arguments, without a shell; its input is the file, and {file} stands for the file's "
	 "path."},
	{"filters.output", XS_CONF_ENUM, FILTER(output), 0, 0, table_outputs, "text", "",
	 "What the command writes."},

	{"crawl.contact", XS_CONF_STRING, AT(crawl.contact), 0, 0, NULL, "", "",
	 "Address of a page or of mail that the User-Agent names, for those whose servers are asked."},
	{"crawl.sitemaps", XS_CONF_BOOL, AT(crawl.sitemaps), 0, 0, NULL, "true", "",
	 "Whether sitemaps are read: those that robots.txt names, else /sitemap.xml."},
	{"crawl.max_depth", XS_CONF_INT, AT(crawl.max_depth), 0, 100000, NULL, "50", "links",
	 "Most links from the start to a page."},
	{"crawl.max_pages", XS_CONF_INT, AT(crawl.max_pages), 1, 100000000, NULL, "100000",
	 "addresses", "Most addresses of one site that a run asks for."},
	{"crawl.variants", XS_CONF_INT, AT(crawl.variants), 0, 100000000, NULL, "200", "addresses",
	 "Most addresses that differ in their query alone."},
	{"crawl.chain", XS_CONF_INT, AT(crawl.chain), 0, 100000, NULL, "30", "links",
	 "Most pages with numbers or a query in their addresses that lead one to the next, as those of an "
	 "endless calendar do."},
	{"crawl.drop", XS_CONF_STRINGS, AT(crawl.drop), 0, 0, NULL,
	 "[utm_source, utm_medium, utm_campaign, utm_term, utm_content, utm_id, fbclid, gclid, "
	 "msclkid, mc_cid, mc_eid, jsessionid, phpsessid, sessionid, session_id, sid, cfid, cftoken]",
	 "glob patterns",
	 "Parameters that are taken out of addresses: they name a session or where a visitor came from."},
	{"crawl.sort_query", XS_CONF_BOOL, AT(crawl.sort_query), 0, 0, NULL, "true", "",
	 "Whether the parameters of a query are put in order, so that two orders are one address."},
	{"crawl.delay_ms", XS_CONF_INT, AT(crawl.delay_ms), 0, 3600000, NULL, "100", "milliseconds",
	 "Least time between two requests to one server; what its robots.txt asks counts if it is more, up to "
	 "a minute."},
	{"crawl.connections", XS_CONF_INT, AT(crawl.connections), 1, 64, NULL, "4", "requests",
	 "Most requests to one server at once; it begins with one, and has more while answers come soon."},
	{"crawl.timeout", XS_CONF_INT, AT(crawl.timeout), 1, 3600, NULL, "60", "seconds",
	 "Longest time for one answer."},
	{"crawl.tries", XS_CONF_INT, AT(crawl.tries), 1, 20, NULL, "3", "requests",
	 "Requests for one address in a run, while its server is overloaded or does not answer; a server that "
	 "fails twice as often in a row, and twice more, is given up for the run."},
	{"crawl.patience", XS_CONF_INT, AT(crawl.patience), 0, 86400, NULL, "120", "seconds",
	 "Longest Retry-After that is waited for; with more, the address fails in this run."},
	{"crawl.keep_days", XS_CONF_INT, AT(crawl.keep_days), 0, 100000, NULL, "30", "days",
	 "How long a page that fails stays in the index as it was."},
	{"crawl.private_addresses", XS_CONF_BOOL, AT(crawl.private_addresses), 0, 0, NULL, "false",
	 "", "Whether servers at private, loopback and link-local addresses may be asked."},

	{"index.path", XS_CONF_PATH, AT(index.path), 1, 0, NULL, "./index", "",
	 "Folder of the index; it is made when absent."},
	{"index.language", XS_CONF_STRING, AT(index.language), 1, 0, NULL, "en", "",
	 "Language whose stemming is used for pages and queries, a code such as en or de; none: "
	 "no stemming."},
	{"index.title_weight", XS_CONF_REAL, AT(index.title_weight), 0, 100, NULL, "3", "",
	 "How many times a word of the page's title counts."},
	{"index.heading_weight", XS_CONF_REAL, AT(index.heading_weight), 0, 100, NULL, "2", "",
	 "How many times a word of a passage's headings counts."},
	{"index.passage_words", XS_CONF_INT, AT(index.passage_words), 20, 5000, NULL, "180",
	 "words", "Longest passage; a longer section is cut into several."},
	{"index.passage_overlap", XS_CONF_INT, AT(index.passage_overlap), 0, 1000, NULL, "30",
	 "words", "Words that a passage repeats from the one before it in the same section."},
	{"index.max_page_bytes", XS_CONF_SIZE, AT(index.max_page_bytes), 1 * KB, 1 * GB, NULL,
	 "64M", "bytes", "Largest page; larger ones are reported and not indexed."},
	{"index.document_seconds", XS_CONF_INT, AT(index.document_seconds), 1, 3600, NULL, "60",
	 "seconds",
	 "Most time that reading a document (a PDF, say) or a filter may take; then it fails."},
	{"index.document_memory", XS_CONF_SIZE, AT(index.document_memory), 64 * MB, 64 * GB, NULL,
	 "1G", "bytes", "Most memory that reading one may take."},
	{"index.threads", XS_CONF_INT, AT(index.threads), 0, 1024, NULL, "0", "threads",
	 "Threads that read and cut pages; 0: one for each CPU."},
	{"index.batch_pages", XS_CONF_INT, AT(index.batch_pages), 1, 100000, NULL, "256", "pages",
	 "Pages that are committed at once; more is faster and takes more memory."},
	{"index.shards", XS_CONF_HOSTS, AT(index.shards), 0, 0, NULL, "[]", "host:port",
	 "Addresses of xapian-tcpsrv processes that are searched as one index, in place of "
	 "index.path."},

	{"index.vectors", XS_CONF_BOOL, AT(index.vectors), 0, 0, NULL, "true", "",
	 "Whether passages get vectors, by which they are found in meaning; they are made after the "
	 "words are searchable."},

	{"pipeline", XS_CONF_STRINGS, AT(pipeline), 1, 0, NULL,
	 "[parse, retrieve, rerank, blend, group, snippet]", "stages",
	 "Stages that a query runs through, in this order."},
	{"plugins", XS_CONF_PATHS, AT(plugins), 0, 0, NULL, "[]", "paths",
	 "Shared objects to load, each with further stages for the pipeline."},
	{"stages", XS_CONF_STAGES, AT(stages), 0, 0, NULL, "{}", "",
	 "Settings of stages from plugins: for each stage a map, which the stage itself checks."},

	{"search.results", XS_CONF_INT, AT(search.results), 1, 1000, NULL, "10", "pages",
	 "Results on one page of results, when the question does not say."},
	{"search.max_results", XS_CONF_INT, AT(search.max_results), 1, 10000, NULL, "100", "pages",
	 "Most results that one question may ask for."},
	{"search.sub_results", XS_CONF_INT, AT(search.sub_results), 0, 20, NULL, "3", "passages",
	 "Further places of a page, each with another anchor, shown below its best passage."},
	{"search.snippet_words", XS_CONF_INT, AT(search.snippet_words), 5, 500, NULL, "40", "words",
	 "Length of the text shown with a result."},
	{"search.spelling", XS_CONF_BOOL, AT(search.spelling), 0, 0, NULL, "true", "",
	 "Whether a corrected question is offered for words that the index lacks."},

	{"search.facets", XS_CONF_STRINGS, AT(search.facets), 0, 0, NULL,
	 "[type, section, lang, date]", "facets",
	 "Fields by which results are counted and can be restricted: type, section, lang, date, "
	 "and meta.FIELD for a field of the pages' metadata."},
	{"search.suggest_after", XS_CONF_INT, AT(search.suggest_after), 0, 1000000, NULL, "2",
	 "times",
	 "How often a question must have been asked, with results, before it is suggested to others; 0: "
	 "never."},

	{"search.meaning", XS_CONF_ENUM, AT(search.meaning), 0, 0, table_meaning, "auto", "",
	 "Whether passages are also found by what they mean; auto: for questions of some words, where the "
	 "index has vectors and the embedder reads the language, on: always, with a warning where that "
	 "cannot be, off: by words alone."},
	{"search.meaning_depth", XS_CONF_INT, AT(search.meaning_depth), 1, 10000, NULL, "50",
	 "passages", "So many passages that are nearest in meaning become candidates."},
	{"search.meaning_floor", XS_CONF_REAL, AT(search.meaning_floor), -1, 1, NULL, "0.45", "",
	 "Least cosine of a passage without the words; two thirds of it where some page has them."},

	{"embed.model", XS_CONF_PATH, AT(embed.model), 0, 0, NULL, "", "",
	 "Folder of the embedder, as sentence-transformers has it; empty: the one that is built in."},
	{"embed.languages", XS_CONF_STRINGS, AT(embed.languages), 0, 0, NULL, "[model]", "codes",
	 "Languages that the embedder reads, as codes such as en; model: en for the one that is built "
	 "in, any for another; all or none: any; pages of other languages are found by words alone."},
	{"embed.precision", XS_CONF_ENUM, AT(embed.precision), 0, 0, table_precisions, "int8", "",
	 "Number format of the products: int8 is the fastest, f32 the exact one."},
	{"embed.pooling", XS_CONF_ENUM, AT(embed.pooling), 0, 0, table_poolings, "model", "",
	 "Which states become the vector: mean, of all tokens, cls, the first, last, the last; model: "
	 "as the model says."},
	{"embed.max_tokens", XS_CONF_INT, AT(embed.max_tokens), 8, 65536, table_zero, "0", "tokens",
	 "No more of a text is embedded than this; 0: as the model says."},
	{"embed.query_prompt", XS_CONF_STRING, AT(embed.query_prompt), 0, 0, NULL, "model", "",
	 "Text put before a question that is embedded; model: as the model says."},
	{"embed.passage_prompt", XS_CONF_STRING, AT(embed.passage_prompt), 0, 0, NULL, "model", "",
	 "Text put before a passage that is embedded; model: as the model says."},

	{"rerank.enabled", XS_CONF_BOOL, AT(rerank.enabled), 0, 0, NULL, "true", "",
	 "Whether the first results are scored again by the model."},
	{"rerank.model", XS_CONF_PATH, AT(rerank.model), 0, 0, NULL, "", "",
	 "Folder of the model, as the Hugging Face hub has it; empty: the model that is built in."},
	{"rerank.languages", XS_CONF_STRINGS, AT(rerank.languages), 0, 0, NULL, "[model]", "codes",
	 "Languages that the model reads, as codes such as en; model: en for the model that is built "
	 "in, any for another; all or none: any; where most candidates are of another language, they "
	 "are not reranked."},
	{"rerank.depth", XS_CONF_INT, AT(rerank.depth), 1, 1000, table_depths, "auto", "passages",
	 "Candidates that are scored by the model, the best of the index first; auto: as many as a "
	 "quarter of rerank.budget_ms is enough for on this machine, 30 at most."},
	{"rerank.budget_ms", XS_CONF_REAL, AT(rerank.budget_ms), 0, 3600000, NULL, "1000", "ms",
	 "Time after which no further candidate is scored; 0: no limit."},
	{"rerank.batch", XS_CONF_INT, AT(rerank.batch), 1, 1000, NULL, "8", "passages",
	 "Candidates that are scored between two looks at the clock."},
	{"rerank.threads", XS_CONF_INT, AT(rerank.threads), 0, 1024, NULL, "0", "threads",
	 "Threads that score; 0: one for each CPU."},
	{"rerank.pattern", XS_CONF_ENUM, AT(rerank.pattern), 0, 0, table_patterns, "model", "",
	 "Which tokens attend to which; model: as it was trained, sparse: as in the paper's "
	 "sparse cross-encoder, full: all to all."},
	{"rerank.window", XS_CONF_INT, AT(rerank.window), 0, 4096, table_windows, "model", "tokens",
	 "How far a token of the text attends to either side; none: to the whole text, model: as "
	 "rerank.pattern says."},
	{"rerank.cls_query", XS_CONF_ENUM, AT(rerank.cls_query), 0, 0, table_switches, "model", "",
	 "Whether CLS attends to the query; model: as rerank.pattern says."},
	{"rerank.cls_doc", XS_CONF_ENUM, AT(rerank.cls_doc), 0, 0, table_switches, "model", "",
	 "Whether CLS attends to the text; model: as rerank.pattern says."},
	{"rerank.query_cls", XS_CONF_ENUM, AT(rerank.query_cls), 0, 0, table_switches, "model", "",
	 "Whether the query attends to CLS; model: as rerank.pattern says."},
	{"rerank.query_doc", XS_CONF_ENUM, AT(rerank.query_doc), 0, 0, table_switches, "model", "",
	 "Whether the query attends to the text; model: as rerank.pattern says."},
	{"rerank.doc_cls", XS_CONF_ENUM, AT(rerank.doc_cls), 0, 0, table_switches, "model", "",
	 "Whether the text attends to CLS; model: as rerank.pattern says."},
	{"rerank.doc_query", XS_CONF_ENUM, AT(rerank.doc_query), 0, 0, table_switches, "model", "",
	 "Whether the text attends to the query; model: as rerank.pattern says."},
	{"rerank.positions", XS_CONF_INT, AT(rerank.positions), 16, 65536, table_zero, "0",
	 "tokens",
	 "Number of positions that the model's are stretched to, so that it reads longer texts "
	 "at once; 0: as trained."},
	{"rerank.query_tokens", XS_CONF_INT, AT(rerank.query_tokens), 32, 4096, table_zero, "0",
	 "tokens",
	 "Longer queries are cut to this, with a warning; 0: to 32, as models are trained."},
	{"rerank.max_tokens", XS_CONF_INT, AT(rerank.max_tokens), 0, 1000000, table_tokens, "auto",
	 "tokens",
	 "No more of a text is scored than this; 0: all of it; auto: all of it where there is time "
	 "for all candidates within a quarter of rerank.budget_ms, else title, heading and the "
	 "part that has most of the question's words, 128 in all."},
	{"rerank.precision", XS_CONF_ENUM, AT(rerank.precision), 0, 0, table_precisions, "int8", "",
	 "Number format of the products: int8 is the fastest, f32 the exact one."},
	{"rerank.overlong", XS_CONF_ENUM, AT(rerank.overlong), 0, 0, table_overlong, "max", "",
	 "Which windows count of a text that is longer than the positions; max: the best one, "
	 "first: the first alone (the rest is not read), mean: the mean of all."},
	{"rerank.cache_entries", XS_CONF_INT, AT(rerank.cache_entries), 0, 10000000, NULL, "100000",
	 "scores",
	 "Scores that are kept in index.path for when the question comes again; those not used "
	 "for the longest time go first; 0: none."},
	{"rerank.cache_tokens", XS_CONF_BOOL, AT(rerank.cache_tokens), 0, 0, NULL, "true", "",
	 "Whether passages are split into the model's tokens when they are indexed; false: each "
	 "time they are scored."},

	{"blend.weights.bm25", XS_CONF_REAL, AT(blend.weights.bm25), 0, 1, NULL, "0.15", "",
	 "Weight of the words' score in the final order, beside the two others; a score that a "
	 "candidate lacks is left out."},
	{"blend.weights.meaning", XS_CONF_REAL, AT(blend.weights.meaning), 0, 1, NULL, "0.6", "",
	 "Weight of the cosine of question and passage in the final order."},
	{"blend.weights.rerank", XS_CONF_REAL, AT(blend.weights.rerank), 0, 1, NULL, "0.25", "",
	 "Weight of the reranking model's score in the final order."},
	{"blend.keep_exact", XS_CONF_BOOL, AT(blend.keep_exact), 0, 0, NULL, "true", "",
	 "Keeps on top the page whose title or identifier is exactly the question."},

	{"serve.listen", XS_CONF_STRING, AT(serve.listen), 1, 0, NULL, "127.0.0.1:8080", "",
	 "Where serve listens: host:port ([::]:8080 for every address), or unix:PATH for a local "
	 "socket."},
	{"serve.url", XS_CONF_STRING, AT(serve.url), 0, 0, NULL, "", "",
	 "Address of the search page as browsers see it, for opensearch.xml; empty: as the request says."},
	{"serve.threads", XS_CONF_INT, AT(serve.threads), 0, 256, NULL, "0", "threads",
	 "Most searches without reranking that run at once; 0: one more than there are CPUs."},
	{"serve.rerank_at_once", XS_CONF_INT, AT(serve.rerank_at_once), 1, 64, NULL, "1",
	 "requests",
	 "Most searches with reranking that run at once, and most requests of the rerank and "
	 "embedding APIs; "
	 "each one uses all rerank.threads."},
	{"serve.rerank_nice", XS_CONF_INT, AT(serve.rerank_nice), 0, 19, NULL, "5", "",
	 "How much the threads that score, and those that embed for clients, give way to those that "
	 "search, as with nice(1)."},
	{"serve.queue", XS_CONF_INT, AT(serve.queue), 1, 100000, NULL, "256", "requests",
	 "Most requests of one kind that wait; the next one is answered with 503, or without "
	 "reranking."},
	{"serve.timeout_ms", XS_CONF_INT, AT(serve.timeout_ms), 10, 3600000, NULL, "30000",
	 "milliseconds", "Longest time for a request, waiting included."},
	{"serve.keep_answers", XS_CONF_SIZE, AT(serve.keep_answers), 0, 64 * GB, NULL, "64M",
	 "bytes",
	 "Memory for answers to searches; the same question gets the kept answer until the index "
	 "changes; 0: none are kept."},
	{"serve.max_connections", XS_CONF_INT, AT(serve.max_connections), 16, 1000000, NULL, "4096",
	 "connections",
	 "Most connections that are open at once; when more come, those that were silent longest "
	 "are closed."},
	{"serve.read_timeout", XS_CONF_INT, AT(serve.read_timeout), 1, 3600, NULL, "20", "seconds",
	 "Longest time for a client to send a request."},
	{"serve.idle_timeout", XS_CONF_INT, AT(serve.idle_timeout), 1, 3600, NULL, "60", "seconds",
	 "How long a connection may be silent."},
	{"serve.max_body", XS_CONF_SIZE, AT(serve.max_body), 1 * KB, 1 * GB, NULL, "8M", "bytes",
	 "Largest body of a request."},
	{"serve.max_bodies", XS_CONF_SIZE, AT(serve.max_bodies), 1 * KB, 64 * GB, NULL, "64M",
	 "bytes",
	 "Most bytes of request bodies in memory at once; a request beyond that is answered with "
	 "503."},
	{"serve.max_texts", XS_CONF_INT, AT(serve.max_texts), 1, 1000000, NULL, "1000", "texts",
	 "Most texts of one request of the rerank or embedding API."},
	{"serve.max_text", XS_CONF_SIZE, AT(serve.max_text), 64, 1 * GB, NULL, "1M", "bytes",
	 "Longest query or text in a request of the rerank or embedding API."},
	{"serve.model_names", XS_CONF_STRINGS, AT(serve.model_names), 0, 0, NULL, "[]", "names",
	 "Further names of the model that requests of the rerank API may use, such as "
	 "rerank-v3.5; a name that is not listed is answered with 404."},
	{"serve.embedding_names", XS_CONF_STRINGS, AT(serve.embedding_names), 0, 0, NULL, "[]",
	 "names",
	 "Further names of the embedder that requests of the embedding API may use, such as "
	 "text-embedding-3-small; a name that is not listed is answered with 404."},
	{"serve.keys", XS_CONF_PATH, AT(serve.keys), 0, 0, NULL, "", "",
	 "File of API keys; empty: everybody may ask for everything."},
	{"serve.rate", XS_CONF_REAL, AT(serve.rate), 0, 1000000, NULL, "0", "requests a second",
	 "Most requests of one client, where its key sets no other rate; 0: no limit."},
	{"serve.cors", XS_CONF_STRINGS, AT(serve.cors), 0, 0, NULL, "[]", "origins",
	 "Other sites whose pages may ask this server, such as https://example.org; * for any."},
	{"serve.proxies", XS_CONF_STRINGS, AT(serve.proxies), 0, 0, NULL, "[]", "addresses",
	 "Addresses of proxies before this server (unix for a local socket); the client's "
	 "address is taken from their X-Forwarded-For."},
	{"serve.access_log", XS_CONF_PATH, AT(serve.access_log), 0, 0, NULL, "", "",
	 "File that gets a line of JSON for each request, without the question; empty: none."},
	{"serve.log_addresses", XS_CONF_BOOL, AT(serve.log_addresses), 0, 0, NULL, "false", "",
	 "Whether the access log has the clients' addresses."},

	{"log.queries", XS_CONF_BOOL, AT(log.queries), 0, 0, NULL, "true", "",
	 "Whether the server keeps the questions that it is asked, without addresses; the "
	 "command log shows them, and suggestions use them."},
	{"log.queries_kept", XS_CONF_INT, AT(log.queries_kept), 100, 100000000, NULL, "100000",
	 "questions", "Questions that are kept; the oldest go first."},
	{"log.level", XS_CONF_ENUM, AT(log.level), 0, 0, table_levels, "warn", "",
	 "Least serious messages that are written."},
};

/* The order of the rows is that of the manual, of the example and of `conf`. */
enum { TABLE_N = sizeof table_rows / sizeof table_rows[0] };

const xs_conf_key *xs_conf_key_at(size_t i)
{
	return i < TABLE_N ? &table_rows[i] : NULL;
}

const xs_conf_key *xs_table_row(const char *name)
{
	for (size_t i = 0; i < TABLE_N; i++) {
		if (strcmp(table_rows[i].name, name) == 0)
			return &table_rows[i];
	}
	return NULL;
}

size_t xs_table_number(const xs_conf_key *key)
{
	return (size_t)(key - table_rows);
}

/* What stands before a dot in the rows; a section within another comes after it. */
static const char *const table_sections[] = {"site",  "sources", "filters", "crawl",
					     "index", "search",	 "embed",   "rerank",
					     "blend", "serve",	 "log",	    "blend.weights"};
enum { TABLE_SECTIONS = sizeof table_sections / sizeof table_sections[0] };

const char *xs_table_section(size_t i)
{
	return i < TABLE_SECTIONS ? table_sections[i] : NULL;
}

bool xs_table_is_section(const char *name)
{
	for (size_t i = 0; i < TABLE_SECTIONS; i++) {
		if (strcmp(name, table_sections[i]) == 0)
			return true;
	}
	return false;
}

const char *xs_conf_section(const xs_conf_key *key)
{
	for (size_t i = 0; i < TABLE_SECTIONS; i++) {
		size_t len = strlen(table_sections[i]);

		if (strncmp(key->name, table_sections[i], len) == 0 && key->name[len] == '.')
			return table_sections[i];
	}
	return NULL;
}

/* Names that need no quotes in YAML, in -o and in metrics. */
bool xs_table_is_name(const char *name, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-";

	return len > 0 && len <= 100 && strspn(name, letters) >= len;
}

const xs_conf_key *xs_conf_key_find(const char *name)
{
	const char *dot;

	if (strncmp(name, "stages.", 7) == 0) {
		name += 7;
		dot = strchr(name, '.');
		if (!dot || !xs_table_is_name(name, (size_t)(dot - name)) ||
		    !xs_table_is_name(dot + 1, strlen(dot + 1)))
			return NULL;
		return xs_table_row("stages");
	}
	return xs_table_row(name);
}

/* "a, b or c" of a base (may be NULL) and the words. */
static const char *table_choice(const char *base, const xs_conf_word *words, xs_arena *a)
{
	const char *text = base;

	for (; words && words->word; words++) {
		const char *joint = words[1].word ? ", " : " or ";

		text = text ? xs_arena_printf(a, "%s%s%s", text, joint, words->word) : words->word;
	}
	return text;
}

const char *xs_conf_expected(const xs_conf_key *key, xs_arena *a)
{
	const char *low = xs_value_real(key->min, a), *high = xs_value_real(key->max, a);

	switch (key->type) {
	case XS_CONF_BOOL: return "true or false";
	case XS_CONF_INT:
		return table_choice(xs_arena_printf(a, "a whole number from %s to %s", low, high),
				    key->words, a);
	case XS_CONF_SIZE:
		return xs_arena_printf(a,
				       "a size from %s to %s (a whole number, k, M or G after it)",
				       xs_value_size((int64_t)key->min, a),
				       xs_value_size((int64_t)key->max, a));
	case XS_CONF_REAL: return xs_arena_printf(a, "a number from %s to %s", low, high);
	case XS_CONF_STRING: return key->min > 0 ? "a text that is not empty" : "a text";
	case XS_CONF_PATH: return key->min > 0 ? "a path that is not empty" : "a path";
	case XS_CONF_ENUM: return table_choice(NULL, key->words, a);
	case XS_CONF_STRINGS:
	case XS_CONF_PATHS:
	case XS_CONF_HOSTS:
		return xs_arena_printf(a, "a list of %s%s", key->min > 0 ? "one or more " : "",
				       key->unit);
	case XS_CONF_MAPS: return xs_arena_printf(a, "a list of maps, each with %s", key->unit);
	case XS_CONF_STAGES: return "a map of stage names, each with a map of its settings";
	}
	return "";
}

const char *xs_conf_describe(const xs_conf_key *key, xs_arena *a)
{
	const char *expected = xs_conf_expected(key, a), *range = strstr(expected, " from ");

	if ((key->type != XS_CONF_INT && key->type != XS_CONF_REAL) || *key->unit == '\0')
		return expected;
	return xs_arena_printf(a, "%.*s of %s%s", (int)(range - expected), expected, key->unit,
			       range);
}
