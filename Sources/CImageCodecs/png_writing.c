// PNG through libpng's plain interface, which neither ends the process nor prints.
#include <png.h>
#include <string.h>

#include "report.h"

int picture_encode_png(const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t *target, size_t *count,
                       struct picture_report *report) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = PNG_FORMAT_RGB;
  if (!target) {
    *count = PNG_IMAGE_PNG_SIZE_MAX(image);
    return picture_ok;
  }
  png_alloc_size_t room = *count;
  if (!png_image_write_to_memory(&image, target, &room, 0, pixels, 0, NULL))
    return picture_fault(report, picture_malformed, image.message);
  *count = room;
  return picture_ok;
}
