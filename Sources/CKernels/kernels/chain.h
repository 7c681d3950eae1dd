#pragma once
#include "../include/cnn_kernel.h"

/* A chain of operators that work element by element, in one pass over memory: a program of micro-operations on registers
   of CNN_CHAIN_BLOCK floats. Registers hold the operands, in order, then results; the last operation writes the output.
   Truth values are 1 and 0. */

enum { CNN_CHAIN_BLOCK = 512, CNN_CHAIN_AXES = 8, CNN_CHAIN_OPERANDS = 32, CNN_CHAIN_RESULTS = 12 };

typedef enum {
  /* of a */
  CNN_CHAIN_ACTIVATION, /* an activation, which p and q belong to; its kind is c */
  CNN_CHAIN_AFFINE,     /* a * p + q */
  CNN_CHAIN_NEGATE,
  CNN_CHAIN_ABSOLUTE,
  CNN_CHAIN_SQUARE_ROOT,
  CNN_CHAIN_RECIPROCAL,
  CNN_CHAIN_FLOOR,
  CNN_CHAIN_CEILING,
  CNN_CHAIN_ROUND, /* halves to the even integer */
  CNN_CHAIN_SIGN,
  CNN_CHAIN_EXPONENTIAL,
  CNN_CHAIN_LOGARITHM,
  CNN_CHAIN_ERROR_FUNCTION,
  CNN_CHAIN_GELU_BY_TANH,
  CNN_CHAIN_SOFTPLUS,
  CNN_CHAIN_SOFTSIGN,
  CNN_CHAIN_THRESHOLD, /* a > p ? a : 0 */
  CNN_CHAIN_IS_NAN,
  CNN_CHAIN_TRUTH, /* a != 0 */
  CNN_CHAIN_NOT,
  /* of a and b */
  CNN_CHAIN_ADD,
  CNN_CHAIN_SUBTRACT,
  CNN_CHAIN_MULTIPLY,
  CNN_CHAIN_DIVIDE,
  CNN_CHAIN_MAXIMUM, /* NaN wins */
  CNN_CHAIN_MINIMUM,
  CNN_CHAIN_AT_LEAST, /* a < b ? b : a */
  CNN_CHAIN_AT_MOST,
  CNN_CHAIN_POWER,
  CNN_CHAIN_SLOPE, /* a < 0 ? a * b : a */
  CNN_CHAIN_LESS,
  CNN_CHAIN_LESS_OR_EQUAL,
  CNN_CHAIN_EQUAL,
  CNN_CHAIN_AND,
  CNN_CHAIN_OR,
  CNN_CHAIN_XOR,
  /* of a, b and c */
  CNN_CHAIN_SELECT, /* a ? b : c */
  CNN_CHAIN_CODES
} cnn_chain_code;

typedef struct {
  int32_t code, target, a, b, c;
  float p, q;
} cnn_chain_operation;

/* An operand's element for element (i0, i1, ...) of the result is data[i0 * steps[0] + i1 * steps[1] + ...].
   Tasks: pieces of `grain` elements, a multiple of CNN_CHAIN_BLOCK. */
typedef struct {
  const float **data;
  const int64_t *steps;   /* [operands][axes] */
  const int64_t *extents; /* [axes], of the result */
  const cnn_chain_operation *operations;
  float *output;
  int64_t count, grain;
  int32_t axes, operands, results, operation_count;
} cnn_chain;
extern const cnn_kernel cnn_chain_kernel;

#ifdef CNN_BODY
#define CHAIN_EACH(name, value)                                       \
  case CNN_CHAIN_##name:                                              \
    for (int64_t i = 0; i < count; i += 16) {                         \
      const v16 x = load(a + i), y = load(b + i), z = load(c + i);    \
      (void)y, (void)z;                                               \
      store(to + i, value);                                           \
    }                                                                 \
    return;
#define CHAIN_ACTIVATION(kind)                                                           \
  case kind:                                                                             \
    for (int64_t i = 0; i < count; i += 16)                                              \
      store(to + i, activate((cnn_activation){kind, o->p, o->q, 0, 0}, load(a + i)));    \
    return;

static void chain_activate(const cnn_chain_operation *o, const float *a, float *to, int64_t count) {
  switch ((cnn_activation_kind)o->c) {
    CHAIN_ACTIVATION(CNN_IDENTITY)
    CHAIN_ACTIVATION(CNN_RELU)
    CHAIN_ACTIVATION(CNN_CLIP)
    CHAIN_ACTIVATION(CNN_LEAKY_RELU)
    CHAIN_ACTIVATION(CNN_SIGMOID)
    CHAIN_ACTIVATION(CNN_HARD_SIGMOID)
    CHAIN_ACTIVATION(CNN_HARD_SWISH)
    CHAIN_ACTIVATION(CNN_SWISH)
    CHAIN_ACTIVATION(CNN_TANH)
    CHAIN_ACTIVATION(CNN_ELU)
    CHAIN_ACTIVATION(CNN_GELU)
    CHAIN_ACTIVATION(CNN_MISH)
  case CNN_QUANTIZE: return; /* has more numbers than an operation of a chain */
  }
}

INLINE v16 truth(i16v is) { return is ? splat(1) : splat(0); }

/* count: a multiple of 16. */
static void chain_operate(const cnn_chain_operation *o, const float *a, const float *b, const float *c, float *to,
                          int64_t count) {
  switch ((cnn_chain_code)o->code) {
  case CNN_CHAIN_ACTIVATION: return chain_activate(o, a, to, count);
    CHAIN_EACH(AFFINE, x * o->p + o->q)
    CHAIN_EACH(NEGATE, -x)
    CHAIN_EACH(ABSOLUTE, __builtin_elementwise_abs(x))
    CHAIN_EACH(SQUARE_ROOT, __builtin_elementwise_sqrt(x))
    CHAIN_EACH(RECIPROCAL, 1.f / x)
    CHAIN_EACH(FLOOR, __builtin_elementwise_floor(x))
    CHAIN_EACH(CEILING, __builtin_elementwise_ceil(x))
    CHAIN_EACH(ROUND, __builtin_elementwise_roundeven(x))
    CHAIN_EACH(SIGN, x > 0 ? splat(1) : x < 0 ? splat(-1) : x)
    CHAIN_EACH(EXPONENTIAL, exponential(x))
    CHAIN_EACH(LOGARITHM, logarithm(x))
    CHAIN_EACH(ERROR_FUNCTION, error_function(x))
    CHAIN_EACH(GELU_BY_TANH, gelu_by_tanh(x))
    CHAIN_EACH(SOFTPLUS, softplus(x))
    CHAIN_EACH(SOFTSIGN, x / (__builtin_elementwise_abs(x) + 1.f))
    CHAIN_EACH(THRESHOLD, x > splat(o->p) ? x : splat(0))
    CHAIN_EACH(IS_NAN, truth(x != x))
    CHAIN_EACH(TRUTH, truth(x != splat(0)))
    CHAIN_EACH(NOT, truth(x == splat(0)))
    CHAIN_EACH(ADD, x + y)
    CHAIN_EACH(SUBTRACT, x - y)
    CHAIN_EACH(MULTIPLY, x * y)
    CHAIN_EACH(DIVIDE, x / y)
    CHAIN_EACH(MAXIMUM, ((y > x) | (y != y)) ? y : x)
    CHAIN_EACH(MINIMUM, ((y < x) | (y != y)) ? y : x)
    CHAIN_EACH(AT_LEAST, at_least(x, y))
    CHAIN_EACH(AT_MOST, at_most(x, y))
    CHAIN_EACH(POWER, power(x, y))
    CHAIN_EACH(SLOPE, x < 0 ? x * y : x)
    CHAIN_EACH(LESS, truth(x < y))
    CHAIN_EACH(LESS_OR_EQUAL, truth(x <= y))
    CHAIN_EACH(EQUAL, truth(x == y))
    CHAIN_EACH(AND, x * y)
    CHAIN_EACH(OR, at_least(x, y))
    CHAIN_EACH(XOR, truth(x != y))
    CHAIN_EACH(SELECT, x != splat(0) ? y : z)
  case CNN_CHAIN_CODES: return;
  }
}
#undef CHAIN_EACH
#undef CHAIN_ACTIVATION

/* Runs the program on blocks: registers are where the operands lie, or room for results. */
INLINE void chain_run(const cnn_chain_operation *operations, int32_t operation_count, const float *const *registers,
                      float *const *targets, int64_t count) {
  for (int32_t i = 0; i < operation_count; i++) {
    const cnn_chain_operation *o = operations + i;
    const float *a = registers[o->a];
    const int has_third = o->code == CNN_CHAIN_SELECT;
    chain_operate(o, a, registers[o->b], has_third ? registers[o->c] : a, targets[o->target], count);
  }
}

/* How an operand is read. */
typedef enum {
  CHAIN_WHOLE,    /* as the result: where it lies */
  CHAIN_SAME,     /* one number for all */
  CHAIN_PERIODIC, /* whole for the last axes, the same for all others; up to a block long */
  CHAIN_SPREAD    /* element by element */
} chain_reading;

typedef struct {
  chain_reading reading;
  int64_t period;
} chain_form;

static chain_form chain_form_of(const cnn_chain *c, const int64_t *steps) {
  int64_t natural = 1;
  int32_t axis = c->axes - 1;
  while (axis >= 0 && (steps[axis] == natural || c->extents[axis] == 1)) natural *= c->extents[axis--];
  if (axis < 0) return (chain_form){CHAIN_WHOLE, natural};
  for (int32_t i = 0; i <= axis; i++)
    if (steps[i] != 0 && c->extents[i] != 1) return (chain_form){CHAIN_SPREAD, 0};
  return (chain_form){natural == 1 ? CHAIN_SAME : CHAIN_PERIODIC, natural};
}

/* The operand's elements for `count` elements of the result from `start` on. */
static void chain_spread(const cnn_chain *c, const int64_t *steps, const float *from, int64_t start, int64_t count,
                         float *to) {
  int64_t position[CNN_CHAIN_AXES];
  for (int32_t axis = c->axes - 1; axis >= 0; axis--) {
    position[axis] = start % c->extents[axis];
    start /= c->extents[axis];
    from += position[axis] * steps[axis];
  }
  const int32_t last = c->axes - 1;
  const int64_t step = steps[last];
  while (count > 0) {
    const int64_t run = smaller(c->extents[last] - position[last], count);
    if (step == 0) {
      const float value = *from;
      for (int64_t i = 0; i < run; i++) to[i] = value;
    } else if (step == 1) {
      for (int64_t i = 0; i < run; i++) to[i] = from[i];
    } else {
      for (int64_t i = 0; i < run; i++) to[i] = from[i * step];
    }
    to += run, count -= run;
    if (count == 0) return;
    from -= position[last] * step;
    position[last] = 0;
    for (int32_t axis = last - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++position[axis] < c->extents[axis]) break;
      from -= steps[axis] * c->extents[axis];
      position[axis] = 0;
    }
  }
}

KERNEL(chain) {
  const cnn_chain *c = context;
  enum { BLOCK = CNN_CHAIN_BLOCK };
  chain_form forms[CNN_CHAIN_OPERANDS];
  const float *registers[CNN_CHAIN_OPERANDS + CNN_CHAIN_RESULTS + 1];
  float *targets[CNN_CHAIN_OPERANDS + CNN_CHAIN_RESULTS + 1];
  float *room[CNN_CHAIN_OPERANDS];
  for (int32_t i = 0; i < c->operands; i++, scratch += 2 * BLOCK) {
    const int64_t *steps = c->steps + (int64_t)i * c->axes;
    forms[i] = chain_form_of(c, steps);
    registers[i] = targets[i] = room[i] = scratch;
    if (forms[i].reading == CHAIN_SAME) chain_spread(c, steps, c->data[i], 0, smaller(BLOCK, c->count), scratch);
    else if (forms[i].reading == CHAIN_PERIODIC && forms[i].period <= BLOCK)
      chain_spread(c, steps, c->data[i], 0, smaller(2 * BLOCK, c->count), scratch);
  }
  for (int32_t i = 0; i <= c->results; i++, scratch += BLOCK)
    registers[c->operands + i] = targets[c->operands + i] = scratch;
  float *const last_block = targets[c->operands + c->results];
  const int64_t end = smaller((task + 1) * c->grain, c->count);
  for (int64_t start = task * c->grain; start < end; start += BLOCK) {
    const int64_t count = smaller(BLOCK, end - start);
    for (int32_t i = 0; i < c->operands; i++) {
      const chain_form form = forms[i];
      const int64_t phase = form.reading == CHAIN_PERIODIC ? start % form.period : 0;
      if (form.reading == CHAIN_SAME) continue;
      if (form.reading == CHAIN_PERIODIC && form.period <= BLOCK) {
        registers[i] = room[i] + phase;
      } else if (count % 16 == 0 && (form.reading == CHAIN_WHOLE ||
                                     (form.reading == CHAIN_PERIODIC && phase + count <= form.period))) {
        registers[i] = c->data[i] + (form.reading == CHAIN_WHOLE ? start : phase);
      } else {
        chain_spread(c, c->steps + (int64_t)i * c->axes, c->data[i], start, count, room[i]);
        registers[i] = room[i];
      }
    }
    const int is_whole = count % 16 == 0;
    targets[c->operands + c->results] = is_whole ? c->output + start : last_block;
    chain_run(c->operations, c->operation_count, registers, targets, (count + 15) / 16 * 16);
    if (!is_whole) memcpy(c->output + start, last_block, (size_t)count * sizeof(float));
  }
}
#endif
