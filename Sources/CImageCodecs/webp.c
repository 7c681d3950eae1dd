// WebP through libwebp; of an animation the first frame.
#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "report.h"

static int status_of(VP8StatusCode code, struct picture_report *report) {
  switch (code) {
    case VP8_STATUS_OK: return picture_ok;
    case VP8_STATUS_OUT_OF_MEMORY: return picture_fault(report, picture_no_memory, "no memory");
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: return picture_fault(report, picture_cut_short, "the picture ends early");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return picture_fault(report, picture_unsupported, "it uses a feature that libwebp lacks");
    default: return picture_fault(report, picture_malformed, "its data is damaged");
  }
}

int picture_measure_webp(const uint8_t *bytes, size_t count, struct picture_report *report) {
  WebPBitstreamFeatures features;
  int status = status_of(WebPGetFeatures(bytes, count, &features), report);
  if (status != picture_ok) return status;
  report->width = (uint32_t)features.width;
  report->height = (uint32_t)features.height;
  uint64_t pixels = (uint64_t)report->width * report->height;
  // A lossless picture is held as a whole once more, with its tables; a lossy one by rows, but for its transparency.
  report->scratch = (4 << 20) + (uint64_t)report->width * 256 + pixels * 8;
  return picture_ok;
}

static int decode_still(const uint8_t *bytes, size_t count, struct picture_report *report, uint8_t *target,
                        size_t row_bytes, uint32_t width, uint32_t height) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return picture_fault(report, picture_unsupported, "another libwebp is loaded");
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = target;
  config.output.u.RGBA.stride = (int)row_bytes;
  config.output.u.RGBA.size = (size_t)(height - 1) * row_bytes + (size_t)width * 3;
  return status_of(WebPDecode(bytes, count, &config), report);
}

static int decode_first_frame(const uint8_t *bytes, size_t count, struct picture_report *report, uint8_t *pixels) {
  WebPData data = {bytes, count};
  WebPDemuxer *demuxer = WebPDemux(&data);
  if (!demuxer) return picture_fault(report, picture_malformed, "its frames are damaged or cut short");
  int status = picture_fault(report, picture_malformed, "it has no frame");
  WebPIterator frame;
  if (WebPDemuxGetFrame(demuxer, 1, &frame)) {
    size_t row = (size_t)report->width * 3;
    WebPBitstreamFeatures features;
    if (!frame.complete) {
      status = picture_fault(report, picture_cut_short, "the picture ends early");
    } else if (frame.x_offset < 0 || frame.y_offset < 0 || frame.width <= 0 || frame.height <= 0 ||
               (uint64_t)frame.x_offset + (uint64_t)frame.width > report->width ||
               (uint64_t)frame.y_offset + (uint64_t)frame.height > report->height) {
      status = picture_fault(report, picture_malformed, "a frame lies outside of the picture");
    } else if (WebPGetFeatures(frame.fragment.bytes, frame.fragment.size, &features) != VP8_STATUS_OK ||
               features.width != frame.width || features.height != frame.height) {
      status = picture_fault(report, picture_malformed, "a frame is not of the size that it says");
    } else {
      memset(pixels, 0, row * report->height);
      uint8_t *target = pixels + (size_t)frame.y_offset * row + (size_t)frame.x_offset * 3;
      status = decode_still(frame.fragment.bytes, frame.fragment.size, report, target, row, (uint32_t)frame.width,
                            (uint32_t)frame.height);
    }
    WebPDemuxReleaseIterator(&frame);
  }
  WebPDemuxDelete(demuxer);
  return status;
}

int picture_decode_webp(const uint8_t *bytes, size_t count, struct picture_report *report, uint8_t *pixels,
                        picture_progress progress, void *context) {
  WebPBitstreamFeatures features;
  int status = status_of(WebPGetFeatures(bytes, count, &features), report);
  if (status != picture_ok) return status;
  if ((uint32_t)features.width != report->width || (uint32_t)features.height != report->height) {
    return picture_fault(report, picture_malformed, "the bytes have changed");
  }
  if (progress && !progress(context, (uint64_t)report->width * report->height)) return picture_stopped;
  if (features.has_animation) return decode_first_frame(bytes, count, report, pixels);
  return decode_still(bytes, count, report, pixels, (size_t)report->width * 3, report->width, report->height);
}
