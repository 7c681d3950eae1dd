#define _GNU_SOURCE
#include "CFileCopy.h"

#include <errno.h>
#include <unistd.h>

int64_t file_copy_range(int source, int64_t *offset, int target, int64_t count) {
#ifdef __linux__
  return copy_file_range(source, offset, target, NULL, (size_t)count, 0);
#else
  (void)source, (void)offset, (void)target, (void)count;
  errno = ENOSYS;
  return -1;
#endif
}
