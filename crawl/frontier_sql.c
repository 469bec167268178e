/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frontier_sql.c - the tables of a crawl, and every statement. */
#include "crawl/frontier_sql.h"

static const char frontier_tables[] =
	"CREATE TABLE sites("
	"  id INTEGER PRIMARY KEY,"
	"  start TEXT NOT NULL UNIQUE,"
	"  run INTEGER NOT NULL DEFAULT 0,"
	"  open INTEGER NOT NULL DEFAULT 0,"   /* the run has not ended */
	"  rules INTEGER NOT NULL DEFAULT 0);" /* that the run began with */
	"CREATE TABLE visits("
	"  id INTEGER PRIMARY KEY,"
	"  site INTEGER NOT NULL,"
	"  url TEXT NOT NULL,"
	"  origin TEXT NOT NULL,"
	"  path TEXT NOT NULL," /* of an address with a query; else '' */
	"  kind INTEGER NOT NULL,"
	"  depth INTEGER NOT NULL,"
	"  chain INTEGER NOT NULL,"
	"  hops INTEGER NOT NULL,"
	"  lastmod INTEGER NOT NULL,"
	"  seen INTEGER NOT NULL,"   /* the last run that did */
	"  queued INTEGER NOT NULL," /* 1: waits, 2: is being fetched */
	"  due INTEGER NOT NULL DEFAULT 0,"
	"  tries INTEGER NOT NULL DEFAULT 0,"
	"  state INTEGER NOT NULL DEFAULT 0," /* xs_visit_state */
	"  status INTEGER NOT NULL DEFAULT 0,"
	"  reason TEXT NOT NULL DEFAULT '',"
	"  etag TEXT NOT NULL DEFAULT '',"
	"  modified TEXT NOT NULL DEFAULT '',"
	"  type TEXT NOT NULL DEFAULT '',"
	"  charset TEXT NOT NULL DEFAULT '',"
	"  target TEXT NOT NULL DEFAULT '',"
	"  noindex INTEGER NOT NULL DEFAULT 0,"
	"  nofollow INTEGER NOT NULL DEFAULT 0,"
	"  hash_low INTEGER NOT NULL DEFAULT 0,"
	"  hash_high INTEGER NOT NULL DEFAULT 0,"
	"  size INTEGER NOT NULL DEFAULT 0,"
	"  changed INTEGER NOT NULL DEFAULT 0,"
	"  fetched INTEGER NOT NULL DEFAULT 0,"
	"  failed INTEGER NOT NULL DEFAULT 0,"
	"  UNIQUE(site, url));"
	"CREATE INDEX visits_queue ON visits(site, origin, depth, id) WHERE queued = 1;"
	"CREATE INDEX visits_path ON visits(site, path) WHERE path <> '';"
	"CREATE TABLE bodies("
	"  visit INTEGER PRIMARY KEY,"
	"  size INTEGER NOT NULL,"
	"  bytes BLOB NOT NULL," /* packed by zlib */
	"  links TEXT NOT NULL);"
	"CREATE TABLE robots("
	"  origin TEXT PRIMARY KEY,"
	"  status INTEGER NOT NULL,"
	"  at INTEGER NOT NULL,"
	"  text BLOB NOT NULL) WITHOUT ROWID;";

/* What failed comes last: a few pages of one folder that fail, tried again before all others, would be taken for a
 * server that is down.  A robots.txt that could not be had is not noted any more. */
static const char frontier_queue[] =
	"DROP INDEX visits_queue;"
	"CREATE INDEX visits_queue ON visits(site, origin, tries, depth, id) WHERE queued = 1;"
	"DELETE FROM robots WHERE status = 0;";

static const char *const frontier_steps[] = {frontier_tables, frontier_queue};

#define FRONTIER_VISIT                                                                              \
	"SELECT id, url, origin, kind, depth, chain, hops, lastmod, tries, state, status, reason, " \
	"etag, modified, type, charset, target, noindex, nofollow, hash_low, hash_high, size, "     \
	"changed, fetched, failed, EXISTS(SELECT 1 FROM bodies WHERE visit = visits.id) FROM visits "

static const char *const frontier_statements[FRONTIER_N] = {
	[FRONTIER_SITE] = "SELECT id, run, open, rules FROM sites WHERE start = ?1",
	[FRONTIER_SITE_NEW] = "INSERT OR IGNORE INTO sites(start) VALUES(?1)",
	[FRONTIER_SITE_BEGIN] = "UPDATE sites SET run = ?2, open = 1, rules = ?3 WHERE id = ?1",
	[FRONTIER_SITE_END] = "UPDATE sites SET open = 0 WHERE id = ?1",
	[FRONTIER_AGAIN] = "UPDATE visits SET queued = 1 WHERE site = ?1 AND queued = 2",
	[FRONTIER_CLEAR] = "UPDATE visits SET queued = 0 WHERE site = ?1 AND queued <> 0",
	[FRONTIER_COUNT] =
		"SELECT count(*), coalesce(sum(queued <> 0), 0), coalesce(sum(queued = 0 AND state = 4), 0) "
		"FROM visits WHERE site = ?1 AND seen = ?2",
	[FRONTIER_ADD] =
		"INSERT INTO visits(site, url, origin, path, kind, depth, chain, hops, lastmod, seen, queued) "
		"VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1) ON CONFLICT(site, url) DO UPDATE SET "
		"kind = excluded.kind, depth = excluded.depth, chain = excluded.chain, hops = excluded.hops, "
		"lastmod = excluded.lastmod, seen = excluded.seen, queued = 1, due = 0, tries = 0 "
		"WHERE seen <> excluded.seen",
	[FRONTIER_VARIANTS] =
		"SELECT count(*) FROM visits WHERE site = ?1 AND path = ?2 AND path <> '' AND seen = ?3",
	[FRONTIER_NEXT] = FRONTIER_VISIT
	"WHERE site = ?1 AND origin = ?2 AND queued = 1 AND due <= ?3 ORDER BY tries, depth, id LIMIT 1",
	[FRONTIER_TAKE] = "UPDATE visits SET queued = 2 WHERE id = ?1",
	[FRONTIER_LATER] =
		"UPDATE visits SET queued = 1, due = ?2, tries = ?3, status = ?4, reason = ?5 "
		"WHERE id = ?1",
	[FRONTIER_DONE] =
		"UPDATE visits SET queued = 0, state = ?2, status = ?3, reason = ?4, etag = ?5, modified = ?6, "
		"type = ?7, charset = ?8, target = ?9, noindex = ?10, nofollow = ?11, hash_low = ?12, "
		"hash_high = ?13, size = ?14, changed = ?15, fetched = ?16, failed = ?17 WHERE id = ?1",
	[FRONTIER_ORIGINS] = "SELECT DISTINCT origin FROM visits WHERE site = ?1 AND queued = 1",
	[FRONTIER_FIND] = FRONTIER_VISIT "WHERE site = ?1 AND url = ?2 AND seen = ?3",
	[FRONTIER_LIST] = FRONTIER_VISIT
	"WHERE site = ?1 AND seen = ?2 AND kind = 0 AND state IN (1, 4) ORDER BY url",
	[FRONTIER_ANY] = "SELECT 1 FROM visits WHERE site = ?1 AND seen = ?2 AND kind = 0 "
			 "AND EXISTS(SELECT 1 FROM bodies WHERE visit = visits.id) LIMIT 1",
	/* Two steps, so that those are counted which had a page. */
	[FRONTIER_EXPIRE] =
		"DELETE FROM bodies WHERE visit IN (SELECT id FROM visits WHERE site = ?1 "
		"AND state = 4 AND failed < ?2)",
	[FRONTIER_EXPIRED] =
		"UPDATE visits SET etag = '', modified = '', target = '', size = 0, hash_low = 0, hash_high = 0, state = 3 "
		"WHERE site = ?1 AND state = 4 AND failed < ?2",
	[FRONTIER_SWEEP_BODIES] =
		"DELETE FROM bodies WHERE visit IN (SELECT id FROM visits WHERE site = ?1 "
		"AND seen <> ?2)",
	[FRONTIER_SWEEP] = "DELETE FROM visits WHERE site = ?1 AND seen <> ?2",
	[FRONTIER_KEEP] = "INSERT OR REPLACE INTO bodies VALUES(?1, ?2, ?3, ?4)",
	[FRONTIER_DROP] = "DELETE FROM bodies WHERE visit = ?1",
	[FRONTIER_LINKS] = "SELECT links FROM bodies WHERE visit = ?1",
	[FRONTIER_BODY] = "SELECT size, bytes FROM bodies WHERE visit = ?1",
	[FRONTIER_ROBOTS] = "SELECT status, at, text FROM robots WHERE origin = ?1",
	[FRONTIER_ROBOTS_PUT] = "INSERT OR REPLACE INTO robots VALUES(?1, ?2, ?3, ?4)",
};

const xs_sql_form xs_frontier_form = {
	.noun = "file of crawls",
	.application = 0x78736372, /* "xscr" */
	.version = sizeof frontier_steps / sizeof *frontier_steps,
	.steps = frontier_steps,
	.always = "PRAGMA cache_size = -8192",
	/* NORMAL: with the power gone, the last pages are fetched again. */
	.writing = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
	.wait_ms = 2000,
	.foreign = XS_EFORMAT,
	.denied = XS_EIO,
	.damaged = "remove it, and all pages are fetched again",
	.newer = "use that release, or index into another folder",
	.statements = frontier_statements,
	.n = FRONTIER_N,
};
