#pragma once
#include "product.h"

/* A convolution of row-major [N][C][D][H][W], any groups: a product of the weights with what the window sees. Of
   `product`, rows are a group's filters, columns the output's pixels, products the window's elements, and matrices
   images x groups; `b` is the input. */
typedef struct {
  cnn_product product;
  /* For depth, height and width. */
  int32_t input[3], output[3], kernel[3], stride[3], dilation[3], pad[3];
} cnn_volume;
extern const cnn_kernel cnn_volume_kernel;

#ifdef CNN_BODY
/* The window's elements are copied while they are packed; what lies outside of the input is 0. */

/* Pixels of an output row that lie in one panel. */
typedef struct {
  int32_t z, y, x, count;
} volume_run;

/* One element of the window for the pixels of a run. */
INLINE void volume_elements(const cnn_volume *c, const char *channel, volume_run run, const int32_t *tap, float *to) {
  const int64_t z = (int64_t)run.z * c->stride[0] + tap[0] * (int64_t)c->dilation[0] - c->pad[0];
  const int64_t y = (int64_t)run.y * c->stride[1] + tap[1] * (int64_t)c->dilation[1] - c->pad[1];
  const int64_t x = (int64_t)run.x * c->stride[2] + tap[2] * (int64_t)c->dilation[2] - c->pad[2];
  const int64_t width = c->input[2], step = c->stride[2];
  if (z < 0 || z >= c->input[0] || y < 0 || y >= c->input[1]) {
    memset(to, 0, (size_t)run.count * sizeof(float));
    return;
  }
  const char *row = channel + (z * c->input[1] + y) * width * 4;
  if (step == 1 && x >= 0 && x + run.count <= width) {
    memcpy(to, row + x * 4, (size_t)run.count * sizeof(float));
    return;
  }
  for (int64_t i = 0; i < run.count; i++) {
    const int64_t at = x + i * step;
    to[i] = at >= 0 && at < width ? float_at(row + at * 4) : 0;
  }
}

static void volume_pack(const void *source, int64_t matrix, int64_t k, int64_t column, int64_t depth, int64_t columns,
                        float *to) {
  const cnn_volume *c = source;
  const int64_t taps = (int64_t)c->kernel[0] * c->kernel[1] * c->kernel[2];
  const int64_t plane = (int64_t)c->input[0] * c->input[1] * c->input[2];
  const char *input = (const char *)c->product.b + c->product.starts[2 * matrix + 1] * 4;
  for (int64_t first = 0; first < columns; first += PRODUCT_PANEL, to += depth * PRODUCT_PANEL) {
    const int64_t count = smaller(PRODUCT_PANEL, columns - first);
    volume_run runs[PRODUCT_PANEL];
    int run_count = 0;
    for (int64_t pixel = column + first, left = count; left > 0; run_count++) {
      const int32_t x = (int32_t)(pixel % c->output[2]), row = (int32_t)(pixel / c->output[2]);
      const int32_t length = (int32_t)smaller(left, c->output[2] - x);
      runs[run_count] = (volume_run){row / c->output[1], row % c->output[1], x, length};
      pixel += length, left -= length;
    }
    if (count < PRODUCT_PANEL) memset(to, 0, (size_t)(depth * PRODUCT_PANEL) * sizeof(float));
    int32_t rest = (int32_t)(k % taps);
    int32_t tap[3] = {rest / c->kernel[2] / c->kernel[1], rest / c->kernel[2] % c->kernel[1], rest % c->kernel[2]};
    const char *channel = input + k / taps * plane * 4;
    for (int64_t i = 0; i < depth; i++) {
      float *panel = to + i * PRODUCT_PANEL;
      for (int r = 0; r < run_count; panel += runs[r].count, r++) volume_elements(c, channel, runs[r], tap, panel);
      if (++tap[2] < c->kernel[2]) continue;
      tap[2] = 0;
      if (++tap[1] < c->kernel[1]) continue;
      tap[1] = 0;
      if (++tap[0] < c->kernel[0]) continue;
      tap[0] = 0;
      channel += plane * 4;
    }
  }
}

KERNEL(volume) {
  const cnn_volume *c = context;
  product_run(&c->product, task, scratch, volume_pack, c);
}
#endif
