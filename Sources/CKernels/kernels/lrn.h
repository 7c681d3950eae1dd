#pragma once
#include "../include/cnn_kernel.h"

/* x / (bias + alpha / size * sum of squares of neighbouring channels)^beta, the sum over (size - 1) / 2 channels
   below to size / 2 above. Tasks: images x bands. */
typedef struct {
  const cnn_plane *input, *output;
  int channels, images, height, width;
  int size;
  float alpha, beta, bias;
  int band;
} cnn_lrn;
extern const cnn_kernel cnn_lrn_kernel;

/* Floats of scratch that a task needs. */
static inline int64_t cnn_lrn_scratch(const cnn_lrn *c) { return (c->channels + 15) / 16 * 16 + 2 * (int64_t)c->size + 64; }

#ifdef CNN_BODY
/* Local response normalisation. A task works on one pixel at a time, whose squares lie in the scratch with zeros at
   both sides: `channels` rounded up to 16, plus `size` + 16 floats. */

/* Windows wider than this are summed in a time that does not depend on their width. */
enum { LRN_NARROW = 16 };

/* Floats of scratch in use. */
INLINE int64_t lrn_padded(const cnn_lrn *c) { return quotient_up(c->channels, 16) * 16 + c->size + 16; }

/* Replaces squares[i] by the sum of squares[i ... i + size - 1]. In chunks of `size`, a window is the end of one chunk
   and the beginning of the next: no sum is ever taken back from, which would leave rounding behind. */
static void lrn_wide_sums(float *squares, int64_t count, int64_t size) {
  for (int64_t chunk = 0; chunk < count; chunk += size) {
    double sum = 0;
    for (int64_t i = chunk + size - 1; i >= chunk; i--) squares[i] = (float)(sum += squares[i]);
    sum = 0;
    for (int64_t i = chunk + 1; i < smaller(chunk + size, count); i++) {
      sum += squares[i + size - 1];
      squares[i] += (float)sum;
    }
  }
}

/* 1 / sqrt(b). An estimate and a step of Newton's are far quicker than a root of 16 lanes and a division. The step makes
   NaN of the estimates for 0 and infinity, which are right. */
INLINE v16 reciprocal_root(v16 b) {
#if HAS_AVX512
  const v16 y = (v16)_mm512_rsqrt14_ps((__m512)b), better = y * (1.5f - 0.5f * b * y * y);
  return better == better ? better : y;
#else
  return 1 / __builtin_elementwise_sqrt(b);
#endif
}

/* b^-beta */
INLINE v16 lrn_power(v16 b, float beta) {
  if (beta == 0.75f) {
    const v16 root = reciprocal_root(b);
    return root * __builtin_elementwise_sqrt(root);
  }
  if (beta == 0.5f) return reciprocal_root(b);
  if (beta == 1) return 1 / b;
  float lanes[16];
  store(lanes, b);
  for (int i = 0; i < 16; i++) lanes[i] = powf(lanes[i], -beta);
  return load(lanes);
}

/* -1 in the lanes that hold channels */
INLINE i16v lrn_channels(int64_t block, int64_t channels) {
  const i16v lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lanes < (i16v)((int32_t)smaller(16, channels - block * 16));
}

INLINE void lrn_pixel(const cnn_lrn *c, int64_t image, int64_t y, int64_t x, float *squares) {
  const int64_t blocks = quotient_up(c->channels, 16), below = (c->size - 1) / 2;
  const int is_wide = c->size > LRN_NARROW;
  if (is_wide) memset(squares, 0, (size_t)lrn_padded(c) * sizeof(float)); /* the last pixel's sums */
  for (int64_t block = 0; block < blocks; block++) {
    const v16 value = load(plane_row(c->input + block, image, y) + x * 16);
    store(squares + below + block * 16, lrn_channels(block, c->channels) ? value * value : splat(0));
  }
  if (is_wide) lrn_wide_sums(squares, c->channels, c->size);
  const float factor = c->alpha / (float)c->size;
  for (int64_t block = 0; block < blocks; block++) {
    v16 sum = load(squares + block * 16);
    if (!is_wide)
      for (int64_t i = 1; i < c->size; i++) sum += load(squares + block * 16 + i);
    const v16 value = load(plane_row(c->input + block, image, y) + x * 16);
    const v16 result = value * lrn_power(c->bias + factor * sum, c->beta);
    store(plane_row(c->output + block, image, y) + x * 16,
          lrn_channels(block, c->channels) ? result : splat(0));
  }
}

KERNEL(lrn) {
  const cnn_lrn *c = context;
  const int64_t bands = quotient_up(c->height, c->band), image = task / bands, first = task % bands * c->band;
  memset(scratch, 0, (size_t)lrn_padded(c) * sizeof(float));
  for (int64_t y = first; y < smaller(first + c->band, c->height); y++)
    for (int64_t x = 0; x < c->width; x++) lrn_pixel(c, image, y, x, scratch);
}
#endif
