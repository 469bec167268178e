/* SPDX-License-Identifier: MIT */
/* builtin.h - the files of the default model, compiled in as read-only data (models/default.S). */
#ifndef XS_RERANK_BUILTIN_H
#define XS_RERANK_BUILTIN_H

/* Each file's first byte and the byte after its last. */
extern const unsigned char xs_builtin_config[], xs_builtin_config_end[];
extern const unsigned char xs_builtin_vocabulary[], xs_builtin_vocabulary_end[];
extern const unsigned char xs_builtin_weights[], xs_builtin_weights_end[];

#endif
