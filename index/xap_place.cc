// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_place.cc - a URL is split once, the same way for documents and for questions. */
#include "index/xap_place.hh"

#include <algorithm>

#include "index/xap_form.hh"

using namespace xap;

namespace
{

/* Host and path of a URL; a relative one has no host. */
void url_split(string_view url, string &host, string &path)
{
	size_t at = url.find("://"), slash;

	url = url.substr(0, url.find_first_of("?#"));
	host.clear();
	if (at != string_view::npos && at < url.find_first_of("/")) {
		url.remove_prefix(at + 3);
		slash = std::min(url.find('/'), url.size());
		host = lower(string(url.substr(0, slash)));
		url.remove_prefix(slash);
		host.erase(0, host.rfind('@') == string::npos ? 0 : host.rfind('@') + 1);
		if (host.find(']') == string::npos)
			host.erase(std::min(host.find(':'), host.size()));
	}
	while (url.substr(0, 2) == "./")
		url.remove_prefix(2);
	path = url.empty() || url[0] != '/' ? "/" + string(url) : string(url);
}

} // namespace

void xap::add_place(Xapian::Document &doc, const char *url)
{
	string host, path;
	size_t at;

	url_split(url, host, path);
	for (at = 0; at < host.size(); at = std::min(host.find('.', at), host.size() - 1) + 1)
		if (host.size() - at < TERM_MAX)
			doc.add_boolean_term("H" + host.substr(at));
	doc.add_boolean_term("P/");
	for (at = 1; at < path.size() && at < TERM_MAX; at++)
		if (path[at] == '/' && path[at - 1] != '/')
			doc.add_boolean_term("P" + path.substr(0, at));
	if (path.size() < TERM_MAX)
		doc.add_boolean_term("P" + path);
}

Xapian::Query xap::place(const char *url)
{
	string host, path;

	url_split(url, host, path);
	if (host.size() >= TERM_MAX || path.size() >= TERM_MAX)
		return Xapian::Query::MatchNothing;
	return host.empty() ? Xapian::Query("P" + path)
			    : Xapian::Query(Xapian::Query::OP_AND, Xapian::Query("H" + host),
					    Xapian::Query("P" + path));
}
