// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_versions.cc - versions of pages, told by their languages with ICU. */
#include "index/xap_versions.hh"

#include <unicode/uenum.h>
#include <unicode/uloc.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include <xxhash.h>

#include "index/xap_database.hh"
#include "index/xap_form.hh"

extern "C" {
#include "index/pages/versions.h"
}

using namespace xap;

namespace
{

const size_t KEY_BYTES = sizeof(XXH64_hash_t);

/* Pages that are versions of each other: their places in found_all::pages, languages, and what they have of
 * the words. */
struct version_group {
	std::vector<size_t> pages;
	std::vector<string> languages;
	std::vector<double> weights;

	double most() const
	{
		return *std::max_element(weights.begin(), weights.end());
	}
};

/* Which of them who asks reads best (RFC 9110, section 12.5.4); the first where nothing fits. */
size_t best_version(const version_group &g, const char *asked)
{
	std::vector<const char *> have;
	UErrorCode error = U_ZERO_ERROR;
	UAcceptResult how = ULOC_ACCEPT_FAILED;
	char best[ULOC_FULLNAME_CAPACITY] = "";

	for (size_t i = 0; i < g.languages.size(); i++)
		if (g.weights[i] >= g.most() / 2)
			have.push_back(g.languages[i].c_str());
	UEnumeration *names =
		uenum_openCharStringsEnumeration(have.data(), static_cast<int32_t>(have.size()),
						 &error);

	uloc_acceptLanguageFromHTTP(best, sizeof best, &how, asked, names, &error);
	uenum_close(names);
	if (U_FAILURE(error) || how == ULOC_ACCEPT_FAILED)
		return 0;
	for (size_t i = 0; i < g.languages.size(); i++)
		if (g.languages[i] == best)
			return i;
	return 0;
}

} // namespace

bool xap::has_versions(const xs_xap &x)
{
	return x.db.get_value_freq(SLOT_VERSION) > 0;
}

string xap::version_value(const xs_record &r)
{
	std::unique_ptr<xs_arena, void (*)(xs_arena *)> scratch(xs_arena_new(), xs_arena_free);
	const char *least = "";
	xs_version *all;
	size_t n;

	xs_versions_read(&all, &n, scratch.get(), r.versions, r.url, r.language);
	for (size_t i = 0; i < n; i++)
		if (!*least || strcmp(all[i].url, least) < 0)
			least = all[i].url;
	return page_value(XXH3_64bits(least, strlen(least))) + r.language;
}

void xap::keep_one_version(found_all &f, const char *languages)
{
	std::unordered_map<string, version_group> groups;
	std::vector<string> group_of;
	std::vector<found_page> kept;
	size_t named = 0;

	for (size_t i = 0; i < f.pages.size(); i++) {
		const string value =
			f.matches[f.pages[i][0]].at.get_document().get_value(SLOT_VERSION);

		group_of.push_back(value.substr(0, KEY_BYTES));
		if (value.empty())
			continue;
		version_group &g = groups[group_of.back()];

		g.pages.push_back(i);
		g.languages.push_back(value.substr(KEY_BYTES));
		g.weights.push_back(f.matches[f.pages[i][0]].at.get_weight());
	}
	for (size_t i = 0; i < f.pages.size(); i++) {
		size_t shown = i;

		if (!group_of[i].empty()) {
			const version_group &g = groups[group_of[i]];

			if (g.pages[0] != i)
				continue;
			if (g.pages.size() > 1 && i >= f.named)
				shown = g.pages[best_version(g, languages)];
		}
		kept.push_back(f.pages[shown]);
		named += i < f.named;
	}
	f.n_pages -= std::min<uint64_t>(f.n_pages, f.pages.size() - kept.size());
	f.pages = kept;
	f.named = named;
	f.index();
}

bool xs_xap_has_versions(xs_xap *x)
try {
	return has_versions(*x);
} catch (...) {
	xap_fail();
	return false;
}
