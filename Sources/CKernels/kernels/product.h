#pragma once
#include "../include/cnn_kernel.h"

/* output[i][n][m] = activation(scale * sum over k of a[i][n][k] * b[i][k][m] + bias[m]) for each matrix i (or the row's bias,
   which are counted on over `bias_rows` rows of several matrices), at any alignment of a and b, either of them in any order of its axes. Outputs lie one after the other without a gap.
   Tasks: matrices x bands of rows x spans of columns. */
typedef struct {
  const void *a, *b;
  const float *bias; /* NULL for none */
  float *output;
  const int64_t *starts; /* for each matrix: where a and b begin, in floats */
  int64_t matrices, rows, depth, columns;
  int64_t a_row, a_step;    /* from row to row, and from product to product */
  int64_t b_step, b_column; /* from product to product, and from column to column */
  int64_t band, span;
  int64_t bias_rows; /* 0: a bias for each column */
  float scale;
  cnn_activation activation;
} cnn_product;
extern const cnn_kernel cnn_product_kernel;

/* What scratch memory holds, in floats, for every instruction set: pieces of a, of b, and of the result. */
enum {
  CNN_PRODUCT_A = 98304,
  CNN_PRODUCT_B = 49152,
  CNN_PRODUCT_ROWS = 192,
  CNN_PRODUCT_COLUMNS = 192,
  CNN_PRODUCT_SCRATCH = CNN_PRODUCT_A + CNN_PRODUCT_B + CNN_PRODUCT_ROWS * CNN_PRODUCT_COLUMNS,
};

#ifdef CNN_BODY
/* Products of matrices that both may be large: pieces of them are copied into the order in which they are read, and the
   piece of the result gathers in scratch memory, where rows are no power of two apart. All three stay in the second-level
   cache, and a panel of b in the first.

   An output sums its products in one order, whatever the tile, the band or the span. */

/* X(n): the tiles' rows, by ascending n. A tile is n rows by two vectors of columns. */
#if HAS_AVX512
#define PRODUCT_TILES(X) X(1) X(2) X(4) X(6) X(8) X(10) X(12)
enum { PRODUCT_LARGEST = 12, PRODUCT_A = CNN_PRODUCT_A, PRODUCT_COLUMNS = 192 };
#elif HAS_AVX2
#define PRODUCT_TILES(X) X(1) X(2) X(3) X(4) X(5) X(6)
enum { PRODUCT_LARGEST = 6, PRODUCT_A = CNN_PRODUCT_A / 2, PRODUCT_COLUMNS = 96 };
#else
#define PRODUCT_TILES(X) X(1) X(2) X(3) X(4)
enum { PRODUCT_LARGEST = 4, PRODUCT_A = CNN_PRODUCT_A / 2, PRODUCT_COLUMNS = 96 };
#endif

enum {
  PRODUCT_PANEL = 2 * NATIVE_LANES,
  PRODUCT_DEPTH = 192,  /* products of a panel and a tile at a time */
  PRODUCT_SUPER = 1920, /* and those that the copy of a holds */
};

/* A float at any alignment. */
INLINE float float_at(const char *p) {
  float x;
  memcpy(&x, p, sizeof x);
  return x;
}

INLINE v4 load_v4(const char *p) { return *(const v4_anywhere *)p; }
INLINE void store_v4(float *p, v4 v) { *(v4_anywhere *)p = v; }

/* `count` rows of `depth` floats, side by side in the source, become columns: to[k * row + i]. */
INLINE void turn_rows(const char *from, int64_t from_row, int64_t count, int64_t depth, float *to, int64_t row) {
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const char *p = from + i * from_row;
    int64_t k = 0;
    for (; k + 4 <= depth; k += 4) {
      const v4 a = load_v4(p + k * 4), b = load_v4(p + from_row + k * 4);
      const v4 c = load_v4(p + 2 * from_row + k * 4), d = load_v4(p + 3 * from_row + k * 4);
      const v4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
      const v4 AB = __builtin_shufflevector(a, b, 2, 6, 3, 7), CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
      store_v4(to + k * row + i, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
      store_v4(to + (k + 1) * row + i, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
      store_v4(to + (k + 2) * row + i, __builtin_shufflevector(AB, CD, 0, 1, 4, 5));
      store_v4(to + (k + 3) * row + i, __builtin_shufflevector(AB, CD, 2, 3, 6, 7));
    }
    for (; k < depth; k++)
      for (int64_t j = 0; j < 4; j++) to[k * row + i + j] = float_at(p + j * from_row + k * 4);
  }
  for (; i < count; i++)
    for (int64_t k = 0; k < depth; k++) to[k * row + i] = float_at(from + i * from_row + k * 4);
}

/* b's rows [0, depth) and columns [0, columns) as panels of columns; those that are missing from the last one are 0. */
static void product_pack_b(const char *b, const cnn_product *c, int64_t depth, int64_t columns, float *to) {
  for (int64_t first = 0; first < columns; first += PRODUCT_PANEL, to += depth * PRODUCT_PANEL) {
    const int64_t count = smaller(PRODUCT_PANEL, columns - first);
    const char *from = b + first * c->b_column * 4;
    if (count < PRODUCT_PANEL) memset(to, 0, (size_t)(depth * PRODUCT_PANEL) * sizeof(float));
    if (c->b_step == 1 && c->b_column != 1) {
      turn_rows(from, c->b_column * 4, count, depth, to, PRODUCT_PANEL);
    } else if (c->b_column == 1 && count == PRODUCT_PANEL) {
      for (int64_t k = 0; k < depth; k++) {
        const char *row = from + k * c->b_step * 4;
        store_native(to + k * PRODUCT_PANEL, load_native(row));
        store_native(to + k * PRODUCT_PANEL + NATIVE_LANES, load_native(row + sizeof(native)));
      }
    } else {
      for (int64_t k = 0; k < depth; k++)
        for (int64_t m = 0; m < count; m++)
          to[k * PRODUCT_PANEL + m] = float_at(from + (k * c->b_step + m * c->b_column) * 4);
    }
  }
}

/* Rows of a side by side: [product][row]. */
static void product_pack_a(const char *a, const cnn_product *c, int64_t depth, int64_t rows, float *to) {
  if (c->a_step == 1) {
    turn_rows(a, c->a_row * 4, rows, depth, to, rows);
  } else {
    for (int64_t k = 0; k < depth; k++)
      for (int64_t n = 0; n < rows; n++) to[k * rows + n] = float_at(a + (k * c->a_step + n * c->a_row) * 4);
  }
}

/* n rows by one panel; adds to what is there if `continues`. */
INLINE void product_tile(const int n, const float *a, const float *b, int64_t depth, float *sums, const int continues) {
  native left[PRODUCT_LARGEST], right[PRODUCT_LARGEST];
#pragma clang loop unroll(full)
  for (int i = 0; i < n; i++) {
    const float *p = sums + i * CNN_PRODUCT_COLUMNS;
    left[i] = continues ? load_native(p) : (native)(0);
    right[i] = continues ? load_native(p + NATIVE_LANES) : (native)(0);
  }
  for (int64_t k = 0; k < depth; k++, a += n, b += PRODUCT_PANEL) {
    const native x = load_native(b), y = load_native(b + NATIVE_LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < n; i++) {
      left[i] += a[i] * x;
      right[i] += a[i] * y;
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < n; i++) {
    float *p = sums + i * CNN_PRODUCT_COLUMNS;
    store_native(p, left[i]);
    store_native(p + NATIVE_LANES, right[i]);
  }
}

#define PRODUCT_ROWS(n)                                                                                        static void product_##n(const float *a, const float *b, int64_t depth, float *sums, int64_t columns,                                 int continues) {                                                                       for (; columns > 0; columns -= PRODUCT_PANEL, b += depth * PRODUCT_PANEL, sums += PRODUCT_PANEL) {              if (continues) product_tile(n, a, b, depth, sums, 1);                                                        else product_tile(n, a, b, depth, sums, 0);                                                                }                                                                                                          }
PRODUCT_TILES(PRODUCT_ROWS)

static const struct {
  int64_t rows;
  void (*run)(const float *a, const float *b, int64_t depth, float *sums, int64_t columns, int continues);
} product_tiles[] = {
#define PRODUCT_ENTRY(n) {n, product_##n},
    PRODUCT_TILES(PRODUCT_ENTRY)
};

/* The largest tile that no more than fills `rows` rows, which tiles shall share evenly. */
INLINE int product_tile_for(int64_t rows) {
  const int last = sizeof product_tiles / sizeof *product_tiles - 1;
  const int64_t share = quotient_up(rows, quotient_up(rows, product_tiles[last].rows));
  int i = last;
  while (product_tiles[i].rows > share) i--;
  return i;
}

/* Sums go where they belong: added to what is there if `continues`; the last ones with factor, bias and activation. */
static void product_finish(const cnn_product *c, const float *sums, float *output, int64_t row, int64_t rows,
                           int64_t column, int64_t columns, int continues, int is_last) {
  for (int64_t n = 0; n < rows; n++, sums += CNN_PRODUCT_COLUMNS, output += c->columns) {
    const v16 own = splat(c->bias_rows ? c->bias[(row + n) % c->bias_rows] : 0);
    for (int64_t m = 0; m < columns; m += 16) {
      const int64_t count = smaller(16, columns - m);
      v16 sum = load(sums + m);
      if (continues) sum += count == 16 ? load(output + m) : load_part(output + m, count);
      if (is_last) {
        if (c->scale != 1) sum *= c->scale;
        if (c->bias_rows) sum += own;
        else if (c->bias) sum += count == 16 ? load(c->bias + column + m) : load_part(c->bias + column + m, count);
        sum = activate(c->activation, sum);
      }
      if (count == 16) store(output + m, sum);
      else store_part(output + m, count, sum);
    }
  }
}

/* Copies b's rows [k, k + depth) and columns [column, column + columns) of a matrix into panels. */
typedef void product_packer(const void *source, int64_t matrix, int64_t k, int64_t column, int64_t depth,
                            int64_t columns, float *to);

INLINE void product_run(const cnn_product *c, int64_t task, float *scratch, product_packer *pack_b, const void *source) {
  const int64_t spans = quotient_up(c->columns, c->span), bands = quotient_up(c->rows, c->band);
  const int64_t matrix = task / spans / bands;
  const int64_t first_row = task / spans % bands * c->band, first_column = task % spans * c->span;
  const int64_t end_row = smaller(first_row + c->band, c->rows), end_column = smaller(first_column + c->span, c->columns);
  const char *a = (const char *)c->a + c->starts[2 * matrix] * 4;
  float *output = c->output + matrix * c->rows * c->columns;
  float *packed_a = scratch, *packed_b = packed_a + CNN_PRODUCT_A, *sums = packed_b + CNN_PRODUCT_B;
  const int64_t most = smaller(CNN_PRODUCT_ROWS, PRODUCT_A / smaller(c->depth, PRODUCT_SUPER) / 12 * 12);
  for (int64_t row = first_row; row < end_row; row += most)
    for (int64_t deep = 0; deep < c->depth; deep += PRODUCT_SUPER) {
      const int64_t rows = smaller(most, end_row - row), all = smaller(PRODUCT_SUPER, c->depth - deep);
      for (int64_t column = first_column; column < end_column; column += PRODUCT_COLUMNS) {
        const int64_t columns = smaller(PRODUCT_COLUMNS, end_column - column);
        for (int64_t k = 0; k < all; k += PRODUCT_DEPTH) {
          const int64_t depth = smaller(PRODUCT_DEPTH, all - k);
          pack_b(source, matrix, deep + k, column, depth, columns, packed_b);
          for (int64_t n = 0; n < rows;) {
            const int tile = product_tile_for(rows - n);
            const int64_t count = product_tiles[tile].rows;
            float *tile_a = packed_a + k * rows + n * depth;
            if (column == first_column)
              product_pack_a(a + ((row + n) * c->a_row + (deep + k) * c->a_step) * 4, c, depth, count, tile_a);
            product_tiles[tile].run(tile_a, packed_b, depth, sums + n * CNN_PRODUCT_COLUMNS, columns, k > 0);
            n += count;
          }
        }
        product_finish(c, sums, output + row * c->columns + column, matrix * c->rows + row, rows, column, columns,
                       deep > 0, deep + all == c->depth);
      }
    }
}

static void product_pack(const void *source, int64_t matrix, int64_t k, int64_t column, int64_t depth, int64_t columns,
                         float *to) {
  const cnn_product *c = source;
  const int64_t start = c->starts[2 * matrix + 1] + k * c->b_step + column * c->b_column;
  product_pack_b((const char *)c->b + start * 4, c, depth, columns, to);
}

KERNEL(product) { product_run(context, task, scratch, product_pack, context); }
#endif
