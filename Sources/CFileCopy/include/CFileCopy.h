// copy_file_range(2), which glibc declares only under _GNU_SOURCE and so hides from Swift.

#ifndef CFileCopy_h
#define CFileCopy_h

#include <stdint.h>

/// Copies up to `count` bytes from `*offset` of one open file to the current position of another, inside the kernel,
/// and moves `*offset` on. Returns the number of bytes copied, or -1 with `errno` set, as on systems without that call.
int64_t file_copy_range(int source, int64_t *offset, int target, int64_t count);

#endif
