// JPEG through libjpeg-turbo, with its own settings: the exact inverse transform and smooth upsampling of colours.
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>

#include "report.h"

struct decoder {
  struct jpeg_decompress_struct state;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr monitor;
  struct picture_report *report;
  picture_progress progress;
  void *context;
  uint64_t row_pixels;
  int status;
  jmp_buf escape;
};

static void fail(struct decoder *decoder, int status) { longjmp(decoder->escape, status); }

static void end_on_error(j_common_ptr state) {
  struct decoder *decoder = state->client_data;
  char words[JMSG_LENGTH_MAX];
  state->err->format_message(state, words);
  int status = picture_malformed;
  switch (state->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
    case JERR_NO_BACKING_STORE: status = picture_no_memory; break;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_FRACT_SAMPLE_NOTIMPL: status = picture_unsupported; break;
    default: break;
  }
  picture_fault(decoder->report, status, words);
  fail(decoder, status);
}

// Warnings are of pictures that can be decoded all the same.
static void note_warning(j_common_ptr state, int level) {
  if (level < 0) state->err->num_warnings++;
}
static void print_nothing(j_common_ptr state) { (void)state; }

static void do_nothing(j_decompress_ptr state) { (void)state; }

// All bytes are there from the beginning: whoever asks for more has reached their end.
static boolean end_of_bytes(j_decompress_ptr state) {
  struct decoder *decoder = state->client_data;
  fail(decoder, picture_fault(decoder->report, picture_cut_short, "the picture ends early"));
  return FALSE;
}

static void skip_bytes(j_decompress_ptr state, long count) {
  if (count <= 0) return;
  struct jpeg_source_mgr *source = state->src;
  if ((size_t)count > source->bytes_in_buffer) end_of_bytes(state);
  source->next_input_byte += count;
  source->bytes_in_buffer -= (size_t)count;
}

// Called for each row of blocks of each scan.
static void watch(j_common_ptr state) {
  struct decoder *decoder = state->client_data;
  if (decoder->progress && !decoder->progress(decoder->context, decoder->row_pixels)) fail(decoder, picture_stopped);
}

static void begin(struct decoder *decoder, const uint8_t *bytes, size_t count, struct picture_report *report) {
  memset(decoder, 0, sizeof *decoder);
  decoder->report = report;
  struct jpeg_decompress_struct *state = &decoder->state;
  state->err = jpeg_std_error(&decoder->errors);
  decoder->errors.error_exit = end_on_error;
  decoder->errors.emit_message = note_warning;
  decoder->errors.output_message = print_nothing;
  state->client_data = decoder;
  decoder->source.init_source = do_nothing;
  decoder->source.fill_input_buffer = end_of_bytes;
  decoder->source.skip_input_data = skip_bytes;
  decoder->source.resync_to_restart = jpeg_resync_to_restart;
  decoder->source.term_source = do_nothing;
  decoder->source.next_input_byte = bytes;
  decoder->source.bytes_in_buffer = count;
}

static void read_header(struct decoder *decoder) {
  struct jpeg_decompress_struct *state = &decoder->state;
  jpeg_create_decompress(state);
  state->client_data = decoder;
  state->src = &decoder->source;
  jpeg_read_header(state, TRUE);
  switch (state->num_components) {
    case 1: state->out_color_space = JCS_GRAYSCALE; break;
    case 3: state->out_color_space = JCS_RGB; break;
    case 4: state->out_color_space = JCS_CMYK; break;
    default:
      fail(decoder, picture_fault(decoder->report, picture_unsupported, "it has neither 1, 3 nor 4 components"));
  }
}

static uint64_t padded(uint64_t extent) { return (extent + 31) / 32 * 32; }

int picture_measure_jpeg(const uint8_t *bytes, size_t count, struct picture_report *report) {
  struct decoder *decoder = malloc(sizeof *decoder);
  if (!decoder) return picture_no_memory;
  begin(decoder, bytes, count, report);
  int status = setjmp(decoder->escape);
  if (status == picture_ok) {
    read_header(decoder);
    struct jpeg_decompress_struct *state = &decoder->state;
    report->width = state->image_width;
    report->height = state->image_height;
    uint64_t components = (uint64_t)state->num_components;
    uint64_t width = padded(report->width), height = padded(report->height);
    // Each block takes one bit at least.
    uint64_t blocks = ((uint64_t)report->width + 7) / 8 * (((uint64_t)report->height + 7) / 8);
    if (!state->arith_code && blocks > (uint64_t)count * 8) end_of_bytes(state);
    // Rows on their way, and of a picture in several scans all coefficients.
    report->scratch = (1 << 20) + width * components * 160;
    if (jpeg_has_multiple_scans(state)) report->scratch += width * height * components * sizeof(JCOEF);
  }
  jpeg_destroy_decompress(&decoder->state);
  free(decoder);
  return status;
}

static void expand_grey(uint8_t *row, uint32_t width) {
  for (uint32_t x = width; x-- > 0;) {
    uint8_t value = row[x];
    row[3 * x] = row[3 * x + 1] = row[3 * x + 2] = value;
  }
}

static uint8_t scaled(uint32_t a, uint32_t b) {
  uint32_t product = a * b + 128;
  return (uint8_t)((product + (product >> 8)) >> 8);
}

// Files hold the amount of light that an ink lets through, as Adobe's programs write it.
static void inks_to_light(const uint8_t *inks, uint8_t *row, uint32_t width) {
  for (uint32_t x = 0; x < width; x++) {
    uint32_t paper = inks[4 * x + 3];
    for (uint32_t c = 0; c < 3; c++) row[3 * x + c] = (uint8_t)(paper - scaled(255u - inks[4 * x + c], paper));
  }
}

int picture_decode_jpeg(const uint8_t *bytes, size_t count, struct picture_report *report, uint8_t *pixels,
                        picture_progress progress, void *context) {
  struct decoder *decoder = malloc(sizeof *decoder);
  if (!decoder) return picture_no_memory;
  uint8_t *volatile inks = NULL;
  begin(decoder, bytes, count, report);
  int status = setjmp(decoder->escape);
  if (status == picture_ok) {
    read_header(decoder);
    struct jpeg_decompress_struct *state = &decoder->state;
    state->mem->max_memory_to_use = (long)report->scratch;
    uint32_t width = report->width;
    decoder->progress = progress;
    decoder->context = context;
    decoder->row_pixels = (uint64_t)width * 8;
    decoder->monitor.progress_monitor = watch;
    state->progress = &decoder->monitor;
    if (state->image_width != width || state->image_height != report->height) {
      fail(decoder, picture_fault(report, picture_malformed, "the bytes have changed"));
    }
    if (state->num_components == 4) {
      inks = malloc((size_t)width * 4);
      if (!inks) fail(decoder, picture_no_memory);
    }
    jpeg_start_decompress(state);
    while (state->output_scanline < state->output_height) {
      uint8_t *row = pixels + (size_t)state->output_scanline * width * 3;
      JSAMPROW target = inks ? inks : row;
      if (jpeg_read_scanlines(state, &target, 1) != 1) {
        fail(decoder, picture_fault(report, picture_malformed, "a row is missing"));
      }
      if (state->num_components == 1) expand_grey(row, width);
      if (inks) inks_to_light(inks, row, width);
    }
    jpeg_finish_decompress(state);
  }
  free(inks);
  jpeg_destroy_decompress(&decoder->state);
  free(decoder);
  return status;
}
