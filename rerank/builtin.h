/* SPDX-License-Identifier: MIT */
/* builtin.h - the files of the default reranker and the default embedder, compiled in as read-only data
 * (models/default.S, models/embedder.S).  They have one vocabulary. */
#ifndef XS_RERANK_BUILTIN_H
#define XS_RERANK_BUILTIN_H

/* Each file's first byte and the byte after its last. */
extern const unsigned char xs_builtin_config[], xs_builtin_config_end[];
extern const unsigned char xs_builtin_vocabulary[], xs_builtin_vocabulary_end[];
extern const unsigned char xs_builtin_weights[], xs_builtin_weights_end[];
extern const unsigned char xs_builtin_embedder_config[], xs_builtin_embedder_config_end[];
extern const unsigned char xs_builtin_embedder_weights[], xs_builtin_embedder_weights_end[];
extern const unsigned char xs_builtin_embedder_modules[], xs_builtin_embedder_modules_end[];
extern const unsigned char xs_builtin_embedder_pooling[], xs_builtin_embedder_pooling_end[];
extern const unsigned char xs_builtin_embedder_length[], xs_builtin_embedder_length_end[];

#endif
