/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wellformed.c - whether files are well-formed XML, for tests of commands. */
#include <stdio.h>

#include <libxml/parser.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		xmlDoc *doc = xmlReadFile(argv[i], NULL, XML_PARSE_NONET);

		if (!doc)
			return 1;
		xmlFreeDoc(doc);
	}
	xmlCleanupParser();
	return argc < 2;
}
