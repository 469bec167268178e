// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_wall.hh - where exceptions of Xapian become a code and a sentence.
 *
 * The files xap*.cc are the only ones in C++, and no exception leaves them: each function of xap.h is
 * a function-try-block that ends in `catch (...) { return xap_fail(); }`. */
#ifndef XS_INDEX_XAP_WALL_HH
#define XS_INDEX_XAP_WALL_HH

#include <string>
#include <string_view>

extern "C" {
#include "base/error.h"
}

namespace xap
{

using std::string;
using std::string_view;

/* A setting or a question that is wrong: thrown where it is found, XS_EINPUT at the wall. */
struct wrong_input {
	string sentence;
};

/* The code of the exception that is being caught, its sentence set.  XS_ENOTFOUND sets none. */
int xap_fail();

} // namespace xap

#endif
