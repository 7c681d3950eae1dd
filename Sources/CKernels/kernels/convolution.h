#pragma once
#include "../include/cnn_kernel.h"

/* Direct convolution. Tasks: images x bands of output rows x spans of output blocks, spans varying fastest. Groups hold
   whole blocks. The input's border is at least as wide as the taps reach.

   `lanes` 16: the input is blocked. `lanes` 1: each input plane is one plain channel, pixel x at data + x. */
typedef struct {
  const cnn_plane *input, *output, *residual; /* residual: added before the activation; NULL for none */
  const float *weights;                       /* [output block][input plane of the group][kh][kw][lanes][16 out] */
  const float *bias;                          /* [output blocks][16] */
  const float *scale, *shift; /* prologue of a 1x1 kernel: x * scale + shift per input channel; NULL for none */
  int64_t scale_image;        /* from one image's scales to the next one's; 0 if they are shared */
  int prologue_relu;
  /* Which group each lane belongs to, from 1 on: of inputs [planes of all groups][lanes], 0 for a channel that is not
     read; of outputs [output_blocks][16], -1 for a lane without a filter. NULL if all channels of a group meet. */
  const float *input_groups, *output_groups;
  int lanes;
  int group_inputs, group_outputs; /* planes and blocks of a group */
  int output_blocks, images, height, width, last_width; /* last_width: pixels of the last row */
  int kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int pad_top, pad_left;
  int band, span; /* output rows and output blocks of a task; a span that is not the last holds whole groups or
                     divides one */
  cnn_activation activation;
} cnn_convolution;
extern const cnn_kernel cnn_convolution_kernel;

/* Floats of scratch that a task needs. */
static inline int64_t cnn_convolution_scratch(const cnn_convolution *c) {
  const int64_t pointers = ((int64_t)c->group_inputs + 2) * sizeof(float *) / sizeof(float) + 32;
  if (!c->scale) return pointers;
  const int64_t planes = (int64_t)c->group_inputs * sizeof(cnn_plane) / sizeof(float) + 32;
  return pointers + planes + (int64_t)c->group_inputs * c->band * c->width * 16;
}

/* Weights [filters][channels of a group][taps] at any alignment to cnn_convolution's form. filters and channels say what
   each lane of outputs and inputs stands for, -1 for nothing. Tasks: output blocks. */
typedef struct {
  const void *weights;
  const int32_t *filters;  /* [output blocks * 16] */
  const int32_t *channels; /* [input planes * lanes] of all groups */
  float *packed;
  int group_filters, group_channels; /* of the graph's groups */
  int group_inputs, group_outputs;   /* of the kernel's, in planes and blocks */
  int output_blocks, lanes, taps;
} cnn_convolution_packing;
void cnn_pack_convolution(const void *context, int64_t task, float *scratch);

#ifdef CNN_BODY
/* Direct convolution in blocks of 16 channels.

   The register tile is `n` pixels of a row by `m` output blocks. Its sums stay in registers for the whole depth: for
   each input channel n broadcasts meet m vectors of weights. With 32 registers of 16 floats, 7 by 4 leaves as many
   loads as the two load ports can do beside the multiplications. */

#if HAS_AVX512
enum { TILE_BLOCKS = 4, TILE_PIXELS = 14 };
INLINE int tile_limit(int m) { return m == 4 ? 6 : m == 3 ? 9 : 14; }
#elif HAS_AVX2
enum { TILE_BLOCKS = 1, TILE_PIXELS = 6 };
INLINE int tile_limit(int m) { return m > 0 ? 6 : 0; }
#else
enum { TILE_BLOCKS = 1, TILE_PIXELS = 3 };
INLINE int tile_limit(int m) { return m > 0 ? 3 : 0; }
#endif

/* Where a tile lies: the first output pixel and block, and the planes of the input that it sums up. The first part of
   a depth that is cut starts from the bias, the others from what the output holds, and the last one finishes. */
typedef struct {
  int64_t image, y, x;
  int block, first_plane, last_plane;
  const cnn_plane *input;
  const float **rows; /* for each plane where the first tap of the row's first pixel lies, and two more to look ahead */
  /* The weights that come next, fetched while these are used: of each block, from `fetched` to `fetch_end`. */
  const float *fetch;
  int64_t fetched, fetch_end, fetch_step;
} tile_place;

/* Fetches some lines of the next weights into the second-level cache. */
INLINE void fetch_weights(const int m, const int64_t block, tile_place *at) {
  if (at->fetched >= at->fetch_end) return;
  for (int64_t i = 0; i < at->fetch_step; i += 16)
#pragma clang loop unroll(full)
    for (int j = 0; j < m; j++) __builtin_prefetch(at->fetch + j * block + at->fetched + i, 0, 2);
  at->fetched += at->fetch_step;
}

INLINE void tile_channels(const int n, const int m, const int lanes, const int64_t step, v16 sums[n][m],
                          const float *p, const float *w, const int64_t block) {
#pragma clang loop unroll_count(4)
  for (int i = 0; i < lanes; i++, w += 16) {
    v16 weights[m];
#pragma clang loop unroll(full)
    for (int j = 0; j < m; j++) weights[j] = load(w + j * block);
#pragma clang loop unroll(full)
    for (int pixel = 0; pixel < n; pixel++) {
      const v16 x = splat(p[pixel * step + i]);
#pragma clang loop unroll(full)
      for (int j = 0; j < m; j++) sums[pixel][j] += x * weights[j];
    }
  }
}

/* A 1x1 kernel. What goes on between planes counts here, so it is next to nothing. */
INLINE void tile_sums_pointwise(const int n, const int m, const int64_t step, v16 sums[n][m], const cnn_convolution *c,
                                tile_place *at) {
  const int64_t block = (int64_t)c->group_inputs * 256;
  const float *w = c->weights + at->block * block + at->first_plane * 256;
  const float *const *row = at->rows + at->first_plane, *const *end = at->rows + at->last_plane;
  const int64_t column = at->x * step;
  for (; row < end; row++, w += 256) {
    /* Another plane is far away, where no hardware looks ahead. */
    const float *ahead = row[2] + column;
#pragma clang loop unroll(full)
    for (int pixel = 0; pixel < n; pixel++) __builtin_prefetch(ahead + pixel * step);
    fetch_weights(m, block, at);
    tile_channels(n, m, 16, step, sums, row[0] + column, w, block);
  }
}

INLINE void tile_sums(const int n, const int m, const int lanes, const int64_t step, v16 sums[n][m],
                      const cnn_convolution *c, tile_place *at) {
  const int64_t taps = (int64_t)c->kernel_height * c->kernel_width;
  const int64_t block = taps * c->group_inputs * lanes * 16;
  const float *w = c->weights + at->block * block + at->first_plane * taps * lanes * 16;
  const int64_t tap_x = (int64_t)c->dilation_width * lanes;
  for (int k = at->first_plane; k < at->last_plane; k++) {
    const float *p = at->rows[k] + at->x * step;
    const int64_t tap_y = c->dilation_height * at->input[k].row;
    for (int ky = 0; ky < c->kernel_height; ky++, p += tap_y) {
      const float *q = p;
      fetch_weights(m, block, at);
      for (int kx = 0; kx < c->kernel_width; kx++, q += tap_x, w += lanes * 16)
        tile_channels(n, m, lanes, step, sums, q, w, block);
    }
  }
}

/* Residual and activation of one block's pixels. */
INLINE void tile_finish(const int n, const int m, v16 sums[n][m], const int j, const cnn_convolution *c, float *y,
                        const tile_place *at) {
  if (c->residual) {
    const cnn_plane *other = c->residual + at->block + j;
    const float *r = other->data + at->image * other->image + at->y * other->row + at->x * 16;
#pragma clang loop unroll(full)
    for (int pixel = 0; pixel < n; pixel++) sums[pixel][j] += load(r + pixel * 16);
  }
  if (c->activation.kind == CNN_RELU) {
#pragma clang loop unroll(full)
    for (int pixel = 0; pixel < n; pixel++) store(y + pixel * 16, at_least(sums[pixel][j], splat(0)));
    return;
  }
#pragma clang loop unroll(full)
  for (int pixel = 0; pixel < n; pixel++) store(y + pixel * 16, sums[pixel][j]);
  if (c->activation.kind == CNN_IDENTITY) return;
  /* From memory, so that the sums need not live through the long code of the other activations. */
#pragma clang loop unroll(disable)
  for (int pixel = 0; pixel < n; pixel++) store(y + pixel * 16, activate(c->activation, load(y + pixel * 16)));
}

/* Does sums again that are not finite, without the lanes that a filter has nothing to do with: its weight for them is 0,
   and 0 times infinity is NaN. `sums` are those of `n` pixels before the residual. */
static __attribute__((noinline)) void separate_groups(const cnn_convolution *c, const tile_place *at, int block, int n,
                                                      float *sums) {
  const int64_t taps = (int64_t)c->kernel_height * c->kernel_width, group = block / c->group_outputs;
  const v16 own = load(c->output_groups + block * 16);
  for (int pixel = 0; pixel < n; pixel++) {
    v16 sum = load(sums + pixel * 16);
    if (!__builtin_reduce_or(sum - sum != splat(0))) continue;
    sum = load(c->bias + block * 16);
    const float *w = c->weights + block * taps * c->group_inputs * c->lanes * 16;
    for (int k = 0; k < c->group_inputs; k++) {
      const cnn_plane *in = at->input + k;
      const float *groups = c->input_groups + (group * c->group_inputs + k) * c->lanes;
      const float *p = in->data + at->image * in->image + (at->y * c->stride_height - c->pad_top) * in->row +
                       ((at->x + pixel) * c->stride_width - c->pad_left) * c->lanes;
      for (int ky = 0; ky < c->kernel_height; ky++)
        for (int kx = 0; kx < c->kernel_width; kx++) {
          const float *q = p + ky * c->dilation_height * in->row + (int64_t)kx * c->dilation_width * c->lanes;
          for (int i = 0; i < c->lanes; i++, w += 16)
            sum += own == splat(groups[i]) ? splat(q[i]) * load(w) : splat(0);
        }
    }
    store(sums + pixel * 16, sum);
  }
}

/* False if a pixel's sum is not finite, and now and then for numbers near the largest. */
INLINE int is_finite_sum(const int n, const int m, v16 sums[n][m], const int j) {
  v16 all = sums[0][j];
#pragma clang loop unroll(full)
  for (int pixel = 1; pixel < n; pixel++) all += sums[pixel][j];
  return !__builtin_reduce_or(all - all != splat(0));
}

INLINE void tile(const int n, const int m, const int lanes, const int64_t step, const int is_pointwise,
                 const cnn_convolution *c, tile_place *at) {
  v16 sums[n][m];
  float *outputs[m];
#pragma clang loop unroll(full)
  for (int j = 0; j < m; j++) {
    const cnn_plane *out = c->output + at->block + j;
    outputs[j] = out->data + at->image * out->image + at->y * out->row + at->x * 16;
    const v16 bias = load(c->bias + (at->block + j) * 16);
#pragma clang loop unroll(full)
    for (int pixel = 0; pixel < n; pixel++) sums[pixel][j] = at->first_plane ? load(outputs[j] + pixel * 16) : bias;
  }
  if (is_pointwise) tile_sums_pointwise(n, m, step, sums, c, at);
  else tile_sums(n, m, lanes, step, sums, c, at);
#pragma clang loop unroll(full)
  for (int j = 0; j < m; j++) {
    if (at->last_plane == c->group_inputs) {
      if (c->input_groups && !is_finite_sum(n, m, sums, j)) {
#pragma clang loop unroll(full)
        for (int pixel = 0; pixel < n; pixel++) store(outputs[j] + pixel * 16, sums[pixel][j]);
        separate_groups(c, at, at->block + j, n, outputs[j]);
#pragma clang loop unroll(full)
        for (int pixel = 0; pixel < n; pixel++) sums[pixel][j] = load(outputs[j] + pixel * 16);
      }
      tile_finish(n, m, sums, j, c, outputs[j], at);
    } else {
#pragma clang loop unroll(full)
      for (int pixel = 0; pixel < n; pixel++) store(outputs[j] + pixel * 16, sums[pixel][j]);
    }
  }
}

typedef void (*tile_function)(const cnn_convolution *, tile_place *);

/* One function for each tile and each distance of pixels: of blocks for strides 1, 2 and any, those of a 1x1 kernel
   apart, and of plain channels. */
enum { POINTWISE_1, POINTWISE_2, BLOCKS_1, BLOCKS_2, BLOCKS_ANY, PLAIN_2, PLAIN_ANY, TILE_KINDS };
#define TILE_FUNCTION(n, m, kind, lanes, step, is_pointwise)                                \
  static void tile_##n##_##m##_##kind(const cnn_convolution *c, tile_place *at) {           \
    tile(n, m, lanes, step, is_pointwise, c, at);                                           \
  }
#define TILE_FUNCTIONS(n, m)                                          \
  TILE_FUNCTION(n, m, pointwise_1, 16, 16, 1)                         \
  TILE_FUNCTION(n, m, pointwise_2, 16, 32, 1)                         \
  TILE_FUNCTION(n, m, blocks_1, 16, 16, 0)                            \
  TILE_FUNCTION(n, m, blocks_2, 16, 32, 0)                            \
  TILE_FUNCTION(n, m, blocks_any, 16, 16 * (int64_t)c->stride_width, 0) \
  TILE_FUNCTION(n, m, plain_2, 1, 2, 0)                               \
  TILE_FUNCTION(n, m, plain_any, 1, c->stride_width, 0)
#define TILE_ENTRY(n, m)                                                                                    \
  {tile_##n##_##m##_pointwise_1, tile_##n##_##m##_pointwise_2, tile_##n##_##m##_blocks_1,                   \
   tile_##n##_##m##_blocks_2,    tile_##n##_##m##_blocks_any,  tile_##n##_##m##_plain_2, tile_##n##_##m##_plain_any}

#define UP_TO_3(X, m) X(1, m) X(2, m) X(3, m)
#define UP_TO_6(X, m) UP_TO_3(X, m) X(4, m) X(5, m) X(6, m)
#define UP_TO_9(X, m) UP_TO_6(X, m) X(7, m) X(8, m) X(9, m)
#define UP_TO_14(X, m) UP_TO_9(X, m) X(10, m) X(11, m) X(12, m) X(13, m) X(14, m)
#define TILE_ENTRY_COMMA(n, m) TILE_ENTRY(n, m),

#if HAS_AVX512
UP_TO_14(TILE_FUNCTIONS, 1)
UP_TO_14(TILE_FUNCTIONS, 2)
UP_TO_9(TILE_FUNCTIONS, 3)
UP_TO_6(TILE_FUNCTIONS, 4)
static const tile_function tile_functions[TILE_BLOCKS][TILE_PIXELS][TILE_KINDS] = {
    {UP_TO_14(TILE_ENTRY_COMMA, 1)},
    {UP_TO_14(TILE_ENTRY_COMMA, 2)},
    {UP_TO_9(TILE_ENTRY_COMMA, 3)},
    {UP_TO_6(TILE_ENTRY_COMMA, 4)},
};
#elif HAS_AVX2
UP_TO_6(TILE_FUNCTIONS, 1)
static const tile_function tile_functions[TILE_BLOCKS][TILE_PIXELS][TILE_KINDS] = {{UP_TO_6(TILE_ENTRY_COMMA, 1)}};
#else
UP_TO_3(TILE_FUNCTIONS, 1)
static const tile_function tile_functions[TILE_BLOCKS][TILE_PIXELS][TILE_KINDS] = {{UP_TO_3(TILE_ENTRY_COMMA, 1)}};
#endif

INLINE int tile_kind(const cnn_convolution *c) {
  if (c->lanes == 1) return c->stride_width == 2 ? PLAIN_2 : PLAIN_ANY;
  if (c->stride_width > 2) return BLOCKS_ANY;
  const int is_pointwise = c->kernel_height == 1 && c->kernel_width == 1;
  return (is_pointwise ? POINTWISE_1 : BLOCKS_1) + c->stride_width - 1;
}

/* Output blocks of a tile for rows of `width` pixels: the fewest cycles for a block. A tile takes as long as its
   multiplications at two a cycle, or its weights from the second-level cache at about 28 bytes a cycle. */
static int tile_blocks(int width, int left) {
  int best = 1;
  double least = 1e30;
  for (int m = 1; m <= TILE_BLOCKS && m <= left; m++) {
    const int limit = tile_limit(m), tiles = (width + limit - 1) / limit;
    const double pixels = (double)width / tiles;
    const double multiplications = pixels * m / 2, loads = (pixels + m) / 2, weights = m * 64 / 28.0;
    double cycles = multiplications > loads ? multiplications : loads;
    if (weights > cycles) cycles = weights;
    /* A last block left alone costs more than two well filled tiles. */
    const double cost = tiles * (cycles + 0.02 * loads) / m + (left - m == 1 ? 0.05 * width : 0);
    if (cost < least) least = cost, best = m;
  }
  return best;
}

/* Weights of a tile's blocks that are held in the second-level cache while all pixels pass by. */
enum { WEIGHT_BYTES = 256 << 10 };

/* Where the planes' first taps for an output row lie; the two behind the last stand for the next tile's first. */
static void find_rows(const cnn_convolution *c, tile_place *at) {
  const int64_t row = at->y * c->stride_height - c->pad_top, column = (int64_t)c->pad_left * c->lanes;
  for (int k = at->first_plane; k < at->last_plane; k++) {
    const cnn_plane *in = at->input + k;
    at->rows[k] = in->data + at->image * in->image + row * in->row - column;
  }
  const int64_t next_tile = 6 * 16 * (int64_t)c->stride_width;
  at->rows[at->last_plane] = at->rows[at->first_plane] + next_tile;
  at->rows[at->last_plane + 1] = at->rows[at->last_plane - at->first_plane > 1 ? at->first_plane + 1 : at->first_plane] + next_tile;
}

/* The tiles of one row, of nearly equal width. */
static void convolve_row(const cnn_convolution *c, tile_place *at, int m) {
  const int kind = tile_kind(c), limit = tile_limit(m);
  const int width = at->y == c->height - 1 ? c->last_width : c->width;
  const int tiles = (width + limit - 1) / limit;
  at->x = 0;
  for (int i = 0; i < tiles; i++) {
    const int n = (int)(width - at->x) / (tiles - i);
    tile_functions[m - 1][n - 1][kind](c, at);
    at->x += n;
  }
}

/* What comes behind the last block is most often the thread's next task. Spreads the fetching of the weights of `planes` planes from `first` on over the tiles of `rows` rows. */
static void plan_fetching(const cnn_convolution *c, tile_place *at, int m, int rows, int block, int64_t first,
                          int64_t planes) {
  const int64_t plane = (int64_t)c->kernel_height * c->kernel_width * c->lanes * 16;
  const int limit = tile_limit(m);
  const int64_t visits = (int64_t)rows * ((c->width + limit - 1) / limit) * (at->last_plane - at->first_plane) * c->kernel_height;
  at->fetch = c->weights + (block * (int64_t)c->group_inputs + first) * plane;
  at->fetched = 0;
  at->fetch_end = planes * plane;
  at->fetch_step = ((at->fetch_end + visits - 1) / visits + 15) / 16 * 16;
}

/* `rows` rows from `at` on, blocks at.block to `end`. */
static void convolve_rows(const cnn_convolution *c, tile_place at, int rows, int end) {
  const int first_row = (int)at.y;
  const int64_t plane_bytes = (int64_t)c->kernel_height * c->kernel_width * c->lanes * 64;
  while (at.block < end) {
    const int m = tile_blocks(c->width, end - at.block);
    const int64_t most = WEIGHT_BYTES / (plane_bytes * m) + 1;
    const int64_t parts = (c->group_inputs + most - 1) / most;
    for (int64_t part = 0; part < parts; part++) {
      at.first_plane = (int)(c->group_inputs * part / parts);
      at.last_plane = (int)(c->group_inputs * (part + 1) / parts);
      const int is_last = part + 1 == parts;
      const int64_t next = is_last ? 0 : at.last_plane;
      plan_fetching(c, &at, m, rows, is_last ? at.block + m : at.block, next,
                    is_last && at.block + m >= c->output_blocks ? 0 : c->group_inputs * ((is_last ? 0 : part + 1) + 1) / parts - next);
      for (int row = 0; row < rows; row++) {
        at.y = first_row + row;
        find_rows(c, &at);
        convolve_row(c, &at, m);
      }
    }
    at.block += m;
  }
}

/* Scales, shifts and clips the pixels that rows read into scratch, and gives the planes that describe them there. */
static cnn_plane *convolution_prologue(const cnn_convolution *c, int64_t image, int64_t y, int rows, float *scratch) {
  cnn_plane *planes = (cnn_plane *)scratch;
  const int64_t row = (int64_t)c->width * 16;
  float *target = scratch + ((int64_t)c->group_inputs * sizeof(cnn_plane) / sizeof(float) + 15) / 16 * 16;
  for (int k = 0; k < c->group_inputs; k++) {
    const cnn_plane *in = c->input + k;
    const v16 scale = load(c->scale + image * c->scale_image + k * 16);
    const v16 shift = c->shift ? load(c->shift + k * 16) : splat(0);
    planes[k] = (cnn_plane){target - y * row, row, 0};
    for (int i = 0; i < rows; i++, target += row) {
      const float *p = in->data + image * in->image + (y + i) * c->stride_height * in->row;
      const int width = y + i == c->height - 1 ? c->last_width : c->width;
      const int64_t step = 16 * (int64_t)c->stride_width;
      if (c->prologue_relu) {
        for (int x = 0; x < width; x++) store(target + x * 16, at_least(load(p + x * step) * scale + shift, splat(0)));
      } else {
        for (int x = 0; x < width; x++) store(target + x * 16, load(p + x * step) * scale + shift);
      }
    }
  }
  return planes;
}

KERNEL(convolution) {
  const cnn_convolution *c = context;
  const int spans = (c->output_blocks + c->span - 1) / c->span;
  const int bands = (c->height + c->band - 1) / c->band;
  const int first = (int)(task % spans) * c->span;
  const int last = first + c->span < c->output_blocks ? first + c->span : c->output_blocks;
  const int64_t y = task / spans % bands * c->band;
  const int rows = (int)(y + c->band < c->height ? c->band : c->height - y);
  const float **pointers = (const float **)scratch;
  scratch += (((int64_t)c->group_inputs + 2) * sizeof *pointers / sizeof(float) + 31) / 16 * 16;
  tile_place at = {.image = task / spans / bands, .y = y, .block = first, .input = c->input, .rows = pointers};
  if (c->scale) {
    /* The prologue leaves its pixels side by side. */
    cnn_convolution inner = *c;
    inner.stride_height = inner.stride_width = 1;
    at.input = convolution_prologue(c, at.image, y, rows, scratch);
    return convolve_rows(&inner, at, rows, last);
  }
  while (at.block < last) {
    const int group = at.block / c->group_outputs;
    const int end = (group + 1) * c->group_outputs < last ? (group + 1) * c->group_outputs : last;
    at.y = y;
    at.input = c->input + group * c->group_inputs;
    convolve_rows(c, at, rows, end);
    at.block = end;
  }
}
#endif
