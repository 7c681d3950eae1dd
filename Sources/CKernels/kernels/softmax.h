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
/* The sum of exp(x - most) along lines: the ones that the largest elements add are counted apart, so that the logarithm of
   a sum a little above 1 keeps its digits. */
typedef struct {
  v16 ones, others;
} softmax_sum;

/* Adds exp(x - most); of a softmax it is written, too. */
INLINE void softmax_vector(const float *x, float *y, int64_t count, v16 most, const int is_logarithm, float filler,
                           softmax_sum *sum) {
  const v16 distance = row_load(x, count, filler) - most, e = exponential(distance);
  if (is_logarithm) {
    sum->ones += distance == splat(0) ? splat(1) : splat(0);
    sum->others += distance == splat(0) ? splat(0) : e;
  } else {
    sum->others += e;
    row_store(y, count, e);
  }
}

/* log(ones + others), where others may be much less than 1. */
INLINE float softmax_logarithm(double ones, double others) { return (float)log1p(ones - 1 + others); }

INLINE void softmax_row(const float *x, float *y, int64_t count, const int is_logarithm) {
  const v16 most = splat(row_largest(x, count));
  double ones = 0, others = 0;
  for (int64_t begin = 0; begin < count; begin += ROW_CHUNK) {
    const int64_t end = smaller(begin + ROW_CHUNK, count);
    softmax_sum a = {splat(0), splat(0)}, b = a;
    int64_t i = begin;
    for (; i + 32 <= end; i += 32) {
      softmax_vector(x + i, y + i, 16, most, is_logarithm, 0, &a);
      softmax_vector(x + i + 16, y + i + 16, 16, most, is_logarithm, 0, &b);
    }
    for (; i < end; i += 16)
      softmax_vector(x + i, y + i, smaller(16, end - i), most, is_logarithm, -__builtin_inff(), &a);
    ones += lanes_sum(a.ones + b.ones);
    others += lanes_sum(a.others + b.others);
  }
  const v16 last = splat(is_logarithm ? softmax_logarithm(ones, others) : (float)(1 / others));
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) store(y + i, is_logarithm ? load(x + i) - most - last : load(y + i) * last);
  for (; i < count; i++) y[i] = is_logarithm ? x[i] - most[0] - last[0] : y[i] * last[0];
}

/* `lanes` lines side by side. */
static void softmax_lines(const float *x, float *y, const cnn_softmax *c, int64_t lanes) {
  v16 most = splat(-__builtin_inff());
  softmax_sum sum = {splat(0), splat(0)}, part = sum;
  for (int64_t i = 0; i < c->count; i++) most = larger(most, row_load(x + i * c->inner, lanes, 0));
  for (int64_t i = 0; i < c->count; i++) {
    softmax_vector(x + i * c->inner, y + i * c->inner, lanes, most, c->is_logarithm, 0, &part);
    if (i % 128 != 127) continue;
    sum.ones += part.ones, sum.others += part.others;
    part = (softmax_sum){splat(0), splat(0)};
  }
  sum.ones += part.ones, sum.others += part.others;
  v16 shift = splat(0);
  for (int lane = 0; c->is_logarithm && lane < lanes; lane++)
    shift[lane] = softmax_logarithm(sum.ones[lane], sum.others[lane]);
  for (int64_t i = 0; i < c->count; i++) {
    float *to = y + i * c->inner;
    if (c->is_logarithm) row_store(to, lanes, row_load(x + i * c->inner, lanes, 0) - most - shift);
    else row_store(to, lanes, row_load(to, lanes, 0) / sum.others);
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
