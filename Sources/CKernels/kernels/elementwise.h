#pragma once
#include "../include/cnn_kernel.h"

typedef enum { CNN_ADD, CNN_SUBTRACT, CNN_MULTIPLY } cnn_join;

/* activation(first (join) second); second may be one pixel per image that stands for all. second NULL: activation
   of first alone. scale and shift, if given, are applied per channel to first: x * scale + shift. Output may be
   first. Tasks: images x bands x spans. */
typedef struct {
  const cnn_plane *first, *second, *output;
  const float *scale, *shift;
  cnn_join join;
  int second_is_pixel;
  int blocks, images, height, width;
  int band, span;
  cnn_activation activation;
} cnn_elementwise;
extern const cnn_kernel cnn_elementwise_kernel;

#ifdef CNN_BODY
/* Joins of two tensors, element by element, and activations by themselves. */

typedef struct {
  const float *first, *second;
  float *output;
  int64_t pixels;
  v16 scale, shift;
  activation_clip clip;
} elementwise_row;

INLINE v16 elementwise_join(const int join, v16 a, v16 b) {
  return join == CNN_ADD ? a + b : join == CNN_SUBTRACT ? a - b : a * b;
}

/* Without scale and shift these are 1 and -0, which change nothing and cost nothing beside the memory's time.
   step: floats from one pixel of second to the next. */
INLINE void elementwise_pixels(const elementwise_row *r, const int join, const int step) {
  const elementwise_row e = *r;
  for (int64_t i = 0; i < e.pixels; i++) {
    v16 t = load(e.first + i * CNN_LANES) * e.scale + e.shift;
    store(e.output + i * CNN_LANES, clipped(e.clip, elementwise_join(join, t, load(e.second + i * step))));
  }
}

static void activate_row(const elementwise_row *r) {
  const elementwise_row e = *r;
  for (int64_t i = 0; i < e.pixels * CNN_LANES; i += CNN_LANES)
    store(e.output + i, clipped(e.clip, load(e.first + i) * e.scale + e.shift));
}
static void add_row(const elementwise_row *r) { elementwise_pixels(r, CNN_ADD, CNN_LANES); }
static void subtract_row(const elementwise_row *r) { elementwise_pixels(r, CNN_SUBTRACT, CNN_LANES); }
static void multiply_row(const elementwise_row *r) { elementwise_pixels(r, CNN_MULTIPLY, CNN_LANES); }
static void add_pixel(const elementwise_row *r) { elementwise_pixels(r, CNN_ADD, 0); }
static void subtract_pixel(const elementwise_row *r) { elementwise_pixels(r, CNN_SUBTRACT, 0); }
static void multiply_pixel(const elementwise_row *r) { elementwise_pixels(r, CNN_MULTIPLY, 0); }

typedef void (*elementwise_function)(const elementwise_row *);

static elementwise_function elementwise_function_for(const cnn_elementwise *c) {
  if (!c->second) return activate_row;
  switch (c->join) {
  case CNN_ADD: return c->second_is_pixel ? add_pixel : add_row;
  case CNN_SUBTRACT: return c->second_is_pixel ? subtract_pixel : subtract_row;
  case CNN_MULTIPLY: break;
  }
  return c->second_is_pixel ? multiply_pixel : multiply_row;
}

KERNEL(elementwise) {
  (void)scratch;
  const cnn_elementwise *c = context;
  task_area a = area_of(task, c->height, c->band, c->blocks, c->span);
  elementwise_function row = elementwise_function_for(c);
  elementwise_row r = {.pixels = c->width, .clip = clip_of(c->activation)};
  for (int64_t block = a.first_block; block < a.end_block; block++) {
    r.scale = c->scale ? load(c->scale + block * CNN_LANES) : splat(1);
    r.shift = c->scale && c->shift ? load(c->shift + block * CNN_LANES) : splat(-0.f);
    for (int64_t y = a.first_row; y < a.end_row; y++) {
      r.first = pixel_of(c->first[block], a.image, y, 0);
      r.output = pixel_of(c->output[block], a.image, y, 0);
      if (c->second) r.second = pixel_of(c->second[block], a.image, c->second_is_pixel ? 0 : y, 0);
      row(&r);
      if (!r.clip.is_all) activate_run(c->activation, r.output, r.pixels);
    }
  }
}
#endif
