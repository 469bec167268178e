// SPDX-License-Identifier: GPL-2.0-or-later
/* toml.cc - one function of C around toml++, with the exception wall. */
#include "index/pages/toml.h"

#include <cstring>
#include <new>
#include <sstream>
#include <string_view>

#include <toml++/toml.h>

int xs_toml_json(char **out, long *line, const char *text, size_t len)
try {
	*out = nullptr;
	*line = 0;
	/* The one place where toml++ sees the bytes of a page; it throws at the first mistake. */
	const toml::table table = toml::parse(std::string_view(text, len));
	std::ostringstream json;

	json << toml::json_formatter(table);
	/* malloc'ed: it is freed in C. */
	*out = strdup(json.str().c_str());
	if (!*out)
		throw std::bad_alloc();
	return XS_OK;
} catch (const toml::parse_error &e) {
	*line = static_cast<long>(e.source().begin.line);
	return xs_fail(XS_EFORMAT, "%.*s", static_cast<int>(e.description().size()),
		       e.description().data());
} catch (const std::exception &e) {
	return xs_fail(XS_EFORMAT, "%s", e.what());
} catch (...) {
	return xs_fail(XS_EINTERNAL, "toml++ threw something that is no exception");
}
