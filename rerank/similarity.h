/* SPDX-License-Identifier: MIT */
/* similarity.h - the part of a logit that is a cosine of a query's vector and a text's.
 *
 * A model may have it beside CLS's head (config.json: similarity_scale).  With q the mean of the query's
 * states after the last layer, its own CLS and its SEP among them, and d that of the text's with its SEP,
 *
 *	logit = head(CLS) + scale × q·d / (|q| |d|)
 *
 * as two encoders that meet late do it (Reimers and Gurevych, arXiv 1908.10084, section 3), though here
 * the text's states have seen the query.  All tokens go through the last layer then.  Any thread. */
#ifndef XS_RERANK_SIMILARITY_H
#define XS_RERANK_SIMILARITY_H

/* The cosine of two means of `hidden` features; 0 where one has no length. */
float xs_similarity_cosine(const float *query, const float *text, int hidden);

#endif
