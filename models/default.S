/* SPDX-License-Identifier: MIT */
/* default.S - the files of the default model as read-only data (rerank/builtin.h). */
#include "models/default.stamp.h"

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

	file xs_builtin_config, "models/default/config.json"
	file xs_builtin_vocabulary, "models/default/vocab.txt"
	file xs_builtin_weights, "models/default/model.safetensors"

	.section .note.GNU-stack, "", %progbits
