/* Sums and greatest elements of rows; included once for each instruction set. Sums are made of short ones, so that
   rounding errors stay small, and do not depend on how work is cut. */

enum { ROW_CHUNK = 2048 };

/* 16 elements of a row, `missing` for those behind its end. */
INLINE v16 row_load(const float *p, int64_t count, float missing) {
  if (count >= 16) return load(p);
  float lanes[16];
  store(lanes, splat(missing));
  for (int64_t i = 0; i < count; i++) lanes[i] = p[i];
  return load(lanes);
}

INLINE void row_store(float *p, int64_t count, v16 v) {
  if (count >= 16) return store(p, v);
  float lanes[16];
  store(lanes, v);
  for (int64_t i = 0; i < count; i++) p[i] = lanes[i];
}

INLINE double lanes_sum(v16 v) {
  typedef double v4d __attribute__((ext_vector_type(4)));
  const v8d halves = __builtin_convertvector(v.lo, v8d) + __builtin_convertvector(v.hi, v8d);
  const v4d quarters = halves.lo + halves.hi;
  return (quarters[0] + quarters[2]) + (quarters[1] + quarters[3]);
}

/* NaN wins. */
INLINE v16 smaller_of(v16 least, v16 x) {
  least = x < least ? x : least;
  return x != x ? x : least;
}

/* All lanes joined to one, by the halves of what is left. */
#define LANES_JOINED(join, v)                                                                               \
  v = join(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));         \
  v = join(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));         \
  v = join(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));         \
  v = join(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));         \
  return v[0];

INLINE float lanes_largest(v16 v) { LANES_JOINED(larger, v) }
INLINE float lanes_smallest(v16 v) { LANES_JOINED(smaller_of, v) }

static float row_largest(const float *x, int64_t count) {
  const v16 low = splat(-__builtin_inff());
  v16 a = low, b = low, c = low, d = low;
  int64_t i = 0;
  for (; i + 64 <= count; i += 64) {
    a = larger(a, load(x + i)), b = larger(b, load(x + i + 16));
    c = larger(c, load(x + i + 32)), d = larger(d, load(x + i + 48));
  }
  for (; i < count; i += 16) a = larger(a, row_load(x + i, count - i, -__builtin_inff()));
  return lanes_largest(larger(larger(a, b), larger(c, d)));
}

static float row_smallest(const float *x, int64_t count) {
  v16 a = splat(__builtin_inff());
  for (int64_t i = 0; i < count; i += 16) a = smaller_of(a, row_load(x + i, count - i, __builtin_inff()));
  return lanes_smallest(a);
}

typedef enum { ROW_SUM, ROW_SQUARES, ROW_MAGNITUDES } row_term;

INLINE v16 row_term_of(const int term, v16 x) {
  return term == ROW_SUM ? x : term == ROW_SQUARES ? x * x : __builtin_elementwise_abs(x);
}

/* The sum of f(x - center). */
INLINE double row_sum_of(const int term, const float *x, int64_t count, float center) {
  double sum = 0;
  for (; count > 0; x += ROW_CHUNK, count -= ROW_CHUNK) {
    const int64_t part = smaller(count, ROW_CHUNK);
    v16 a = splat(0), b = a, c = a, d = a;
    int64_t i = 0;
    for (; i + 64 <= part; i += 64) {
      a += row_term_of(term, load(x + i) - center), b += row_term_of(term, load(x + i + 16) - center);
      c += row_term_of(term, load(x + i + 32) - center), d += row_term_of(term, load(x + i + 48) - center);
    }
    for (; i < part; i += 16) a += row_term_of(term, row_load(x + i, part - i, center) - center);
    sum += lanes_sum((a + b) + (c + d));
  }
  return sum;
}
static double row_sum(const float *x, int64_t count) { return row_sum_of(ROW_SUM, x, count, 0); }
static double row_magnitudes(const float *x, int64_t count) { return row_sum_of(ROW_MAGNITUDES, x, count, 0); }
static double row_squares(const float *x, int64_t count, float center) {
  return row_sum_of(ROW_SQUARES, x, count, center);
}
