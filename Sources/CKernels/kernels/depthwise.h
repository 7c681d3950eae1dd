#pragma once
#include "../include/cnn_kernel.h"

/* Each channel by its own kernel. Tasks: images x bands x spans of blocks. */
typedef struct {
  const cnn_plane *input, *output, *residual;
  const float *weights; /* [block][kh][kw][16] */
  const float *bias;    /* [blocks][16] */
  int blocks, images, height, width;
  int kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int pad_top, pad_left; /* the input's border is at least this wide, and as wide as needed on the other sides */
  int band, span;
  cnn_activation activation;
} cnn_depthwise;
extern const cnn_kernel cnn_depthwise_kernel;

#ifdef CNN_BODY
/* Each channel by its own kernel. The inner loops handle one register of lanes at a time: a block is one register
   wide, two or four, and is done in as many passes over a few rows. */

enum {
  DEPTHWISE_LANES = HAS_AVX512 ? 16 : HAS_AVX2 ? 8 : 4,
  DEPTHWISE_PIXELS = 8,                /* of a row in a tile: enough sums to hide the latency of multiply-add */
  DEPTHWISE_ROWS = HAS_AVX512 ? 2 : 1, /* of a tile of stride 1 */
  DEPTHWISE_KEPT = HAS_AVX512 ? 9 : 0, /* the largest kernel that stays in registers from tile to tile */
  DEPTHWISE_WIDEST = 5                 /* the widest kernel with code of its own */
};

typedef float depthwise_vector __attribute__((ext_vector_type(DEPTHWISE_LANES)));
typedef float depthwise_vector_anywhere __attribute__((ext_vector_type(DEPTHWISE_LANES), aligned(4)));

INLINE depthwise_vector depthwise_load(const float *p) { return *(const depthwise_vector_anywhere *)p; }

#define UNROLL _Pragma("clang loop unroll(full)")

/* Some rows of one block, from a given lane on. */
typedef struct {
  const float *input, *weights, *residual;
  float *output;
  int64_t input_row, output_row, residual_row; /* between rows of output */
  int64_t line, step, next; /* in the input: between lines of the kernel; pixels of output; elements of a line */
  int64_t width;
  int height, kernel_height, kernel_width;
  depthwise_vector bias, low, high;
} depthwise_rows;

typedef struct {
  depthwise_vector at[DEPTHWISE_WIDEST][DEPTHWISE_WIDEST];
} depthwise_kernel;

typedef struct {
  depthwise_vector at[2][DEPTHWISE_PIXELS];
} depthwise_sums;

INLINE void load_kernel_line(depthwise_kernel *kernel, const float *weights, const int line, const int size) {
  UNROLL for (int k = 0; k < size; k++)
    kernel->at[line][k] = depthwise_load(weights + (line * size + k) * CNN_LANES);
}

/* One branch for all rows: with one for each, the compiler moves the second row's sums behind the first row's. */
INLINE void depthwise_finish(const depthwise_rows *d, int64_t x, depthwise_sums *sums, const int rows,
                             const int pixels) {
  if (d->residual) {
    const float *residual = d->residual + x * CNN_LANES;
    UNROLL for (int r = 0; r < rows; r++, residual += d->residual_row)
      UNROLL for (int p = 0; p < pixels; p++) sums->at[r][p] += depthwise_load(residual + p * CNN_LANES);
  }
  float *output = d->output + x * CNN_LANES;
  UNROLL for (int r = 0; r < rows; r++, output += d->output_row) UNROLL for (int p = 0; p < pixels; p++) {
    depthwise_vector v = sums->at[r][p] < d->low ? d->low : sums->at[r][p];
    *(depthwise_vector_anywhere *)(output + p * CNN_LANES) = v > d->high ? d->high : v;
  }
}

/* A kernel of a constant size, without dilation: each input vector is loaded once for all the pixels it goes to. */
INLINE void depthwise_fixed_tile(const depthwise_rows *d, depthwise_kernel *kernel, int64_t x, const int rows,
                                 const int pixels, const int size, const int stride) {
  depthwise_sums sums;
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int p = 0; p < pixels; p++) sums.at[r][p] = d->bias;
  const float *input = d->input + x * stride * CNN_LANES;
  UNROLL for (int line = 0; line < (rows - 1) * stride + size; line++, input += d->line) {
    if (size * size > DEPTHWISE_KEPT && line < size) load_kernel_line(kernel, d->weights, line, size);
    UNROLL for (int column = 0; column < (pixels - 1) * stride + size; column++) {
      depthwise_vector v = depthwise_load(input + column * CNN_LANES);
      UNROLL for (int r = 0; r < rows; r++) UNROLL for (int p = 0; p < pixels; p++) {
        int y = line - r * stride, k = column - p * stride;
        if (y >= 0 && y < size && k >= 0 && k < size) sums.at[r][p] += v * kernel->at[y][k];
      }
    }
  }
  depthwise_finish(d, x, &sums, rows, pixels);
}

/* Any kernel; the step is a parameter of its own for it to be a constant. */
INLINE void depthwise_any_tile(const depthwise_rows *d, int64_t x, const int pixels, int64_t step) {
  depthwise_sums sums;
  UNROLL for (int p = 0; p < pixels; p++) sums.at[0][p] = d->bias;
  const float *line = d->input + x * step, *weights = d->weights;
  for (int y = 0; y < d->kernel_height; y++, line += d->line) {
    const float *input = line;
    for (int k = 0; k < d->kernel_width; k++, input += d->next, weights += CNN_LANES) {
      depthwise_vector w = depthwise_load(weights);
      UNROLL for (int p = 0; p < pixels; p++) sums.at[0][p] += depthwise_load(input + p * step) * w;
    }
  }
  depthwise_finish(d, x, &sums, 1, pixels);
}

INLINE void depthwise_tile(const depthwise_rows *d, depthwise_kernel *kernel, int64_t x, const int rows,
                           const int pixels, const int size, const int stride) {
  if (size) depthwise_fixed_tile(d, kernel, x, rows, pixels, size, stride);
  else depthwise_any_tile(d, x, pixels, stride ? stride * CNN_LANES : d->step);
}

INLINE void depthwise_line(depthwise_rows *d, depthwise_kernel *kernel, const int rows, const int size,
                           const int stride) {
  int64_t x = 0;
  for (; x + DEPTHWISE_PIXELS <= d->width; x += DEPTHWISE_PIXELS)
    depthwise_tile(d, kernel, x, rows, DEPTHWISE_PIXELS, size, stride);
  switch (d->width - x) {
  case 7: depthwise_tile(d, kernel, x, rows, 7, size, stride); break;
  case 6: depthwise_tile(d, kernel, x, rows, 6, size, stride); break;
  case 5: depthwise_tile(d, kernel, x, rows, 5, size, stride); break;
  case 4: depthwise_tile(d, kernel, x, rows, 4, size, stride); break;
  case 3: depthwise_tile(d, kernel, x, rows, 3, size, stride); break;
  case 2: depthwise_tile(d, kernel, x, rows, 2, size, stride); break;
  case 1: depthwise_tile(d, kernel, x, rows, 1, size, stride); break;
  }
  d->input += rows * d->input_row, d->output += rows * d->output_row;
  if (d->residual) d->residual += rows * d->residual_row;
}

/* size 0: any kernel; stride 0: any stride. */
INLINE void depthwise_pass(depthwise_rows d, const int size, const int stride) {
  depthwise_kernel kernel;
  if (size * size <= DEPTHWISE_KEPT)
    UNROLL for (int line = 0; line < size; line++) load_kernel_line(&kernel, d.weights, line, size);
  if (size && stride == 1 && DEPTHWISE_ROWS > 1)
    for (; d.height >= 2; d.height -= 2) depthwise_line(&d, &kernel, 2, size, stride);
  for (; d.height > 0; d.height--) depthwise_line(&d, &kernel, 1, size, stride);
}

static void depthwise_3_1(const depthwise_rows *d) { depthwise_pass(*d, 3, 1); }
static void depthwise_3_2(const depthwise_rows *d) { depthwise_pass(*d, 3, 2); }
static void depthwise_5_1(const depthwise_rows *d) { depthwise_pass(*d, 5, 1); }
static void depthwise_5_2(const depthwise_rows *d) { depthwise_pass(*d, 5, 2); }
static void depthwise_any_1(const depthwise_rows *d) { depthwise_pass(*d, 0, 1); }
static void depthwise_any_2(const depthwise_rows *d) { depthwise_pass(*d, 0, 2); }
static void depthwise_any(const depthwise_rows *d) { depthwise_pass(*d, 0, 0); }

typedef void (*depthwise_function)(const depthwise_rows *);

static depthwise_function depthwise_function_for(const cnn_depthwise *c) {
  int size = c->kernel_height, stride = c->stride_width;
  if (c->kernel_width == size && c->stride_height == stride && c->dilation_height == 1 && c->dilation_width == 1) {
    if (size == 3 && stride == 1) return depthwise_3_1;
    if (size == 3 && stride == 2) return depthwise_3_2;
    if (size == 5 && stride == 1) return depthwise_5_1;
    if (size == 5 && stride == 2) return depthwise_5_2;
  }
  return stride == 1 ? depthwise_any_1 : stride == 2 ? depthwise_any_2 : depthwise_any;
}

KERNEL(depthwise) {
  (void)scratch;
  const cnn_depthwise *c = context;
  task_area a = area_of(task, c->height, c->band, c->blocks, c->span);
  depthwise_function pass = depthwise_function_for(c);
  activation_clip clip = clip_of(c->activation);
  int64_t kernel_size = (int64_t)c->kernel_height * c->kernel_width * CNN_LANES;
  int64_t chunk = 2 + 192 / c->width / 2 * 2; /* rows that stay in the first cache until the last pass is over */
  depthwise_rows d = {.step = c->stride_width * CNN_LANES,
                      .next = c->dilation_width * CNN_LANES,
                      .width = c->width,
                      .kernel_height = c->kernel_height,
                      .kernel_width = c->kernel_width,
                      .low = clip.low,
                      .high = clip.high};
  for (int64_t block = a.first_block; block < a.end_block; block++) {
    cnn_plane in = c->input[block], out = c->output[block], none = {0}, other = c->residual ? c->residual[block] : none;
    d.input_row = in.row * c->stride_height, d.line = in.row * c->dilation_height;
    d.output_row = out.row, d.residual_row = other.row;
    for (int64_t y = a.first_row; y < a.end_row; y += chunk) {
      d.height = (int)(a.end_row - y < chunk ? a.end_row - y : chunk);
      for (int lane = 0; lane < CNN_LANES; lane += DEPTHWISE_LANES) {
        d.input = pixel_of(in, a.image, y * c->stride_height - c->pad_top, -c->pad_left) + lane;
        d.output = pixel_of(out, a.image, y, 0) + lane;
        d.residual = c->residual ? pixel_of(other, a.image, y, 0) + lane : NULL;
        d.weights = c->weights + block * kernel_size + lane;
        d.bias = depthwise_load(c->bias + block * CNN_LANES + lane);
        pass(&d);
      }
      if (clip.is_all) continue;
      for (int64_t row = y; row < y + d.height; row++)
        activate_run(c->activation, pixel_of(out, a.image, row, 0), c->width);
    }
  }
}
#undef UNROLL
#endif
