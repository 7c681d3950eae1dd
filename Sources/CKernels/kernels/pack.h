#pragma once
#include "packing.h"

/* Plain to blocks. */
extern const cnn_kernel cnn_pack_kernel;

#ifdef CNN_BODY
/* At most four channels, as images have. */
static void pack_few(const float *from, int64_t from_row, int64_t rows, float *to, int64_t pixels) {
  const v4 zero = 0;
  if (pixels < 4) return transpose_part(from, from_row, rows, pixels, to, 16, 16);
  for (int64_t i = 0; i < pixels; i += 4) {
    i = smaller(i, pixels - 4);
    const float *p = from + i;
    const v4 a = *(const v4_anywhere *)p, b = rows > 1 ? *(const v4_anywhere *)(p + from_row) : zero;
    const v4 c = rows > 2 ? *(const v4_anywhere *)(p + 2 * from_row) : zero;
    const v4 d = rows > 3 ? *(const v4_anywhere *)(p + 3 * from_row) : zero;
    const v4 ab[2] = {__builtin_shufflevector(a, b, 0, 4, 1, 5), __builtin_shufflevector(a, b, 2, 6, 3, 7)};
    const v4 cd[2] = {__builtin_shufflevector(c, d, 0, 4, 1, 5), __builtin_shufflevector(c, d, 2, 6, 3, 7)};
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      const v4 even = __builtin_shufflevector(ab[j], cd[j], 0, 1, 4, 5);
      const v4 odd = __builtin_shufflevector(ab[j], cd[j], 2, 3, 6, 7);
      float *q = to + (i + 2 * j) * 16;
      store(q, __builtin_shufflevector(even, zero, 0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4));
      store(q + 16, __builtin_shufflevector(odd, zero, 0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4));
    }
  }
}

/* The last tile may lie over the one before. */
static void pack_pixels(const float *from, int64_t from_row, int64_t rows, float *to, int64_t pixels) {
  if (rows <= 4) return pack_few(from, from_row, rows, to, pixels);
  if (pixels < 16) return transpose_part(from, from_row, rows, pixels, to, 16, 16);
  for (int64_t i = 0; i < pixels; i += 16) {
    i = smaller(i, pixels - 16);
    if (rows == 16) transpose_16(from + i, from_row, to + i * 16, 16);
    else transpose_part(from + i, from_row, rows, 16, to + i * 16, 16, 16);
  }
}

KERNEL(pack) {
  const cnn_packing *c = context;
  (void)scratch;
  const packing_piece p = packing_piece_of(c, task);
  const float *plain = c->plain_input + p.plain;
  if (p.channel == 1) return store(p.block, load_part(plain, p.channels));
  for (int64_t y = 0; y < p.rows; y++)
    pack_pixels(plain + y * p.width, p.channel, p.channels, p.block + y * p.block_row, p.width);
}
#endif
