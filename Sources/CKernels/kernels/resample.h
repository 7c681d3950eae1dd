#pragma once
#include "../include/cnn_kernel.h"

/* Pixels from weighted means of others, along rows and along columns: interpolation. Output row y is the sum over taps of
   row_weights[y][tap] times input row row_indices[y][tap]; columns likewise. Tasks: images x bands x spans of blocks;
   scratch: an input row of a block. */
typedef struct {
  const cnn_plane *input, *output;
  const int32_t *row_indices, *column_indices;
  const float *row_weights, *column_weights;
  int row_taps, column_taps; /* 1: pixels are taken as they are */
  int blocks, images, input_width, height, width;
  int band, span;
} cnn_resample;
extern const cnn_kernel cnn_resample_kernel;

#ifdef CNN_BODY
/* Interpolation along both axes, rows first. */

/* One row of pixels, made of several. */
static const float *resample_rows(const cnn_resample *c, const cnn_plane *plane, int64_t image, int64_t y,
                                  float *row) {
  const int32_t *index = c->row_indices + y * c->row_taps;
  const float *weight = c->row_weights + y * c->row_taps;
  if (c->row_taps == 1) return plane_row(plane, image, index[0]);
  const int64_t count = (int64_t)c->input_width * CNN_LANES;
  for (int64_t i = 0; i < count; i += CNN_LANES) {
    v16 sum = load(plane_row(plane, image, index[0]) + i) * weight[0];
    for (int tap = 1; tap < c->row_taps; tap++) sum += load(plane_row(plane, image, index[tap]) + i) * weight[tap];
    store(row + i, sum);
  }
  return row;
}

INLINE void resample_columns(const int taps, const cnn_resample *c, const float *from, float *to) {
  const int32_t *index = c->column_indices;
  const float *weight = c->column_weights;
  for (int64_t x = 0; x < c->width; x++, index += taps, weight += taps, to += CNN_LANES) {
    if (taps == 1) {
      store(to, load(from + index[0] * CNN_LANES));
      continue;
    }
    v16 sum = load(from + index[0] * CNN_LANES) * weight[0];
    for (int tap = 1; tap < taps; tap++) sum += load(from + index[tap] * CNN_LANES) * weight[tap];
    store(to, sum);
  }
}

KERNEL(resample) {
  const cnn_resample *c = context;
  const task_area area = area_of(task, c->height, c->band, c->blocks, c->span);
  for (int64_t block = area.first_block; block < area.end_block; block++)
    for (int64_t y = area.first_row; y < area.end_row; y++) {
      float *to = plane_row(&c->output[block], area.image, y);
      const int32_t *index = c->row_indices + y * c->row_taps;
      /* Nearest rows repeat. */
      if (c->row_taps == 1 && y > area.first_row && index[0] == index[-1]) {
        memcpy(to, plane_row(&c->output[block], area.image, y - 1), (size_t)c->width * CNN_LANES * sizeof(float));
        continue;
      }
      const float *from = resample_rows(c, &c->input[block], area.image, y, scratch);
      if (c->column_taps == 1) resample_columns(1, c, from, to);
      else if (c->column_taps == 2) resample_columns(2, c, from, to);
      else resample_columns(c->column_taps, c, from, to);
    }
}
#endif
