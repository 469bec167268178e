/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_words.h - words that stand for the values of a key; of table.c alone. */
#ifndef XS_CONF_TABLE_WORDS_H
#define XS_CONF_TABLE_WORDS_H

#include "conf/conf.h"
#include "conf/table.h"

/* Numbered by their places; the kinds of index/pages/kind.c, which this folder does not know. */
static const xs_conf_word table_kinds[] = {
	{"auto", 0},  {"html", 1},  {"markdown", 2}, {"text", 3},   {"jsonl", 4},
	{"pdf", 5},   {"docx", 6},  {"pptx", 7},     {"xlsx", 8},   {"odt", 9},
	{"odp", 10},  {"ods", 11},  {"epub", 12},    {"ipynb", 13}, {"csv", 14},
	{"feed", 15}, {"mail", 16}, {"mbox", 17},    {"rst", 18},   {"asciidoc", 19},
	{"man", 20},  {"rtf", 21},  {"latex", 22},   {"code", 23},  {NULL, 0}};
static const xs_conf_word table_outputs[] = {{"text", XS_CONF_OUTPUT_TEXT},
					     {"markdown", XS_CONF_OUTPUT_MARKDOWN},
					     {"html", XS_CONF_OUTPUT_HTML},
					     {NULL, 0}};
static const xs_conf_word table_canonical[] = {{"own", XS_CANONICAL_OWN},
					       {"trust", XS_CANONICAL_TRUST},
					       {NULL, 0}};
static const xs_conf_word table_dates[] = {{"page", XS_DATE_PAGE},
					   {"file", XS_DATE_FILE},
					   {NULL, 0}};
static const xs_conf_word table_patterns[] = {{"model", XS_PATTERN_MODEL},
					      {"sparse", XS_PATTERN_SPARSE},
					      {"full", XS_PATTERN_FULL},
					      {NULL, 0}};
static const xs_conf_word table_switches[] = {{"model", XS_SWITCH_MODEL},
					      {"on", XS_SWITCH_ON},
					      {"off", XS_SWITCH_OFF},
					      {NULL, 0}};
static const xs_conf_word table_windows[] = {{"model", XS_WINDOW_MODEL},
					     {"none", XS_WINDOW_NONE},
					     {NULL, 0}};
static const xs_conf_word table_precisions[] = {{"f32", XS_CONF_PRECISION_F32},
						{"bf16", XS_CONF_PRECISION_BF16},
						{"int8", XS_CONF_PRECISION_INT8},
						{NULL, 0}};
static const xs_conf_word table_overlong[] = {{"max", XS_CONF_OVERLONG_MAX},
					      {"first", XS_CONF_OVERLONG_FIRST},
					      {"mean", XS_CONF_OVERLONG_MEAN},
					      {NULL, 0}};
static const xs_conf_word table_poolings[] = {{"model", XS_CONF_POOLING_MODEL},
					      {"mean", XS_CONF_POOLING_MEAN},
					      {"cls", XS_CONF_POOLING_CLS},
					      {"last", XS_CONF_POOLING_LAST},
					      {NULL, 0}};
static const xs_conf_word table_meaning[] = {{"auto", XS_CONF_MEANING_AUTO},
					     {"on", XS_CONF_MEANING_ON},
					     {"off", XS_CONF_MEANING_OFF},
					     {NULL, 0}};
static const xs_conf_word table_levels[] = {{"error", XS_LOG_ERROR},
					    {"warn", XS_LOG_WARN},
					    {"info", XS_LOG_INFO},
					    {"debug", XS_LOG_DEBUG},
					    {NULL, 0}};
/* Counts that start above 0 and where 0 means something else. */
static const xs_conf_word table_tokens[] = {{"auto", XS_CONF_TOKENS_AUTO}, {NULL, 0}};
static const xs_conf_word table_depths[] = {{"auto", XS_CONF_DEPTH_AUTO}, {NULL, 0}};
static const xs_conf_word table_zero[] = {{"0", 0}, {NULL, 0}};

#endif
