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
