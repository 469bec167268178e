// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_place.cc - a URL is split once, the same way for documents and for questions. */
#include "index/xap_place.hh"

#include <algorithm>
#include <cstring>
#include <vector>

#include "index/xap_form.hh"

using namespace xap;

namespace
{

/* Whether a text begins with a host and "/": "www.example.org/a". */
bool has_host(const char *text)
{
	size_t n = strcspn(text, "/");
	const char *dot = static_cast<const char *>(memchr(text, '.', n));

	return text[n] && dot && dot > text && dot + 1 < text + n && !memchr(text, ':', n);
}

/* An address as it is typed, as URLs of pages are: "www.a.org/b" gets a scheme, and bytes beyond ASCII
 * are percent-encoded. */
string written(const char *address)
{
	static const char digits[] = "0123456789ABCDEF";
	string out = !strstr(address, "://") && has_host(address) ? "https://" : "";

	for (; *address; address++) {
		unsigned char c = static_cast<unsigned char>(*address);

		if (c < 0x80)
			out += *address;
		else
			out += {'%', digits[c >> 4], digits[c & 15]};
	}
	return out;
}

/* A path without what names the same page in many ways. */
string bare(string path)
{
	/* In this order, as each may lay bare the next: of "/a/index.html" the last "/" goes
	 * too. */
	for (string end : {"/", "index.html", "index.htm", ".html", ".htm", "/"})
		if (path.size() >= end.size() &&
		    path.compare(path.size() - end.size(), end.size(), end) == 0)
			path.resize(path.size() - end.size());
	return path;
}

/* Host and path of a URL; a relative one has no host. */
void url_split(string_view url, string &host, string &path)
{
	size_t at = url.find("://"), slash;

	url = url.substr(0, url.find_first_of("?#"));
	host.clear();
	/* A later "://" is part of a path, as archives of pages have it. */
	if (at != string_view::npos && at < url.find_first_of("/")) {
		url.remove_prefix(at + 3);
		slash = std::min(url.find('/'), url.size());
		host = lower(string(url.substr(0, slash)));
		url.remove_prefix(slash);
		host.erase(0, host.rfind('@') == string::npos ? 0 : host.rfind('@') + 1);
		/* The colons of an IPv6 address begin no port. */
		if (host.find(']') == string::npos)
			host.erase(std::min(host.find(':'), host.size()));
	}
	while (url.substr(0, 2) == "./")
		url.remove_prefix(2);
	path = url.empty() || url[0] != '/' ? "/" + string(url) : string(url);
}

} // namespace

/* Each domain and folder above has a term, so that `site:` and `path:` need no ranges. */
void xap::add_place(draft &doc, const char *url)
{
	string host, path;
	size_t at;

	url_split(url, host, path);
	for (at = 0; at < host.size(); at = std::min(host.find('.', at), host.size() - 1) + 1)
		if (host.size() - at < TERM_MAX)
			doc.add_boolean_term("H" + host.substr(at));
	doc.add_boolean_term("P/");
	/* Folders of a path that is too long for a term still have theirs. */
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
	/* add_place() gives no such terms, so there is nothing to look for. */
	if (host.size() >= TERM_MAX || path.size() >= TERM_MAX)
		return Xapian::Query::MatchNothing;
	return host.empty() ? Xapian::Query("P" + path)
			    : Xapian::Query(Xapian::Query::OP_AND, Xapian::Query("H" + host),
					    Xapian::Query("P" + path));
}

bool xap::is_address(const char *text)
{
	const char *slash = strchr(text, '/');
	bool begins = strstr(text, "://") || (slash == text && text[1]) || has_host(text);

	return slash && begins && !strpbrk(text, " \t\n");
}

Xapian::Query xap::places(const char *address)
{
	string host, path;
	std::vector<Xapian::Query> any;

	url_split(written(address), host, path);
	path = bare(path);
	/* How the site writes its addresses is not known here. */
	for (const char *end : {"", "/", "/index.html", "/index.htm", ".html", ".htm"})
		if (path.size() + strlen(end) < TERM_MAX)
			any.push_back(Xapian::Query("P" + path + end));
	Xapian::Query there(Xapian::Query::OP_OR, any.begin(), any.end());

	return host.empty() || host.size() >= TERM_MAX
		       ? there
		       : Xapian::Query(Xapian::Query::OP_AND, Xapian::Query("H" + host), there);
}

void xap::add_alias(draft &doc, const char *url)
{
	string host, path;

	add_place(doc, url);
	url_split(url, host, path);
	/* Bare on both sides (alias), so one term stands for all ways to write it. */
	path = bare(path);
	if (path.size() + 2 < TERM_MAX)
		doc.add_boolean_term("XA" + path);
}

Xapian::Query xap::alias(const char *address)
{
	string host, path;

	url_split(written(address), host, path);
	path = bare(path);
	if (path.size() + 2 >= TERM_MAX || host.size() >= TERM_MAX)
		return Xapian::Query::MatchNothing;
	return host.empty() ? Xapian::Query("XA" + path)
			    : Xapian::Query(Xapian::Query::OP_AND, Xapian::Query("H" + host),
					    Xapian::Query("XA" + path));
}

bool xap::same_place(const char *url, const char *address)
{
	string host, path, other_host, other_path;

	url_split(url, host, path);
	url_split(written(address), other_host, other_path);
	/* What is typed without a host is of any site of the index. */
	return bare(path) == bare(other_path) && (other_host.empty() || host == other_host);
}
