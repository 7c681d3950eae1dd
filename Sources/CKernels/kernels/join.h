#pragma once
#include "../include/cnn_kernel.h"

/* A part of each row: `count` numbers, which lie `row` apart in their own array. */
typedef struct {
  const void *input; /* at any alignment */
  int64_t count, row;
} cnn_join_part;

/* Rows of the output are the parts' rows one after the other. Tasks: bands of rows. */
typedef struct {
  const cnn_join_part *parts;
  float *output;
  int64_t part_count, rows, output_row, band;
} cnn_joining;
extern const cnn_kernel cnn_join_kernel;

#ifdef CNN_BODY
/* Arrays side by side. */

KERNEL(join) {
  const cnn_joining *c = context;
  (void)scratch;
  const int64_t end = smaller((task + 1) * c->band, c->rows);
  for (int64_t row = task * c->band; row < end; row++) {
    float *to = c->output + row * c->output_row;
    for (int64_t i = 0; i < c->part_count; i++) {
      const cnn_join_part *part = &c->parts[i];
      memcpy(to, (const char *)part->input + row * part->row * 4, (size_t)part->count * sizeof(float));
      to += part->count;
    }
  }
}
#endif
