// Filters as Pillow computes them (src/libImaging/Resample.c): weights in double precision, rounded to 22 bits behind the
// point; two passes with eight bits between them.
#include <math.h>
#include <string.h>

#include "CImageCodecs.h"

enum { precision = 22, half = 1 << (precision - 1) };

static inline uint8_t clipped(int32_t sum) {
  int32_t value = sum >> precision;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static double weight_of(int filter, double x) {
  switch (filter) {
    case picture_box: return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
    case picture_bilinear:
      x = fabs(x);
      return x < 1.0 ? 1.0 - x : 0.0;
    case picture_bicubic: {
      const double a = -0.5;
      x = fabs(x);
      if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
      if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
      return 0.0;
    }
    default: {
      if (!(-3.0 <= x && x < 3.0)) return 0.0;
      if (x == 0.0) return 1.0;
      double near = x * M_PI, far = x / 3 * M_PI;
      return sin(near) / near * (sin(far) / far);
    }
  }
}

struct reach {
  double scale;
  double stretch;
  double support;
};

static struct reach reach_of(int filter, size_t source, size_t target) {
  static const double supports[] = {0.5, 1.0, 2.0, 3.0};
  struct reach reach;
  reach.scale = (double)source / (double)target;
  reach.stretch = reach.scale < 1.0 ? 1.0 : reach.scale;
  reach.support = supports[filter] * reach.stretch;
  return reach;
}

size_t picture_filter_stride(int filter, size_t source, size_t target) {
  return (size_t)ceil(reach_of(filter, source, target).support) * 2 + 1;
}

void picture_make_filter(int filter, size_t source, size_t target, size_t begin, size_t count, int32_t *first,
                         int32_t *taps, int32_t *weights, double *scratch) {
  struct reach reach = reach_of(filter, source, target);
  size_t stride = picture_filter_stride(filter, source, target);
  for (size_t i = 0; i < count; i++) {
    double center = ((double)(begin + i) + 0.5) * reach.scale;
    double step = 1.0 / reach.stretch;
    int64_t low = (int64_t)(center - reach.support + 0.5);
    int64_t high = (int64_t)(center + reach.support + 0.5);
    if (low < 0) low = 0;
    if (high > (int64_t)source) high = (int64_t)source;
    size_t used = high > low ? (size_t)(high - low) : 0;
    double sum = 0.0;
    for (size_t t = 0; t < used; t++) {
      scratch[t] = weight_of(filter, ((double)t + (double)low - center + 0.5) * step);
      sum += scratch[t];
    }
    int32_t *row = weights + i * stride;
    for (size_t t = 0; t < used; t++) {
      double share = sum != 0.0 ? scratch[t] / sum : scratch[t];
      row[t] = (int32_t)((share < 0 ? -0.5 : 0.5) + share * (1 << precision));
    }
    first[i] = (int32_t)low;
    taps[i] = (int32_t)used;
  }
}

void picture_filter_rows(const struct filter_weights *filter, const uint8_t *source, size_t width, size_t rows,
                         uint8_t *target) {
  for (size_t y = 0; y < rows; y++) {
    const uint8_t *row = source + y * width * 3;
    for (size_t x = 0; x < filter->count; x++) {
      const int32_t *weights = filter->weights + x * filter->stride;
      const uint8_t *pixel = row + (size_t)filter->first[x] * 3;
      int32_t red = half, green = half, blue = half;
      int32_t taps = filter->taps[x];
      for (int32_t i = 0; i < taps; i++) {
        red += weights[i] * pixel[3 * i];
        green += weights[i] * pixel[3 * i + 1];
        blue += weights[i] * pixel[3 * i + 2];
      }
      target[0] = clipped(red);
      target[1] = clipped(green);
      target[2] = clipped(blue);
      target += 3;
    }
  }
}

void picture_filter_columns(const struct filter_weights *filter, const uint8_t *source, size_t stride,
                            size_t row_bytes, uint8_t *target, int32_t *sums) {
  for (size_t y = 0; y < filter->count; y++) {
    for (size_t x = 0; x < row_bytes; x++) sums[x] = half;
    for (int32_t i = 0; i < filter->taps[y]; i++) {
      int32_t weight = filter->weights[y * filter->stride + (size_t)i];
      const uint8_t *row = source + ((size_t)filter->first[y] + (size_t)i) * stride;
      for (size_t x = 0; x < row_bytes; x++) sums[x] += weight * row[x];
    }
    for (size_t x = 0; x < row_bytes; x++) target[y * row_bytes + x] = clipped(sums[x]);
  }
}
