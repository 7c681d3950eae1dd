#pragma once
#include "../include/cnn_kernel.h"

/* Plain [N][C][H][W] to blocks and back. Tasks: images x blocks x bands. */
typedef struct {
  const float *plain_input; /* packing: read */
  float *plain_output;      /* unpacking: written */
  const cnn_plane *blocks;
  int channels, images, height, width;
  int band;
} cnn_packing;

#ifdef CNN_BODY
#include "../transposing.inc"

/* The piece of both tensors that a task moves. If neither has gaps, its rows are one long row. */
typedef struct {
  int64_t plain; /* offset of its first pixel */
  float *block;
  int64_t block_row, channel, channels, rows, width;
} packing_piece;

static packing_piece packing_piece_of(const cnn_packing *c, int64_t task) {
  const int64_t blocks = quotient_up(c->channels, 16), bands = quotient_up(c->height, c->band);
  const int64_t y = task % bands * c->band, block = task / bands % blocks, image = task / bands / blocks;
  packing_piece p = {.channel = (int64_t)c->height * c->width, .rows = smaller(c->band, c->height - y)};
  p.plain = (image * c->channels + block * 16) * p.channel + y * c->width;
  p.block = plane_row(c->blocks + block, image, y);
  p.block_row = c->blocks[block].row;
  p.channels = smaller(16, c->channels - block * 16);
  p.width = c->width;
  if (p.block_row == p.width * 16) {
    p.width *= p.rows;
    p.rows = 1;
  }
  return p;
}
#endif
