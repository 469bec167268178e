/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_log_sql.h - the tables and statements of the query log; for the files query_log*.c alone. */
#ifndef XS_INDEX_QUERY_LOG_SQL_H
#define XS_INDEX_QUERY_LOG_SQL_H

#include "index/query_log.h"
#include "sql/sql.h"

typedef enum query_log_sql {
	/* The writer's. */
	QUERY_LOG_QUERY,
	QUERY_LOG_PAST,
	QUERY_LOG_CLICK,
	QUERY_LOG_TRIM_QUERIES,
	QUERY_LOG_TRIM_CLICKS,
	QUERY_LOG_TRIM_PAST,
	/* Readers'.  Reports have the columns query, url, times, clicks, results, ms, slowest, rank,
	 * last, in the order of xs_query_report. */
	QUERY_LOG_BEGINNINGS,
	QUERY_LOG_REPORT,
	QUERY_LOG_TOTALS = QUERY_LOG_REPORT + XS_REPORT_CLICKS + 1,
	QUERY_LOG_N
} query_log_sql;

extern const xs_sql_form xs_query_log_form;

#endif
