#pragma once
#include "../include/cnn_kernel.h"

/* Pooling of row-major [planes][D][H][W]; windows are cut at the input's edges. Tasks: bands of output rows, which are
   counted through all planes and slices; scratch: an input row. */
typedef struct {
  const void *input; /* at any alignment */
  float *output;
  int64_t planes, band;
  /* For depth, height and width. */
  int32_t extent[3], result[3], kernel[3], stride[3], dilation[3], pad[3], pad_end[3];
  int is_average;     /* 0: the largest element, NaN wins */
  int counts_padding; /* average: what lies in the padding counts as zeros */
} cnn_volume_pooling;
extern const cnn_kernel cnn_volume_pooling_kernel;

#ifdef CNN_BODY
/* Rows of a window are joined first, then their columns. */

/* Joins a row to those before it. */
INLINE void join_rows(const int is_average, const char *row, float *joined, int64_t count, int is_first) {
  for (int64_t i = 0; i < count; i += 16) {
    float part[16] __attribute__((aligned(64))) = {0};
    const int64_t lanes = smaller(16, count - i);
    memcpy(part, row + i * 4, (size_t)lanes * sizeof(float));
    store(joined + i, is_first ? load(part) : pool_join(is_average, load(joined + i), load(part)));
  }
}

INLINE pool_reach volume_reach(const cnn_volume_pooling *c, int axis, int64_t at) {
  const int origin = (int)(at * c->stride[axis] - c->pad[axis]);
  return reach_of(origin, c->kernel[axis], c->dilation[axis], c->extent[axis], c->extent[axis] + c->pad_end[axis],
                  c->counts_padding);
}

INLINE void pool_volume_row(const int is_average, const cnn_volume_pooling *c, int64_t row, float *joined) {
  const int64_t y = row % c->result[1], z = row / c->result[1] % c->result[0], plane = row / c->result[1] / c->result[0];
  const int64_t width = c->extent[2];
  const pool_reach deep = volume_reach(c, 0, z), high = volume_reach(c, 1, y);
  const int64_t first_z = z * c->stride[0] - c->pad[0], first_y = y * c->stride[1] - c->pad[1];
  int is_first = 1;
  for (int64_t dz = deep.first; dz < deep.end; dz++)
    for (int64_t dy = high.first; dy < high.end; dy++) {
      const int64_t slice = plane * c->extent[0] + first_z + dz * c->dilation[0];
      const int64_t line = slice * c->extent[1] + first_y + dy * c->dilation[1];
      join_rows(is_average, (const char *)c->input + line * width * 4, joined, width, is_first);
      is_first = 0;
    }
  float *to = c->output + row * c->result[2];
  const float none = is_average ? 0 : -__builtin_inff();
  for (int64_t x = 0; x < c->result[2]; x++) {
    const pool_reach wide = volume_reach(c, 2, x);
    const int64_t origin = x * c->stride[2] - c->pad[2];
    float value = none;
    for (int64_t dx = wide.first; dx < wide.end && !is_first; dx++) {
      const float next = joined[origin + dx * c->dilation[2]];
      if (is_average) value += next;
      else if (next > value || next != next || dx == wide.first) value = value != value ? value : next;
    }
    if (is_average) value /= (float)((int64_t)deep.counted * high.counted * wide.counted);
    to[x] = value;
  }
}

KERNEL(volume_pooling) {
  const cnn_volume_pooling *c = context;
  const int64_t rows = c->planes * c->result[0] * c->result[1], end = smaller((task + 1) * c->band, rows);
  for (int64_t row = task * c->band; row < end; row++) {
    if (c->is_average) pool_volume_row(1, c, row, scratch);
    else pool_volume_row(0, c, row, scratch);
  }
}
#endif
