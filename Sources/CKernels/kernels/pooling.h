#pragma once
#include "../include/cnn_kernel.h"

/* Pooling; windows are cut at the input's edges, no border is read. Tasks: images x bands x spans of blocks. */
typedef struct {
  const cnn_plane *input, *output;
  int blocks, images, input_height, input_width, height, width;
  int kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int pad_top, pad_left, pad_bottom, pad_right;
  int is_average;     /* 0: the largest element, NaN wins */
  int counts_padding; /* average: what lies in the padding counts as zeros */
  int band, span;
  cnn_activation activation;
} cnn_pooling;
extern const cnn_kernel cnn_pooling_kernel;

#ifdef CNN_BODY
/* Pooling: windows are cut at the input's edges. Columns of windows are reduced first, as neighbours share them. */

#define UNROLL _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)") /* a few turns only */

enum {
  POOL_COLUMNS = 64, /* of the buffer for reduced columns */
  POOL_PIXELS_1 = HAS_AVX512 ? 8 : HAS_AVX2 ? 3 : 1, /* of a tile of stride 1: what fits the registers */
  POOL_PIXELS_2 = HAS_AVX512 ? 4 : HAS_AVX2 ? 2 : 1,
  POOL_TILE = 10 /* the most columns that a tile reads */
};

/* The elements of a window's line or column that lie in the input, and how many count for the average. */
typedef struct {
  int first, end, counted;
} pool_reach;

/* Elements of a window within a distance; a division takes longer than a window. */
INLINE int elements_within(int distance, int dilation) {
  if (distance <= 0) return 0;
  return dilation == 1 ? distance : (distance + dilation - 1) / dilation;
}

INLINE pool_reach reach_of(int origin, int kernel, int dilation, int size, int padded_size, int counts_padding) {
  int before = elements_within(-origin, dilation), inside = elements_within(size - origin, dilation);
  int padded = elements_within(padded_size - origin, dilation);
  pool_reach r = {before, inside < kernel ? inside : kernel, padded < kernel ? padded : kernel};
  if (r.first > r.end) r.first = r.end;
  if (!counts_padding) r.counted = r.end - r.first;
  return r;
}

/* A row of output of one block. */
typedef struct {
  const cnn_pooling *context;
  const float *input; /* the first line of the windows that lies in the input */
  float *output;
  int64_t line; /* from line to line */
  int lines, counted;
  activation_clip clip;
} pool_row;

INLINE pool_reach pool_columns(const pool_row *r, int64_t x) {
  const cnn_pooling *c = r->context;
  return reach_of((int)x * c->stride_width - c->pad_left, c->kernel_width, c->dilation_width, c->input_width,
                  c->input_width + c->pad_right, c->counts_padding);
}

INLINE void pool_store(const pool_row *r, const int is_average, int64_t x, v16 v, int counted_columns) {
  if (is_average) v *= 1.f / ((float)r->counted * (float)counted_columns);
  store(r->output + x * CNN_LANES, clipped(r->clip, v));
}

INLINE v16 pool_column(const pool_row *r, const int is_average, int64_t column) {
  const float *p = r->input + column * CNN_LANES;
  v16 v = splat(is_average ? 0 : -__builtin_inff());
  ROLLED for (int line = 0; line < r->lines; line++, p += r->line) v = pool_join(is_average, v, load(p));
  return v;
}

/* Output pixels one at a time. */
INLINE void pool_pixels(const pool_row *r, const int is_average, int64_t x, int64_t end) {
  const cnn_pooling *c = r->context;
  ROLLED for (; x < end; x++) {
    pool_reach reach = pool_columns(r, x);
    int64_t origin = x * c->stride_width - c->pad_left;
    v16 v = splat(is_average ? 0 : -__builtin_inff());
    ROLLED for (int k = reach.first; k < reach.end; k++)
      v = pool_join(is_average, v, pool_column(r, is_average, origin + k * c->dilation_width));
    pool_store(r, is_average, x, v, reach.counted);
  }
}

/* Output pixels whose windows overlap: the columns are reduced once. */
INLINE void pool_overlapping(const pool_row *r, const int is_average, int64_t x, int64_t end) {
  const cnn_pooling *c = r->context;
  int64_t left = x * c->stride_width - c->pad_left, width = (c->kernel_width - 1) * c->dilation_width + 1;
  int64_t right = (end - 1) * c->stride_width - c->pad_left + width;
  float columns[POOL_COLUMNS * CNN_LANES] __attribute__((aligned(64)));
  for (int64_t i = left < 0 ? 0 : left; i < right && i < c->input_width; i++)
    store(columns + (i - left) * CNN_LANES, pool_column(r, is_average, i));
  ROLLED for (; x < end; x++) {
    pool_reach reach = pool_columns(r, x);
    const float *window = columns + (x * c->stride_width - c->pad_left - left) * CNN_LANES;
    v16 v = splat(is_average ? 0 : -__builtin_inff());
    ROLLED for (int k = reach.first; k < reach.end; k++)
      v = pool_join(is_average, v, load(window + k * c->dilation_width * CNN_LANES));
    pool_store(r, is_average, x, v, reach.counted);
  }
}

/* Any window. */
INLINE void pool_any(const pool_row *r, const int is_average) {
  const cnn_pooling *c = r->context;
  int64_t spare = POOL_COLUMNS - ((int64_t)(c->kernel_width - 1) * c->dilation_width + 1);
  if (c->kernel_width <= c->stride_width || spare < 0) {
    pool_pixels(r, is_average, 0, c->width);
    return;
  }
  int64_t pixels = 1 + spare / c->stride_width;
  for (int64_t x = 0; x < c->width; x += pixels)
    pool_overlapping(r, is_average, x, x + pixels < c->width ? x + pixels : c->width);
}

/* A column of a tile; one outside the input changes nothing. */
INLINE v16 pool_load(const pool_row *r, const float *line, int64_t column, const int is_average, const int at_edge) {
  if (at_edge && (column < 0 || column >= r->context->input_width)) return splat(is_average ? 0 : -__builtin_inff());
  return load(line + column * CNN_LANES);
}

/* Windows of a constant size, without dilation. Maxima are taken without regard to NaN: with one among the elements,
   which is rare, the pixels are done again with care. */
INLINE void pool_tile(const pool_row *r, int64_t x, const int is_average, const int pixels, const int size,
                      const int stride, const int at_edge) {
  const int columns = (pixels - 1) * stride + size;
  int64_t left = x * stride - r->context->pad_left;
  const float *p = r->input;
  v16 v[POOL_TILE];
  i16v nan = 0;
  UNROLL for (int i = 0; i < columns; i++) v[i] = splat(is_average ? 0 : -__builtin_inff());
  ROLLED for (int line = 0; line < r->lines; line++, p += r->line) {
    UNROLL for (int i = 0; i < columns; i += 2) {
      const int j = i + 1 < columns ? i + 1 : i;
      v16 a = pool_load(r, p, left + i, is_average, at_edge), b = pool_load(r, p, left + j, is_average, at_edge);
      if (!is_average) nan |= (a != a) | (b != b); /* one comparison */
      v[i] = is_average ? v[i] + a : at_least(v[i], a);
      if (j > i) v[j] = is_average ? v[j] + b : at_least(v[j], b);
    }
  }
  if (!is_average && __builtin_reduce_or(nan)) {
    pool_pixels(r, 0, x, x + pixels);
    return;
  }
  UNROLL for (int i = 0; i < pixels; i++) {
    v16 t = v[i * stride];
    UNROLL for (int k = 1; k < size; k++) t = is_average ? t + v[i * stride + k] : at_least(t, v[i * stride + k]);
    pool_store(r, is_average, x + i, t, is_average && at_edge ? pool_columns(r, x + i).counted : size);
  }
}

/* The last tile of a row may do pixels of the one before again. */
INLINE void pool_tiles(const pool_row *r, const int is_average, const int pixels, const int size, const int stride) {
  const cnn_pooling *c = r->context;
  for (int64_t i = 0; i < c->width; i += pixels) {
    int64_t x = i + pixels <= c->width ? i : c->width - pixels, left = x * stride - c->pad_left;
    if (left >= 0 && left + (pixels - 1) * stride + size <= c->input_width)
      pool_tile(r, x, is_average, pixels, size, stride, 0);
    else pool_tile(r, x, is_average, pixels, size, stride, 1);
  }
}

INLINE void pool_fixed(const pool_row *shared, const int is_average, const int size, const int stride) {
  const pool_row copy = *shared, *r = &copy; /* which stores cannot change, for all that the compiler knows */
  const int pixels = stride == 1 ? POOL_PIXELS_1 : POOL_PIXELS_2, less = pixels > 4 ? 4 : 1;
  if (r->context->width >= pixels) pool_tiles(r, is_average, pixels, size, stride);
  else if (r->context->width >= less) pool_tiles(r, is_average, less, size, stride);
  else pool_any(r, is_average);
}

static void maximum_2_2(const pool_row *r) { pool_fixed(r, 0, 2, 2); }
static void maximum_3_1(const pool_row *r) { pool_fixed(r, 0, 3, 1); }
static void maximum_3_2(const pool_row *r) { pool_fixed(r, 0, 3, 2); }
static void maximum_any(const pool_row *r) { pool_any(r, 0); }
static void average_2_2(const pool_row *r) { pool_fixed(r, 1, 2, 2); }
static void average_3_1(const pool_row *r) { pool_fixed(r, 1, 3, 1); }
static void average_3_2(const pool_row *r) { pool_fixed(r, 1, 3, 2); }
static void average_any(const pool_row *r) { pool_any(r, 1); }

typedef void (*pool_function)(const pool_row *);

static pool_function pool_function_for(const cnn_pooling *c) {
  int size = c->kernel_width, stride = c->stride_width;
  if (c->dilation_width == 1 && size == 2 && stride == 2) return c->is_average ? average_2_2 : maximum_2_2;
  if (c->dilation_width == 1 && size == 3 && stride == 1) return c->is_average ? average_3_1 : maximum_3_1;
  if (c->dilation_width == 1 && size == 3 && stride == 2) return c->is_average ? average_3_2 : maximum_3_2;
  return c->is_average ? average_any : maximum_any;
}

KERNEL(pooling) {
  (void)scratch;
  const cnn_pooling *c = context;
  task_area a = area_of(task, c->height, c->band, c->blocks, c->span);
  pool_function row = pool_function_for(c);
  pool_row r = {.context = c, .clip = clip_of(c->activation)};
  for (int64_t block = a.first_block; block < a.end_block; block++) {
    cnn_plane in = c->input[block], out = c->output[block];
    r.line = in.row * c->dilation_height;
    for (int64_t y = a.first_row; y < a.end_row; y++) {
      int64_t origin = y * c->stride_height - c->pad_top;
      pool_reach reach = reach_of((int)origin, c->kernel_height, c->dilation_height, c->input_height,
                                  c->input_height + c->pad_bottom, c->counts_padding);
      r.lines = reach.end - reach.first, r.counted = reach.counted;
      r.input = pixel_of(in, a.image, origin + reach.first * c->dilation_height, 0);
      r.output = pixel_of(out, a.image, y, 0);
      row(&r);
      if (!r.clip.is_all) activate_run(c->activation, r.output, c->width);
    }
  }
}
#undef UNROLL
#undef ROLLED
#endif
