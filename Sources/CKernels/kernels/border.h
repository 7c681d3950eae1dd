#pragma once
#include "../include/cnn_kernel.h"

/* Sets the borders around an image to zeros. Tasks: images x blocks. */
typedef struct {
  const cnn_plane *planes;
  int blocks, images, height, width, top, left, bottom, right;
  int lanes; /* 16, or 1 for plain channels */
} cnn_border;
extern const cnn_kernel cnn_border_kernel;

#ifdef CNN_BODY
KERNEL(border) {
  const cnn_border *c = context;
  (void)scratch;
  const cnn_plane *plane = c->planes + task % c->blocks;
  float *data = plane->data + task / c->blocks * plane->image;
  const size_t pixel = c->lanes * sizeof(float), left = c->left * pixel, right = c->right * pixel;
  for (int64_t y = -c->top; y < c->height + c->bottom; y++) {
    float *row = data + y * plane->row;
    if (y < 0 || y >= c->height) {
      memset(row - c->left * c->lanes, 0, left + c->width * pixel + right);
      continue;
    }
    if (left) memset(row - c->left * c->lanes, 0, left);
    if (right) memset(row + c->width * c->lanes, 0, right);
  }
}
#endif
