#pragma once
#include "../include/cnn_kernel.h"

/* Plain [N][C][H][W] to plain channels with a border, row distances being the planes'. Tasks: images x channels. */
typedef struct {
  const float *input;
  const cnn_plane *planes;
  int channels, images, height, width;
} cnn_framing;
extern const cnn_kernel cnn_frame_kernel;

#ifdef CNN_BODY
/* Plain channels into plain channels with room for a border around them. */

KERNEL(frame) {
  const cnn_framing *c = context;
  (void)scratch;
  const cnn_plane *plane = c->planes + task % c->channels;
  const float *from = c->input + task * c->height * c->width;
  float *to = plane->data + task / c->channels * plane->image;
  for (int y = 0; y < c->height; y++, from += c->width, to += plane->row)
    memcpy(to, from, c->width * sizeof(float));
}
#endif
