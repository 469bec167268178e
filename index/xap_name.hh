// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_name.hh - titles and headings as they are completed while someone types. */
#ifndef XS_INDEX_XAP_NAME_HH
#define XS_INDEX_XAP_NAME_HH

#include <cstring>

#include "index/xap_wall.hh"

extern "C" {
#include "index/words/fold.h"
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

/* Bytes of a name that may be asked for by itself (exact.h). */
enum { NAME_MAX_BYTES = 64, FLAG_MAX = 24 };

/* The term of such a name: of a page, or of something in it. */
inline string name_term(const char *name, bool page)
{
	return (page ? "XN" : "XK") + string(name);
}

/* Bytes of an option such as "-name" or "--dry-run"; 0: there is none. */
inline size_t flag_length(const char *at)
{
	size_t n = 1;

	if (*at != '-')
		return 0;
	n += at[1] == '-';
	if (!((at[n] >= 'a' && at[n] <= 'z') || (at[n] >= 'A' && at[n] <= 'Z')))
		return 0;
	while (n <= FLAG_MAX && ((at[n] >= 'a' && at[n] <= 'z') || (at[n] >= 'A' && at[n] <= 'Z') ||
				 (at[n] >= '0' && at[n] <= '9') || at[n] == '-' || at[n] == '_'))
		n++;
	return n <= FLAG_MAX ? n : 0;
}

/* The term of an option.  A long one with one "-" or two is the same. */
inline string flag_term(string flag)
{
	flag.erase(0, flag.find_first_not_of('-'));
	for (char &c : flag)
		c = xs_fold_ascii(c);
	return "XF" + flag;
}

} // namespace xap

#endif
