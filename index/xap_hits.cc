// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_hits.cc - records into hits. */
#include "index/xap_hits.hh"

#include <algorithm>
#include <cstring>

extern "C" {
#include "index/words/exact.h"
}

using namespace xap;

namespace
{

int fill_hit(xs_hit *h, xs_arena *a, found_match &m, const nearness *near, bool with_ids)
{
	string data;
	xs_record own;
	const xs_record *read = m.record ? m.record : &own;
	int32_t *ids = nullptr;
	int rc = XS_OK;

	if (!m.record) {
		data = m.at.get_document().get_data();
		rc = xs_record_get(&own, a, data.data(), data.size());
	}
	if (rc == XS_OK && read->tokens && with_ids)
		rc = xs_record_unpack(&ids, &h->n_ids, a, read->tokens, read->tokens_len);
	if (rc < 0)
		return rc;
	const xs_record &r = *read;

	if (near)
		near->look(m, r);
	h->docid = *m.at;
	h->page = r.page;
	h->bm25 = m.at.get_weight();
	h->score = m.score;
	h->percent = m.at.get_percent();
	h->near = m.near;
	h->cosine = m.cosine;
	h->by_words = m.by_words;
	h->by_meaning = m.by_meaning;
	h->url = r.url, h->title = r.title, h->heading = r.heading, h->anchor = r.anchor;
	h->text = r.text, h->path = r.path, h->type = r.type, h->language = r.language,
	h->meta = r.meta;
	h->versions = r.versions;
	h->date = r.date;
	h->ids = ids;
	h->vocabulary = r.vocabulary;
	return XS_OK;
}

/* Whether one of `n` hits says what `h` says: of pages that are copies under one URL. */
bool says_again(const xs_hit *h, const xs_hit *others, size_t n)
{
	auto same = [h](const xs_hit &o) {
		return !strcmp(o.anchor, h->anchor) && !strcmp(o.text, h->text);
	};

	return std::any_of(others, others + n, same);
}

/* Adds the passages of a page but the best one. */
int fill_further(xs_hit *hits, size_t *n, xs_arena *a, found_all &f, const found_page &page,
		 const nearness *near, const xs_hit *best, bool with_ids)
{
	size_t first = *n;

	/* The one at 0 is the page's best, and stands among the first hits already. */
	for (size_t i = 1; i < page.size(); i++) {
		xs_hit *h = &hits[*n];
		int rc = fill_hit(h, a, f.matches[page[i]], near, with_ids);

		if (rc < 0)
			return rc;
		if (!says_again(h, best, 1) && !says_again(h, hits + first, *n - first))
			++*n;
	}
	return XS_OK;
}

} // namespace

namespace
{

/* What pages are ordered by falls from the first to the last, also where names go before words. */
void order_named(xs_hit *hits, size_t named, size_t n)
{
	double best = 0;

	for (size_t i = 0; i < n; i++)
		best = std::max(best, hits[i].score);
	for (size_t i = 0; i < named; i++)
		hits[i].score = best + static_cast<double>(named - i);
}

} // namespace

int xap::fill_hits(xs_search_result *out, xs_arena *a, found_all &f, const nearness *near,
		   const char *plain, const xs_search_request &request)
{
	const char *name = xs_exact_fold(a, plain);
	/* As many as are asked for are scored: further ones only if there are fewer pages. */
	bool scored = !request.no_ids && f.pages.size() < request.depth;
	size_t i;
	int rc = XS_OK;

	out->found = f.pages.size();
	out->n_pages = request.read ? std::min(request.read, out->found) : out->found;
	out->hits =
		static_cast<xs_hit *>(xs_arena_array(a, f.matches.size() + 1, sizeof *out->hits));
	/* First the best of each page: n_pages counts on it, and further ones follow. */
	for (i = 0; i < out->n_pages && rc == XS_OK; i++)
		rc = fill_hit(&out->hits[out->n++], a, f.matches[f.pages[i][0]], near,
			      !request.no_ids);
	for (i = 0; i < out->n_pages && rc == XS_OK; i++)
		rc = fill_further(out->hits, &out->n, a, f, f.pages[i], near, &out->hits[i],
				  scored);
	for (i = 0; i < out->n && rc == XS_OK; i++) {
		xs_hit *h = &out->hits[i];

		const xs_exact_place place{h->title, h->heading, h->anchor, h->url};

		/* A page that came first by an address or alias need not show that name. */
		h->exact = xs_exact(&h->exact_page, a, name, &place);
		/* What was asked for by its address has no such name. */
		if (i < f.named && !h->exact)
			h->exact = h->exact_page = true;
	}
	order_named(out->hits, std::min(f.named, out->n_pages), out->n_pages);
	return rc;
}
