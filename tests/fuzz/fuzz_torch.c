/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_torch.c - any bytes as a pytorch_model.bin: a zip archive, or a row of pickles; every tensor
 * that passes the checks is read whole. */
#include <stddef.h>
#include <stdint.h>

#include "rerank/torch.h"
#include "tests/fuzz/tensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_tensors(data, size, xs_torch_read);
	return 0;
}
