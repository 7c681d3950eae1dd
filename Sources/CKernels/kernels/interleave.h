#pragma once
#include "../include/cnn_kernel.h"

/* Phases of an image become one image: output pixel (y, x) is pixel ((y + crop_top) / stride_height, …) of the phase
   ((y + crop_top) % stride_height, …). `input` has the blocks of the first phase, then those of the next one of its
   row. Tasks: images x bands x spans of blocks. */
typedef struct {
  const cnn_plane *input, *output;
  int blocks, images, height, width;
  int stride_height, stride_width, crop_top, crop_left;
  int band, span;
} cnn_interleave;
extern const cnn_kernel cnn_interleave_kernel;

#ifdef CNN_BODY
/* Pixels of several images in turn. */

KERNEL(interleave) {
  const cnn_interleave *c = context;
  (void)scratch;
  const task_area area = area_of(task, c->height, c->band, c->blocks, c->span);
  for (int64_t block = area.first_block; block < area.end_block; block++)
    for (int64_t y = area.first_row; y < area.end_row; y++) {
      const int64_t row = y + c->crop_top, phase_row = row % c->stride_height * c->stride_width;
      float *to = plane_row(&c->output[block], area.image, y);
      for (int phase = 0; phase < c->stride_width; phase++) {
        /* The first pixel of the row that is of this phase. */
        const int64_t first = (phase - c->crop_left % c->stride_width + c->stride_width) % c->stride_width;
        const cnn_plane *plane = &c->input[(phase_row + phase) * c->blocks + block];
        const float *from = plane_row(plane, area.image, row / c->stride_height) +
                            (first + c->crop_left) / c->stride_width * CNN_LANES;
        for (int64_t x = first; x < c->width; x += c->stride_width, from += CNN_LANES)
          store(to + x * CNN_LANES, load(from));
      }
    }
}
#endif
