/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prescan.h - the encoding that an HTML page names at its beginning. */
#ifndef XS_INDEX_PAGES_PRESCAN_H
#define XS_INDEX_PAGES_PRESCAN_H

#include <stdbool.h>
#include <stddef.h>

/* A label with its NUL; a longer one is none. */
enum { XS_LABEL = 64 };

/* Looks in the first 1024 bytes, as browsers do, for <meta charset>, <meta http-equiv=content-type> and
 * an XML declaration; comments, scripts and attributes of other elements do not count.  `label` gets
 * the first that means something, else the first.  False: none.  Any number of threads. */
bool xs_prescan(char label[XS_LABEL], const char *bytes, size_t len);

#endif
