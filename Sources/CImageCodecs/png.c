// PNG through libpng, which unpacks and unfilters; colours are made here.
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

struct decoder {
  png_structp state;
  png_infop info;
  const uint8_t *bytes;
  size_t left;
  struct picture_report *report;
  int status;
  jmp_buf escape;
};

static void fail(struct decoder *decoder, int status, const char *reason) {
  decoder->status = picture_fault(decoder->report, status, reason);
  longjmp(decoder->escape, 1);
}

static void end_on_error(png_structp state, png_const_charp reason) {
  fail(png_get_error_ptr(state), picture_malformed, reason);
}

static void ignore_warning(png_structp state, png_const_charp reason) {
  (void)state;
  (void)reason;
}

static void read_bytes(png_structp state, png_bytep target, size_t count) {
  struct decoder *decoder = png_get_io_ptr(state);
  if (count > decoder->left) fail(decoder, picture_cut_short, "the picture ends early");
  memcpy(target, decoder->bytes, count);
  decoder->bytes += count;
  decoder->left -= count;
}

static bool begin(struct decoder *decoder, const uint8_t *bytes, size_t count, struct picture_report *report) {
  memset(decoder, 0, sizeof *decoder);
  decoder->report = report;
  decoder->bytes = bytes;
  decoder->left = count;
  decoder->state = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, end_on_error, ignore_warning);
  if (!decoder->state) return false;
  decoder->info = png_create_info_struct(decoder->state);
  return decoder->info != NULL;
}

static void read_header(struct decoder *decoder) {
  png_structp state = decoder->state;
  png_set_user_limits(state, 0x7fffffff, 0x7fffffff);
  // Of the chunks only those count that make pixels.
  png_set_keep_unknown_chunks(state, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
  static const png_byte names[] = "cHRM\0gAMA\0iCCP\0sBIT\0sRGB\0bKGD\0hIST\0tRNS\0pHYs\0sPLT\0tIME\0iTXt\0tEXt\0"
                                  "zTXt\0oFFs\0pCAL\0sCAL\0eXIf";
  png_set_keep_unknown_chunks(state, PNG_HANDLE_CHUNK_NEVER, names, sizeof names / 5);
  png_set_crc_action(state, PNG_CRC_DEFAULT, PNG_CRC_WARN_DISCARD);
  png_set_read_fn(state, decoder, read_bytes);
  png_read_info(state, decoder->info);
  png_set_packing(state);
}

static void end(struct decoder *decoder) {
  if (decoder->state) png_destroy_read_struct(&decoder->state, &decoder->info, NULL);
}

static size_t row_bytes(struct decoder *decoder) {
  size_t wide = png_get_bit_depth(decoder->state, decoder->info) == 16 ? 2 : 1;
  return (size_t)png_get_image_width(decoder->state, decoder->info) * wide *
         png_get_channels(decoder->state, decoder->info);
}

static bool is_interlaced(struct decoder *decoder) {
  return png_get_interlace_type(decoder->state, decoder->info) != PNG_INTERLACE_NONE;
}

int picture_measure_png(const uint8_t *bytes, size_t count, struct picture_report *report) {
  struct decoder decoder;
  if (!begin(&decoder, bytes, count, report)) {
    end(&decoder);
    return picture_no_memory;
  }
  if (!setjmp(decoder.escape)) {
    read_header(&decoder);
    report->width = png_get_image_width(decoder.state, decoder.info);
    report->height = png_get_image_height(decoder.state, decoder.info);
    uint64_t row = row_bytes(&decoder);
    // Deflating makes a thousandth of many bytes, but no less. Rows may be of one bit a pixel.
    if (((uint64_t)report->width / 8 + 1) * report->height > (uint64_t)count * 1040) {
      fail(&decoder, picture_cut_short, "the picture ends early");
    }
    report->scratch = (1 << 20) + 6 * row;
    if (is_interlaced(&decoder)) report->scratch += row * report->height;
  }
  end(&decoder);
  return decoder.status;
}

// What a row's numbers mean.
struct colours {
  int type;
  int depth;
  uint8_t palette[256][3];
};

static void expand(const struct colours *colours, const uint8_t *source, uint8_t *target, uint32_t width) {
  size_t step = colours->depth == 16 ? 2 : 1;
  switch (colours->type) {
    case PNG_COLOR_TYPE_PALETTE:
      for (uint32_t x = 0; x < width; x++) memcpy(target + 3 * x, colours->palette[source[x]], 3);
      return;
    case PNG_COLOR_TYPE_GRAY: {
      uint32_t factor = colours->depth < 8 ? 255u / ((1u << colours->depth) - 1) : 1;
      for (uint32_t x = 0; x < width; x++) {
        // Sixteen bits of grey are not scaled but cut at 255, as Pillow does it.
        uint8_t value = step == 2 ? (source[2 * x] ? 255 : source[2 * x + 1]) : (uint8_t)(source[x] * factor);
        target[3 * x] = target[3 * x + 1] = target[3 * x + 2] = value;
      }
      return;
    }
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      for (uint32_t x = 0; x < width; x++) {
        target[3 * x] = target[3 * x + 1] = target[3 * x + 2] = source[2 * step * x];
      }
      return;
    default: {
      size_t channels = colours->type == PNG_COLOR_TYPE_RGB_ALPHA ? 4 : 3;
      for (uint32_t x = 0; x < width; x++) {
        for (size_t c = 0; c < 3; c++) target[3 * x + c] = source[(channels * x + c) * step];
      }
    }
  }
}

static void read_palette(struct decoder *decoder, struct colours *colours) {
  png_colorp entries = NULL;
  int count = 0;
  memset(colours->palette, 0, sizeof colours->palette);
  if (!png_get_PLTE(decoder->state, decoder->info, &entries, &count)) return;
  for (int i = 0; i < count && i < 256; i++) {
    colours->palette[i][0] = entries[i].red;
    colours->palette[i][1] = entries[i].green;
    colours->palette[i][2] = entries[i].blue;
  }
}

int picture_decode_png(const uint8_t *bytes, size_t count, struct picture_report *report, uint8_t *pixels,
                       picture_progress progress, void *context) {
  struct decoder decoder;
  if (!begin(&decoder, bytes, count, report)) {
    end(&decoder);
    return picture_no_memory;
  }
  uint8_t *volatile rows = NULL;
  if (!setjmp(decoder.escape)) {
    read_header(&decoder);
    uint32_t width = report->width, height = report->height;
    if (png_get_image_width(decoder.state, decoder.info) != width ||
        png_get_image_height(decoder.state, decoder.info) != height) {
      fail(&decoder, picture_malformed, "the bytes have changed");
    }
    struct colours colours;
    colours.type = png_get_color_type(decoder.state, decoder.info);
    colours.depth = png_get_bit_depth(decoder.state, decoder.info);
    if (colours.type == PNG_COLOR_TYPE_PALETTE) read_palette(&decoder, &colours);
    size_t row = row_bytes(&decoder);
    bool interlaced = is_interlaced(&decoder);
    rows = calloc(interlaced ? height : 1, row);
    if (!rows) fail(&decoder, picture_no_memory, "no memory");
    int passes = png_set_interlace_handling(decoder.state);
    png_start_read_image(decoder.state);
    for (int pass = 0; pass < passes; pass++) {
      for (uint32_t y = 0; y < height; y++) {
        if (y % 8 == 0 && progress && !progress(context, (uint64_t)width * 8)) fail(&decoder, picture_stopped, "");
        uint8_t *target = rows + (interlaced ? y * row : 0);
        png_read_row(decoder.state, target, NULL);
        if (pass == passes - 1) expand(&colours, target, pixels + (size_t)y * width * 3, width);
      }
    }
    png_read_end(decoder.state, NULL);
  }
  free(rows);
  end(&decoder);
  return decoder.status;
}
