/* Functions of sixteen floats beyond activations; included once for each instruction set. Their polynomials are minimax
   approximations of the relative error. Documentation/Engine.md states the errors, and FunctionErrorTests hold them to it. */

/* log(1 + f) for f from sqrt(1/2) - 1 to sqrt(2) - 1, plus turns * ln 2. */
INLINE v16 logarithm_of(v16 f, v16 turns) {
  v16 p = f * 6.746601240e-02f + -1.167564127e-01f;
  p = p * f + 1.188817462e-01f;
  p = p * f + -1.240559142e-01f;
  p = p * f + 1.421955091e-01f;
  p = p * f + -1.666799567e-01f;
  p = p * f + 2.000211873e-01f;
  p = p * f + -2.500000960e-01f;
  p = p * f + 3.333331260e-01f;
  const v16 square = f * f;
  /* ln 2 in two parts, the first of which has few bits: its products with turns are exact. */
  v16 y = f * square * p + turns * -2.12194440e-4f;
  y = y - square * 0.5f;
  return turns * 0.693359375f + (f + y);
}

typedef struct {
  v16 part; /* from sqrt(1/2) to sqrt(2) */
  i16v turns; /* x = part * 2^turns */
} split;

/* For positive finite x. */
INLINE split split_of(v16 x) {
  const i16v is_denormal = x < splat(1.17549435e-38f);
  const i16v bits = (i16v)(is_denormal ? x * 8388608.f : x);
  const i16v turns = (bits - 0x3f3504f3) >> 23;
  return (split){(v16)(bits - (turns << 23)), turns + (is_denormal & -23)};
}

INLINE v16 logarithm(v16 x) {
  const split s = split_of(x);
  v16 y = logarithm_of(s.part - 1.f, __builtin_convertvector(s.turns, v16));
  y = x > splat(3.4028235e38f) ? x : y;
  y = x == splat(0) ? splat(-__builtin_inff()) : y;
  return x >= splat(0) ? y : splat(__builtin_nanf("")) + x;
}

/* log(1 + exp(x)) = max(x, 0) + log(1 + t) with t = exp(-|x|); what 1 + t loses of t is put back. */
INLINE v16 softplus(v16 x) {
  const v16 t = exponential(-__builtin_elementwise_abs(x)), u = t + 1.f, lost = t - (u - 1.f);
  const split s = split_of(u);
  const v16 log = logarithm_of(s.part - 1.f, __builtin_convertvector(s.turns, v16)) + lost / u;
  return at_least(x, splat(0)) + log;
}

/* x * (1 + tanh(u)) / 2 = x * sigmoid(2 u) with u = sqrt(2 / pi) * (x + 0.044715 x^3). */
INLINE v16 gelu_by_tanh(v16 x) {
  const v16 u = x * -1.5957691216f * (x * x * 0.044715f + 1.f);
  return quotient(x, exponential_plus_one(u));
}

typedef float v8 __attribute__((ext_vector_type(8)));
typedef double v8d __attribute__((ext_vector_type(8)));
typedef int64_t i8d __attribute__((ext_vector_type(8)));
typedef int32_t i8v __attribute__((ext_vector_type(8)));

/* |x|^y for finite x other than 0, in double precision: twice what the result needs. */
INLINE v8 power_of_magnitude(v8 part, i8v turns, v8 y) {
  const v8d m = __builtin_convertvector(part, v8d), s = (m - 1.) / (m + 1.), z = s * s;
  v8d q = z * 2.82911276519214216e-01 + 3.19904905545964235e-01;
  q = q * z + 4.12209272030993723e-01;
  q = q * z + 5.77077942175342917e-01;
  q = q * z + 9.61796694113763895e-01;
  q = q * z + 2.88539008177785394e+00;
  v8d e = (q * s + __builtin_convertvector(turns, v8d)) * __builtin_convertvector(y, v8d);
  /* Beyond these single precision has infinity and zero. NaN stays. */
  e = e > 200. ? (v8d)(200.) : e;
  e = e < -200. ? (v8d)(-200.) : e;
  const v8d shifter = (v8d)(6755399441055744.); /* 3 * 2^51 */
  const v8d shifted = e + shifter, f = e - (shifted - shifter);
  v8d p = f * 1.52019180870155424e-05 + 1.54692911117138010e-04;
  p = p * f + 1.33339225786421878e-03;
  p = p * f + 9.61802725378113621e-03;
  p = p * f + 5.55041035342899169e-02;
  p = p * f + 2.40226511981564972e-01;
  p = p * f + 6.93147180728451939e-01;
  p = p * f + 9.99999999961682096e-01;
  const i8d scale = ((i8d)shifted + 1023) << 52;
  return __builtin_convertvector(p * (v8d)scale, v8);
}

/* C's pow. */
INLINE v16 power(v16 x, v16 y) {
  const v16 inf = splat(__builtin_inff()), magnitude = __builtin_elementwise_abs(x);
  const split s = split_of(magnitude);
  v16 r;
  r.lo = power_of_magnitude(s.part.lo, s.turns.lo, y.lo);
  r.hi = power_of_magnitude(s.part.hi, s.turns.hi, y.hi);
  const v16 zero_or_inf = y < 0 ? inf : splat(0), inf_or_zero = y < 0 ? splat(0) : inf;
  r = magnitude == splat(0) ? zero_or_inf : r;
  r = magnitude == inf ? inf_or_zero : r;
  r = magnitude == splat(1) ? splat(1) : r;
  const v16 half = y * 0.5f;
  const i16v is_integer = __builtin_elementwise_trunc(y) == y;
  const i16v is_odd = is_integer & (__builtin_elementwise_trunc(half) != half);
  const i16v is_negative = (i16v)x < 0;
  r = (is_negative & is_odd) ? -r : r;
  r = ((x < 0) & (magnitude != inf) & ~is_integer) ? splat(__builtin_nanf("")) : r;
  r = ((x != x) | (y != y)) ? x + y : r;
  return ((y == splat(0)) | (x == splat(1))) ? splat(1) : r;
}
