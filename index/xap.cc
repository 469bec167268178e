// SPDX-License-Identifier: GPL-2.0-or-later
/* xap.cc - databases of Xapian: opening to read, and what is not a search. */
#include "index/xap_database.hh"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sstream>

using namespace xap;

namespace
{

/* host:port, the host maybe in brackets. */
Xapian::Database open_shard(const string &shard)
{
	/* The last one: an IPv6 address has colons too. */
	size_t colon = shard.rfind(':');
	char *end = nullptr;
	unsigned long port = 0;
	string host = shard.substr(0, colon);

	if (colon != string::npos)
		port = strtoul(shard.c_str() + colon + 1, &end, 10);
	if (!end || *end || port < 1 || port > 65535 || host.empty())
		throw wrong_input{"the shard \"" + shard + "\" is no HOST:PORT"};
	/* The brackets are of the notation; the resolver wants the address alone. */
	if (host.size() > 2 && host.front() == '[' && host.back() == ']')
		host = host.substr(1, host.size() - 2);
	return Xapian::Remote::open(host, static_cast<unsigned>(port));
}

/* What was read of an older state is read again when it is needed next. */
void forget(xs_xap &x)
{
	x.languages.clear();
	x.allowed_rows.clear();
}

/* All or nothing: the database in use stays if a shard does not answer. */
void open_all(xs_xap &x)
{
	Xapian::Database db;

	x.stub = {};
	if (x.shards.empty()) {
		/* Before the opening: if the stub changes in between, stub_changed() sees a
		 * difference and the opening is repeated.  After it, that change would be missed. */
		if (stat(x.path.c_str(), &x.stub) < 0 && errno == ENOENT)
			throw Xapian::DatabaseNotFoundError(x.path);
		db = Xapian::Database(x.path);
	}
	for (const string &shard : x.shards)
		db.add_database(open_shard(shard));
	x.db = db;
	forget(x);
}

/* Whether the stub names another folder since.  By its file and its time: a rebuild puts a new
 * file in its place. */
bool stub_changed(const xs_xap &x)
{
	struct stat now;

	return x.shards.empty() &&
	       (stat(x.path.c_str(), &now) < 0 || now.st_ino != x.stub.st_ino ||
		now.st_dev != x.stub.st_dev ||
		(S_ISREG(now.st_mode) && (now.st_mtim.tv_sec != x.stub.st_mtim.tv_sec ||
					  now.st_mtim.tv_nsec != x.stub.st_mtim.tv_nsec)));
}

} // namespace

int xs_xap_open(xs_xap **out, const char *path, const char *const *shards)
try {
	std::unique_ptr<xs_xap> x(new xs_xap());

	*out = nullptr;
	x->path = path ? path : "";
	for (; shards && *shards; shards++)
		x->shards.push_back(*shards);
	open_all(*x);
	*out = x.release();
	return XS_OK;
} catch (...) {
	return xap_fail();
}

void xs_xap_close(xs_xap *x)
{
	delete x;
}

int xs_xap_reopen(xs_xap *x)
try {
	if (stub_changed(*x))
		open_all(*x);
	else if (x->db.reopen())
		forget(*x);
	return XS_OK;
} catch (...) {
	return xap_fail();
}

void xs_xap_set_vectors(xs_xap *x, const xs_vectors *vectors)
{
	if (x->vectors == vectors)
		return;
	x->vectors = vectors;
	x->allowed_rows.clear();
}

int xs_xap_get(const char **value, xs_arena *a, xs_xap *x, const char *key)
try {
	string found = x->db.get_metadata(key);

	*value = xs_arena_dupn(a, found.data(), found.size());
	return XS_OK;
} catch (...) {
	/* A caller may read the value without a look at the code. */
	*value = "";
	return xap_fail();
}

int xs_xap_count(uint64_t *out, xs_xap *x)
try {
	*out = x->db.get_doccount();
	return XS_OK;
} catch (...) {
	*out = 0;
	return xap_fail();
}

/* The list of all documents, which leaves out numbers that were deleted. */
int xs_xap_walk(xs_xap *x, xs_xap_see *see, void *user)
try {
	for (auto i = x->db.postlist_begin(""); i != x->db.postlist_end(""); ++i) {
		string data = x->db.get_document(*i).get_data();
		int rc = see(user, *i, data.data(), data.size());

		if (rc != XS_OK)
			return rc;
	}
	return XS_OK;
} catch (...) {
	return xap_fail();
}

/* Numbers stay: they are those of the store. */
int xs_xap_copy(xs_xap *x, const char *path)
try {
	x->db.compact(path, Xapian::DBCOMPACT_NO_RENUMBER);
	return XS_OK;
} catch (...) {
	return xap_fail();
}

int xs_xap_check(const char *path)
try {
	std::ostringstream says;
	size_t n = Xapian::Database::check(path, 0, &says);
	string text = says.str();

	std::replace(text.begin(), text.end(), '\n', ' ');
	if (n)
		return xs_fail(XS_EFORMAT, "%s is damaged (%zu errors), rebuild the index: %s",
			       path, n, text.c_str());
	return XS_OK;
} catch (...) {
	int rc = xap_fail();
	string why = rc == XS_ENOTFOUND ? "there is none" : xs_error();

	/* Whatever is thrown here means that the files are not whole, but for a failure of the
	 * system. */
	return xs_fail(rc == XS_EIO ? rc : XS_EFORMAT, "%s: %s", path, why.c_str());
}

const char *xs_xap_stem(xs_arena *a, const char *language, const char *otherwise, const char *word)
try {
	/* Kept, as making a stemmer costs more than a stem.  One is used by one thread only. */
	static thread_local stemmers known;

	known.init(otherwise);
	stemmer &s = known.of(language ? language : "");
	s.trim();
	/* Behind the "Z" that such terms begin with. */
	return xs_arena_dup(a, s.look(word).stem.c_str() + 1);
} catch (...) {
	(void)xap_fail();
	return word;
}
