/* SPDX-License-Identifier: GPL-2.0-or-later */
/* site.h - what is served: the settings, the pipeline, open indexes, the keys.
 *
 * Made anew when the configuration is read again; calls that began with the old one end with it.
 * Any thread. */
#ifndef XS_SERVE_SITE_H
#define XS_SERVE_SITE_H

#include "conf/conf.h"
#include "index/index.h"
#include "index/query_log.h"
#include "plugin/pipeline.h"

typedef struct xs_site xs_site;

/* Opens what `conf` says; it becomes the site's, also after a failure.  An index that is not there
 * yet is no failure.  The caller releases it.  Codes of xs_pipeline_open(). */
int xs_site_open(xs_site **out, xs_conf *conf);
xs_site *xs_site_hold(xs_site *s);
void xs_site_release(xs_site *s); /* closes it with the last holder; NULL is fine */

const xs_conf *xs_site_conf(const xs_site *s);
xs_pipeline *xs_site_pipeline(const xs_site *s);

/* The file of keys; NULL: serve.keys names none, and all may ask.  Borrowed. */
const struct xs_keys *xs_site_keys(const xs_site *s);

/* Answers that are kept.  Borrowed. */
struct xs_recent *xs_site_recent(const xs_site *s);

/* The reranker: that of the pipeline's built-in stage, so that model and threads are there once, else one
 * of the same settings.  Borrowed. */
struct xs_scorer *xs_site_scorer(const xs_site *s);

/* The embedder of the API, of the same settings as that of the pipeline's stage that retrieves, and with
 * threads of its own: no question waits for them.  Borrowed. */
struct xs_embedding_model *xs_site_embedder(const xs_site *s);

/* The log of questions; NULL: none is kept.  Borrowed. */
xs_query_log *xs_site_log(const xs_site *s);

/* Lends an open index: for one thread, until it is given back.  `rc` is what came of its use: after a
 * failure of the system it is closed, so that the next one is opened anew.  Codes of xs_index_open(). */
int xs_site_take(xs_index **out, xs_site *s);
void xs_site_give(xs_site *s, xs_index *ix, int rc);

#endif
