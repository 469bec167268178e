/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_document.c - any bytes as a document of each format. */
#include <stddef.h>
#include <stdint.h>

#include "index/documents/convert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const formats[] = {"pdf",   "docx", "pptx", "xlsx", "odt", "epub",
					      "ipynb", "csv",  "feed", "mail", "mbox"};
	xs_buf html;

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		xs_buf_init(&html);
		xs_convert(&html, formats[i], (const char *)data, len);
		xs_buf_fini(&html);
	}
	return 0;
}
