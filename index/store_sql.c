/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_sql.c - the tables and every statement.
 *
 * Numbers of 64 bits without sign (hashes) are kept as SQLite's signed ones, bit by bit. */
#include "index/store_private.h"

/* AUTOINCREMENT: a number that was once told to Xapian must never come to mean something else while
 * its deletion is still pending, and numbers of the outbox must rise for ever. */
static const char store_tables[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE pages("
	"  id INTEGER PRIMARY KEY,"
	"  key TEXT NOT NULL UNIQUE," /* xs_source_item.key */
	"  state INTEGER NOT NULL,"   /* xs_stored */
	"  error TEXT,"		      /* of the last try; NULL: none */
	"  url TEXT NOT NULL DEFAULT '',"
	"  title TEXT NOT NULL DEFAULT '',"
	"  path TEXT NOT NULL DEFAULT '',"
	"  type TEXT NOT NULL DEFAULT '',"
	"  language TEXT NOT NULL DEFAULT '',"
	"  meta TEXT NOT NULL DEFAULT '{}',"
	"  size INTEGER NOT NULL DEFAULT 0,"
	"  mtime_ns INTEGER NOT NULL DEFAULT 0,"
	"  date INTEGER NOT NULL DEFAULT 0,"
	"  hash_low INTEGER NOT NULL DEFAULT 0,"
	"  hash_high INTEGER NOT NULL DEFAULT 0,"
	"  form INTEGER NOT NULL DEFAULT 0,"	    /* hash of how it was cut */
	"  vocabulary INTEGER NOT NULL DEFAULT 0);" /* hash behind the tokens */
	"CREATE INDEX pages_error ON pages(key) WHERE error IS NOT NULL;"
	"CREATE TABLE passages("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT," /* and Xapian's document number */
	"  page INTEGER NOT NULL REFERENCES pages(id),"
	"  ordinal INTEGER NOT NULL,"
	"  heading TEXT NOT NULL,"
	"  anchor TEXT NOT NULL,"
	"  text TEXT NOT NULL,"
	"  tokens BLOB);"
	"CREATE UNIQUE INDEX passages_page ON passages(page, ordinal);"
	"CREATE TABLE outbox("
	"  seq INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  docid INTEGER NOT NULL);" /* a passage that came, changed or went */
	/* A name of its own: Xapian's part of another store is not taken for this one's. */
	"INSERT INTO meta VALUES('id', lower(hex(randomblob(16))));";

/* Pages that are the same: `twin` is the one that is shown in place of this one, `aliases` has the URLs
 * of those that this one is shown for, one a line. */
static const char store_twins[] =
	"ALTER TABLE pages ADD COLUMN links INTEGER NOT NULL DEFAULT 0;" /* xs_page.links */
	"ALTER TABLE pages ADD COLUMN aside TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE pages ADD COLUMN sketch INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE pages ADD COLUMN twin INTEGER;"
	"ALTER TABLE pages ADD COLUMN aliases TEXT NOT NULL DEFAULT '';"
	"CREATE INDEX pages_twin ON pages(twin) WHERE twin IS NOT NULL;";

/* Vectors are kept by what was embedded, not by passage: a page that moves takes its vectors along, and
 * passages that say the same share one.  The indexes make two walks short that every run takes, over all
 * passages and over all vectors, as neither reads a text or a vector. */
static const char store_vectors[] =
	"ALTER TABLE passages ADD COLUMN content INTEGER NOT NULL DEFAULT 0;" /* xs_record_content();
										  0: not known */
	"CREATE INDEX passages_content ON passages(page, content);"
	"CREATE TABLE vectors("
	"  content INTEGER PRIMARY KEY,"
	"  identity INTEGER NOT NULL," /* how it was made */
	"  scale REAL NOT NULL,"       /* as in vectors/vectors.h, */
	"  items BLOB NOT NULL);"      /* int8 */
	"CREATE INDEX vectors_identity ON vectors(identity);";

/* Words that count more or less (xs_passage.weights). */
static const char store_weights[] =
	"ALTER TABLE passages ADD COLUMN weights TEXT NOT NULL DEFAULT '';";

/* A page in several languages (xs_page.versions). */
static const char store_versions[] =
	"ALTER TABLE pages ADD COLUMN versions TEXT NOT NULL DEFAULT '';";

/* Version v + 1 of version v.  A change of the tables is a further line. */
static const char *const store_steps[] = {store_tables, store_twins, store_vectors, store_weights,
					  store_versions};

#define STORE_SAID                                                                   \
	"g.url, g.title, g.path, g.type, g.language, g.meta, g.date, g.vocabulary, " \
	"g.links, g.aside, g.aliases, g.versions"
#define STORE_WHOLE                                                                         \
	"SELECT p.id, g.key, p.ordinal, p.heading, p.anchor, p.text, p.tokens, " STORE_SAID \
	", p.weights FROM passages p CROSS JOIN pages g ON g.id = p.page "

static const char *const store_statements[STORE_N] = {
	[STORE_GET] = "SELECT value FROM meta WHERE name = ?1",
	[STORE_SET] = "INSERT INTO meta VALUES(?1, ?2) "
		      "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
	[STORE_FIND] =
		"SELECT id, state, error IS NOT NULL, size, mtime_ns, hash_low, hash_high, form "
		"FROM pages WHERE key = ?1",
	[STORE_PAGE_SAID] = "SELECT " STORE_SAID ", g.twin FROM pages g WHERE g.id = ?1",
	[STORE_PAGE_INSERT] = "INSERT INTO pages(key, state) VALUES(?1, 2)",
	[STORE_PAGE_UPDATE] =
		"UPDATE pages SET state = ?2, error = NULL, url = ?3, title = ?4, "
		"path = ?5, type = ?6, language = ?7, meta = ?8, size = ?9, "
		"mtime_ns = ?10, date = ?11, hash_low = ?12, hash_high = ?13, form = ?14, "
		"vocabulary = ?15, links = ?16, aside = ?17, sketch = ?18, versions = ?19, twin = NULL, "
		"aliases = '' "
		"WHERE id = ?1",
	[STORE_PAGE_TOUCH] = "UPDATE pages SET mtime_ns = ?2, error = NULL WHERE id = ?1",
	[STORE_PAGE_FAILED] = "INSERT INTO pages(key, state, error) VALUES(?1, 2, ?2) "
			      "ON CONFLICT(key) DO UPDATE SET error = excluded.error "
			      "WHERE error IS NOT excluded.error",
	[STORE_PAGE_DELETE] = "DELETE FROM pages WHERE id = ?1",
	[STORE_PAGE_KEYS] =
		"SELECT id, state, error IS NOT NULL, size, mtime_ns, hash_low, hash_high, "
		"form, key FROM pages ORDER BY key",
	[STORE_PASSAGES] =
		"SELECT id, ordinal, heading, anchor, text, tokens, weights FROM passages "
		"WHERE page = ?1 ORDER BY ordinal",
	[STORE_PASSAGE_INSERT] =
		"INSERT INTO passages(page, ordinal, heading, anchor, text, tokens, content, weights) "
		"VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[STORE_PASSAGE_UPDATE] =
		"UPDATE passages SET heading = ?2, anchor = ?3, text = ?4, tokens = ?5, content = ?6, "
		"weights = ?7 WHERE id = ?1",
	[STORE_PASSAGE_DELETE] = "DELETE FROM passages WHERE id = ?1",
	[STORE_RECORDS] = STORE_WHOLE "WHERE g.twin IS NULL ORDER BY p.id",
	[STORE_RECORD] = STORE_WHOLE "WHERE p.id = ?1 AND g.twin IS NULL",
	[STORE_OUTBOX_PUT] = "INSERT INTO outbox(docid) VALUES(?1)",
	[STORE_OUTBOX_LAST] = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
	[STORE_OUTBOX_PENDING] = "SELECT DISTINCT docid FROM outbox WHERE seq > ?1 ORDER BY docid",
	[STORE_OUTBOX_TRIM] = "DELETE FROM outbox WHERE seq <= ?1",
	[STORE_ALIKE] =
		"SELECT p.id, p.url, p.type, p.language, p.hash_low, p.hash_high FROM pages p "
		"JOIN (SELECT hash_low AS low, hash_high AS high FROM pages WHERE state = 0 "
		"GROUP BY hash_low, hash_high HAVING count(*) > 1) s "
		"ON p.hash_low = s.low AND p.hash_high = s.high "
		"WHERE p.state = 0 ORDER BY p.hash_low, p.hash_high",
	/* A.txt beside A.html, A.htm or, as A.html.txt, beside A.html. */
	[STORE_TEXTS] =
		"SELECT t.id, t.url, t.sketch, h.id, h.url, h.sketch FROM pages t "
		"CROSS JOIN pages h ON h.key IN (substr(t.key, 1, length(t.key) - 4) || '.html', "
		"substr(t.key, 1, length(t.key) - 4) || '.htm', "
		"substr(t.key, 1, length(t.key) - 4)) "
		"WHERE t.type = 'text' AND t.state = 0 AND t.key LIKE '%.txt' "
		"AND h.type = 'html' AND h.state = 0",
	[STORE_TWINS] = "SELECT id, coalesce(twin, 0), aliases FROM pages "
			"WHERE twin IS NOT NULL OR aliases <> '' ORDER BY id",
	[STORE_TWIN_SET] = "UPDATE pages SET twin = ?2, aliases = ?3 WHERE id = ?1",
	[STORE_TWIN_NONE] = "UPDATE pages SET twin = NULL, aliases = ?2 WHERE id = ?1",
	[STORE_TWIN_TELL] = "INSERT INTO outbox(docid) SELECT id FROM passages WHERE page = ?1",
	[STORE_CONTENT_NONE] = "SELECT id FROM passages WHERE content = 0",
	[STORE_CONTENT_OF] = "SELECT g.title, p.heading, p.text FROM passages p "
			     "CROSS JOIN pages g ON g.id = p.page WHERE p.id = ?1",
	[STORE_CONTENT_SET] = "UPDATE passages SET content = ?2 WHERE id = ?1",
	[STORE_CONTENTS] = "SELECT p.id, p.content, g.language FROM pages g "
			   "CROSS JOIN passages p INDEXED BY passages_content ON p.page = g.id "
			   "WHERE g.twin IS NULL",
	[STORE_VECTOR_KEYS] = "SELECT content, identity FROM vectors INDEXED BY vectors_identity",
	[STORE_VECTOR_PUT] = "INSERT OR REPLACE INTO vectors VALUES(?1, ?2, ?3, ?4)",
	[STORE_VECTOR_DELETE] = "DELETE FROM vectors WHERE content = ?1",
	[STORE_VECTORS] =
		"SELECT p.id, p.content, v.scale, v.items FROM passages p "
		"CROSS JOIN pages g ON g.id = p.page CROSS JOIN vectors v ON v.content = p.content "
		"WHERE g.twin IS NULL AND v.identity = ?1 ORDER BY p.id",
	[STORE_COUNTS] =
		"SELECT (SELECT count(*) FROM pages WHERE state = 0 AND twin IS NULL), "
		"(SELECT count(*) FROM pages WHERE state = 1), "
		"(SELECT count(*) FROM pages WHERE error IS NOT NULL), "
		"(SELECT count(*) FROM passages) - (SELECT count(*) FROM passages WHERE page IN "
		"(SELECT id FROM pages WHERE twin IS NOT NULL)), "
		"(SELECT count(*) FROM outbox), "
		"(SELECT coalesce(sum(size), 0) FROM pages WHERE state = 0 AND twin IS NULL)",
	[STORE_LANGUAGES] = "SELECT language FROM pages WHERE state = 0 AND language <> '' "
			    "GROUP BY language ORDER BY count(*) DESC, language",
	[STORE_VOCABULARY] =
		"SELECT vocabulary FROM pages WHERE vocabulary <> 0 ORDER BY id DESC LIMIT 1",
	[STORE_FAILURES] =
		"SELECT key, error FROM pages WHERE error IS NOT NULL ORDER BY key LIMIT ?1",
};

const xs_sql_form xs_store_form = {
	.noun = "store",
	.version = sizeof store_steps / sizeof *store_steps,
	.steps = store_steps,
	.always = "PRAGMA cache_size = -16384", /* 16 MiB, eight times SQLite's own */
	/* FULL: a commit is on the disk before Xapian hears of it.  A log of 32 MiB before it is
	 * copied back, as batches are some MiB each. */
	.writing = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		   "PRAGMA wal_autocheckpoint = 8192; PRAGMA journal_size_limit = 67108864",
	.wait_ms = 10000, /* another process's transaction is short: one batch */
	.foreign = XS_EFORMAT,
	.denied = XS_EIO,
	.damaged = "put a backup in its place, or remove the folder and index again",
	.newer = "use that release, or index into another folder",
	.statements = store_statements,
	.n = STORE_N,
};
