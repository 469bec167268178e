/* SPDX-License-Identifier: MIT */
/* embedder.S - the files of the default embedder as read-only data (rerank/builtin.h).  Its vocabulary is
 * the default model's (models.am compares them). */
#include "models/embedder.stamp.h"
#include "models/file.h"

	file xs_builtin_embedder_config, "models/embedder/config.json"
	file xs_builtin_embedder_weights, "models/embedder/model.safetensors"
	file xs_builtin_embedder_modules, "models/embedder/modules.json"
	file xs_builtin_embedder_pooling, "models/embedder/1_Pooling/config.json"
	file xs_builtin_embedder_length, "models/embedder/sentence_bert_config.json"

	.section .note.GNU-stack, "", %progbits
