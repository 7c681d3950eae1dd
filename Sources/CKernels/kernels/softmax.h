#pragma once
#include "../include/cnn_kernel.h"

/* exp(x) / sum of exp(x) along an axis, or its logarithm, of [outer][count][inner] elements. If inner is 1, the lines are
   rows `input_row` and `output_row` apart; otherwise nothing lies between. Tasks: `grain` rows, or one of `outer` and a
   span of 16 of `inner` each. */
typedef struct {
  const float *input;
  float *output;
  int64_t outer, count, inner, input_row, output_row;
  int64_t grain;
  int32_t is_logarithm;
} cnn_softmax;
extern const cnn_kernel cnn_softmax_kernel;

#ifdef CNN_BODY
/* Writes exp(x - most), if it is wanted, and adds it up. */
INLINE v16 softmax_vector(const float *x, float *y, int64_t count, v16 most, const int is_kept) {
  const v16 e = exponential(row_load(x, count, -__builtin_inff()) - most);
  if (is_kept) row_store(y, count, e);
  return e;
}

INLINE void softmax_row(const float *x, float *y, int64_t count, const int is_logarithm) {
  const v16 most = splat(row_largest(x, count));
  double sum = 0;
  for (int64_t begin = 0; begin < count; begin += ROW_CHUNK) {
    const int64_t end = smaller(begin + ROW_CHUNK, count);
    v16 a = splat(0), b = a;
    int64_t i = begin;
    for (; i + 32 <= end; i += 32) {
      a += softmax_vector(x + i, y + i, 16, most, !is_logarithm);
      b += softmax_vector(x + i + 16, y + i + 16, 16, most, !is_logarithm);
    }
    for (; i < end; i += 16) a += softmax_vector(x + i, y + i, end - i, most, !is_logarithm);
    sum += lanes_sum(a + b);
  }
  const v16 last = splat(is_logarithm ? (float)log(sum) : (float)(1 / sum));
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) store(y + i, is_logarithm ? load(x + i) - most - last : load(y + i) * last);
  for (; i < count; i++) y[i] = is_logarithm ? x[i] - most[0] - last[0] : y[i] * last[0];
}

/* `lanes` lines side by side. */
static void softmax_lines(const float *x, float *y, const cnn_softmax *c, int64_t lanes) {
  v16 most = splat(-__builtin_inff()), sum = splat(0), part = splat(0);
  for (int64_t i = 0; i < c->count; i++) most = larger(most, row_load(x + i * c->inner, lanes, 0));
  for (int64_t i = 0; i < c->count; i++) {
    const v16 e = exponential(row_load(x + i * c->inner, lanes, 0) - most);
    if (!c->is_logarithm) row_store(y + i * c->inner, lanes, e);
    part += e;
    if (i % 128 == 127) sum += part, part = splat(0);
  }
  sum += part;
  const v16 shift = c->is_logarithm ? logarithm(sum) : splat(0);
  for (int64_t i = 0; i < c->count; i++) {
    float *to = y + i * c->inner;
    if (c->is_logarithm) row_store(to, lanes, row_load(x + i * c->inner, lanes, 0) - most - shift);
    else row_store(to, lanes, row_load(to, lanes, 0) / sum);
  }
}

KERNEL(softmax) {
  const cnn_softmax *c = context;
  (void)scratch;
  if (c->inner == 1) {
    const int64_t end = smaller((task + 1) * c->grain, c->outer);
    for (int64_t row = task * c->grain; row < end; row++) {
      const float *x = c->input + row * c->input_row;
      float *y = c->output + row * c->output_row;
      if (c->is_logarithm) softmax_row(x, y, c->count, 1);
      else softmax_row(x, y, c->count, 0);
    }
    return;
  }
  const int64_t spans = quotient_up(c->inner, 16 * c->grain), outer = task / spans;
  const int64_t first = task % spans * 16 * c->grain, end = smaller(first + 16 * c->grain, c->inner);
  const int64_t start = outer * c->count * c->inner;
  for (int64_t lane = first; lane < end; lane += 16)
    softmax_lines(c->input + start + lane, c->output + start + lane, c, smaller(16, end - lane));
}
#endif
