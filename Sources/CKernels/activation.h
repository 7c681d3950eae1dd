/* Activation functions of sixteen floats; included once for each instruction set. NaN stays NaN throughout. Infinities
   give what the operators' formulas give in IEEE arithmetic: x times a factor that tends to 0 is NaN at minus infinity.

   activate() holds every kind's code: fine if a loop calls it once, too large for each accumulator of a tile. A tile
   does better with the two steps
     store(output, clipped(clip, sum));                with clip = clip_of(activation), before the loops
     if (!clip.is_all) activate_run(activation, row, pixels);    for a finished row or tile, still in the cache
   where the first does all of identity, ReLU and clip. */

typedef struct {
  float low, high;
  int is_all; /* nothing is left for activate_run */
} activation_clip;

INLINE activation_clip clip_of(cnn_activation a) {
  activation_clip all = {-__builtin_inff(), __builtin_inff(), 1};
  if (a.kind == CNN_RELU) all.low = 0;
  else if (a.kind == CNN_CLIP) all.low = a.a, all.high = a.b;
  else all.is_all = a.kind == CNN_IDENTITY;
  return all;
}

INLINE v16 clipped(activation_clip c, v16 x) { return at_most(at_least(x, splat(c.low)), splat(c.high)); }

/* x = turns * ln 2 + rest, |rest| <= ln 2 / 2, for |x| up to some hundreds; NaN in rest for NaN. */
typedef struct {
  v16 turns, rest;
  i16v bits; /* its low bits are those of turns as an integer */
} reduced;

INLINE reduced reduce(v16 x) {
  const v16 shifter = splat(12582912.f); /* 3 * 2^22: its sum with a small number is rounded to an integer */
  v16 shifted = x * 1.442695041f + shifter;
  reduced r;
  r.turns = shifted - shifter;
  r.rest = x - r.turns * 0.693359375f;
  r.rest = r.rest + r.turns * 2.12194440e-4f;
  r.bits = (i16v)shifted;
  return r;
}

/* exp(r) - 1 for |r| <= ln 2 / 2, relative error 2e-8 before rounding. */
INLINE v16 near_zero_exponential_minus_one(v16 r) {
  v16 p = r * 1.388251053e-3f + 8.366580651e-3f;
  p = p * r + 4.166720178e-2f;
  p = p * r + 1.666654318e-1f;
  p = p * r + 4.999999814e-1f;
  return (r * r) * p + r;
}

INLINE v16 exponential_above(float low, v16 x) {
  reduced r = reduce(at_most(at_least(x, splat(low)), splat(90)));
  v16 y = near_zero_exponential_minus_one(r.rest) + 1.f;
#if HAS_AVX512
  return (v16)_mm512_scalef_ps((__m512)y, (__m512)r.turns);
#else
  /* 2^turns may be no float though the result is one: two factors. */
  i16v turns = r.bits - 0x4b400000, half = turns >> 1;
  return y * (v16)((half + 127) << 23) * (v16)((turns - half + 127) << 23);
#endif
}

INLINE v16 exponential(v16 x) { return exponential_above(-110, x); }

/* 1 + exp(x), without a denormal number on the way: they are slow. */
INLINE v16 exponential_plus_one(v16 x) { return exponential_above(-40, x) + 1.f; }

/* exp(x) - 1 for x <= 0, accurate near 0. */
INLINE v16 exponential_minus_one(v16 x) {
  reduced r = reduce(at_least(x, splat(-25)));
  v16 scale = (v16)((r.bits + 127) << 23);
  return near_zero_exponential_minus_one(r.rest) * scale + (scale - 1.f);
}

/* a / b for b from 1 on; a * 0 if b is too large for its reciprocal. Division takes twice as long as all the rest of an
   activation if vectors are this wide, so it is a reciprocal of 14 bits and two corrections. Infinity is not corrected. */
INLINE v16 quotient(v16 a, v16 b) {
#if HAS_AVX512
  v16 r = (v16)_mm512_rcp14_ps((__m512)b);
  r = r * (2.f - b * r);
  v16 q = a * r, corrected = q + r * (a - b * q);
  q = corrected == corrected ? corrected : q;
  return b >= splat(1e38f) ? a * 0.f : q;
#else
  return a / b;
#endif
}

INLINE v16 sigmoid(v16 x) { return quotient(splat(1), exponential_plus_one(-x)); }

INLINE v16 hyperbolic_tangent(v16 x) {
  v16 e = exponential_minus_one(-2.f * __builtin_elementwise_abs(x));
  return __builtin_elementwise_copysign(e / (e + 2.f), x);
}

/* 1 - exp(-x p(x)) for x up to 4, where the function is 1 in single precision; p is the minimax polynomial of degree 8
   for the relative error. Absolute error below 1.5e-7, mostly that of the rounding. */
INLINE v16 error_function(v16 x) {
  v16 y = at_most(__builtin_elementwise_abs(x), splat(4));
  v16 p = y * -9.256261895e-6f + 1.176412420e-4f;
  p = p * y + -6.328367499e-4f;
  p = p * y + 1.667027267e-3f;
  p = p * y + -1.603958702e-4f;
  p = p * y + -1.915306401e-2f;
  p = p * y + 1.027778305e-1f;
  p = p * y + 6.366193820e-1f;
  p = p * y + 1.128379172f;
  return __builtin_elementwise_copysign(exponential_minus_one(-y * p), x);
}

INLINE v16 mish(v16 x) {
  /* tanh(log(1 + e)) = (e^2 + 2 e) / (e^2 + 2 e + 2), which is 1 long before e^2 overflows. */
  v16 e = exponential(at_most(x, splat(20))), n = e * (e + 2.f);
  return x * (n / (n + 2.f));
}

/* To the nearest of the numbers that an integer type stands for, and back. */
INLINE v16 quantized(cnn_activation a, v16 x) {
  const v16 shifter = splat(12582912.f); /* 3 * 2^22: its sum with a small number is rounded to an integer */
  const v16 whole = (clipped((activation_clip){a.b, a.c, 0}, x / a.a) + shifter) - shifter;
  return (x == x ? whole : splat(a.d)) * a.a;
}

INLINE v16 activate(cnn_activation a, v16 x) {
  switch (a.kind) {
  case CNN_IDENTITY: return x;
  case CNN_RELU: return at_least(x, splat(0));
  case CNN_CLIP: return at_most(at_least(x, splat(a.a)), splat(a.b));
  case CNN_LEAKY_RELU: return x < splat(0) ? x * a.a : x;
  case CNN_SIGMOID: return sigmoid(x);
  case CNN_HARD_SIGMOID: return at_most(at_least(x * a.a + a.b, splat(0)), splat(1));
  case CNN_HARD_SWISH: return x * at_most(at_least(x * (1 / 6.f) + 0.5f, splat(0)), splat(1));
  case CNN_SWISH: return quotient(x, exponential_plus_one(x * -a.a));
  case CNN_TANH: return hyperbolic_tangent(x);
  case CNN_ELU: return x < splat(0) ? exponential_minus_one(x) * a.a : x;
  case CNN_GELU: return x * (error_function(x * 0.7071067812f) * 0.5f + 0.5f);
  case CNN_MISH: return mish(x);
  case CNN_QUANTIZE: return quantized(a, x);
  }
  return x;
}

/* Activates pixels that lie side by side, in place. */
static inline __attribute__((noinline)) void activate_run(cnn_activation a, float *data, int64_t pixels) {
  switch (a.kind) {
#define RUN(name)                                                                        \
  case name:                                                                             \
    for (int64_t i = 0; i < pixels * CNN_LANES; i += CNN_LANES)                          \
      store(data + i, activate((cnn_activation){name, a.a, a.b, a.c, a.d}, load(data + i)));       \
    return;
    RUN(CNN_RELU)
    RUN(CNN_CLIP)
    RUN(CNN_LEAKY_RELU)
    RUN(CNN_SIGMOID)
    RUN(CNN_HARD_SIGMOID)
    RUN(CNN_HARD_SWISH)
    RUN(CNN_SWISH)
    RUN(CNN_TANH)
    RUN(CNN_ELU)
    RUN(CNN_GELU)
    RUN(CNN_MISH)
    RUN(CNN_QUANTIZE)
#undef RUN
  case CNN_IDENTITY: return;
  }
}
