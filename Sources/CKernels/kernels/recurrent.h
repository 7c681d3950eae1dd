#pragma once
#include "../include/cnn_kernel.h"

typedef enum {
  CNN_LSTM,          /* gates i, o, f, c */
  CNN_GRU,           /* gates z, r, h; the reset gate acts behind the product with the state */
  CNN_GRU_RESET_FIRST,
  CNN_RNN,
} cnn_recurrence;

/* A recurrent layer of one or two directions, given the products with its inputs. Units lie in blocks of 16, and so do
   their gates: [block][gate][16]. Tasks: directions x batch. */
typedef struct {
  const float *products[2];           /* for each direction: [time][batch][block][gate][16], biases included */
  const float *weights;               /* [direction][block][unit][gate][16], by the state's units */
  const float *candidate_bias;        /* of CNN_GRU, inside the reset gate: [direction][block][16] */
  const void *hidden, *cell;          /* the first states: [direction][batch][unit], at any alignment; NULL for 0 */
  float *output;                      /* [time][direction][batch][unit]; NULL if not wanted */
  float *last_hidden, *last_cell;     /* [direction][batch][unit]; NULL if not wanted */
  int64_t length, batch, units;
  int directions, reverses;           /* reverses: the direction that goes from the end, -1 for none */
  cnn_recurrence kind;
} cnn_recurrent;
extern const cnn_kernel cnn_recurrent_kernel;

#ifdef CNN_BODY
/* One sequence after the other, each step a product with the state's weights, which are read in the order they lie in. */

INLINE int recurrent_gates(cnn_recurrence kind) { return kind == CNN_LSTM ? 4 : kind == CNN_RNN ? 1 : 3; }

/* Adds a block's weights times the state: `used` of `gates` gates from the first one on. */
INLINE void recurrent_product(const int gates, const int used, const float *weights, const float *state, int64_t units,
                              v16 *sums) {
  for (int64_t k = 0; k < units; k++, weights += gates * 16) {
    const v16 x = splat(state[k]);
#pragma clang loop unroll(full)
    for (int gate = 0; gate < used; gate++) sums[gate] += x * load(weights + gate * 16);
  }
}

static void lstm_step(const cnn_recurrent *c, const float *products, const float *weights, const float *state,
                      float *next, float *cell, int64_t blocks) {
  for (int64_t block = 0; block < blocks; block++, products += 64, weights += c->units * 64) {
    v16 g[4] = {load(products), load(products + 16), load(products + 32), load(products + 48)};
    recurrent_product(4, 4, weights, state, c->units, g);
    const v16 memory = sigmoid(g[2]) * load(cell + block * 16) + sigmoid(g[0]) * hyperbolic_tangent(g[3]);
    store(cell + block * 16, memory);
    store(next + block * 16, sigmoid(g[1]) * hyperbolic_tangent(memory));
  }
}

static void gru_step(const cnn_recurrent *c, const float *products, const float *weights, const float *bias,
                     const float *state, float *next, int64_t blocks) {
  for (int64_t block = 0; block < blocks; block++, products += 48, weights += c->units * 48) {
    v16 g[3] = {load(products), load(products + 16), load(bias + block * 16)};
    recurrent_product(3, 3, weights, state, c->units, g);
    const v16 update = sigmoid(g[0]);
    const v16 candidate = hyperbolic_tangent(load(products + 32) + sigmoid(g[1]) * g[2]);
    store(next + block * 16, (1.f - update) * candidate + update * load(state + block * 16));
  }
}

static void gru_step_reset_first(const cnn_recurrent *c, const float *products, const float *weights,
                                 const float *state, float *next, float *update, float *reset, int64_t blocks) {
  for (int64_t block = 0; block < blocks; block++) {
    const float *p = products + block * 48;
    v16 g[2] = {load(p), load(p + 16)};
    recurrent_product(3, 2, weights + block * c->units * 48, state, c->units, g);
    store(update + block * 16, sigmoid(g[0]));
    store(reset + block * 16, sigmoid(g[1]) * load(state + block * 16));
  }
  for (int64_t block = 0; block < blocks; block++) {
    v16 g = load(products + block * 48 + 32);
    recurrent_product(3, 1, weights + block * c->units * 48 + 32, reset, c->units, &g);
    const v16 u = load(update + block * 16);
    store(next + block * 16, (1.f - u) * hyperbolic_tangent(g) + u * load(state + block * 16));
  }
}

static void rnn_step(const cnn_recurrent *c, const float *products, const float *weights, const float *state,
                     float *next, int64_t blocks) {
  for (int64_t block = 0; block < blocks; block++) {
    v16 g = load(products + block * 16);
    recurrent_product(1, 1, weights + block * c->units * 16, state, c->units, &g);
    store(next + block * 16, hyperbolic_tangent(g));
  }
}

KERNEL(recurrent) {
  const cnn_recurrent *c = context;
  const int64_t direction = task / c->batch, image = task % c->batch;
  const int64_t blocks = quotient_up(c->units, 16), lanes = blocks * 16, row = blocks * recurrent_gates(c->kind) * 16;
  const size_t bytes = (size_t)c->units * sizeof(float);
  const float *weights = c->weights + direction * c->units * row;
  float *state = scratch, *next = state + lanes, *cell = next + lanes, *other = cell + lanes;
  memset(scratch, 0, (size_t)(4 * lanes) * sizeof(float));
  const int64_t own = direction * c->batch + image;
  if (c->hidden) memcpy(state, (const char *)c->hidden + own * bytes, bytes);
  if (c->cell) memcpy(cell, (const char *)c->cell + own * bytes, bytes);
  for (int64_t step = 0; step < c->length; step++) {
    const int64_t time = direction == c->reverses ? c->length - 1 - step : step;
    const float *products = c->products[direction] + (time * c->batch + image) * row;
    switch (c->kind) {
    case CNN_LSTM: lstm_step(c, products, weights, state, next, cell, blocks); break;
    case CNN_GRU: gru_step(c, products, weights, c->candidate_bias + direction * lanes, state, next, blocks); break;
    case CNN_GRU_RESET_FIRST: gru_step_reset_first(c, products, weights, state, next, cell, other, blocks); break;
    case CNN_RNN: rnn_step(c, products, weights, state, next, blocks); break;
    }
    float *swapped = state;
    state = next, next = swapped;
    if (c->output) memcpy(c->output + ((time * c->directions + direction) * c->batch + image) * c->units, state, bytes);
  }
  if (c->last_hidden) memcpy(c->last_hidden + own * c->units, state, bytes);
  if (c->last_cell) memcpy(c->last_cell + own * c->units, cell, bytes);
}
#endif
