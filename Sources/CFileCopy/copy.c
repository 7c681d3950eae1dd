#define _GNU_SOURCE
#include "CFileCopy.h"

#include <unistd.h>

int64_t file_copy_range(int source, int64_t *offset, int target, int64_t count) {
  return copy_file_range(source, offset, target, NULL, (size_t)count, 0);
}
