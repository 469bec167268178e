/* SPDX-License-Identifier: MIT */
/* sized.c - copies between two lengths of one struct. */
#include "rerank/sized.h"

#include <string.h>

#include "base/error.h"

int xs_sized_in(void *to, size_t size, const void *from, size_t from_size, const char *name)
{
	const unsigned char *bytes = from;
	size_t i;

	/* Dropping a field that is set would score in another way than was asked for. */
	for (i = size; i < from_size; i++)
		if (bytes[i])
			return xs_fail(
				XS_EUNSUPPORTED,
				"%s: byte %zu is set, but this librerank knows %zu bytes of it; "
				"the program was built with a newer one",
				name, i, size);
	memset(to, 0, size);
	memcpy(to, from, from_size < size ? from_size : size);
	return XS_OK;
}

void xs_sized_out(void *to, size_t to_size, const void *from, size_t size)
{
	memcpy(to, from, size < to_size ? size : to_size);
	if (size < to_size)
		memset((char *)to + size, 0, to_size - size);
}
