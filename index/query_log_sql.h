/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_log_sql.h - the tables of the query log; for the files query_log*.c alone. */
#ifndef XS_INDEX_QUERY_LOG_SQL_H
#define XS_INDEX_QUERY_LOG_SQL_H

#include <sqlite3.h>

#include "index/query_log.h"

enum { QUERY_LOG_VERSION = 1 }; /* user_version of the file */

/* Opens for reading.  XS_ENOTFOUND: absent, or nothing has been written yet. */
int query_log_read(sqlite3 **out, const char *path);

#endif
