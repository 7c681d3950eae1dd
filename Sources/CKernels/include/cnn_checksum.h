#pragma once

#include "cnn_kernel.h"

/* One sum for each piece of so many bytes. Tasks: pieces. */
enum { CNN_CHECKSUM_BYTES = 1 << 20 };
typedef struct {
  const void *bytes;
  int64_t count;
  uint64_t *sums;
} cnn_checksums;
void cnn_checksum(const void *context, int64_t task, float *scratch);
