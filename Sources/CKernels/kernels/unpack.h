#pragma once
#include "packing.h"

/* Blocks to plain. */
extern const cnn_kernel cnn_unpack_kernel;

#ifdef CNN_BODY
static void unpack_pixels(const float *from, float *to, int64_t to_row, int64_t rows, int64_t pixels) {
  if (pixels < 16) return transpose_part(from, 16, pixels, rows, to, to_row, pixels);
  for (int64_t i = 0; i < pixels; i += 16) {
    i = smaller(i, pixels - 16);
    if (rows == 16) transpose_16(from + i * 16, 16, to + i, to_row);
    else transpose_part(from + i * 16, 16, 16, rows, to + i, to_row, 16);
  }
}

KERNEL(unpack) {
  const cnn_packing *c = context;
  (void)scratch;
  const packing_piece p = packing_piece_of(c, task);
  float *plain = c->plain_output + p.plain;
  if (p.channel == 1) return store_part(plain, p.channels, load(p.block));
  for (int64_t y = 0; y < p.rows; y++)
    unpack_pixels(p.block + y * p.block_row, plain + y * p.width, p.channel, p.channels, p.width);
}
#endif
