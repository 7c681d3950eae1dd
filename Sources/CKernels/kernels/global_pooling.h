#pragma once
#include "../include/cnn_kernel.h"

/* The mean (or the largest element) of each channel of an image, output [1][1]. Tasks: images x spans of blocks. */
typedef struct {
  const cnn_plane *input, *output;
  int blocks, images, height, width;
  int is_maximum;
  int span;
} cnn_global_pooling;
extern const cnn_kernel cnn_global_pooling_kernel;

#ifdef CNN_BODY
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE v16 global_row(const float *p, int64_t width, const int is_maximum) {
  v16 sums[4];
  UNROLL for (int i = 0; i < 4; i++) sums[i] = splat(is_maximum ? -__builtin_inff() : 0);
  int64_t x = 0;
  for (; x + 4 <= width; x += 4)
    UNROLL for (int i = 0; i < 4; i++) sums[i] = pool_join(!is_maximum, sums[i], load(p + (x + i) * CNN_LANES));
  for (; x < width; x++) sums[0] = pool_join(!is_maximum, sums[0], load(p + x * CNN_LANES));
  return pool_join(!is_maximum, pool_join(!is_maximum, sums[0], sums[1]), pool_join(!is_maximum, sums[2], sums[3]));
}

/* The rows' sums are added up: so rounding errors stay small. */
INLINE v16 global_block(const cnn_global_pooling *c, const float *p, int64_t row, const int is_maximum) {
  v16 all = splat(is_maximum ? -__builtin_inff() : 0);
  for (int y = 0; y < c->height; y++, p += row)
    all = pool_join(!is_maximum, all, global_row(p, c->width, is_maximum));
  return is_maximum ? all : all / (float)((int64_t)c->height * c->width);
}

KERNEL(global_pooling) {
  (void)scratch;
  const cnn_global_pooling *c = context;
  task_area a = area_of(task, 1, 1, c->blocks, c->span);
  for (int64_t block = a.first_block; block < a.end_block; block++) {
    const float *p = pixel_of(c->input[block], a.image, 0, 0);
    int64_t row = c->input[block].row;
    v16 v = c->is_maximum ? global_block(c, p, row, 1) : global_block(c, p, row, 0);
    store(pixel_of(c->output[block], a.image, 0, 0), v);
  }
}
#undef UNROLL
#endif
