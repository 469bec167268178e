/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_safetensors.c - any bytes as a model.safetensors; every tensor that passes the checks is read
 * whole. */
#include <stddef.h>
#include <stdint.h>

#include "rerank/safetensors.h"
#include "tests/fuzz/tensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_tensors(data, size, xs_safetensors_read);
	return 0;
}
