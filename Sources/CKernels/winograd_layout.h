#ifndef WINOGRAD_LAYOUT_H
#define WINOGRAD_LAYOUT_H

/* How the kernels of every instruction set and the packing of the weights lay out Winograd's data. */
#include "CKernels.h"

enum {
  WINOGRAD_POINTS = 36,
  WINOGRAD_QUAD = 4,  /* output blocks whose weights lie side by side */
  WINOGRAD_CHUNK = 4, /* input blocks that are summed, and whose weights are expanded, at a time */
};

/* The points are 0, +-1/sqrt 2, +-sqrt 2 and infinity: their products lose less than those of +-1 and +-2. */
#define WINOGRAD_NEAR 0.70710678118654752440
#define WINOGRAD_FAR 1.41421356237309504880

static inline int winograd_tile_rows(const cnn_winograd *c) { return (c->height + 3) / 4; }
static inline int winograd_tile_columns(const cnn_winograd *c) { return (c->width + 3) / 4; }

static inline int64_t winograd_all_tiles(const cnn_winograd *c) {
  return (int64_t)c->images * winograd_tile_rows(c) * winograd_tile_columns(c);
}

static inline int64_t winograd_tile_groups(const cnn_winograd *c) {
  return (winograd_all_tiles(c) + c->tiles - 1) / c->tiles;
}

static inline int winograd_groups(const cnn_winograd *c) { return c->output_blocks / c->group_outputs; }

/* Distances in floats from one point to the next: an odd number of lines, lest all points fall on the same lines of
   the L1 cache. */
static inline int64_t winograd_input_point(const cnn_winograd *c) {
  return ((int64_t)c->group_inputs * c->tiles | 1) * CNN_LANES;
}

static inline int64_t winograd_product_point(const cnn_winograd *c) {
  return ((int64_t)c->tiles * WINOGRAD_QUAD | 1) * CNN_LANES;
}

static inline int64_t winograd_expanded_point(void) {
  return (WINOGRAD_CHUNK * CNN_LANES * WINOGRAD_QUAD | 1) * CNN_LANES;
}

/* The transformed input of one group of tiles and one group of channels. */
static inline int64_t winograd_input_size(const cnn_winograd *c) { return WINOGRAD_POINTS * winograd_input_point(c); }

/* The output blocks that share a quad with `block`, and the first of them. Quads do not reach over groups. */
static inline int winograd_quad(int block, int group_outputs, int *first) {
  int group = block / group_outputs * group_outputs;
  *first = group + (block - group) / WINOGRAD_QUAD * WINOGRAD_QUAD;
  int rest = group + group_outputs - *first;
  return rest < WINOGRAD_QUAD ? rest : WINOGRAD_QUAD;
}

#endif
