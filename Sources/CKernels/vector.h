/* Sixteen floats, whatever the instruction set; included once for each set, inside its target attribute. */
/* Sets without such wide registers would pass vectors between functions otherwise; here all of it is inlined. */
#pragma clang diagnostic ignored "-Wpsabi"

typedef float v16 __attribute__((ext_vector_type(16)));
typedef float v16u __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t i16v __attribute__((ext_vector_type(16)));

#define INLINE static inline __attribute__((always_inline))

INLINE v16 load(const float *p) { return *(const v16u *)p; }
INLINE void store(float *p, v16 v) { *(v16u *)p = v; }
INLINE v16 splat(float x) { return (v16)(x); }
/* NaN in x stays. */
INLINE v16 at_least(v16 x, v16 low) { return x < low ? low : x; }
INLINE v16 at_most(v16 x, v16 high) { return x > high ? high : x; }

/* A vector that fills one register. */
#if HAS_AVX512
enum { NATIVE_LANES = 16 };
#elif HAS_AVX2
enum { NATIVE_LANES = 8 };
#else
enum { NATIVE_LANES = 4 };
#endif
typedef float native __attribute__((ext_vector_type(NATIVE_LANES)));
typedef float native_anywhere __attribute__((ext_vector_type(NATIVE_LANES), aligned(1)));
typedef float v4 __attribute__((ext_vector_type(4)));
typedef float v4_anywhere __attribute__((ext_vector_type(4), aligned(1)));

INLINE native load_native(const void *p) { return *(const native_anywhere *)p; }
INLINE void store_native(void *p, native v) { *(native_anywhere *)p = v; }
INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t quotient_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* The first `count` of 0 to NATIVE_LANES floats at p, at any alignment, and zeros; reads no byte beyond them. */
#if HAS_AVX512
INLINE native load_native_part(const void *p, int64_t count) {
  return (native)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}
INLINE void store_native_part(void *p, int64_t count, native v) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
}
#elif HAS_AVX2
static const int32_t lane_masks[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
INLINE __m256i lane_mask(int64_t count) { return _mm256_loadu_si256((const __m256i *)(lane_masks + 8 - count)); }
INLINE native load_native_part(const void *p, int64_t count) {
  return (native)_mm256_maskload_ps(p, lane_mask(count));
}
INLINE void store_native_part(void *p, int64_t count, native v) {
  _mm256_maskstore_ps(p, lane_mask(count), (__m256)v);
}
#else
INLINE native load_native_part(const void *p, int64_t count) {
  native v = 0;
  if (count == 4) return load_native(p);
  if (count > 0) memcpy(&v, p, 4);
  float second = 0, third = 0;
  if (count > 1) memcpy(&second, (const char *)p + 4, 4);
  if (count > 2) memcpy(&third, (const char *)p + 8, 4);
  v[1] = second, v[2] = third;
  return v;
}
INLINE void store_native_part(void *p, int64_t count, native v) {
  if (count == 4) return store_native(p, v);
  const float lanes[3] = {v[0], v[1], v[2]};
  if (count > 0) memcpy(p, lanes, 4);
  if (count > 1) memcpy((char *)p + 4, lanes + 1, 4);
  if (count > 2) memcpy((char *)p + 8, lanes + 2, 4);
}
#endif

/* How many of `count` lanes of a block lie in the register that begins with lane i. */
INLINE int64_t lanes_from(int64_t i, int64_t count) { return count < i ? 0 : smaller(count - i, NATIVE_LANES); }

/* The first `count` of 0 to 16 floats at p, and zeros. */
INLINE v16 load_part(const float *p, int64_t count) {
  float lanes[16] __attribute__((aligned(64)));
#pragma clang loop unroll(full)
  for (int64_t i = 0; i < 16; i += NATIVE_LANES)
    store_native(lanes + i, load_native_part(p + smaller(i, count), lanes_from(i, count)));
  return load(lanes);
}

INLINE void store_part(float *p, int64_t count, v16 v) {
  float lanes[16] __attribute__((aligned(64)));
  store(lanes, v);
#pragma clang loop unroll(full)
  for (int64_t i = 0; i < 16; i += NATIVE_LANES)
    store_native_part(p + smaller(i, count), lanes_from(i, count), load_native(lanes + i));
}

INLINE float *plane_row(const cnn_plane *plane, int64_t image, int64_t y) {
  return plane->data + image * plane->image + y * plane->row;
}

/* What a task of images x bands x spans of blocks covers. */
typedef struct {
  int64_t image, first_row, end_row, first_block, end_block;
} task_area;

INLINE task_area area_of(int64_t task, int64_t height, int64_t band, int64_t blocks, int64_t span) {
  int64_t bands = (height + band - 1) / band, spans = (blocks + span - 1) / span;
  task_area a = {task / spans / bands, task / spans % bands * band, 0, task % spans * span, 0};
  a.end_row = a.first_row + band < height ? a.first_row + band : height;
  a.end_block = a.first_block + span < blocks ? a.first_block + span : blocks;
  return a;
}

INLINE float *pixel_of(cnn_plane p, int64_t image, int64_t y, int64_t x) {
  return p.data + image * p.image + y * p.row + x * CNN_LANES;
}

/* NaN wins. */
INLINE v16 larger(v16 most, v16 x) {
  most = x > most ? x : most;
  return x != x ? x : most;
}

INLINE v16 pool_join(const int is_average, v16 a, v16 b) { return is_average ? a + b : larger(a, b); }
