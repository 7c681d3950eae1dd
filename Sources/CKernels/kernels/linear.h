#pragma once
#include "../include/cnn_kernel.h"

/* output[n][m] = activation(sum over k of input[n][k] * weights[m][k] + bias[m]), weights at any alignment, where they
   lie in the file; or weights[k][m] if `is_transposed`. Tasks: spans of m. */
typedef struct {
  const float *input;
  const void *weights;
  const float *bias; /* NULL for none */
  float *output;
  int64_t rows, inputs, outputs; /* n, k, m */
  int64_t padded_outputs;        /* columns from `outputs` to here become 0 */
  int64_t input_row, output_row, weight_row;
  int is_transposed;
  int64_t span;
  cnn_activation activation;
} cnn_linear;
extern const cnn_kernel cnn_linear_kernel;

#ifdef CNN_BODY
/* Products with a matrix of weights that is read once, from wherever it lies, and mostly waited for. Sums gather in the
   output; bias and activation come last.

   The register tile is `n` input rows by `m` weight rows (transposed: by m vectors of columns). Whatever the tile, an
   output sums its products in one order, so it does not depend on spans, tiles or the number of rows. */

/* X(n, m): the tiles, by ascending n. Sums, weights and an input must fit the registers. */
#if HAS_AVX512
#define LINEAR_TILES(X) X(1, 8) X(2, 8) X(4, 6) X(6, 4) X(8, 3)
#elif HAS_AVX2
#define LINEAR_TILES(X) X(1, 8) X(2, 6) X(3, 4) X(4, 3) X(6, 2)
#else
#define LINEAR_TILES(X) X(1, 8) X(2, 4) X(3, 3) X(4, 2)
#endif

enum {
  LINEAR_MOST = 8,        /* n or m */
  LINEAR_COLUMNS = 24,    /* tiles of any m fill them */
  LINEAR_AHEAD = 512,     /* bytes from what is read to what is fetched */
  LINEAR_WEIGHTS = 65536, /* about as many weights stay in the cache while all rows meet them */
  LINEAR_SUMS = 8192,     /* transposed: about as many sums stay in the cache for the whole depth */
  LINEAR_STREAMS = 16,    /* transposed: weight rows read side by side, as many as prefetching follows; */
  LINEAR_DEPTH = 64,      /* and if many inputs meet the weights */
};

/* Rows [first, first + count) of the input and columns [column, end) of the output. */
typedef struct {
  int64_t first, count, column, end;
} linear_part;

INLINE float sum_lanes(native v) {
#if HAS_AVX512
  const __m512 whole = (__m512)v;
  const __m256 half = _mm256_add_ps(_mm512_castps512_ps256(whole), _mm512_extractf32x8_ps(whole, 1));
  const v4 quarter = (v4)_mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#elif HAS_AVX2
  const __m256 half = (__m256)v;
  const v4 quarter = (v4)_mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#else
  const v4 quarter = v;
#endif
  return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
}

/* ---- Weights [m][k]: dot products ---- */

INLINE void dot_step(const int n, const int m, native sums[][LINEAR_MOST], const float *const *input,
                     const char *const *weights, int64_t k, const int64_t lanes) {
  native w[LINEAR_MOST];
#pragma clang loop unroll(full)
  for (int j = 0; j < m; j++) {
    const char *p = weights[j] + k * 4;
    __builtin_prefetch(p + LINEAR_AHEAD);
    w[j] = lanes == NATIVE_LANES ? load_native(p) : load_native_part(p, lanes);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < n; i++) {
    const native x = lanes == NATIVE_LANES ? load_native(input[i] + k) : load_native_part(input[i] + k, lanes);
#pragma clang loop unroll(full)
    for (int j = 0; j < m; j++) sums[i][j] += x * w[j];
  }
}

/* Beyond the part's rows and columns the last ones are repeated. */
INLINE void dot_tile(const int n, const int m, const cnn_linear *c, linear_part part) {
  const int64_t rows = smaller(n, part.count), columns = smaller(m, part.end - part.column);
  native sums[LINEAR_MOST][LINEAR_MOST];
  const float *input[LINEAR_MOST];
  const char *weights[LINEAR_MOST];
#pragma clang loop unroll(full)
  for (int i = 0; i < n; i++) {
    input[i] = c->input + (part.first + smaller(i, rows - 1)) * c->input_row;
#pragma clang loop unroll(full)
    for (int j = 0; j < m; j++) sums[i][j] = 0;
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < m; j++)
    weights[j] = (const char *)c->weights + (part.column + smaller(j, columns - 1)) * c->weight_row * 4;
  int64_t k = 0;
  for (; k + NATIVE_LANES <= c->inputs; k += NATIVE_LANES) dot_step(n, m, sums, input, weights, k, NATIVE_LANES);
  if (k < c->inputs) dot_step(n, m, sums, input, weights, k, c->inputs - k);
#pragma clang loop unroll(full)
  for (int i = 0; i < n; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < m; j++) {
      const float sum = sum_lanes(sums[i][j]);
      if (i < rows && j < columns) c->output[(part.first + i) * c->output_row + part.column + j] = sum;
    }
}

#define LINEAR_DOT(n, m)                                                      \
  static void dot_##n(const cnn_linear *c, linear_part part) {                \
    for (; part.column < part.end; part.column += m) dot_tile(n, m, c, part); \
  }
LINEAR_TILES(LINEAR_DOT)

/* ---- Weights [k][m]: sums of rows ---- */

/* Adds weight rows [k, k + depth) to m vectors of columns, the last of `lanes` lanes. */
INLINE void column_tile(const int n, const int m, const cnn_linear *c, linear_part part, int64_t k, int64_t depth,
                        const int64_t lanes) {
  native sums[LINEAR_MOST][LINEAR_MOST];
  const float *input[LINEAR_MOST];
  float *output[LINEAR_MOST];
#pragma clang loop unroll(full)
  for (int i = 0; i < n; i++) {
    const int64_t row = part.first + smaller(i, part.count - 1);
    input[i] = c->input + row * c->input_row + k;
    output[i] = c->output + row * c->output_row + part.column;
#pragma clang loop unroll(full)
    for (int j = 0; j < m; j++)
      sums[i][j] = k == 0                  ? (native)(0)
                   : lanes == NATIVE_LANES ? load_native(output[i] + j * NATIVE_LANES)
                                           : load_native_part(output[i] + j * NATIVE_LANES, lanes);
  }
  const char *weights = (const char *)c->weights + (k * c->weight_row + part.column) * 4;
  for (int64_t step = 0; step < depth; step++, weights += c->weight_row * 4) {
    native w[LINEAR_MOST];
#pragma clang loop unroll(full)
    for (int j = 0; j < m; j++) {
      const char *p = weights + j * sizeof(native);
      __builtin_prefetch(p + LINEAR_STREAMS / 2 * c->weight_row * 4);
      w[j] = lanes == NATIVE_LANES ? load_native(p) : load_native_part(p, lanes);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < n; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < m; j++) sums[i][j] += input[i][step] * w[j];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < n; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < m; j++) {
      if (lanes == NATIVE_LANES) store_native(output[i] + j * NATIVE_LANES, sums[i][j]);
      else store_native_part(output[i] + j * NATIVE_LANES, lanes, sums[i][j]);
    }
}

#define LINEAR_COLUMN_SUMS(n, m)                                                             \
  static void columns_##n(const cnn_linear *c, linear_part part, int64_t k, int64_t depth) { \
    for (; part.column + m * NATIVE_LANES <= part.end; part.column += m * NATIVE_LANES)      \
      column_tile(n, m, c, part, k, depth, NATIVE_LANES);                                    \
    for (; part.column < part.end; part.column += NATIVE_LANES)                              \
      column_tile(n, 1, c, part, k, depth, smaller(NATIVE_LANES, part.end - part.column));   \
  }
LINEAR_TILES(LINEAR_COLUMN_SUMS)

/* ---- Both ---- */

static const struct {
  int64_t rows;
  void (*dot)(const cnn_linear *, linear_part);
  void (*columns)(const cnn_linear *, linear_part, int64_t k, int64_t depth);
} linear_tiles[] = {
#define LINEAR_ENTRY(n, m) {n, dot_##n, columns_##n},
    LINEAR_TILES(LINEAR_ENTRY)
};

/* The tile for the next of `rows` rows, which tiles shall share evenly. */
INLINE int linear_tile_for(int64_t rows) {
  const int last = sizeof linear_tiles / sizeof *linear_tiles - 1;
  const int64_t share = quotient_up(rows, quotient_up(rows, linear_tiles[last].rows));
  int i = 0;
  while (linear_tiles[i].rows < share) i++;
  return i;
}

/* All rows with weight rows [k, k + depth); not transposed, with all of them. */
static void linear_rows(const cnn_linear *c, linear_part part, int64_t k, int64_t depth) {
  while (part.first < c->rows) {
    part.count = c->rows - part.first;
    const int tile = linear_tile_for(part.count);
    if (c->is_transposed) linear_tiles[tile].columns(c, part, k, depth);
    else linear_tiles[tile].dot(c, part);
    part.first += linear_tiles[tile].rows;
  }
}

static void linear_finish(const cnn_linear *c, int64_t column, int64_t end) {
  if (!c->bias && c->activation.kind == CNN_IDENTITY) return;
  for (int64_t n = 0; n < c->rows; n++) {
    float *row = c->output + n * c->output_row;
    for (int64_t m = column; m < end; m += 16) {
      const int64_t count = smaller(16, end - m);
      v16 sum = count == 16 ? load(row + m) : load_part(row + m, count);
      if (c->bias) sum += count == 16 ? load(c->bias + m) : load_part(c->bias + m, count);
      sum = activate(c->activation, sum);
      if (count == 16) store(row + m, sum);
      else store_part(row + m, count, sum);
    }
  }
}

KERNEL(linear) {
  const cnn_linear *c = context;
  (void)scratch;
  const int64_t end = smaller((task + 1) * c->span, c->outputs);
  const int64_t tiles = c->is_transposed ? LINEAR_COLUMNS * NATIVE_LANES : LINEAR_COLUMNS;
  const int64_t fitting = c->is_transposed ? LINEAR_SUMS / (c->rows + 1) : LINEAR_WEIGHTS / (c->inputs + 1);
  const int64_t chunk = (fitting / tiles + 1) * tiles;
  for (int64_t column = task * c->span; column < end; column += chunk) {
    const linear_part part = {.column = column, .end = smaller(column + chunk, end)};
    if (c->is_transposed && c->inputs) {
      const int64_t depth = c->rows <= 2 * LINEAR_MOST ? LINEAR_STREAMS : LINEAR_DEPTH;
      for (int64_t k = 0; k < c->inputs; k += depth) linear_rows(c, part, k, smaller(depth, c->inputs - k));
    } else {
      linear_rows(c, part, 0, 0);
    }
    linear_finish(c, column, part.end);
  }
  if (end == c->outputs && c->padded_outputs > end)
    for (int64_t n = 0; n < c->rows; n++)
      memset(c->output + n * c->output_row + end, 0, (size_t)(c->padded_outputs - end) * sizeof(float));
}
#endif
