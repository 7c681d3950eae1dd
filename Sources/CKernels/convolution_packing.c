/* The weights of direct convolutions, the same for every instruction set. */
#include "kernels/convolution.h"

#include <string.h>

static float load_float(const void *p, int64_t index) {
  float x;
  memcpy(&x, (const char *)p + index * (int64_t)sizeof x, sizeof x);
  return x;
}

/* One plane of inputs for one block of outputs: [taps][lanes][16]. */
static void pack_plane(const cnn_convolution_packing *p, const int32_t *filters, const int32_t *channels, float *to) {
  memset(to, 0, sizeof(float) * p->taps * p->lanes * CNN_LANES);
  for (int out = 0; out < CNN_LANES; out++) {
    if (filters[out] < 0) continue;
    const int64_t first = (int64_t)(filters[out] / p->group_filters) * p->group_channels;
    for (int lane = 0; lane < p->lanes; lane++) {
      const int64_t channel = channels[lane] - first;
      if (channels[lane] < 0 || channel < 0 || channel >= p->group_channels) continue;
      const int64_t from = ((int64_t)filters[out] * p->group_channels + channel) * p->taps;
      for (int tap = 0; tap < p->taps; tap++)
        to[(tap * p->lanes + lane) * CNN_LANES + out] = load_float(p->weights, from + tap);
    }
  }
}

void cnn_pack_convolution(const void *context, int64_t task, float *scratch) {
  const cnn_convolution_packing *p = context;
  (void)scratch;
  const int64_t plane = (int64_t)p->taps * p->lanes * CNN_LANES;
  float *to = p->packed + task * p->group_inputs * plane;
  const int64_t first = task / p->group_outputs * p->group_inputs;
  for (int k = 0; k < p->group_inputs; k++)
    pack_plane(p, p->filters + task * CNN_LANES, p->channels + (first + k) * p->lanes, to + k * plane);
}
