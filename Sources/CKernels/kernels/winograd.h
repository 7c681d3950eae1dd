#pragma once
#include "../include/cnn_kernel.h"

/* 3x3 convolution of stride 1 by Winograd's F(4x4, 3x3) (Lavin and Gray, 2015). Needs no border.
   Weights are packed by cnn_winograd_weights: quads of up to 4 output blocks of a group side by side, as
   [quad][36][input block of the group][16 in][blocks of the quad][16 out], or, if the tasks expand them,
   [quad][input block of the group][16 in][blocks of the quad][9][16 out], a quarter of the memory. */
typedef struct {
  const cnn_plane *input, *output, *residual;
  const float *weights;
  const float *bias;
  int group_inputs, group_outputs, output_blocks, images;
  int channels, filters; /* of a group, and of all: the last block's further lanes stand for nothing */
  int input_height, input_width, height, width;
  int pad_top, pad_left;
  int tiles;     /* 4x4 outputs, of all images' tiles counted in rows, of a task */
  int span;      /* output blocks of a task; best a multiple of 4 */
  int expands;   /* weights are the plain ones, and each task transforms its own: for large ones and few tiles */
  float *shared; /* NULL: a task transforms its input itself. Otherwise [tile group][group][36][input block][tiles][16],
                    with some padding, filled by the step before */
  cnn_activation activation;
} cnn_winograd;
extern const cnn_kernel cnn_winograd_input_kernel;
extern const cnn_kernel cnn_winograd_kernel;

/* How the kernels of every instruction set and the packing of the weights lay out the data. */
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

/* Floats of `shared`. */
static inline int64_t cnn_winograd_shared(const cnn_winograd *c) {
  return winograd_tile_groups(c) * winograd_groups(c) * winograd_input_size(c);
}

/* Floats of scratch that a task needs. */
static inline int64_t cnn_winograd_scratch(const cnn_winograd *c) {
  int64_t size = WINOGRAD_POINTS * winograd_product_point(c);
  if (!c->shared) size += winograd_input_size(c);
  if (c->expands) size += WINOGRAD_POINTS * winograd_expanded_point();
  return size;
}

/* Packs `count` output blocks from `first` on of w, [outputs][inputs of a group][3][3] at any alignment, for blocks of
   a group as in cnn_winograd; `packed` is the start of all the weights, (expands ? 9 : 36) * 256 floats for each pair
   of an output block and an input block of its group. */
void cnn_winograd_weights(const float *w, int outputs, int inputs, int group_inputs, int group_outputs, int expands,
                          float *packed, int first, int count);

/* As cnn_winograd_weights. Tasks: output blocks. */
typedef struct {
  const void *weights;
  float *packed;
  int filters, group_channels, group_inputs, group_outputs, output_blocks, expands;
} cnn_winograd_packing;
void cnn_pack_winograd(const void *context, int64_t task, float *scratch);

#ifdef CNN_BODY
/* 3x3 convolution by Winograd's F(4x4, 3x3): input tiles of 6x6 pixels go to 36 points (V), each point is a matrix
   product with its own weights (M), and 36 points of products go to 4x4 outputs.

   The costs, in cycles of a core with two 512-bit FMAs and 1 MiB of L2, for a tile, an input block and an output block:
     to the points      260 for each tile and input block (storing 36 lines to L2 is most of it), 450 for V beyond L2
     to the outputs     200 to 300 for each tile and output block
     products           350 for each tile and pair of blocks (288 at peak); 400 if weights come from L3
     weights            36 KiB for each pair of blocks and group of tiles. They are fetched ahead; from memory, at 4
                        bytes per cycle, they take 9700 cycles, so a pair costs max(400 * tiles, 9700)
     expanded weights   3400 + 440 * tiles for each pair: better than stored ones from memory below 14 tiles
   A direct convolution takes 72 / 0.85 = 85 for each pixel and pair, at least 2400 if its weights come from memory:
   Winograd wins from 5 tiles on if most of them are full (7x7 pixels of a single image: direct).

   The choice, with `all` tiles of all images, C and K blocks of a group:
     all <= 56     one group of tiles (tiles = all). One thread: shared NULL, span = all output blocks. More: `shared`,
                   span a multiple of 4, two or so spans to a thread, so that each reads weights of its own once
     otherwise     shared NULL, span = all output blocks, tiles = min(24, L2 / (2304 * (C + 4))) but at least 12, then
                   evened out so that the groups are a multiple of the threads. V and M are 2304 bytes for each tile
                   and block; more than 24 tiles gain little, less than 12 read the weights too often. With 64 channels
                   12 are enough, for the weights stay in L2
     expands       all < 14 */
#include "../winograd_transform.inc"

/* The register tile: `outputs` blocks at a time, and the most tiles for that many. */
#if HAS_AVX512
#define WINOGRAD_OUTPUTS 4
#define WINOGRAD_TILES(outputs) ((outputs) == 4 ? 6 : (outputs) == 3 ? 8 : 12)
#elif HAS_AVX2
#define WINOGRAD_OUTPUTS 1
#define WINOGRAD_TILES(outputs) 6
#else
#define WINOGRAD_OUTPUTS 1
#define WINOGRAD_TILES(outputs) 3
#endif

/* The products of one point: [tile][4][16] = input [block][tile][16] times weights [block][16][..][16].
   Channels are summed in chunks: their weights stay in the L1 cache for all tiles, and short sums lose less. */
typedef struct {
  const float *input, *weights;
  int64_t input_block, weight_row; /* from block to block, from channel to channel */
  float *product;
  int blocks;
  const float *ahead; /* weights that come next, from afar: a line is fetched for each channel */
  int adds; /* to what `product` holds */
} winograd_product;

INLINE void winograd_multiply(const winograd_product *p, int tiles, int outputs) {
  v16 sum[12][WINOGRAD_OUTPUTS];
  UNROLL_ALL for (int i = 0; i < tiles; i++)
    UNROLL_ALL for (int j = 0; j < outputs; j++) sum[i][j] = splat(0);
  const float *input = p->input, *weights = p->weights, *ahead = p->ahead;
  for (int block = 0; block < p->blocks; block++) {
    _Pragma("clang loop unroll_count(2)") for (int channel = 0; channel < 16; channel++) {
      __builtin_prefetch(ahead, 0, 2);
      ahead += 16;
      v16 w[WINOGRAD_OUTPUTS];
      UNROLL_ALL for (int j = 0; j < outputs; j++) w[j] = load(weights + j * 16);
      UNROLL_ALL for (int i = 0; i < tiles; i++) {
        v16 x = splat(input[i * 16 + channel]);
        UNROLL_ALL for (int j = 0; j < outputs; j++) sum[i][j] += x * w[j];
      }
      weights += p->weight_row;
    }
    input += p->input_block;
  }
  UNROLL_ALL for (int i = 0; i < tiles; i++)
    UNROLL_ALL for (int j = 0; j < outputs; j++) {
      float *product = p->product + (i * WINOGRAD_QUAD + j) * 16;
      store(product, p->adds ? load(product) + sum[i][j] : sum[i][j]);
    }
}

/* A function for each number of output blocks; cases beyond its register tile are empty. */
#define MULTIPLY(outputs, t) \
  case t: \
    if (t <= WINOGRAD_TILES(outputs)) winograd_multiply(p, t <= WINOGRAD_TILES(outputs) ? t : 0, outputs); \
    break;
#define MULTIPLY_FUNCTION(outputs) \
  static void winograd_multiply_##outputs(const winograd_product *p, int tiles) { \
    switch (tiles) { \
      MULTIPLY(outputs, 1) MULTIPLY(outputs, 2) MULTIPLY(outputs, 3) MULTIPLY(outputs, 4) \
      MULTIPLY(outputs, 5) MULTIPLY(outputs, 6) MULTIPLY(outputs, 7) MULTIPLY(outputs, 8) \
      MULTIPLY(outputs, 9) MULTIPLY(outputs, 10) MULTIPLY(outputs, 11) MULTIPLY(outputs, 12) \
    } \
  }

MULTIPLY_FUNCTION(1)
#if WINOGRAD_OUTPUTS == 4
MULTIPLY_FUNCTION(2)
MULTIPLY_FUNCTION(3)
MULTIPLY_FUNCTION(4)
#endif
#undef MULTIPLY
#undef MULTIPLY_FUNCTION

static void (*const winograd_multiplies[])(const winograd_product *, int) = {
    winograd_multiply_1,
#if WINOGRAD_OUTPUTS == 4
    winograd_multiply_2, winograd_multiply_3, winograd_multiply_4,
#endif
};

/* One point for all tiles: parts of nearly equal size keep the registers busy in each of them. */
static void winograd_multiply_point(winograd_product p, int tiles, int outputs) {
  for (int j = 0; j < outputs; j += WINOGRAD_OUTPUTS) {
    int blocks = outputs - j < WINOGRAD_OUTPUTS ? outputs - j : WINOGRAD_OUTPUTS;
    int parts = (tiles + WINOGRAD_TILES(blocks) - 1) / WINOGRAD_TILES(blocks);
    for (int part = 0; part < parts; part++, p.ahead += WINOGRAD_CHUNK * 16 * 16) {
      int first = tiles * part / parts, last = tiles * (part + 1) / parts;
      winograd_product q = p;
      q.input += first * 16;
      q.weights += j * 16;
      q.product += (first * WINOGRAD_QUAD + j) * 16;
      winograd_multiplies[blocks - 1](&q, last - first);
    }
  }
}

/* A run of input blocks, all points: product [36][tile][4][16]. */
static void winograd_multiply_points(const cnn_winograd *c, winograd_product p, int64_t weight_point, int count,
                                     int outputs) {
  for (int point = 0; point < WINOGRAD_POINTS; point++) {
    winograd_product q = p;
    q.input += point * winograd_input_point(c);
    q.product += point * winograd_product_point(c);
    q.weights += point * weight_point;
    for (int first = 0; first < p.blocks; first += WINOGRAD_CHUNK) {
      q.adds = p.adds || first > 0;
      q.blocks = p.blocks - first < WINOGRAD_CHUNK ? p.blocks - first : WINOGRAD_CHUNK;
      q.ahead = q.weights + q.blocks * 16 * q.weight_row;
      winograd_multiply_point(q, count, outputs);
      q.input += WINOGRAD_CHUNK * p.input_block;
      q.weights += WINOGRAD_CHUNK * 16 * p.weight_row;
    }
  }
}

/* The products of `outputs` blocks of a quad with `count` tiles. */
static void winograd_multiply_tiles(const cnn_winograd *c, const float *input, int count, int block, int outputs,
                                    float *product, float *expanded) {
  int quad, blocks = winograd_quad(block, c->group_outputs, &quad), inputs = c->group_inputs;
  winograd_product p = {input, c->weights + (block - quad) * 16, c->tiles * 16, blocks * 16, product, inputs, NULL, 0};
  if (!c->expands) {
    p.weights += (int64_t)quad * WINOGRAD_POINTS * inputs * 256;
    winograd_multiply_points(c, p, (int64_t)inputs * 256 * blocks, count, outputs);
    return;
  }
  const float *weights = c->weights + ((int64_t)quad * inputs * 16 + block - quad) * 9 * 16;
  p.weights = expanded, p.weight_row = outputs * 16;
  for (int first = 0; first < inputs; first += WINOGRAD_CHUNK) {
    p.blocks = inputs - first < WINOGRAD_CHUNK ? inputs - first : WINOGRAD_CHUNK;
    p.adds = first > 0;
    expand_weights(weights + (int64_t)first * 16 * blocks * 9 * 16, p.blocks * 16, blocks, outputs, expanded);
    winograd_multiply_points(c, p, winograd_expanded_point(), count, outputs);
    p.input += WINOGRAD_CHUNK * p.input_block;
  }
}

INLINE int winograd_count(const cnn_winograd *c, int64_t group) {
  int64_t rest = winograd_all_tiles(c) - group * c->tiles;
  return rest < c->tiles ? (int)rest : c->tiles;
}

KERNEL(winograd_input) {
  (void)scratch;
  const cnn_winograd *c = context;
  int64_t blocks = (int64_t)winograd_groups(c) * c->group_inputs;
  int64_t tile_group = task / blocks, block = task % blocks, group = block / c->group_inputs;
  float *to = c->shared + (tile_group * winograd_groups(c) + group) * winograd_input_size(c) +
              block % c->group_inputs * c->tiles * 16;
  transform_block(c, c->input[block], winograd_tile_at(c, tile_group * c->tiles), winograd_count(c, tile_group), to);
}

KERNEL(winograd) {
  const cnn_winograd *c = context;
  int64_t tile_groups = winograd_tile_groups(c), spans = (c->output_blocks + c->span - 1) / c->span;
  int64_t tile_group = c->shared ? task % tile_groups : task / spans;
  int first = (int)(c->shared ? task / tile_groups : task % spans) * c->span;
  int end = first + c->span < c->output_blocks ? first + c->span : c->output_blocks;
  int count = winograd_count(c, tile_group), transformed = -1;
  winograd_tile tile = winograd_tile_at(c, tile_group * c->tiles);
  float *product = scratch, *expanded = scratch + WINOGRAD_POINTS * winograd_product_point(c);
  float *own = expanded + (c->expands ? WINOGRAD_POINTS * winograd_expanded_point() : 0);
  for (int block = first, outputs; block < end; block += outputs) {
    int quad, group = block / c->group_outputs;
    outputs = winograd_quad(block, c->group_outputs, &quad) - (block - quad);
    if (outputs > end - block) outputs = end - block;
    const float *input = own;
    if (c->shared) {
      input = c->shared + (tile_group * winograd_groups(c) + group) * winograd_input_size(c);
    } else if (group != transformed) {
      for (int i = 0; i < c->group_inputs; i++)
        transform_block(c, c->input[group * c->group_inputs + i], tile, count, own + (int64_t)i * c->tiles * 16);
      transformed = group;
    }
    winograd_multiply_tiles(c, input, count, block, outputs, product, expanded);
    finish_tiles(c, block, outputs, tile, count, product);
  }
}
#endif
