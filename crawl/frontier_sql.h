/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frontier_sql.h - the tables of a crawl, for frontier.c and frontier_kept.c alone. */
#ifndef XS_CRAWL_FRONTIER_SQL_H
#define XS_CRAWL_FRONTIER_SQL_H

#include <pthread.h>

#include "crawl/frontier.h"
#include "sql/sql.h"

enum {
	FRONTIER_SITE,
	FRONTIER_SITE_NEW,
	FRONTIER_SITE_BEGIN,
	FRONTIER_SITE_END,
	FRONTIER_AGAIN,
	FRONTIER_CLEAR,
	FRONTIER_COUNT,
	FRONTIER_ADD,
	FRONTIER_VARIANTS,
	FRONTIER_NEXT,
	FRONTIER_TAKE,
	FRONTIER_LATER,
	FRONTIER_DONE,
	FRONTIER_ORIGINS,
	FRONTIER_FIND,
	FRONTIER_LIST,
	FRONTIER_ANY,
	FRONTIER_EXPIRE,
	FRONTIER_EXPIRED,
	FRONTIER_SWEEP,
	FRONTIER_SWEEP_BODIES,
	FRONTIER_KEEP,
	FRONTIER_DROP,
	FRONTIER_LINKS,
	FRONTIER_BODY,
	FRONTIER_ROBOTS,
	FRONTIER_ROBOTS_PUT,
	FRONTIER_N
};

extern const xs_sql_form xs_frontier_form;

struct xs_frontier {
	xs_sql *sql;
	int64_t site, run;
	xs_frontier_counts counts;
	pthread_mutex_t lock; /* of the connection, for xs_frontier_body() */
};

/* Opens the transaction of all changes, if it is not. */
int xs_frontier_sql_write(xs_frontier *f);

#endif
