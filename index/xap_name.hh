// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_name.hh - titles and headings as they are completed while someone types. */
#ifndef XS_INDEX_XAP_NAME_HH
#define XS_INDEX_XAP_NAME_HH

#include <cstring>

#include "index/xap_wall.hh"

extern "C" {
#include "index/fold.h"
}

namespace xap
{

/* Bytes: a longer name is cut, and found by its beginning all the same. */
enum { FOLDED_MAX = 120 };

/* A text folded (fold.h), cut to what a term may hold. */
inline string folded(const char *text)
{
	xs_buf b;
	string out;

	xs_buf_init(&b);
	xs_fold(&b, text);
	out.assign(b.data, b.len);
	xs_buf_fini(&b);
	if (out.size() > FOLDED_MAX) {
		size_t n = FOLDED_MAX;

		while (n && (static_cast<unsigned char>(out[n]) & 0xC0) == 0x80)
			n--;
		out.resize(n);
	}
	return out;
}

/* The last of a path of headings. */
inline const char *last_heading(const char *heading)
{
	const char *next;

	while ((next = strstr(heading, " > ")))
		heading = next + 3;
	return heading;
}

} // namespace xap

#endif
