#pragma once
#include "../include/cnn_kernel.h"

/* exp(x) / sum of exp(x) for each row. Tasks: rows. */
typedef struct {
  const float *input;
  float *output;
  int64_t rows, columns, input_row, output_row;
} cnn_softmax;
extern const cnn_kernel cnn_softmax_kernel;

#ifdef CNN_BODY
/* Softmax of rows. */

static float softmax_maximum(const float *x, int64_t count) {
  float most = x[0];
  for (int64_t i = 1; i < count; i++)
    if (x[i] > most || x[i] != x[i]) most = x[i];
  return most;
}

KERNEL(softmax) {
  const cnn_softmax *c = context;
  (void)scratch;
  const float *x = c->input + task * c->input_row;
  float *y = c->output + task * c->output_row;
  const v16 most = splat(softmax_maximum(x, c->columns));
  double sum = 0;
  for (int64_t i = 0; i < c->columns; i += 16) {
    float part[16] = {0};
    const int64_t count = c->columns - i < 16 ? c->columns - i : 16;
    memcpy(part, x + i, count * sizeof(float));
    store(part, exponential(load(part) - most));
    for (int64_t j = 0; j < count; j++) sum += part[j];
    memcpy(y + i, part, count * sizeof(float));
  }
  const float scale = (float)(1 / sum);
  for (int64_t i = 0; i < c->columns; i++) y[i] *= scale;
}
#endif
