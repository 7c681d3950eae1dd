// Calls of the system that Swift cannot make: those that glibc hides behind _GNU_SOURCE, and those that run in a signal's
// handler, where Swift may not.

#ifndef CSystemCalls_h
#define CSystemCalls_h

#include <stddef.h>
#include <stdint.h>

// MARK: Files. All return -1 with `errno` set if they fail, as on systems without the call.

/// copy_file_range(2): copies up to `count` bytes from `*offset` of one open file to the current position of another,
/// inside the kernel, and moves `*offset` on. Returns the number of bytes copied.
int64_t cnn_copy_range(int source, int64_t *offset, int target, int64_t count);

/// Opens a new file for writing that lies in `folder` but has no name there, and goes away if it never gets one.
int cnn_create_unnamed(const char *folder, unsigned permissions);

/// Gives an open file a name that is not taken.
int cnn_name_file(int file, const char *path);

/// Lets two paths change places.
int cnn_exchange(const char *path, const char *other);

/// Whether a text stands among bytes: memmem(3).
int cnn_contains(const void *bytes, size_t count, const char *text);

#endif
