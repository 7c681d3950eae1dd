#pragma once
#include "chain.h"

/* A chain of operators that work element by element on images in blocks; see chain.h. */

typedef enum {
  CNN_CHAIN_IMAGE,   /* planes of the result's size */
  CNN_CHAIN_PIXEL,   /* planes of one pixel, for all of an image */
  CNN_CHAIN_CHANNELS /* a number for each channel, [blocks][16] */
} cnn_chain_operand;

/* Lanes beyond the last channel become 0. Tasks: images x bands x spans of blocks. */
typedef struct {
  const int32_t *kinds; /* of the operands */
  const cnn_plane *const *planes;
  const float *const *numbers;
  const cnn_plane *output;
  const cnn_chain_operation *operations;
  int32_t operands, results, operation_count, last_lanes;
  int32_t blocks, images, height, width;
  int32_t band, span;
} cnn_blocked_chain;
extern const cnn_kernel cnn_blocked_chain_kernel;

#ifdef CNN_BODY
typedef struct {
  const float *registers[CNN_CHAIN_OPERANDS + CNN_CHAIN_RESULTS + 1];
  float *targets[CNN_CHAIN_OPERANDS + CNN_CHAIN_RESULTS + 1];
} blocked_chain_registers;

/* Fills a register with the same 16 lanes for each pixel. */
INLINE void blocked_chain_fill(float *to, const float *lanes) {
  const v16 v = load(lanes);
  for (int64_t i = 0; i < CNN_CHAIN_BLOCK; i += 16) store(to + i, v);
}

static int blocked_chain_is_dense(const cnn_blocked_chain *c, int64_t block) {
  int is_dense = c->output[block].row == (int64_t)c->width * 16;
  for (int32_t i = 0; i < c->operands; i++)
    if (c->kinds[i] == CNN_CHAIN_IMAGE) is_dense &= c->planes[i][block].row == (int64_t)c->width * 16;
  return is_dense;
}

/* `floats` that lie side by side from pixel (y, 0) on. */
static void blocked_chain_row(const cnn_blocked_chain *c, blocked_chain_registers *r, int64_t block, int64_t image,
                              int64_t y, int64_t floats) {
  float *output = pixel_of(c->output[block], image, y, 0);
  const int is_part = block == c->blocks - 1 && c->last_lanes < 16;
  for (int64_t x = 0; x < floats; x += CNN_CHAIN_BLOCK) {
    for (int32_t i = 0; i < c->operands; i++)
      if (c->kinds[i] == CNN_CHAIN_IMAGE) r->registers[i] = pixel_of(c->planes[i][block], image, y, 0) + x;
    const int64_t count = smaller(CNN_CHAIN_BLOCK, floats - x);
    r->targets[c->operands + c->results] = output + x;
    chain_run(c->operations, c->operation_count, r->registers, r->targets, count);
    if (!is_part) continue;
    for (int64_t i = x; i < x + count; i += 16)
      for (int32_t lane = c->last_lanes; lane < 16; lane++) output[i + lane] = 0;
  }
}

KERNEL(blocked_chain) {
  const cnn_blocked_chain *c = context;
  const task_area a = area_of(task, c->height, c->band, c->blocks, c->span);
  blocked_chain_registers r;
  for (int32_t i = 0; i < c->operands + c->results; i++, scratch += CNN_CHAIN_BLOCK)
    r.registers[i] = r.targets[i] = scratch;
  for (int64_t block = a.first_block; block < a.end_block; block++) {
    for (int32_t i = 0; i < c->operands; i++) {
      if (c->kinds[i] == CNN_CHAIN_PIXEL) blocked_chain_fill(r.targets[i], pixel_of(c->planes[i][block], a.image, 0, 0));
      if (c->kinds[i] == CNN_CHAIN_CHANNELS) blocked_chain_fill(r.targets[i], c->numbers[i] + block * 16);
    }
    const int64_t row = (int64_t)c->width * 16;
    if (blocked_chain_is_dense(c, block)) {
      blocked_chain_row(c, &r, block, a.image, a.first_row, (a.end_row - a.first_row) * row);
    } else {
      for (int64_t y = a.first_row; y < a.end_row; y++) blocked_chain_row(c, &r, block, a.image, y, row);
    }
  }
}
#endif
