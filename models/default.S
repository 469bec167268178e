/* SPDX-License-Identifier: MIT */
/* default.S - the files of the default model as read-only data (rerank/builtin.h). */
#include "models/default.stamp.h"
#include "models/file.h"

	file xs_builtin_config, "models/default/config.json"
	file xs_builtin_vocabulary, "models/default/vocab.txt"
	file xs_builtin_weights, "models/default/model.safetensors"

	.section .note.GNU-stack, "", %progbits
