#pragma once
#include "../include/cnn_kernel.h"

/* Elements joined along some axes. The input's axes are those that stay, `kept`, and those that go, `gone`, each with its
   extents and steps, the outermost first; neighbours that stay or go together are one. `run` elements lie side by side
   last: if `is_run_gone`, they fall into one element of the result, otherwise each is joined with those of the same place
   in other runs. Tasks: `grain` runs or elements of the result. */

enum { CNN_REDUCTION_AXES = 4 };

typedef enum {
  CNN_REDUCE_SUM,
  CNN_REDUCE_SQUARES,
  CNN_REDUCE_MAGNITUDES,
  CNN_REDUCE_MAXIMUM,
  CNN_REDUCE_MINIMUM
} cnn_reduction_kind;

typedef enum { CNN_REDUCED, CNN_REDUCED_ROOT, CNN_REDUCED_LOGARITHM } cnn_reduction_end;

typedef struct {
  const float *input;
  float *output;
  const int64_t *kept, *gone; /* [axes][extent, step] */
  int64_t run, count; /* the result's elements, or its runs */
  int64_t terms, grain; /* runs that are joined to one */
  double factor; /* of the joined value */
  int32_t kept_axes, gone_axes, is_run_gone, kind, end;
} cnn_reduction;
extern const cnn_kernel cnn_reduction_kernel;

#ifdef CNN_BODY
/* Where the run with a number begins. */
INLINE int64_t reduction_offset(const int64_t *axes, int32_t count, int64_t number) {
  int64_t offset = 0;
  for (int32_t axis = count - 1; axis >= 0; axis--) {
    offset += number % axes[2 * axis] * axes[2 * axis + 1];
    number /= axes[2 * axis];
  }
  return offset;
}

INLINE float reduction_end(const cnn_reduction *c, double value) {
  value *= c->factor;
  return (float)(c->end == CNN_REDUCED_ROOT ? sqrt(value) : c->end == CNN_REDUCED_LOGARITHM ? log(value) : value);
}

static float reduce_to_element(const cnn_reduction *c, const float *from) {
  double sum = 0;
  float best = c->kind == CNN_REDUCE_MAXIMUM ? -__builtin_inff() : __builtin_inff();
  for (int64_t term = 0; term < c->terms; term++) {
    const float *x = from + reduction_offset(c->gone, c->gone_axes, term);
    float other;
    switch ((cnn_reduction_kind)c->kind) {
    case CNN_REDUCE_SUM: sum += row_sum(x, c->run); continue;
    case CNN_REDUCE_SQUARES: sum += row_squares(x, c->run, 0); continue;
    case CNN_REDUCE_MAGNITUDES: sum += row_magnitudes(x, c->run); continue;
    case CNN_REDUCE_MAXIMUM:
      other = row_largest(x, c->run);
      best = other > best || other != other ? other : best;
      continue;
    case CNN_REDUCE_MINIMUM:
      other = row_smallest(x, c->run);
      best = other < best || other != other ? other : best;
      continue;
    }
  }
  return c->kind == CNN_REDUCE_MAXIMUM || c->kind == CNN_REDUCE_MINIMUM ? best : reduction_end(c, sum);
}

INLINE v16 reduction_join(const int kind, v16 all, v16 x) {
  switch ((cnn_reduction_kind)kind) {
  case CNN_REDUCE_SUM: return all + x;
  case CNN_REDUCE_SQUARES: return all + x * x;
  case CNN_REDUCE_MAGNITUDES: return all + __builtin_elementwise_abs(x);
  case CNN_REDUCE_MAXIMUM: return larger(all, x);
  case CNN_REDUCE_MINIMUM: return smaller_of(all, x);
  }
  return all;
}

/* Up to 64 neighbours of a run that stays. Sums of 128 terms are added up: so rounding errors stay small. */
INLINE void reduce_lanes(const cnn_reduction *c, const float *from, float *to, int64_t count, const int kind) {
  enum { VECTORS = 4 };
  const int is_sum = kind != CNN_REDUCE_MAXIMUM && kind != CNN_REDUCE_MINIMUM;
  const v16 none = splat(is_sum ? 0 : kind == CNN_REDUCE_MAXIMUM ? -__builtin_inff() : __builtin_inff());
  v16 all[VECTORS], part[VECTORS];
  for (int i = 0; i < VECTORS; i++) all[i] = none, part[i] = none;
  for (int64_t begin = 0; begin < c->terms; begin += 128) {
    const int64_t end = smaller(begin + 128, c->terms);
    for (int64_t term = begin; term < end; term++) {
      const float *x = from + reduction_offset(c->gone, c->gone_axes, term);
      if (count == 16 * VECTORS) {
        for (int i = 0; i < VECTORS; i++) part[i] = reduction_join(kind, part[i], load(x + 16 * i));
      } else {
        for (int i = 0; 16 * i < count; i++)
          part[i] = reduction_join(kind, part[i], row_load(x + 16 * i, count - 16 * i, 0));
      }
    }
    for (int i = 0; i < VECTORS; i++) {
      all[i] = is_sum ? all[i] + part[i] : reduction_join(kind, all[i], part[i]);
      part[i] = none;
    }
  }
  for (int i = 0; 16 * i < count; i++) {
    v16 v = all[i];
    if (is_sum) v *= (float)c->factor;
    if (c->end == CNN_REDUCED_ROOT) v = __builtin_elementwise_sqrt(v);
    if (c->end == CNN_REDUCED_LOGARITHM) v = logarithm(v);
    row_store(to + 16 * i, count - 16 * i, v);
  }
}

KERNEL(reduction) {
  const cnn_reduction *c = context;
  (void)scratch;
  const int64_t first = task * c->grain;
  if (c->is_run_gone) {
    const int64_t end = smaller(first + c->grain, c->count);
    for (int64_t i = first; i < end; i++)
      c->output[i] = reduce_to_element(c, c->input + reduction_offset(c->kept, c->kept_axes, i));
    return;
  }
  /* Pieces of 64 elements of all runs. */
  const int64_t pieces = quotient_up(c->run, 64), end = smaller(first + c->grain, c->count * pieces);
  for (int64_t i = first; i < end; i++) {
    const int64_t lane = i % pieces * 64, count = smaller(64, c->run - lane);
    const float *from = c->input + reduction_offset(c->kept, c->kept_axes, i / pieces) + lane;
    float *to = c->output + i / pieces * c->run + lane;
    switch ((cnn_reduction_kind)c->kind) {
    case CNN_REDUCE_SUM: reduce_lanes(c, from, to, count, CNN_REDUCE_SUM); break;
    case CNN_REDUCE_SQUARES: reduce_lanes(c, from, to, count, CNN_REDUCE_SQUARES); break;
    case CNN_REDUCE_MAGNITUDES: reduce_lanes(c, from, to, count, CNN_REDUCE_MAGNITUDES); break;
    case CNN_REDUCE_MAXIMUM: reduce_lanes(c, from, to, count, CNN_REDUCE_MAXIMUM); break;
    case CNN_REDUCE_MINIMUM: reduce_lanes(c, from, to, count, CNN_REDUCE_MINIMUM); break;
    }
  }
}
#endif
