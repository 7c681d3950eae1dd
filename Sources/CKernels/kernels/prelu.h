#pragma once
#include "../include/cnn_kernel.h"

/* x below zero times its channel's slope. Tasks: images x bands x spans of blocks. */
typedef struct {
  const cnn_plane *input, *output;
  const float *slope; /* [blocks][16] */
  int blocks, images, height, width;
  int band, span;
} cnn_prelu;
extern const cnn_kernel cnn_prelu_kernel;

#ifdef CNN_BODY
KERNEL(prelu) {
  (void)scratch;
  const cnn_prelu *c = context;
  const task_area a = area_of(task, c->height, c->band, c->blocks, c->span);
  for (int64_t block = a.first_block; block < a.end_block; block++) {
    const v16 slope = load(c->slope + block * CNN_LANES);
    for (int64_t y = a.first_row; y < a.end_row; y++) {
      const float *from = pixel_of(c->input[block], a.image, y, 0);
      float *to = pixel_of(c->output[block], a.image, y, 0);
      for (int64_t i = 0; i < (int64_t)c->width * CNN_LANES; i += CNN_LANES) {
        const v16 x = load(from + i);
        store(to + i, x < 0 ? x * slope : x);
      }
    }
  }
}
#endif
