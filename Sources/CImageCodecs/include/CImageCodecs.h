// Decoders of pictures over libjpeg-turbo, libpng and libwebp, and the filter that resizes them.
//
// A decoder never ends the process and never writes a message: what is wrong comes back in a picture_report. The caller
// measures a picture first, makes room for its pixels and its scratch memory, and decodes it then.
#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum picture_status {
  picture_ok = 0,
  // The bytes are no picture of this kind, or a broken one.
  picture_malformed = 1,
  // The bytes end before the picture does.
  picture_cut_short = 2,
  // A right picture of a form that is not decoded.
  picture_unsupported = 3,
  // The system gives no memory, or more than the measured scratch memory would be needed.
  picture_no_memory = 4,
  // The caller told it to end.
  picture_stopped = 5,
};

struct picture_report {
  uint32_t width;
  uint32_t height;
  // The most bytes that decoding takes beside the pixels.
  uint64_t scratch;
  // What is wrong, in the words of the library.
  char reason[200];
};

// Told how many pixels were worked on since the last call; false to end.
typedef bool (*picture_progress)(void *context, uint64_t pixels);

// Reads the header.
int picture_measure_jpeg(const uint8_t *bytes, size_t count, struct picture_report *report);
int picture_measure_png(const uint8_t *bytes, size_t count, struct picture_report *report);
int picture_measure_webp(const uint8_t *bytes, size_t count, struct picture_report *report);

// Decodes into rows of width * 3 bytes: red, green, blue. `report` is what measuring filled in.
int picture_decode_jpeg(const uint8_t *bytes, size_t count, struct picture_report *report, uint8_t *pixels,
                        picture_progress progress, void *context);
int picture_decode_png(const uint8_t *bytes, size_t count, struct picture_report *report, uint8_t *pixels,
                       picture_progress progress, void *context);
int picture_decode_webp(const uint8_t *bytes, size_t count, struct picture_report *report, uint8_t *pixels,
                        picture_progress progress, void *context);

// Writes rows of width * 3 bytes as a PNG file into `count` bytes of `target`, and says in `count` how many it has. Without a
// target, `count` becomes the most that it may have.
int picture_encode_png(const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t *target, size_t *count,
                       struct picture_report *report);

// The filters of Pillow's resizing, by which it is told apart here.
enum picture_filter { picture_box = 0, picture_bilinear = 1, picture_bicubic = 2, picture_lanczos = 3 };

// The most source elements that one result of a filter is made of.
size_t picture_filter_stride(int filter, size_t source, size_t target);

// Fills in the results `begin ..< begin + count` of a filter that makes `target` elements of `source`. `scratch` has
// room for a stride of numbers.
void picture_make_filter(int filter, size_t source, size_t target, size_t begin, size_t count, int32_t *first,
                         int32_t *taps, int32_t *weights, double *scratch);

// One pass of a filter along one axis. For each of `count` results: the first source element, how many of them, and
// `stride` weights in units of 2^-22, of which so many are used.
struct filter_weights {
  size_t count;
  size_t stride;
  const int32_t *first;
  const int32_t *taps;
  const int32_t *weights;
};

// Filters each of `rows` rows of `width` pixels of three bytes into a row of `filter->count` pixels.
void picture_filter_rows(const struct filter_weights *filter, const uint8_t *source, size_t width, size_t rows,
                         uint8_t *target);

// Filters `row_bytes` columns of bytes into `filter->count` rows of so many; a row of the source begins `stride` bytes
// behind the one before. `sums` has room for `row_bytes` numbers.
void picture_filter_columns(const struct filter_weights *filter, const uint8_t *source, size_t stride,
                            size_t row_bytes, uint8_t *target, int32_t *sums);

#endif
