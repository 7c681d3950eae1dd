/* The weights of Winograd's convolution, the same for every instruction set. */
#include "kernels/winograd.h"

#include <string.h>

typedef double lanes[CNN_LANES];

/* The sixteen outputs' taps for one input channel; 0 for channels that do not exist. */
static void gather_taps(const float *w, int outputs, int inputs, int output, int input, lanes taps[9]) {
  memset(taps, 0, 9 * sizeof *taps);
  if (input >= inputs) return;
  for (int lane = 0; lane < CNN_LANES && output + lane < outputs; lane++) {
    float kernel[9];
    memcpy(kernel, (const char *)w + ((int64_t)(output + lane) * inputs + input) * sizeof kernel, sizeof kernel);
    for (int tap = 0; tap < 9; tap++) taps[tap][lane] = kernel[tap];
  }
}

/* Three numbers at a distance of `from` to six at a distance of `to`: their polynomial at the points, divided by
   the products of the points' differences. */
static void expand(const lanes *g, int from, lanes *u, int to) {
  for (int lane = 0; lane < CNN_LANES; lane++) {
    double first = g[0][lane], middle = g[from][lane], last = g[2 * from][lane];
    double near_even = (first + last / 2) / -1.5, near_odd = middle * WINOGRAD_NEAR / -1.5;
    double far_even = (first + last * 2) / 6, far_odd = middle * WINOGRAD_FAR / 6;
    u[0][lane] = first;
    u[to][lane] = near_even + near_odd;
    u[2 * to][lane] = near_even - near_odd;
    u[3 * to][lane] = far_even + far_odd;
    u[4 * to][lane] = far_even - far_odd;
    u[5 * to][lane] = last;
  }
}

static void store_lanes(const lanes from, float *to) {
  for (int lane = 0; lane < CNN_LANES; lane++) to[lane] = (float)from[lane];
}

void cnn_winograd_weights(const float *w, int outputs, int inputs, int group_inputs, int group_outputs, int expands,
                          float *packed, int first, int count) {
  int points = expands ? 9 : WINOGRAD_POINTS;
  for (int block = first; block < first + count; block++) {
    int quad;
    int blocks = winograd_quad(block, group_outputs, &quad);
    float *to = packed + (int64_t)quad * points * group_inputs * 256;
    for (int input = 0; input < group_inputs * CNN_LANES; input++) {
      lanes taps[9], rows[18], all[WINOGRAD_POINTS];
      gather_taps(w, outputs, inputs, block * CNN_LANES, input, taps);
      int64_t place = (int64_t)input * blocks + block - quad;
      if (expands) {
        for (int tap = 0; tap < 9; tap++) store_lanes(taps[tap], to + (place * 9 + tap) * CNN_LANES);
        continue;
      }
      for (int x = 0; x < 3; x++) expand(taps + x, 3, rows + x, 3);
      for (int y = 0; y < 6; y++) expand(rows + 3 * y, 1, all + 6 * y, 1);
      int64_t point_size = (int64_t)group_inputs * CNN_LANES * blocks;
      for (int point = 0; point < points; point++)
        store_lanes(all[point], to + (point * point_size + place) * CNN_LANES);
    }
  }
}

void cnn_pack_winograd(const void *context, int64_t task, float *scratch) {
  const cnn_winograd_packing *p = context;
  (void)scratch;
  cnn_winograd_weights(p->weights, p->filters, p->group_channels, p->group_inputs, p->group_outputs, p->expands,
                       p->packed, (int)task, 1);
}
