#pragma once
#include "../include/cnn_kernel.h"

/* Rows normalized each by itself: (x - mean) / sqrt(variance + epsilon) * scale + shift, or without a mean
   x / sqrt(mean of squares + epsilon) * scale. A row is `segments` runs of `length` elements. Scale and shift are
   [periods][segments]: one number for each run, those of row r in line r % periods. Tasks: `grain` rows. */
typedef struct {
  const float *input, *scale, *shift;
  float *output;
  int64_t rows, segments, length, periods;
  int64_t grain;
  double epsilon;
  int32_t has_mean;
} cnn_normalization;
extern const cnn_kernel cnn_normalization_kernel;

#ifdef CNN_BODY
/* What single precision loses of a mean would show where all elements are nearly the same. */
typedef struct {
  float high, low;
} row_mean;

/* One number of scale and shift for each element. */
static void normalize_elements(const float *x, float *y, const float *scale, const float *shift, int64_t count,
                               row_mean mean, float factor) {
  for (int64_t i = 0; i < count; i += 16) {
    const int64_t rest = count - i;
    v16 v = ((row_load(x + i, rest, 0) - mean.high) - mean.low) * factor * row_load(scale + i, rest, 0);
    if (shift) v += row_load(shift + i, rest, 0);
    row_store(y + i, rest, v);
  }
}

/* One number of scale and shift for all. */
static void normalize_run(const float *x, float *y, float scale, float shift, int64_t count, row_mean mean,
                          float factor) {
  for (int64_t i = 0; i < count; i += 16)
    row_store(y + i, count - i,
              ((row_load(x + i, count - i, 0) - mean.high) - mean.low) * factor * scale + shift);
}

KERNEL(normalization) {
  const cnn_normalization *c = context;
  (void)scratch;
  const int64_t columns = c->segments * c->length, end = smaller((task + 1) * c->grain, c->rows);
  for (int64_t row = task * c->grain; row < end; row++) {
    const float *x = c->input + row * columns;
    float *y = c->output + row * columns;
    const double sum = c->has_mean ? row_sum(x, columns) / (double)columns : 0;
    row_mean mean = {(float)sum, 0};
    /* An infinite one has no rest. */
    if (sum - mean.high == sum - mean.high) mean.low = (float)(sum - mean.high);
    const double rest = mean.low, variance = row_squares(x, columns, mean.high) / (double)columns - rest * rest;
    const float factor = (float)(1 / sqrt((variance < 0 ? 0 : variance) + c->epsilon));
    const float *scale = c->scale + row % c->periods * c->segments;
    const float *shift = c->shift ? c->shift + row % c->periods * c->segments : NULL;
    if (c->length == 1) {
      normalize_elements(x, y, scale, shift, columns, mean, factor);
    } else {
      for (int64_t i = 0; i < c->segments; i++)
        normalize_run(x + i * c->length, y + i * c->length, scale[i], shift ? shift[i] : 0, c->length, mean, factor);
    }
  }
}
#endif
