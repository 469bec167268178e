/* SPDX-License-Identifier: MIT */
/* file.h - a macro of the assembler: `file symbol, path` makes a file read-only data from `symbol` to
 * `symbol`_end.  For models/\*.S alone. */
#ifndef XS_MODELS_FILE_H
#define XS_MODELS_FILE_H

	.section .rodata

	.macro file symbol, path
	.global \symbol
	.hidden \symbol
	.global \symbol\()_end
	.hidden \symbol\()_end
	.balign 64
\symbol:
	.incbin "\path"
\symbol\()_end:
	.byte 0
	.endm

#endif
