/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plain.h - formats that are text for programs: one function a format, each as xs_convert(). */
#ifndef XS_INDEX_DOCUMENTS_PLAIN_H
#define XS_INDEX_DOCUMENTS_PLAIN_H

#include <stddef.h>

#include "base/buf.h"

/* Their bytes are UTF-8. */
int xs_notebook_convert(xs_buf *html, const char *bytes, size_t len);
int xs_csv_convert(xs_buf *html, const char *bytes, size_t len);

/* These say themselves how they are encoded. */
int xs_feed_convert(xs_buf *html, const char *bytes, size_t len);
int xs_mail_convert(xs_buf *html, const char *bytes, size_t len); /* one message */
int xs_mbox_convert(xs_buf *html, const char *bytes, size_t len); /* many; without a title */

#endif
