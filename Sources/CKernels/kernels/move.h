#pragma once
#include "../include/cnn_kernel.h"

enum { CNN_MOVE_AXES = 8, CNN_MOVE_TILE = 16 };

/* output[i][j]… = input at start + i * from[0] + j * from[1] + …: transposed, sliced, repeated or reversed. `to` are the
   distances in the output, the last of which is 1. Tasks: bands of rows; if `side` is no -1, which is the axis whose
   numbers lie side by side in the input and not in the output, bands of groups of CNN_MOVE_TILE of its rows. */
typedef struct {
  const void *input; /* at any alignment */
  float *output;
  int64_t start;
  int64_t extent[CNN_MOVE_AXES], from[CNN_MOVE_AXES], to[CNN_MOVE_AXES];
  int axes, side;
  int64_t band;
} cnn_move;
extern const cnn_kernel cnn_move_kernel;

#ifdef CNN_BODY
/* Numbers of one array in another order. */

/* How many rows, or groups of rows, there are along an axis; along the last one there is one. */
INLINE int64_t move_count(const cnn_move *c, int axis) {
  if (axis == c->axes - 1) return 1;
  return axis == c->side ? quotient_up(c->extent[axis], CNN_MOVE_TILE) : c->extent[axis];
}

/* One row. */
static void move_row(const cnn_move *c, const char *from, float *to) {
  const int64_t count = c->extent[c->axes - 1], step = c->from[c->axes - 1];
  if (step == 1) {
    memcpy(to, from, (size_t)count * sizeof(float));
  } else if (step == 0) {
    float x;
    memcpy(&x, from, sizeof x);
    for (int64_t i = 0; i < count; i++) to[i] = x;
  } else {
    for (int64_t i = 0; i < count; i++) memcpy(to + i, from + i * step * 4, sizeof(float));
  }
}

/* Up to CNN_MOVE_TILE rows, whose numbers lie side by side in the input. */
static void move_rows(const cnn_move *c, const char *from, float *to, int64_t rows) {
  const int64_t count = c->extent[c->axes - 1], step = c->from[c->axes - 1], row = c->to[c->side];
  for (int64_t i = 0; i < count; i += CNN_MOVE_TILE) {
    const int64_t columns = smaller(CNN_MOVE_TILE, count - i);
    float tile[CNN_MOVE_TILE][CNN_MOVE_TILE];
    for (int64_t j = 0; j < columns; j++) memcpy(tile[j], from + (i + j) * step * 4, (size_t)rows * sizeof(float));
    if (columns == CNN_MOVE_TILE) {
      for (int64_t k = 0; k < rows; k++)
#pragma clang loop unroll(full)
        for (int j = 0; j < CNN_MOVE_TILE; j++) to[k * row + i + j] = tile[j][k];
    } else {
      for (int64_t k = 0; k < rows; k++)
        for (int64_t j = 0; j < columns; j++) to[k * row + i + j] = tile[j][k];
    }
  }
}

KERNEL(move) {
  const cnn_move *c = context;
  (void)scratch;
  int64_t total = 1;
  for (int axis = 0; axis < c->axes; axis++) total *= move_count(c, axis);
  const int64_t end = smaller((task + 1) * c->band, total);
  for (int64_t unit = task * c->band; unit < end; unit++) {
    int64_t rest = unit, from = c->start, to = 0, rows = 1;
    for (int axis = c->axes - 2; axis >= 0; axis--) {
      const int64_t count = move_count(c, axis), scale = axis == c->side ? CNN_MOVE_TILE : 1;
      const int64_t index = rest % count * scale;
      rest /= count;
      from += index * c->from[axis];
      to += index * c->to[axis];
      if (axis == c->side) rows = smaller(CNN_MOVE_TILE, c->extent[axis] - index);
    }
    const char *source = (const char *)c->input + from * 4;
    if (c->side < 0) move_row(c, source, c->output + to);
    else move_rows(c, source, c->output + to, rows);
  }
}
#endif
